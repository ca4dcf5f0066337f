"""How a text calls an account: @acme, and on some networks with the server or domain behind it."""

from __future__ import annotations

import re

_LABEL = "[a-z0-9-]{1,63}"
_SERVER = rf"@{_LABEL}(?:\.{_LABEL}){{1,4}}"
_DOMAIN = rf"(?:\.{_LABEL}){{1,4}}\.[a-z]{{2,24}}|\.(?:com|org|net|edu|gov|io|app|dev)"
SERVER = rf"(?-i:{_SERVER}|{_DOMAIN})(?![\w-])"
"""What may stand behind a name: @toots.example (Mastodon), .bsky.social or .acme.com (Bluesky).

In small letters, and of one part only where that is one that domains end in: "@acme.Thanks" and "@acme.why"
are a name and a word.
"""
HANDLE = rf"(?<![\w@])@\w{{1,50}}(?:{SERVER})?"

_NAME = re.compile(r"(?<![\w@])@\w+")


def accounts(text: str) -> set[str]:
    """Whom a text calls: their names with the @, without servers, in small letters."""
    return {name.casefold() for name in _NAME.findall(text)}
