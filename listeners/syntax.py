"""Compiles a brand's query to the boolean syntax that several platforms share: words, quotes, AND, OR, NOT.

What a platform cannot express is left out, never narrowed: more comes than was asked for, and the relevance
step sorts it out. `Compiled.cannot` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.query import All, AnyOf, Compiled, Not, Query, Words
from core.text import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """How one platform writes a query.

    Args:
        platform: its name, for messages.
        word: the text of a Words -> how it is written, or None where it cannot be asked.
        both: joins what must hold together.
        minus: stands before what must not hold.
        longest: characters that the platform takes.
    """

    platform: str
    word: Callable[[str], str | None]
    both: str
    minus: str
    longest: int

    def compile(self, query: Query) -> Compiled:
        """The query as the platform wants it.

        Raises:
            ValueError: it says only what must not be there, or is too long; with the length.
        """
        compiled = self._written(query)
        if len(compiled.text) <= self.longest:
            return compiled
        parts = self.split(query)
        advice = (
            f"give {len(parts)} targets a part each as their own 'query'" if parts else "name fewer words"
        )
        raise ValueError(
            f"it is {len(compiled.text)} characters long in the syntax of {self.platform}, which takes "
            f"{self.longest}; {advice}"
        )

    def split(self, query: Query) -> tuple[Compiled, ...]:
        """Several queries that together find the same, each short enough; empty: there is no such way."""
        compiled = self._written(query)
        if len(compiled.text) <= self.longest:
            return (compiled,)
        halves = _halves(query)
        parts = [self.split(half) for half in halves]
        return tuple(part for several in parts for part in several) if halves and all(parts) else ()

    def _written(self, query: Query) -> Compiled:
        cannot: list[str] = []
        found = self._part(query, unwanted=False, cannot=cannot)
        if found is None or not found.asks:
            raise ValueError(f"it names nothing that {self.platform} could look for, only exclusions")
        return Compiled(text=found.text, cannot=tuple(dict.fromkeys(cannot)))

    def _part(self, query: Query, *, unwanted: bool, cannot: list[str]) -> _Part | None:
        """How a part is written; None: it cannot be. A Not moves inward to the words."""
        if isinstance(query, Not):
            return self._part(query.of, unwanted=not unwanted, cannot=cannot)
        if isinstance(query, Words):
            text = self.word(" ".join(query.text.split()))
            if text is None:
                cannot.append(f"{self.platform} cannot search for '{plain(query.text, 60)}'")
                return None
            return _Part(text=f"{self.minus}{text}" if unwanted else text, asks=not unwanted)
        parts = [self._part(part, unwanted=unwanted, cannot=cannot) for part in query.of]
        if isinstance(query, All) != unwanted:
            return self._together([part for part in parts if part is not None])
        return self._either(parts, cannot)

    def _together(self, parts: list[_Part]) -> _Part | None:
        # What must hold comes first: a platform may want a query to begin with it.
        parts = sorted(parts, key=lambda part: not part.asks)
        if len(parts) < 2:
            return parts[0] if parts else None
        texts = (f"({part.text})" if part.joins == "or" else part.text for part in parts)
        return _Part(text=self.both.join(texts), asks=any(part.asks for part in parts), joins="and")

    def _either(self, parts: list[_Part | None], cannot: list[str]) -> _Part | None:
        good = [part for part in parts if part is not None and part.asks]
        if len(good) < len(parts):  # leaving out one alternative would find less
            cannot.append(f"{self.platform} cannot ask for 'this, or not that'; more than that is found")
            return None
        if len(good) < 2:
            return good[0] if good else None
        texts = (f"({part.text})" if part.joins == "and" else part.text for part in good)
        return _Part(text=" OR ".join(texts), asks=True, joins="or")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    text: str
    asks: bool
    """Whether it names something that must be there."""
    joins: str = ""


def _halves(query: Query) -> tuple[Query, ...]:
    """Two queries that together find what this one does, shorter each; empty: it has no alternatives."""
    if isinstance(query, AnyOf) and len(query.of) > 1:
        middle = len(query.of) // 2
        return AnyOf(query.of[:middle]), AnyOf(query.of[middle:])
    if isinstance(query, All):
        sizes = [len(part.of) if isinstance(part, AnyOf) else 0 for part in query.of]
        if max(sizes, default=0) > 1:
            place = sizes.index(max(sizes))
            return tuple(
                replace(query, of=(*query.of[:place], half, *query.of[place + 1 :]))
                for half in _halves(query.of[place])
            )
    return ()
