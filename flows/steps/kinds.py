"""Which reports there are: the one list that is published, linked to, put on pages and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flows.steps.coverage import coverage
from flows.steps.health import brand_health
from flows.steps.open_alerts import open_alerts
from flows.steps.opinions import complaints, praise
from flows.steps.questions import questions
from flows.steps.share_of_voice import share_of_voice
from flows.steps.voices import voices
from reports.coverage import KEY as COVERAGE
from reports.custom import KIND as CUSTOM
from reports.keys import key_of
from reports.open_alerts import KEY as OPEN_ALERTS
from reports.share_of_voice import KEY as SHARE_OF_VOICE
from reports.start_here import KEY as START_HERE

if TYPE_CHECKING:
    from core.config import Brand
    from flows.wiring import Wiring
    from reports.document import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class OfABrand:
    """One that each brand has."""

    kind: str
    """What its key begins with."""
    label: str
    """In a line of links."""
    make: Callable[[Wiring, str, datetime], Report]
    own_only: bool = False
    """A competitor's customers are compared, not looked after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfAll:
    """One that is about all brands together."""

    key: str
    make: Callable[[Wiring, datetime], Report]


OF_A_BRAND = (
    OfABrand(kind="brand-health", label="health", make=brand_health),
    OfABrand(kind="complaints", label="complaints", make=complaints),
    OfABrand(kind="praise", label="praise", make=praise),
    OfABrand(kind="questions", label="questions", make=questions, own_only=True),
    OfABrand(kind="voices", label="voices", make=voices, own_only=True),
)
OF_ALL = (
    OfAll(key=SHARE_OF_VOICE, make=share_of_voice),
    OfAll(key=OPEN_ALERTS, make=lambda wiring, _: open_alerts(wiring)),
    OfAll(key=COVERAGE, make=lambda wiring, _: coverage(wiring)),
)
"""Beside these there are the first page, made of all of them, and the answers to what was asked by hand."""


def reports_of(brand: Brand) -> list[OfABrand]:
    """What is told of a brand."""
    return [each for each in OF_A_BRAND if not (each.own_only and brand.competitor)]


def keys(brands: Iterable[Brand]) -> list[str]:
    """Of every report that may quote a post; what became a competitor may have had all of them."""
    kinds = [*(each.kind for each in OF_A_BRAND), CUSTOM]
    of_brands = [key_of(kind, brand.name) for brand in brands for kind in kinds]
    return [*of_brands, *(each.key for each in OF_ALL), START_HERE]
