"""What alerts.yaml holds, as checked values: rules, channels, retries, digests."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from core.alert import Priority

Name = Annotated[str, Field(min_length=1, max_length=100)]
Probability = Annotated[float, Field(ge=0, le=1)]


class Strict(BaseModel):
    """An unknown key is an error: a typo must not silently switch something off."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(Strict):
    """When a mention is flagged: all the conditions that are given must hold."""

    name: Name
    complaint: Probability | None = None
    """Flag when the probability of a complaint is at least this."""
    negative: Probability | None = None
    """Flag when the probability of negative sentiment is at least this."""
    rating: Annotated[float, Field(ge=1, le=5)] | None = None
    """Flag when the stars (1 to 5) are at most this."""
    reach: Annotated[int, Field(ge=1)] | None = None
    """Flag when the author has at least this many followers."""
    priority: Priority = Priority.NORMAL
    fixed: bool = False
    """Keep the thresholds as written, whatever people say about what they flag (docs/verdicts.md)."""

    @model_validator(mode="after")
    def _needs_a_condition(self) -> Self:
        if all(v is None for v in (self.complaint, self.negative, self.rating, self.reach)):
            msg = "needs at least one of: complaint, negative, rating, reach"
            raise ValueError(msg)
        return self


def _variable(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):  # not repeated: it may be the secret itself
        raise ValueError(
            "expected the name of an environment variable, such as EARFUL_SLACK_URL; the address stands in it"
        )
    return name


class Channel(Strict):
    """Where alerts are told."""

    name: Name
    type: Literal["console", "apprise"] = "apprise"
    url_env: Annotated[str, AfterValidator(_variable)] | None = None
    """The environment variable that holds the channel's Apprise URL (it carries the secret)."""

    @model_validator(mode="after")
    def _address_where_needed(self) -> Self:
        if self.type == "apprise" and self.url_env is None:
            msg = "needs url_env: the name of the environment variable that holds the channel's Apprise URL"
            raise ValueError(msg)
        if self.type == "console" and self.url_env is not None:
            msg = "a console channel takes no url_env"
            raise ValueError(msg)
        return self


class Retry(Strict):
    """How long delivery is tried before a notification becomes a dead letter."""

    attempts: Annotated[int, Field(ge=1, le=50)] = 12
    first_wait_seconds: Annotated[float, Field(ge=0)] = 60
    """Doubles with every attempt, up to longest_wait_seconds: twelve attempts take most of a day."""
    longest_wait_seconds: Annotated[float, Field(ge=0)] = 6 * 3600


DEFAULT_RULES = (
    Rule(name="loud", negative=0.5, reach=10_000, priority=Priority.HIGH),
    Rule(name="complaint", complaint=0.8, negative=0.3, priority=Priority.NORMAL),
    Rule(name="unhappy", negative=0.55, priority=Priority.NORMAL),
    Rule(name="low-rating", rating=2, priority=Priority.NORMAL),
)
"""Used where alerts.yaml names no rules. What the thresholds cost and catch is in the model card."""


class Digest(Strict):
    """Who is sent how the brands are doing, as names of channels; nobody, where none is named."""

    daily: tuple[Name, ...] = ()
    """Every morning, a few lines about yesterday."""
    weekly: tuple[Name, ...] = ()
    """Every Monday, the report page of the week before: attached where a channel can, else by its address."""


class Alerting(Strict):
    """alerts.yaml."""

    rules: Annotated[tuple[Rule, ...], Field(min_length=1)] = DEFAULT_RULES
    """In order of importance: the first that holds names the alert."""
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)] = (Channel(name="console", type="console"),)
    retry: Retry = Retry()
    old_after_days: Annotated[int, Field(ge=1, le=36_500)] = 14
    """An alert about a post that is older than this when it is judged is opened, and told to nobody."""

    operator: tuple[Name, ...] = ()
    """The channels where whoever runs Earful is told of holes and money; see `operator_channels`."""

    digest: Digest = Digest()

    @property
    def operator_channels(self) -> tuple[str, ...]:
        """Those that are named; else the first console, so that support is not bothered; else the first."""
        consoles = tuple(channel.name for channel in self.channels if channel.type == "console")
        return self.operator or consoles[:1] or (self.channels[0].name,)

    @model_validator(mode="after")
    def _named_channels_exist(self) -> Self:
        known = [channel.name for channel in self.channels]
        named: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
            (("operator",), self.operator),
            (("digest", "daily"), self.digest.daily),
            (("digest", "weekly"), self.digest.weekly),
        )
        for where, names in named:
            for i, name in enumerate(names):
                if name not in known:
                    raise PydanticCustomError(
                        "unknown",
                        "no channel is called {name}; there are: {known}",
                        {"name": name, "known": ", ".join(known), "at": (*where, i)},
                    )
        return self

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        for what, names in (
            ("rule", [r.name for r in self.rules]),
            ("channel", [c.name for c in self.channels]),
        ):
            for i, name in enumerate(names):
                if name in names[:i]:
                    raise PydanticCustomError(
                        "taken",
                        "two {what}s are called {name}; names must differ",
                        {"what": what, "name": name, "at": (f"{what}s", i, "name")},
                    )
        return self
