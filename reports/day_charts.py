"""Pictures of the last days, each with its figures as a table beneath."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports import charts
from reports.change import TOO_FEW
from reports.charts import DayBar, Series, TrendPoint
from reports.document import Block, Folded, Line, Paragraph, Table
from reports.figures import Day
from reports.net import net_of
from reports.wording import plural, signed, words

TOPICS_SHOWN = 8
FEWEST = 10
"""Texts that a day's net sentiment needs: of fewer, a line would swing between the extremes."""


def sentiment(brand: str, days: Sequence[Day]) -> list[Block]:
    """What people thought, day by day."""
    total = sum(day.counts.read for day in days)
    picture = charts.sentiment_days(
        [
            DayBar(
                day=day.day,
                negative=day.counts.negative,
                neutral=day.counts.neutral,
                positive=day.counts.positive,
                hole=day.hole,
                partial=day.partial,
            )
            for day in days
        ],
        alt=(
            f"{plural(total, 'text')} about {brand} in {plural(len(days), 'day')}: "
            f"{sum(day.counts.negative for day in days):,} negative, "
            f"{sum(day.counts.neutral for day in days):,} neutral, "
            f"{sum(day.counts.positive for day in days):,} positive."
        ),
        title=f"Texts about {brand} by day",
    )
    return [picture, Folded("The same as a table", [_table(days)])]


def net(brand: str, days: Sequence[Day]) -> list[Block]:
    """Net sentiment, day by day, with its confidence band; of a handful of texts there is none."""
    known = {day.day: each if (each := net_of(day.counts)) and each.of >= FEWEST else None for day in days}
    told = [each for each in known.values() if each is not None]
    points = [
        TrendPoint(
            day=day.day,
            value=each.value if (each := known[day.day]) else None,
            low=each.low if each else None,
            high=each.high if each else None,
            hole=day.hole,
        )
        for day in days
    ]
    rows: list[list[Line]] = []
    for day in reversed(days):
        each = known[day.day]
        band = f"{signed(each.low)} to {signed(each.high)}" if each else ""
        rows.append([day_name(day), f"{day.counts.read:,}", signed(each.value) if each else TOO_FEW, band])
    table = Folded(
        "The same as a table",
        [Table(("Day", "Texts read", "Net sentiment", "95 % band"), rows, right=(1, 2, 3))],
    )
    if not told:
        return [Paragraph(f"No day has {FEWEST} texts that could be read."), table]
    picture = charts.trend(
        points,
        alt=(
            f"Net sentiment of {brand} in the last {len(days)} days: "
            f"{signed(min(each.value for each in told))} on the worst day, "
            f"{signed(max(each.value for each in told))} on the best; days with fewer than {FEWEST} texts "
            "have no figure."
        ),
        title=f"Net sentiment of {brand} by day, with its 95 % band",
    )
    return [picture, table]


def topics(what: str, brand: str, by_topic: Mapping[str, Sequence[int]], days: Sequence[Day]) -> list[Block]:
    """Each topic's days below each other on one scale; the largest topics, in the order given."""
    shown = list(by_topic)[:TOPICS_SHOWN]
    if not shown:
        return []
    largest = shown[0]
    return [
        charts.small_multiples(
            [
                Series(
                    name=words(topic),
                    days=[day.day for day in days],
                    values=by_topic[topic],
                    holes=[day.day for day in days if day.hole],
                )
                for topic in shown
            ],
            alt=(
                f"{what} about {brand} by topic in the last {len(days)} days; the first is {words(largest)} "
                f"with {sum(by_topic[largest]):,}."
            ),
            title=f"{what} about {brand} by topic and day",
        )
    ]


def _table(days: Sequence[Day]) -> Table:
    rows = [
        [
            day_name(day),
            f"{day.counts.mentions:,}",
            f"{day.counts.negative:,}",
            f"{day.counts.neutral:,}",
            f"{day.counts.positive:,}",
            f"{day.counts.complaints:,}",
        ]
        for day in reversed(days)
    ]
    return Table(
        ("Day", "Mentions", "Negative", "Neutral", "Positive", "Complaints"), rows, right=(1, 2, 3, 4, 5)
    )


def day_name(day: Day) -> str:
    """A day in a table, with what is to be known of its figures."""
    marks = [
        *(["so far"] if day.partial else []),
        *(["not all collected"] if day.hole else []),
        *([] if day.known else ["nobody listened yet"]),
    ]
    return f"{day.day:%a %d %b}" + (f" ({', '.join(marks)})" if marks else "")
