"""What only a report that was asked for has (reports/custom.py): one topic alone, a brand beside another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from reports import charts
from reports.change import of_shares
from reports.comparisons import KEY_FIGURES, amount, change_of_share, of_read
from reports.day_charts import day_name
from reports.document import Block, Folded, Line, Paragraph, Table
from reports.figures import Day, Topic
from reports.topic_tables import topic_table
from reports.wording import plural, words

if TYPE_CHECKING:
    from reports.custom import Side


def one_topic(now: Side, before: Side | None, topic: str, headers: Sequence[str]) -> Table:
    """Complaints and positive texts about a topic against those of the period before."""
    earlier = _about(before, topic) if before else None
    return topic_table(
        f"About {words(topic)}", _about(now, topic), earlier, headers=headers, growing=now.incomplete
    )


def _about(side: Side, topic: str) -> dict[str, int]:
    found = side.topics.get(topic, Topic())
    return {"complaints": found.complaints, "positive texts": found.positive}


def topics(now: Side, before: Side | None, headers: Sequence[str]) -> list[Block]:
    """What complaints are about, and what praise is; the largest topics first."""
    tables: list[Block] = []
    for what, field in (("Complaints", "complaints"), ("Positive texts", "positive")):
        found = {topic: getattr(each, field) for topic, each in now.topics.items() if getattr(each, field)}
        counts = {topic: found[topic] for topic in sorted(found, key=lambda topic: (-found[topic], topic))}
        earlier = {topic: getattr(before.topics.get(topic), field, 0) for topic in counts} if before else None
        if counts:
            tables.append(topic_table(what, counts, earlier, headers=headers, growing=now.incomplete))
    return tables or [Paragraph("Nothing of it was about a topic that is known.")]


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
        (day_name(day), f"{each.complaints:,}", f"{each.positive:,}")
        for day, each in reversed(list(zip(days, about, strict=True)))
    ]
    table = Table(("Day", "Complaints", "Positive"), rows, right=(1, 2))
    return [
        charts.small_multiples(series, alt=alt, title=f"About {topic}, a day"),
        Folded("The same as a table", (table,)),
    ]


def beside(now: Side, rival: Side, topic: str) -> Table:
    """Two brands in the same period. A difference is said only where it is more than chance."""
    ours, theirs = now.counts, rival.counts
    rows: list[Sequence[Line]] = [
        (label, amount(label, ours), amount(label, theirs), _more(change_of_share(label, ours, theirs)))
        for label in KEY_FIGURES
    ]
    if topic:
        a, b = now.topics.get(topic, Topic()).complaints, rival.topics.get(topic, Topic()).complaints
        difference = _more(of_shares(a, ours.read, b, theirs.read))
        rows.append((f"Complaints about {words(topic)}", of_read(a, ours), of_read(b, theirs), difference))
    return Table(("", now.brand, rival.brand, f"{now.brand} is"), rows, right=(1, 2))


def _more(change: str) -> str:
    """A change as a difference: "up 5 points" is "5 points higher"."""
    direction, _, size = change.partition(" ")
    word = {"up": "higher", "down": "lower"}.get(direction)
    return f"{size} {word}" if word else change.replace("change", "difference")
