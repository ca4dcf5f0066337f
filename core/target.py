"""What to listen to: a target is one query of one source for one brand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel

from core.mention import Page


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


OptionModels = Mapping[str, type[BaseModel]]
"""Source name -> the model that checks its targets' options."""
