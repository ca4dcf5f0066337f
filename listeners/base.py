"""What every source has in common: what it borrows, and how it is registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict

from core.clock import Clock
from core.errors import ConfigError
from core.mention import Terms
from core.target import Listener


class Options(BaseModel):
    """Base of every source's options: an unknown key is an error, not a silent typo."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Borrowed:
    """What a listener uses but does not own; flows/wiring.py builds and closes it."""

    clock: Clock
    secret: Callable[[str], str]
    """Environment variable name -> its value; raises ConfigError where it is not set."""
    http: httpx.Client
    spent_usd: float = 0.0
    """What this target has cost since the month began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A row of the registry."""

    name: str
    options: type[BaseModel]
    build: Callable[[Any, Borrowed], Listener]
    """(options, borrowed) -> a listener for one target."""
    terms: Terms
    secrets: Callable[[Any], tuple[str, ...]]
    """options -> names of the environment variables it will ask for, so that `earful check` can tell."""


def usable_secret(variable: str, value: str) -> str:
    """The secret without stray white space, which comes from copying.

    Checked here because HTTP libraries quote a bad header, secret and all, in their error.
    """
    value = value.strip()
    if not value or not value.isascii() or not value.isprintable():
        raise ConfigError(variable, "is empty or has characters that no key has; copy it once more")
    return value
