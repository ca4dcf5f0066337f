"""What a brand team writes in config/*.yaml, as checked values. Reading the files: core/catalogue.py."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from core.alert import Priority
from core.brand_query import BrandQuery
from core.query import Query
from core.reading import TOPICS
from core.target import Target
from core.terms import Finding, find_sensitive, forbidding

Name = Annotated[str, Field(min_length=1, max_length=100)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1_000)]
"""A text of a topic; what lies behind a model's window would say nothing."""
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
    fixed: bool = False
    """Keep the thresholds as written, whatever people say about what they flag (docs/verdicts.md)."""

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
    Rule(name="complaint", complaint=0.7, negative=0.2, priority=Priority.NORMAL),
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
    operator: tuple[Name, ...] = ()
    """The channels where whoever runs Earful is told of holes and money; see `operator_channels`."""

    @property
    def operator_channels(self) -> tuple[str, ...]:
        """Those that are named; else the first console, so that support is not bothered; else the first."""
        consoles = tuple(channel.name for channel in self.channels if channel.type == "console")
        return self.operator or consoles[:1] or (self.channels[0].name,)

    @model_validator(mode="after")
    def _operator_has_channels(self) -> Self:
        known = [channel.name for channel in self.channels]
        for i, name in enumerate(self.operator):
            if name not in known:
                raise PydanticCustomError(
                    "unknown",
                    "no channel is called {name}; there are: {known}",
                    {"name": name, "known": ", ".join(known), "at": ("operator", i)},
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


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


class Topic(_Config):
    """A team's own topic of topics.yaml: it works through sentence embeddings, without training."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    sentence: Line
    """What somebody says who writes about it, in one sentence."""
    examples: Annotated[tuple[Line, ...], Field(max_length=50)] = ()
    """Texts that are about it, in the team's own words: three to ten."""
    counter_examples: Annotated[tuple[Line, ...], Field(max_length=50)] = ()
    """Texts that sound like it and are not about it."""
    sources: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    """The sources whose mentions are asked; None: all whose terms allow it."""

    @model_validator(mode="after")
    def _says_something_of_its_own(self) -> Self:
        if self.key in TOPICS:
            raise PydanticCustomError(
                "built_in",
                "'{key}' is a built-in topic, and the model was trained on it; an own topic "
                "needs another key, such as {key}_own (built in: {known})",
                {"key": self.key, "known": ", ".join(TOPICS), "at": ("key",)},
            )
        meant = {_folded(text) for text in (self.sentence, *self.examples)}
        for i, text in enumerate(self.counter_examples):
            if _folded(text) in meant:
                raise PydanticCustomError(
                    "both",
                    "is an example and a counter-example at once",
                    {"at": ("counter_examples", i)},
                )
        for source in self.sources or ():
            if forbidding(self.trait, (source,)):
                raise PydanticCustomError(
                    "forbidden", "{why}", {"why": self.refusal((source,)), "at": ("sources",)}
                )
        return self

    @property
    def finding(self) -> Finding | None:
        """Why it counts as sensitive; None: it does not."""
        return find_sensitive(self.key, self.sentence, self.examples)

    @property
    def trait(self) -> str:
        """What it would infer about people that some platform's terms forbid to infer; empty: nothing."""
        return self.finding.trait if self.finding else ""

    def may_ask(self, source: str) -> bool:
        """Whether it may be inferred for a mention of a source: the topic is for it, its terms allow it."""
        meant = self.sources is None or source in self.sources
        return meant and not forbidding(self.trait, (source,))

    def refusal(self, sources: Collection[str]) -> str:
        """Why these sources' terms do not allow it, and what to do; for a sensitive topic."""
        if self.finding is None:
            return ""
        said = f" ({self.finding.where}: '{self.finding.words}')"
        return (
            f"the topic '{self.key}' would infer {self.finding.trait} of people{said}, which the terms of "
            f"{' and '.join(sources)} forbid; leave it out, reword it if it means another thing, "
            "or name the sources it is for under `sources:` without these (docs/topics.md)"
        )


class Named(_Config):
    """A brand without its targets: what its query is made of."""

    name: Name
    handles: tuple[str, ...] = ()
    """The brand's own accounts: what they post is kept and counted, but is no customer's complaint."""
    query: BrandQuery | None = None
    """None: its name and handles are looked for, and what a target finds by words of its own is believed."""

    @property
    def words(self) -> Query:
        """What is looked for, on every platform that is asked by words."""
        return (self.query or BrandQuery()).tree(self.name, self.handles)


class Brand(Named):
    """A brand of brands.yaml with what is listened to for it."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    targets: Annotated[tuple[Target, ...], Field(min_length=1)]

    def owns(self, handle: str) -> bool:
        """Whether an author's handle is one of the brand's own."""
        return handle.lstrip("@").casefold() in {h.lstrip("@").casefold() for h in self.handles}


class Budget(_Config):
    """What all targets together may cost; a target's own budget is its source's option."""

    monthly_usd: Annotated[float, Field(gt=0)] | None = None
    """US dollars; from 80 % on, only essential targets (a brand's own mentions) are still asked. None: only
    the targets' own budgets count."""


class Catalogue(_Config):
    """Everything a brand team configured."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    brands: tuple[Brand, ...]
    alerting: Alerting = Alerting()
    topics: tuple[Topic, ...] = ()
    budget: Budget = Budget()

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every brand's targets, in the order of the file."""
        return tuple(target for brand in self.brands for target in brand.targets)
