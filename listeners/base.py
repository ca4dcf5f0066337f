"""What every source has in common: what it borrows, and how it is registered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict

from core.clock import Clock
from core.errors import ConfigError
from core.mention import Author, Terms
from core.query import Compiled, Query
from core.target import Listener, Reviewer


class Options(BaseModel):
    """Base of every source's options: an unknown key is an error, not a silent typo."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_REMEMBERED: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Borrowed:
    """What a listener uses but does not own; flows/wiring.py builds and closes it."""

    clock: Clock
    secret: Callable[[str], str]
    """Environment variable name -> its value; raises ConfigError where it is not set."""
    http: httpx.Client
    permit: Callable[[], None] = lambda: None
    """Asked before every request; raises RateLimited where the platform's limit is reached (Source.rate)."""
    spent_usd: float = 0.0
    """What this target has cost since the month began."""
    authors: Callable[[Collection[str]], Mapping[str, Author]] = lambda _ids: {}
    """Authors' ids on this source -> those that are stored already: a platform may charge for each one."""
    memory: MutableMapping[str, str] = field(default_factory=lambda: _REMEMBERED)
    """What outlives a listener and may be secret, such as a session: never stored in clear. The listeners
    of a process share it; a key begins with the source's name and names the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often a platform lets one key ask."""

    requests: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """How known mentions of a source are looked at again."""

    build: Callable[[Any, Borrowed], Reviewer]
    every: timedelta
    """A live mention is looked at again after so long."""
    until: timedelta
    """Mentions older than this are left alone; nobody edits them any more, and looking may cost."""
    batch: int
    """How many mentions one request can ask for."""
    anywhere: bool = False
    """Whether any target of the source can ask for a mention that another one found: ids mean the same
    whoever asks, and one that is not shown is gone, not merely another target's. Then posts of targets that
    are no longer configured are still looked at again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a target really asks its platform, for `earful check`."""

    request: str
    """In the platform's own syntax."""
    cost: str = "free"
    """What it costs, in words, with the figure."""
    cannot: tuple[str, ...] = ()
    """What the platform cannot do for this target, a sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A row of the registry."""

    name: str
    options: type[BaseModel]
    build: Callable[[Any, Borrowed], Listener]
    """(options, borrowed) -> a listener for one target."""
    terms: Terms
    secrets: Callable[[Any], tuple[str, ...]] = lambda _options: ()
    """options -> names of the environment variables it will ask for, so that `earful check` can tell."""
    reads: Callable[[Any], Path | None] = lambda _options: None
    """options -> the file or folder of this machine that it reads, so that `earful check` can tell."""
    rate: Rate | None = None
    """The platform's limit on requests, shared by all who use the same key; None: it names none."""
    at_once: int = 4
    """How many of its targets are asked side by side."""
    compile: Callable[[Query], Compiled] | None = None
    """A brand's query in the platform's syntax, for a target that gives no `query` of its own."""
    by_words: Callable[[Any], bool] = lambda options: getattr(options, "query", None) is not None
    """options -> whether its mentions are found by their own words, which may be a namesake's; else all of
    them are about the brand (core/relevance.py)."""
    asked: Callable[[Any], Asked] | None = None
    """options -> what is asked; None: the options say it all."""
    revisit: Revisit | None = None
    """None: the platform has no way to ask for known items again; docs/sources says what then."""
    forgets_after: Callable[[Any], timedelta | None] = lambda _options: None
    """options -> what a poll missed for so long can never be had again; None: the platform keeps it."""
    essential: Callable[[Any], bool] = lambda _options: False
    """options -> whether the target is among the last to stop when money runs short: what is said to us."""


def usable_secret(variable: str, value: str) -> str:
    """The secret without stray white space, which comes from copying.

    Checked here because HTTP libraries quote a bad header, secret and all, in their error.
    """
    value = value.strip()
    if not value or not value.isascii() or not value.isprintable():
        raise ConfigError(variable, "is empty or has characters that no key has; copy it once more")
    return value
