"""Chooses what is shown of what people said: the clearest texts, each once, none of the brand's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from core.days import days_from, span_of, start_of
from core.text import plain
from reports.figures import Example
from storage import opinions as said
from storage.opinions import Kind, Opinion

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from core.config import Brand
    from storage.database import Transaction

EXCERPT = 300
"""Characters of an example."""

_LIKELY = 0.5
_IRONIC = 0.8
"""Irony was learned from tweets of which half are ironic (the card); of what people write about a brand few
are, so that .5 would leave out honest thanks as well."""

Clear = Callable[[Opinion], float | None]
"""How well an opinion shows what it is an example of; None: it is no clear one."""


def as_complaint(opinion: Opinion) -> float | None:
    """The likelier a complaint, the clearer; thanks for what was put right are none to show."""
    return None if opinion.positive >= _LIKELY else opinion.complaint


def as_praise(opinion: Opinion) -> float | None:
    """The likelier positive and joyful, the clearer; what complains or reads as ironic is none to show."""
    if opinion.complaint >= _LIKELY or (opinion.irony or 0.0) >= _IRONIC:
        return None
    joy = opinion.emotion.get("joy")  # where the model was asked for emotions
    return opinion.positive if joy is None else (opinion.positive + joy) / 2


def of_week(
    tx: Transaction, brand: str, today: date, now: datetime, zone: ZoneInfo, kind: Kind
) -> list[Opinion]:
    """What was said in the last seven days, today so far with them, day by day as it is counted."""
    ends = [(day, span_of(day, day, zone)[1]) for day in days_from(today - timedelta(days=6), today)]
    return [
        opinion
        for day, end in ends
        for opinion in said.opinions(tx, brand, start_of(day, zone), min(end, now), kind)
    ]


def clearest(brand: Brand, opinions: Iterable[Opinion], clear: Clear) -> list[Opinion]:
    """What may be shown, the clearest first; copies on several days are one, with the posts of all."""
    by_text: dict[int, Opinion] = {}
    for opinion in opinions:
        if opinion.unsure or (opinion.author and brand.owns(opinion.author)):
            continue
        known = by_text.get(opinion.copy_group)
        by_text[opinion.copy_group] = (
            opinion if known is None else replace(known, posts=known.posts + opinion.posts)
        )
    ranked = [(how, each) for each in by_text.values() if (how := clear(each)) is not None]
    return [each for _, each in sorted(ranked, key=lambda pair: (-pair[0], pair[1].mention_id))]


def examples(tx: Transaction, chosen: Sequence[Opinion]) -> dict[int, Example]:
    """What they say, by the id of the mention; one that is gone by now is left out."""
    found = said.mentions_of(tx, [opinion.mention_id for opinion in chosen])
    return {
        opinion.mention_id: Example(
            text=plain(mention.text, EXCERPT),
            source=mention.source,
            posted_at=mention.posted_at,
            link=mention.url,
            posts=opinion.posts,
            author=opinion.author,
        )
        for opinion in chosen
        if (mention := found.get(opinion.mention_id)) is not None
    }
