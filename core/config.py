"""What a brand team writes in config/*.yaml, as checked values. Reading the files: core/catalogue.py."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from core.alert import Priority
from core.target import Target

Name = Annotated[str, Field(min_length=1, max_length=100)]
Probability = Annotated[float, Field(ge=0, le=1)]


class _Config(BaseModel):
    """An unknown key is an error: a typo must not silently switch something off."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Config):
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

    @model_validator(mode="after")
    def _needs_a_condition(self) -> Self:
        if all(v is None for v in (self.complaint, self.negative, self.rating, self.reach)):
            msg = "needs at least one of: complaint, negative, rating, reach"
            raise ValueError(msg)
        return self


class Channel(_Config):
    """Where alerts are told."""

    name: Name
    type: Literal["console", "apprise"] = "apprise"
    url_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
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


class Retry(_Config):
    """How long delivery is tried before a notification becomes a dead letter."""

    attempts: Annotated[int, Field(ge=1, le=50)] = 12
    first_wait_seconds: Annotated[float, Field(ge=0)] = 60
    """Doubles with every attempt, up to longest_wait_seconds: twelve attempts take most of a day."""
    longest_wait_seconds: Annotated[float, Field(ge=0)] = 6 * 3600


DEFAULT_RULES = (
    Rule(name="loud", negative=0.5, reach=10_000, priority=Priority.HIGH),
    Rule(name="complaint", complaint=0.8, negative=0.55, priority=Priority.NORMAL),
    Rule(name="unhappy", negative=0.55, priority=Priority.NORMAL),
    Rule(name="low-rating", rating=2, priority=Priority.NORMAL),
)
"""Used where alerts.yaml names no rules. What the thresholds cost and catch is in the model card."""


class Alerting(_Config):
    """alerts.yaml."""

    rules: Annotated[tuple[Rule, ...], Field(min_length=1)] = DEFAULT_RULES
    """In order of importance: the first that holds names the alert."""
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)] = (Channel(name="console", type="console"),)
    retry: Retry = Retry()

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


class Topic(_Config):
    """A complaint topic of topics.yaml."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    sentence: Annotated[str, Field(min_length=3)]
    """What a complaint of this topic says, in one sentence."""
    examples: tuple[str, ...] = ()


class Brand(_Config):
    """A brand of brands.yaml with what is listened to for it."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    name: Name
    handles: tuple[str, ...] = ()
    """The brand's own accounts: what they post is kept and counted, but is no customer's complaint."""
    targets: Annotated[tuple[Target, ...], Field(min_length=1)]

    def owns(self, handle: str) -> bool:
        """Whether an author's handle is one of the brand's own."""
        return handle.lstrip("@").casefold() in {h.lstrip("@").casefold() for h in self.handles}


class Catalogue(_Config):
    """Everything a brand team configured."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    brands: tuple[Brand, ...]
    alerting: Alerting = Alerting()
    topics: tuple[Topic, ...] = ()

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every brand's targets, in the order of the file."""
        return tuple(target for brand in self.brands for target in brand.targets)
