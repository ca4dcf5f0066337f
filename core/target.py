"""What to listen to: a target is one query of one source for one brand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel

from core.mention import Kind, Page
from core.query import Compiled, Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One thing to poll. `name` is unique in the whole configuration and is what people see."""

    brand: str
    source: str
    name: str
    options: BaseModel
    """The source's own settings, already checked (an instance of the source's options model)."""
    place: str = ""
    """Where it is configured, for error messages: file and line."""
    compiled: Compiled | None = None
    """The brand's query in the source's syntax, where the target gives none of its own."""
    by_words: bool = False
    """Whether what it finds is judged by the brand's words; else all of it is about the brand."""


class Listener(Protocol):
    """One source's client, ready to be asked about one target."""

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what came since a checkpoint, a page at a time.

        Args:
            since: the checkpoint of an earlier page, or None the first time.

        Raises:
            SourceError: and nothing else; pages yielded before it are good.
        """
        ...


@runtime_checkable
class Archivist(Listener, Protocol):
    """A listener that can also ask for a past span."""

    def past(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        """Yield what was posted in a span, a page at a time.

        Args:
            start: where the span begins; aware UTC.
            end: where it ends.
            since: the checkpoint of an earlier page of this very span, or None the first time.

        Raises:
            SourceError: and nothing else.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A stored mention, as far as it takes to ask for it again."""

    external_id: str
    thread_id: str | None
    posted_at: datetime
    url: str
    kind: Kind = Kind.POST


class Reviewer(Protocol):
    """What looks at known mentions again."""

    def look_again(self, known: Sequence[Known]) -> Iterator[Page]:
        """Yield known mentions as they are now, in bulk.

        One that is gone comes with a visibility that says so and without its text. One that the platform says
        nothing about does not come. Page.checkpoint is None.

        Raises:
            SourceError: and nothing else; pages yielded before it are good.
        """
        ...


class Platform(Protocol):
    """What the configuration has to know of a source; listeners.base.Source is one."""

    @property
    def options(self) -> type[BaseModel]:
        """Checks its targets' options."""
        ...

    @property
    def compile(self) -> Callable[[Query], Compiled] | None:
        """A brand's query in its own syntax; None: it cannot be asked by words."""
        ...

    @property
    def by_words(self) -> Callable[[Any], bool]:
        """options -> whether what they ask for is found by words, which may be a namesake's."""
        ...


Platforms = Mapping[str, Platform]
"""Source name -> what the configuration has to know of it."""
