"""Tells texts apart by their words alone."""

from __future__ import annotations

import hashlib
import re

NOISE = re.compile(r"@\w+|(?:https?://|www\.)\S+|&\w+;|[^\w\s]|_")
"""What is not words: handles, links, entities, punctuation."""


def fingerprint(text: str) -> str:
    """A short hash of the text without handles, links, case, punctuation and spacing: 16 hex digits."""
    words = " ".join(NOISE.sub(" ", text).casefold().split())
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]
