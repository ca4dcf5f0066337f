"""A report that somebody asked for: one brand in one period, maybe one topic, maybe beside another brand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.counts import Counts
from reports.change import ENOUGH
from reports.comparisons import KEY_FIGURES, against
from reports.custom_tables import beside, one_topic, topic_day_blocks, topics
from reports.day_charts import sentiment
from reports.document import Block, Bullets, Folded, Heading, Paragraph, Piece, Report, Strong
from reports.examples import example_table
from reports.figures import Day, Example, Topic
from reports.keys import key_of
from reports.missing import looked_back
from reports.net import net_of
from reports.wording import moment, percent, plural, signed, words

KIND = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One brand in one period."""

    brand: str
    period: str
    """In words: "16 to 22 November 2026"."""
    days: Sequence[Day]
    counts: Counts
    """Of all the days together."""
    topics: Mapping[str, Topic] = field(default_factory=dict)
    missing: Sequence[str] = ()
    """What could not be collected of it, one line each."""
    incomplete: bool = False
    """Whether the last day is not over."""
    heard_from: date | None = None
    """The day on which somebody began to listen; None: nobody has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomFigures:
    """What the report is made from."""

    now: Side
    before: Side | None
    """The period of the same length before; None: nobody listened then."""
    as_of: datetime
    zone: ZoneInfo
    topic: str = ""
    """Only texts about it; empty: about anything."""
    topic_days: Mapping[date, Topic] = field(default_factory=dict)
    complaints: Sequence[Example] = ()
    """The clearest ones, about the topic if there is one."""
    praise: Sequence[Example] = ()
    rival: Side | None = None
    """Another brand in the same period."""


def custom_report(found: CustomFigures) -> Report:
    """The answer, as a report."""
    now = found.now
    about = f"{words(found.topic)}, " if found.topic else ""
    return Report(
        key=key_of(KIND, now.brand),
        title=f"{now.brand}: {about}{now.period}",
        compact=tuple(_compact(found)),
        full=tuple(_full(found)),
    )


def _compact(found: CustomFigures) -> list[Block]:
    now, before = found.now, found.before
    blocks: list[Block] = [Paragraph(_sentence(found))]
    if found.topic:
        blocks += [Paragraph(_of_topic(found)), one_topic(now, before, found.topic, _headers(found))]
    earlier = before.counts if before else None
    blocks.append(against(now.counts, earlier, KEY_FIGURES, _headers(found), growing=now.incomplete))
    if before is None:
        blocks.append(Paragraph("There is nothing to compare with: nobody listened in the days before."))
    if found.rival:
        blocks.append(Paragraph(_of_rival(found.now, found.rival)))
    blocks.append(Paragraph(_missing(found)))
    blocks.append(Paragraph(f"As of {moment(found.as_of, found.zone)}."))
    return blocks


def _headers(found: CustomFigures) -> tuple[str, str]:
    return "This period", f"Before ({found.before.period})" if found.before else ""


def _full(found: CustomFigures) -> list[Block]:
    now = found.now
    blocks: list[Block] = []
    if len(now.days) > 1:
        blocks.append(Heading("Day by day"))
        if found.topic:
            blocks += topic_day_blocks(now.days, found.topic_days, words(found.topic))
        else:
            blocks += sentiment(now.brand, now.days)
    if found.rival:
        blocks += [Heading(f"Beside {found.rival.brand}"), beside(now, found.rival, found.topic)]
    if not found.topic:
        blocks += [Heading("Topics"), *topics(now, found.before, _headers(found))]
    about = f" about {words(found.topic)}" if found.topic else ""
    blocks += [Heading(f"The clearest complaints{about}"), example_table(found.complaints, found.zone)]
    blocks += [Heading(f"The happiest texts{about}"), example_table(found.praise, found.zone)]
    if now.missing:
        blocks += [Heading("What could not be collected"), Bullets(tuple(now.missing))]
    return [*blocks, Folded("How to read this", (Bullets(_HOW_TO_READ),))]


_HOW_TO_READ = (
    "Mentions are posts. Everything else counts different texts: what many posts say in the same words on "
    "one day is one voice.",
    "Negative, neutral, positive, complaints and topics are what the model made of each text; it is wrong "
    "at times. Shares are of the texts that it could read.",
    "Net sentiment is the share of positive texts less that of negative ones, from \u2212100 to +100; in "
    "brackets, between what it lies with 95 % confidence.",
    '"Too few to tell" and "no clear change" mean what they say: such a difference comes and goes by chance.',
    "A text counts for a topic when the model finds it at least as likely as not; it may count for several.",
)


def _sentence(found: CustomFigures) -> list[Piece]:
    counts = found.now.counts
    name = Strong(found.now.brand)
    if not counts.mentions:
        return ["Nobody was heard mentioning ", name, f" in this period ({found.now.period})."]
    times = "once" if counts.mentions == 1 else f"{counts.mentions:,} times"
    pieces: list[Piece] = [name, f" was mentioned {times} ({found.now.period})"]
    if not counts.read:
        return [*pieces, "; the model has read none of it."]
    # Of a handful, a percentage would claim more than is known.
    few = counts.read < ENOUGH
    negative = f"{counts.negative:,}" if few else percent(counts.negative, counts.read)
    pieces.append(
        f"; of {plural(counts.read, 'text')} that the model could read, {negative} "
        f"{'is' if few and counts.negative == 1 else 'are'} negative and {counts.complaints:,} "
        f"{'is a complaint' if counts.complaints == 1 else 'are complaints'}"
    )
    net = net_of(counts)
    if net and net.certain:
        pieces.append(
            f". Net sentiment is {signed(net.value)}, between {signed(net.low)} and {signed(net.high)}"
        )
    return [*pieces, "."]


def _of_topic(found: CustomFigures) -> list[Piece]:
    topic = found.now.topics.get(found.topic, Topic())
    return [
        "About ",
        Strong(words(found.topic)),
        f": {plural(topic.complaints, 'complaint')} and {plural(topic.positive, 'positive text')}.",
    ]


def _of_rival(now: Side, rival: Side) -> list[Piece]:
    """Only how often each came up: how they compare in opinion stands in the table, with how sure that is."""
    if not rival.counts.mentions:
        return ["Nobody was heard mentioning ", Strong(rival.brand), " in the same days."]
    times = plural(rival.counts.mentions, "time")
    net, ours = net_of(rival.counts), net_of(now.counts)
    said = f" came up {times} in the same days"
    if net and net.certain and ours and ours.certain:
        said += f", with a net sentiment of {signed(net.value)} against {signed(ours.value)}"
    return [Strong(rival.brand), f"{said}."]


def _missing(found: CustomFigures) -> list[Piece]:
    side, first = found.now, found.before or found.now
    pieces: list[Piece] = []
    if side.incomplete:
        pieces.append("The last day is not over: its figures still grow. ")
    if side.missing:
        pieces += [
            Strong("Not everything was collected"),
            f", so figures are too low: {plural(len(side.missing), 'hole')}, named below. ",
        ]
    if side.heard_from and first.days and first.days[0].day < side.heard_from:
        pieces.append(looked_back(side.brand, side.heard_from))
    elif not pieces:
        pieces.append("No hole is known in what was collected.")
    return pieces
