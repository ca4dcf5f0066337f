"""What the reports on complaints and on praise have in common: counts by topic, their days, examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.counts import Counts
from reports import day_charts
from reports.change import ENOUGH, NO_CHANGE, TOO_FEW, of_counts
from reports.document import Block, Bullets, Folded, Heading, Jump, Line, Paragraph, Strong, Table
from reports.examples import example_table
from reports.figures import Opinions, TopicFigures
from reports.keys import key_of
from reports.missing import missing, nothing_posted
from reports.topic_tables import movers, topic_table
from reports.wording import moment, percent, plural, words

TOPICS_QUOTED = 3
"""The largest ones of which the short view has an example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What one of the two reports calls its texts."""

    one: str
    many: str
    field: str
    """Of core.counts.Counts."""
    authors: bool
    """Whether examples say who wrote them."""


def compact(found: Opinions, wording: Wording, others: Sequence[Jump]) -> list[Block]:
    """What is seen at once.

    Args:
        found: the figures.
        wording: which of the two it is.
        others: reports to go to from here.
    """
    frame = found.frame
    links = [piece for each in others for piece in (each, ", ")]
    nothing = nothing_posted(frame, found.days)
    now, before = _by_topic(found.topics)
    figures: list[Block] = [
        Heading("What changed"),
        Bullets([_change(found, wording), *(movers(wording.many, now, before) if before else [])]),
        Heading("By topic"),
        *_pictures(found, wording),
        topic_table(wording.many.capitalize(), now, before) if now else Paragraph("No topic is known."),
        Heading("In their words"),
        _quoted(found, wording),
    ]
    end = Paragraph(["More: ", *links, f"as of {moment(frame.as_of, frame.zone)}."])
    return [
        *(nothing or [Paragraph(_sentence(found, wording)), *figures]),
        *missing(frame, found.days),
        end,
    ]


def examples(found: Opinions, wording: Wording) -> list[Block]:
    """The clearest of each topic that came up, and of none."""
    blocks: list[Block] = []
    for topic in found.topics:
        if topic.examples:
            blocks += [
                Heading(f"{words(topic.name).capitalize()} ({topic.now:,})", 3),
                example_table(topic.examples, found.frame.zone, authors=wording.authors),
            ]
    if found.examples:
        blocks += [
            Heading("About no topic that is known", 3),
            example_table(found.examples, found.frame.zone, authors=wording.authors),
        ]
    return blocks or [Paragraph("None to show.")]


def shares_table(what: str, counts: Mapping[str, int], found: Opinions, wording: Wording) -> list[Block]:
    """How many of each kind, with percentages where there are enough for them."""
    every = sum(counts.values())
    if not _count(found.week.now.counts, wording):
        return [Paragraph(f"No {wording.one} in the last 7 days.")]
    if not every:
        return [Paragraph("The model was not asked for it.")]
    rows: list[list[Line]] = [
        [words(name), f"{count:,}", percent(count, every) if every >= ENOUGH else TOO_FEW]
        for name, count in counts.items()
    ]
    return [Table((what, "Texts of the last 7 days", "Share"), rows, right=(1, 2))]


def _by_topic(topics: Sequence[TopicFigures]) -> tuple[dict[str, int], dict[str, int] | None]:
    now = {topic.name: topic.now for topic in topics}
    if any(topic.before is None for topic in topics):
        return now, None
    return now, {topic.name: topic.before or 0 for topic in topics}


def _count(counts: Counts, wording: Wording) -> int:
    number: int = getattr(counts, wording.field)
    return number


def _sentence(found: Opinions, wording: Wording) -> list[Strong | str]:
    counts = found.week.now.counts
    count = _count(counts, wording)
    if not count:
        return [f"No {wording.one} about {found.frame.brand} in the last 7 days."]
    said: list[Strong | str] = [
        Strong(plural(count, wording.one, wording.many)),
        f" about {found.frame.brand} in the last 7 days, of {plural(counts.read, 'text')} that could be read",
    ]
    if counts.read >= ENOUGH:
        said.append(f" ({percent(count, counts.read)})")
    largest = next((topic for topic in found.topics if topic.now), None)
    if largest is not None:
        said.append(f"; most often about {words(largest.name)} ({largest.now:,})")
    return [*said, "."]


def _change(found: Opinions, wording: Wording) -> Line:
    before = found.week.before
    if before is None:
        return f"All {wording.many} together: nothing to compare with yet."
    now, then = _count(found.week.now.counts, wording), _count(before.counts, wording)
    said = of_counts(now, then)
    loud: Strong | str = said if said in (NO_CHANGE, TOO_FEW) else Strong(said)
    return [f"All {wording.many} together: ", loud, f" ({now:,} in the last 7 days, {then:,} before)"]


def _pictures(found: Opinions, wording: Wording) -> list[Block]:
    by_topic = {topic.name: topic.days for topic in found.topics if any(topic.days)}
    pictures = day_charts.topics(wording.many.capitalize(), found.frame.brand, by_topic, found.days)
    if not pictures:
        return []
    shown = list(by_topic)[: day_charts.TOPICS_SHOWN]
    rows: list[list[Line]] = [
        [day_charts.day_name(day), *(f"{by_topic[topic][number]:,}" for topic in shown)]
        for number, day in reversed(list(enumerate(found.days)))
    ]
    table = Table(("Day", *map(words, shown)), rows, right=range(1, len(shown) + 1))
    return [*pictures, Folded("The same as a table", [table])]


def _quoted(found: Opinions, wording: Wording) -> Block:
    """One example of each of the largest topics; of none, where there is no topic."""
    largest = [topic.examples[0] for topic in found.topics if topic.examples][:TOPICS_QUOTED]
    return example_table(largest or found.examples[:TOPICS_QUOTED], found.frame.zone, authors=wording.authors)


def jumps(brand: str, *kinds: str) -> list[Jump]:
    """Links to a brand's other reports, and to all."""
    named = [Jump(kind.replace("-", " "), key_of(kind, brand)) for kind in kinds]
    return [*named, Jump("all reports", "start-here")]
