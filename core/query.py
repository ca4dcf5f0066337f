"""What a brand team looks for, as a tree of words: one for every platform, compiled by each source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A word, or several in this order (a phrase). A handle begins with @, a tag with #."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """Must not hold."""

    of: Query


@dataclass(frozen=True, slots=True)
class All:
    """All of these must hold."""

    of: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these must hold."""

    of: tuple[Query, ...]


Query = Words | Not | All | AnyOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A query in one platform's own syntax."""

    text: str
    cannot: tuple[str, ...] = ()
    """What the platform cannot express, in words; what comes nevertheless is sorted out as not relevant."""
