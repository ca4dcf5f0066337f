"""The tables and charts of a report that was asked for (reports/asked.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.counts import Counts
from reports import charts
from reports.change import ENOUGH, of_counts, of_shares
from reports.document import Block, Folded, Line, Link, Paragraph, Table
from reports.figures import Day, Example, Topic
from reports.net import net_words, of_nets
from reports.wording import moment, percent, plural, words

if TYPE_CHECKING:
    from reports.asked import Side

_NOT_OVER = "the last day is not over"
_NOTHING_BEFORE = "nothing to compare with"
TOPICS_SHOWN = 20


def figures(now: Side, before: Side | None, topic: str) -> Table:
    """The figures of the period against those of the period before."""
    rows: list[Sequence[Line]] = []
    if topic:
        there = now.topics.get(topic, Topic())
        earlier = before.topics.get(topic, Topic()) if before else None
        rows += [
            _counted(
                now,
                f"Complaints about {words(topic)}",
                there.complaints,
                earlier.complaints if earlier else None,
            ),
            _counted(
                now, f"Positive about {words(topic)}", there.positive, earlier.positive if earlier else None
            ),
        ]
    rows += [
        _counted(now, "Mentions", now.counts.mentions, before.counts.mentions if before else None),
        _net(now.counts, before.counts if before else None),
        *(
            _share(name, now.counts, before.counts if before else None)
            for name in ("negative", "positive", "complaints")
        ),
    ]
    if before is None:
        return Table(("", "This period"), [row[:2] for row in rows], right=(1,))
    return Table(("", "This period", f"Before ({before.period})", "Change"), rows, right=(1, 2))


def _counted(now: Side, name: str, count: int, before: int | None) -> list[Line]:
    if before is None:
        return [name, f"{count:,}", "not known", _NOTHING_BEFORE]
    return [name, f"{count:,}", f"{before:,}", _NOT_OVER if now.incomplete else of_counts(count, before)]


def _net(now: Counts, before: Counts | None) -> list[Line]:
    change = of_nets(now, before) if before else _NOTHING_BEFORE
    return ["Net sentiment", net_words(now), net_words(before) if before else "not known", change]


def _share(name: str, now: Counts, before: Counts | None) -> list[Line]:
    count, earlier = getattr(now, name), getattr(before, name) if before else None
    change = (
        of_shares(count, now.read, earlier, before.read)
        if before and earlier is not None
        else _NOTHING_BEFORE
    )
    return [
        name.capitalize(),
        _of_read(count, now.read),
        "not known" if before is None else _of_read(earlier or 0, before.read),
        change,
    ]


def _of_read(count: int, read: int) -> str:
    return f"{count:,} ({percent(count, read)})" if read >= ENOUGH else f"{count:,}"


def day_blocks(days: Sequence[Day], brand: str) -> list[Block]:
    """Every day's sentiment, as a chart and as a table."""
    bars = [
        charts.DayBar(
            day=each.day,
            negative=each.counts.negative,
            neutral=each.counts.neutral,
            positive=each.counts.positive,
            hole=each.hole,
            partial=each.partial,
        )
        for each in days
    ]
    alt = (
        f"Texts about {brand} on each of {plural(len(days), 'day')}, by sentiment; the table has the figures."
    )
    rows = [
        (
            f"{each.day}",
            f"{each.counts.mentions:,}",
            f"{each.counts.negative:,}",
            f"{each.counts.neutral:,}",
            f"{each.counts.positive:,}",
            f"{each.counts.complaints:,}",
            _said_of(each),
        )
        for each in reversed(days)
    ]
    header = ("Day", "Mentions", "Negative", "Neutral", "Positive", "Complaints", "")
    table = Table(header, rows, right=(1, 2, 3, 4, 5))
    return [
        charts.sentiment_days(bars, alt=alt, title="Texts a day, by sentiment"),
        Folded("Every day's figures", (table,)),
    ]


