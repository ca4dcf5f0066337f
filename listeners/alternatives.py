"""A brand's query as several plain ones, for platforms that know no "or": each is asked on its own.

In a target's `query` they are written with OR between them: `"acme air" OR acmeair -song`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.query import All, AnyOf, Compiled, Not, Query, Words

_PIECE = re.compile(r'-?"[^"]*"|\S+')


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Words and phrases that must all be there, and those that must not."""

    wanted: tuple[str, ...]
    unwanted: tuple[str, ...] = ()


def pieces(text: str) -> list[str]:
    """A query's words and quoted phrases, with their signs."""
    return _PIECE.findall(text)


def split(text: str) -> tuple[str, ...]:
    """The single queries of a text with OR between them; an OR in quotes is a word."""
    found: list[list[str]] = [[]]
    for piece in pieces(text):
        if piece == "OR":
            found.append([])
        else:
            found[-1].append(piece)
    return tuple(dict.fromkeys(" ".join(words) for words in found if words))


def compile_each(query: Query, render: Callable[[Alternative], Compiled], most: int) -> Compiled:
    """A brand's query as the text that `split` takes apart.

    Args:
        query: what is looked for.
        render: one alternative in the platform's syntax, with what it cannot express.
        most: how many may be asked.
    """
    cannot: list[str] = []
    found = [_alternative(literals) for literals in _expanded(query, most, cannot)]
    usable = list(dict.fromkeys(one for one in found if one.wanted))
    if len(usable) < len(found):
        cannot.append("a part that only says what must not be there is not asked")
    if len(usable) > most:
        cannot.append(f"only the first {most} of {len(usable)} alternatives are asked")
    rendered = [render(one) for one in usable[:most]]
    cannot.extend(reason for one in rendered for reason in one.cannot)
    texts = dict.fromkeys(one.text for one in rendered if one.text)
    return Compiled(text=" OR ".join(texts), cannot=tuple(dict.fromkeys(cannot)))


def askable(query: str, most: int) -> str:
    """A target's own query, as it is.

    Args:
        query: alternatives with OR between them.
        most: how many may be asked.

    Raises:
        ValueError: it has none or too many, or one that only says what must not be there.
    """
    found = split(query)
    if not found:
        raise ValueError('expected words to search for, such as: "acme air" OR acmeair')
    if len(found) > most:
        raise ValueError(f"has {len(found)} alternatives; at most {most} can be asked")
    for one in found:
        if all(piece.startswith("-") for piece in pieces(one)):
            raise ValueError(f"'{one}' only says what must not be there; add a word that must")
    return query


_Literals = tuple[tuple[str, bool], ...]
"""Words, and whether they must be there."""


def _alternative(literals: _Literals) -> Alternative:
    wanted = tuple(dict.fromkeys(text for text, wanted in literals if wanted))
    return Alternative(
        wanted=wanted, unwanted=tuple(dict.fromkeys(text for text, wanted in literals if not wanted))
    )


def _expanded(query: Query, most: int, cannot: list[str]) -> list[_Literals]:
    """The query as alternatives of plain conditions."""
    match query:
        case Words(text):
            return [((text, True),)]
        case Not(Words(text)):
            return [((text, False),)]
        case Not(Not(inner)):
            return _expanded(inner, most, cannot)
        case Not(All(parts)):
            return _expanded(AnyOf(tuple(Not(part) for part in parts)), most, cannot)
        case Not(AnyOf(parts)):
            return _expanded(All(tuple(Not(part) for part in parts)), most, cannot)
        case AnyOf(parts):
            return [literals for part in parts for literals in _expanded(part, most, cannot)]
        case All(parts):
            return _product([_expanded(part, most, cannot) for part in parts], most, cannot)
    raise TypeError(f"not a query: {query!r}")  # pragma: no cover - the union above is complete


def _product(parts: Iterable[list[_Literals]], most: int, cannot: list[str]) -> list[_Literals]:
    """All parts at once. A part that would make too many is left out: then more comes, not less."""
    found: list[_Literals] = [()]
    for part in parts:
        if len(part) > 1 and len(found) > 1 and len(found) * len(part) > most:
            words = ", ".join(text for literals in part for text, _ in literals)
            cannot.append(f"the condition 'one of {words}' would need too many queries and is not asked")
            continue
        found = [(*have, *more) for have in found for more in part]
    return found
