"""How a brand is doing: what marketing looks at every day."""

from __future__ import annotations

from collections.abc import Sequence

from core.counts import Counts
from reports import day_charts
from reports.change import ENOUGH, NO_CHANGE, TOO_FEW
from reports.comparisons import ALL_FIGURES, KEY_FIGURES, against, side_by_side
from reports.document import (
    Block,
    Bullets,
    Heading,
    Jump,
    Line,
    Link,
    Paragraph,
    Piece,
    Report,
    Strong,
    Table,
)
from reports.examples import example_table
from reports.figures import BrandHealth, Comparison
from reports.how_to_read import CHANGE, HOLE, MENTIONS, NET, SENTIMENT, UNANSWERED, WEEK, WHY
from reports.keys import key_of
from reports.missing import coverage, holes, missing, nothing_posted
from reports.topic_tables import topic_table
from reports.why import changes
from reports.wording import moment, percent, plural, span, words


def report(health: BrandHealth) -> Report:
    """The report: what is seen at once, and everything behind it."""
    brand = health.frame.brand
    title = f"{brand}: brand health"
    return Report(
        key=key_of("brand-health", brand), title=title, compact=_compact(health), full=_full(health, title)
    )


def _compact(health: BrandHealth) -> list[Block]:
    frame = health.frame
    nothing = nothing_posted(frame, health.days)
    figures: list[Block] = [
        *_changed(health),
        Heading("Today so far"),
        side_by_side(health.today),
        Heading("The last 7 days"),
        _week(health, KEY_FIGURES),
        *day_charts.sentiment(frame.brand, health.days),
    ]
    return [
        *(nothing or [Paragraph(_sentence(health))]),
        *([] if nothing else figures),
        Paragraph(_alerts(health)),
        *missing(frame, health.days),
        Paragraph(
            [
                "More: ",
                Jump("complaints", key_of("complaints", frame.brand)),
                ", ",
                Jump("praise", key_of("praise", frame.brand)),
                ", ",
                Jump("all reports", "start-here"),
                f". As of {moment(frame.as_of, frame.zone)}.",
            ]
        ),
    ]


def _full(health: BrandHealth, title: str) -> list[Block]:
    frame = health.frame
    return [
        Heading(title, 1),
        Heading("All figures of the last 7 days"),
        _week(health, ALL_FIGURES),
        Heading("Net sentiment"),
        *day_charts.net(frame.brand, health.days),
        Heading("Complaints by topic"),
        *_topics(health),
        Heading("Clearest complaints"),
        example_table(health.complaints, frame.zone),
        Heading("Unanswered alerts"),
        *_waiting(health),
        Heading("What was collected"),
        *holes(frame),
        *coverage(frame),
        Heading("How to read this"),
        Bullets([MENTIONS, SENTIMENT, NET, WEEK, CHANGE, WHY, HOLE, UNANSWERED]),
    ]


def _week(health: BrandHealth, figures: Sequence[str]) -> Table:
    before = health.week.before
    return against(health.week.now.counts, before.counts if before else None, figures)


def _sentence(health: BrandHealth) -> list[Piece]:
    week = health.week.now.counts
    today = health.today[0].now
    said: list[Piece] = [Strong(health.frame.brand), f" was mentioned {_times(week)} in the last 7 days"]
    if not week.mentions:
        said = [f"Nobody was heard mentioning {health.frame.brand} in the last 7 days"]
    elif not week.read:
        said.append("; the model has read none of it")
    elif week.read < ENOUGH:
        # Of a handful, a percentage would claim more than is known.
        said.append(
            f"; of {plural(week.read, 'text')} that could be read, {week.negative:,} "
            f"{'is' if week.negative == 1 else 'are'} negative, {week.positive:,} positive, and "
            f"{plural(week.complaints, 'is a complaint', 'are complaints')}"
        )
    else:
        said.append(
            f"; of {plural(week.read, 'text')} that could be read, {percent(week.negative, week.read)} are "
            f"negative and {percent(week.positive, week.read)} positive, and "
            f"{plural(week.complaints, 'is a complaint', 'are complaints')}"
        )
    return [*said, f". {_capital(today.name)}: {plural(today.counts.mentions, 'mention')}."]


def _times(counts: Counts) -> str:
    times = "once" if counts.mentions == 1 else f"{counts.mentions:,} times"
    return f"{times} ({plural(counts.texts or 0, 'different text')})" if counts.repeated else times


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _changed(health: BrandHealth) -> list[Block]:
    """What changed and why: a sentence for each figure that did, one line for all that did not."""
    said: list[Line] = []
    for compared, than in (
        (health.today[0], "yesterday until the same time"),
        (health.week, "the 7 days before"),
    ):
        said += _sentences(compared, than)
    return [Heading("What changed, and why"), Bullets(said)]


def _sentences(compared: Comparison, than: str) -> list[Line]:
    if compared.before is None:
        return [f"{_capital(compared.now.name)}: nothing to compare with yet."]
    found = changes(compared)
    rest = [
        *([f"{NO_CHANGE} in {_listed(found.unclear)}"] if found.unclear else []),
        *([f"{TOO_FEW} in {_listed(found.too_few)}"] if found.too_few else []),
    ]
    quiet = f"{_capital(compared.now.name)}, against {than}: {'; '.join(rest)}."
    return [*found.clear, *([quiet] if rest else [])]


def _topics(health: BrandHealth) -> list[Block]:
    now, before = health.week.now.topics, health.week.before.topics if health.week.before else None
    largest = sorted(
        health.topic_days,
        key=lambda topic: (
            -(now[topic].complaints if topic in now else 0),
            -sum(health.topic_days[topic]),
            topic,
        ),
    )
    if not largest:
        return [Paragraph("No complaint about a topic that is known.")]
    counts = {topic: (now[topic].complaints if topic in now else 0) for topic in largest}
    earlier = (
        None
        if before is None
        else {topic: (before[topic].complaints if topic in before else 0) for topic in largest}
    )
    ordered = {topic: health.topic_days[topic] for topic in largest}
    return [
        *day_charts.topics("Complaints", health.frame.brand, ordered, health.days),
        topic_table("Complaints", counts, earlier),
    ]


def _alerts(health: BrandHealth) -> list[Piece]:
    if health.frame.competitor:
        return ["Nobody is alerted of a competitor's customers."]
    if not health.alerts_open:
        return ["No alert is open."]
    opened = f"{plural(health.alerts_open, 'alert is', 'alerts are')} open"
    if not health.unanswered:
        return [f"{opened}; somebody has acknowledged each of them. ", Jump("Open alerts", "open-alerts")]
    oldest = span(health.waiting[0].waited) if health.waiting else ""
    waits = f"; the oldest has waited for {oldest}. "
    if health.alerts_open == 1:
        return [f"{opened}, and nobody has acknowledged it{waits}", Jump("Open alerts", "open-alerts")]
    all_of_them = health.unanswered == health.alerts_open
    return [
        f"{opened}, and nobody has acknowledged ",
        Strong("any" if all_of_them else f"{health.unanswered:,}"),
        f" of them{waits}",
        Jump("Open alerts", "open-alerts"),
    ]


def _waiting(health: BrandHealth) -> list[Block]:
    if not health.waiting:
        return [Paragraph(_alerts(health))]
    rows: list[list[Line]] = [
        [
            f"{alert.id}",
            words(alert.priority),
            alert.headline,
            span(alert.waited),
            Link("open", alert.link),
        ]
        for alert in health.waiting
    ]
    table = Table(("Number", "Priority", "What", "Has waited for", "Post"), rows, right=(0,))
    return [Paragraph(_alerts(health)), table]


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