def topic_day_blocks(days: Sequence[Day], found: Mapping[date, Topic], topic: str) -> list[Block]:
    """Complaints and positive texts about one topic on every day."""
    about = [found.get(each.day, Topic()) for each in days]
    dates = [each.day for each in days]
    holes = [each.day for each in days if each.hole]
    series = [
        charts.Series(name="complaints", days=dates, values=[each.complaints for each in about], holes=holes),
        charts.Series(
            name="positive texts", days=dates, values=[each.positive for each in about], holes=holes
        ),
    ]
    alt = f"Complaints and positive texts about {topic} on each of {plural(len(days), 'day')}."
    rows = [
        (f"{day.day}", f"{each.complaints:,}", f"{each.positive:,}", _said_of(day))
        for day, each in reversed(list(zip(days, about, strict=True)))
    ]
    table = Table(("Day", "Complaints", "Positive", ""), rows, right=(1, 2))
    return [
        charts.small_multiples(series, alt=alt, title=f"About {topic}, a day"),
        Folded("Every day's figures", (table,)),
    ]


def _said_of(day: Day) -> str:
    said = ["not everything was collected"] if day.hole else []
    return ", ".join([*said, "not over"] if day.partial else said)


def topics(now: Side, before: Side | None) -> Block:
    """What complaints are about, and what praise is."""
    ranked = sorted(now.topics.items(), key=lambda item: (-item[1].complaints, -item[1].positive, item[0]))
    if not ranked:
        return Paragraph("Nothing of it was about a topic that is known.")
    rows = []
    for name, there in ranked[:TOPICS_SHOWN]:
        earlier = before.topics.get(name, Topic()).complaints if before else None
        first, count, past, change = _counted(now, words(name), there.complaints, earlier)
        rows.append((first, count, past, change, f"{there.positive:,}"))
    if before is None:
        few = [(row[0], row[1], row[4]) for row in rows]
        return Table(("Topic", "Complaints", "Positive"), few, right=(1, 2))
    return Table(("Topic", "Complaints", "Before", "Change", "Positive"), rows, right=(1, 2, 4))


def against(now: Side, rival: Side, topic: str) -> Table:
    """Two brands in the same period. A difference is said only where it is more than chance."""
    ours, theirs = now.counts, rival.counts
    rows: list[Sequence[Line]] = [
        ("Mentions", f"{ours.mentions:,}", f"{theirs.mentions:,}", ""),
        ("Net sentiment", net_words(ours), net_words(theirs), _more(of_nets(ours, theirs))),
    ]
    for name in ("negative", "positive", "complaints"):
        a, b = getattr(ours, name), getattr(theirs, name)
        change = _more(of_shares(a, ours.read, b, theirs.read))
        rows.append((name.capitalize(), _of_read(a, ours.read), _of_read(b, theirs.read), change))
    for key in [topic] if topic else []:
        a, b = now.topics.get(key, Topic()).complaints, rival.topics.get(key, Topic()).complaints
        change = _more(of_shares(a, ours.read, b, theirs.read))
        rows.append(
            (f"Complaints about {words(key)}", _of_read(a, ours.read), _of_read(b, theirs.read), change)
        )
    return Table(("", now.brand, rival.brand, f"{now.brand} is"), rows, right=(1, 2))


def _more(change: str) -> str:
    """A change as a difference: "up 5 points" is "5 points higher"."""
    direction, _, size = change.partition(" ")
    word = {"up": "higher", "down": "lower"}.get(direction)
    return f"{size} {word}" if word else change.replace("change", "difference")


def quotes(examples: Sequence[Example], zone: ZoneInfo) -> Block:
    """Texts in their authors' words."""
    if not examples:
        return Paragraph("None that is clear enough to show.")
    rows = [
        (each.text, f"{each.posts:,}", each.source, moment(each.posted_at, zone), Link("open", each.link))
        for each in examples
    ]
    return Table(("In their words", "Posts", "Source", "Posted", "Post"), rows, right=(1,))
