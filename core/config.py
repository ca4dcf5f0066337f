"""What a brand team writes in config/*.yaml, as checked values. Reading the files: core/catalogue.py."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from core.alerting import Alerting, Name, Strict
from core.brand_query import BrandQuery, account
from core.query import Query
from core.reading import TOPICS
from core.target import Target
from core.terms import Finding, find_sensitive, forbidding

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1_000)]
"""A text of a topic; what lies behind a model's window would say nothing."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a path, a folder of the database of zones
        raise PydanticCustomError(
            "zone", "expected a time zone such as Europe/Madrid or UTC; found '{name}'", {"name": name}
        ) from None
    return name


TimeZone = Annotated[str, AfterValidator(_zone)]
"""A name of the IANA database of time zones."""


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


class Topic(Strict):
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


class Named(Strict):
    """A brand without its targets: what its query is made of."""

    name: Name
    handles: tuple[Annotated[str, AfterValidator(account)], ...] = ()
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
    competitor: bool = False
    """Listened to for comparison: it is counted and shown, and nobody is alerted of its customers."""

    def owns(self, handle: str) -> bool:
        """Whether an author's handle is one of the brand's own."""
        return handle.lstrip("@").casefold() in {own.casefold() for own in self.handles}

    def ignores(self, handle: str) -> bool:
        """Whether an author's handle is one of those by whom nothing is about the brand."""
        return self.query is not None and handle.lstrip("@").casefold() in self.query.ignore_authors


class Budget(Strict):
    """What all targets together may cost; a target's own budget is its source's option."""

    monthly_usd: Annotated[float, Field(gt=0)] | None = None
    """US dollars; from 80 % on, only essential targets (a brand's own mentions) are still asked. None: only
    the targets' own budgets count."""


class Place(Strict):
    """What brands.yaml says about the team."""

    timezone: TimeZone = "UTC"


class Catalogue(Strict):
    """Everything a brand team configured."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    brands: tuple[Brand, ...]
    alerting: Alerting = Alerting()
    topics: tuple[Topic, ...] = ()
    budget: Budget = Budget()
    timezone: TimeZone = "UTC"
    """Where the team is: a day in reports and digests is a day there."""

    @property
    def zone(self) -> ZoneInfo:
        """The team's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def own_brands(self) -> tuple[Brand, ...]:
        """The team's own, which are no competitors; in the order of the file. May be empty."""
        return tuple(brand for brand in self.brands if not brand.competitor)

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every brand's targets, in the order of the file."""
        return tuple(target for brand in self.brands for target in brand.targets)
