"""What the sentiment of a mention is towards: the brand that it is about, where its text names that brand."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.config import Brand
from core.handles import HANDLE, accounts
from core.matching import matches
from core.query import Words

_HANDLE = re.compile(HANDLE)
_WITHIN = re.compile(
    rf"(?<!\S)(?![@#])\S*[\w,'\u2019\"][^\S\n]+{HANDLE}(?:['\u2019]s)?,?[^\S\n]+(?!https?:)\w"
)
"""A handle with words of its sentence on both sides: "thanks @acme for nothing"."""


def towards(text: str, brands: Iterable[Brand]) -> str | None:
    """The name to ask a reader about: of those that the brand goes by, one that the text has.

    "So glad I left Acme for Globex" is bad for Acme and good for Globex; a reading has one sentiment. It is
    towards the team's own brand where a competitor was found in the same text, as alerts are about that one;
    of two own brands neither comes first, and the sentiment is of the whole text.

    So it is of a text that is said to the brand: one that has its handle before or behind a sentence, not
    within one, has no other, and was found for no competitor. Its words say nothing about that handle, and
    asked about it a reader guesses.

    Args:
        text: what somebody wrote.
        brands: for which it was found.

    Returns:
        None: the sentiment of the whole text is the one to ask for. A handle has its @.
    """
    every = list(brands)
    own = [brand for brand in every if not brand.competitor] or every
    if len(own) != 1:
        return None
    name = _called(text, own[0])
    said_to_it = name is not None and name.startswith("@") and len(every) == 1 and _said_to(text, own[0])
    return None if said_to_it else name


def _called(text: str, brand: Brand) -> str | None:
    """Words first: a reader finds them as they are. Those of a boolean query may be about anything."""
    words, signs = _names(brand)
    without_handles = _HANDLE.sub(" ", text)
    for name in words:
        if matches(Words(name), without_handles):
            return name
    for name in signs:
        if matches(Words(name), text):
            return name if name.startswith("@") else brand.name
    return None


def _said_to(text: str, brand: Brand) -> bool:
    _, signs = _names(brand)
    return accounts(text) <= accounts(" ".join(signs)) and not _WITHIN.search(text)


def _names(brand: Brand) -> tuple[list[str], list[str]]:
    """Words, and what has a sign: handles and tags. A single word may be a handle, too."""
    asked = (brand.query.any if brand.query else None) or ()
    names = [brand.name, *asked, *(f"@{handle}" for handle in brand.handles)]
    words = [name for name in names if name[0] not in "@#"]
    return words, [*(n for n in names if n[0] in "@#"), *(f"@{word}" for word in words if " " not in word)]
