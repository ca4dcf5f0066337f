"""Topics of one span, such as a week, against the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports.change import clear, of_counts
from reports.comparisons import NOT_OVER, WEEKS
from reports.document import Line, Strong, Table
from reports.wording import words


def topic_table(
    what: str,
    now: Mapping[str, int],
    before: Mapping[str, int] | None,
    *,
    headers: Sequence[str] = WEEKS,
    growing: bool = False,
) -> Table:
    """One row for each topic, in the order given; what changed clearly stands out.

    Args:
        what: is counted.
        now: texts of the span by topic.
        before: of the one before, all the same topics; None: nobody listened then.
        headers: what the two spans are called.
        growing: the span is not over, and its counts cannot be compared yet.
    """
    if before is None:
        counts = [[words(topic), f"{count:,}"] for topic, count in now.items()]
        return Table((what, headers[0]), counts, right=(1,))
    rows: list[list[Line]] = []
    for topic, count in now.items():
        said = NOT_OVER if growing else of_counts(count, before[topic], len(now))
        loud = not growing and clear(count, before[topic], len(now))
        rows.append([words(topic), f"{count:,}", f"{before[topic]:,}", Strong(said) if loud else said])
    return Table((what, *headers, "Change"), rows, right=(1, 2))


def movers(what: str, now: Mapping[str, int], before: Mapping[str, int]) -> list[Line]:
    """One line for each topic that changed clearly, those that grew most first; one line where none did."""
    moved = {topic: count - before[topic] for topic, count in now.items()}
    loud = [topic for topic in moved if clear(now[topic], before[topic], len(now))]
    lines: list[Line] = [
        [
            Strong(f"{words(topic)}: {of_counts(now[topic], before[topic], len(now))}"),
            f" ({now[topic]:,} {what} in the last 7 days, {before[topic]:,} in the 7 days before)",
        ]
        for topic in sorted(loud, key=lambda each: (-moved[each], each))
    ]
    return lines or ["No topic changed more than it does by chance."]
