"""Whether a text has what a query asks for, whatever language it is in."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from core.query import All, Not, Query, Words
from core.text import folded


def matches(query: Query, text: str, around: Sequence[str] = ()) -> bool:
    """Whether a text has what a query asks for.

    Capitals and accents do not matter. A word is found as a whole word only, also after @ and #; a handle
    (@acme) and a tag (#acme) only with their sign. A phrase is found as a tag, too: `acme rail` in #AcmeRail.

    Args:
        query: what is asked for.
        text: what somebody wrote.
        around: what else may hold a word that is asked for: who wrote it, the post that it answers. What must
            not occur is not looked for here.
    """
    return _holds(query, folded(text), [folded(other) for other in around], excluding=False)


def _holds(query: Query, own: str, around: Sequence[str], *, excluding: bool) -> bool:
    if isinstance(query, Words):
        return _occurs(query.text, own) or (
            not excluding and any(_occurs(query.text, other) for other in around)
        )
    if isinstance(query, Not):
        return not _holds(query.of, own, around, excluding=not excluding)
    held = (_holds(part, own, around, excluding=excluding) for part in query.of)
    return all(held) if isinstance(query, All) else any(held)


def _occurs(wanted: str, text: str) -> bool:
    return any(_stands_alone(needle, text) for needle in _needles(wanted))


@lru_cache(maxsize=4_096)
def _needles(wanted: str) -> tuple[str, ...]:
    needle = folded(wanted)
    if not needle:
        return ()
    return (needle, "#" + needle.replace(" ", "")) if " " in needle else (needle,)


def _stands_alone(needle: str, text: str) -> bool:
    """Whether it occurs as words of their own, not as part of longer ones."""
    start = text.find(needle)
    while start >= 0:
        end = start + len(needle)
        begins = needle[0] in "@#" or _in_word(needle[0])  # the @ of an address of mail begins no handle
        before = begins and start > 0 and _in_word(text[start - 1])
        after = end < len(text) and _in_word(needle[-1]) and _in_word(text[end])
        if not before and not after:
            return True
        start = text.find(needle, start + 1)
    return False


def _in_word(character: str) -> bool:
    """Whether it is part of a word where spaces part the words; _UNSPACED is where they do not."""
    if character.isascii():
        return character.isalnum() or character == "_"
    if any(first <= character <= last for first, last in _UNSPACED):
        return False
    return character.isalnum() or unicodedata.category(character).startswith("M")


_UNSPACED = (
    ("\u0e00", "\u0eff"),
    ("\u1000", "\u109f"),
    ("\u1780", "\u17ff"),
    ("\u3040", "\u30ff"),
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\u9fff"),
    ("\U00020000", "\U0003ffff"),
)
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese have no spaces: a word is found wherever it occurs."""
