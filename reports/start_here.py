"""The page that everybody begins with: how each brand is doing, what is missing, and where to look on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from core.counts import Counts
from reports.change import of_counts
from reports.coverage import NEVER_ASKED, Listened, summary
from reports.document import Block, Bullets, Heading, Jump, Line, Paragraph, Piece, Report, Strong, Table
from reports.net import net_words, of_nets
from reports.wording import moment, plural, span, words

KEY = "start-here"
TITLE = "Start here"
WARNINGS_AT_ONCE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandLine:
    """One brand."""

    name: str
    competitor: bool
    now: Counts
    """Today so far and the six days before."""
    before: Counts | None
    """The seven days before these, until the same time of day; None: nothing is known of them."""
    open_alerts: int = 0
    newest: date | None = None
    """The day of its newest mention; None: there is none."""
    reports: Sequence[Jump] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartHere:
    """The figures behind the report."""

    as_of: datetime
    until: datetime
    """The end of the days that are told of: the same, unless somebody asked for the past."""
    zone: tzinfo
    brands: Sequence[BrandLine] = ()
    reports: Sequence[Jump] = ()
    """Those that are about all brands."""
    listened: Listened
    heard_at: datetime | None = None
    """When a poll of any target last came to its end; None: none did."""
    unread: int = 0
    """Texts that the model has yet to read."""
    given_up: int = 0
    """Messages that could not be delivered."""
    warnings: Sequence[str] = ()
    """What the run said that published this, beyond what the ledger knows."""


def start_here(found: StartHere) -> Report:
    """The report."""
    warnings = list(_warnings(found))
    return Report(
        key=KEY,
        title=TITLE,
        compact=[
            Paragraph(_fresh(found)),
            Paragraph(summary(found.listened)),
            *_brands(found.brands),
            *_reports(found.reports),
            *_few(warnings),
        ],
        full=[
            Heading(TITLE, 1),
            *_every(found.brands),
            Heading("Warnings of the last run"),
            Bullets(warnings) if warnings else Paragraph("None."),
            Heading("What can be done in this UI"),
            Bullets(_HOW_TO),
        ],
    )


_HOW_TO: Sequence[Line] = (
    "Come back to this page: bookmark it. The menu has no entry for reports; the description of every "
    "deployment leads here as well.",
    "Each report shows the present on top of its page. Below stand its earlier versions: open one to see "
    "what it said then, and the newest for everything behind the present.",
    (
        "Ask a question of your own: Deployments, then ",
        Strong("report"),
        ", then Run, Custom run. Choose brand, period, topic and competitor; the answer is a report like "
        "these.",
    ),
    (
        "Collect now, without waiting for the hour: Deployments, then ",
        Strong("listen"),
        ", then Run, Quick run. Nothing is collected twice, and a target that is being asked is left alone.",
    ),
    "See what runs when: Deployments shows the schedules. The switch beside one pauses it, until Earful is "
    "deployed or served again.",
    "See what ran: Runs. Completed with warnings is green, and means that something could not be collected "
    "or done: what it was stands above, and in the run's details.",
    "Nothing here changes what was collected. Whoever can open this UI can delete runs and reports, though: "
    "send the report page to those who only read.",
)


def _fresh(found: StartHere) -> Line:
    heard = "Nobody was listened to yet."
    if found.heard_at is not None:
        heard = f"Last listened {span(found.as_of - found.heard_at)} ago."
    unread = f" {plural(found.unread, 'text')} wait to be read." if found.unread else ""
    past = f" Figures end at {moment(found.until, found.zone)}." if found.until != found.as_of else ""
    return (Strong(f"As of {moment(found.as_of, found.zone)}."), f" {heard}{unread}{past}")


def _brands(brands: Sequence[BrandLine]) -> Iterator[Block]:
    if not brands:
        return
    header = (
        "Last 7 days",
        "Mentions",
        "Net sentiment",
        "Complaints",
        "Against 7 days before",
        "Open alerts",
        "More",
    )
    rows: list[Sequence[Line]] = [
        (
            _name(brand),
            f"{brand.now.mentions:,}" if brand.now.mentions else _silent(brand),
            net_words(brand.now),
            f"{brand.now.complaints:,}",
            _change(brand),
            "" if brand.competitor and not brand.open_alerts else f"{brand.open_alerts:,}",
            _row_of(brand.reports),
        )
        for brand in sorted(brands, key=lambda brand: brand.competitor)
    ]
    yield Table(header, rows, right=(1, 3, 5))


def _name(brand: BrandLine) -> Line:
    return f"{brand.name} (competitor)" if brand.competitor else Strong(brand.name)


def _silent(brand: BrandLine) -> str:
    return "0" if brand.newest is None else f"0 (newest of {brand.newest})"


def _change(brand: BrandLine) -> str:
    now, before = brand.now, brand.before
    if before is None:
        return "nothing to compare with yet"
    mentions = of_counts(now.mentions, before.mentions)
    net = of_nets(now, before)
    complaints = of_counts(now.complaints, before.complaints)
    return f"mentions: {mentions}; net sentiment: {net}; complaints: {complaints}"


def _row_of(jumps: Sequence[Jump]) -> Line:
    pieces: list[Piece] = []
    for jump in jumps:
        pieces += [" · ", jump] if pieces else [jump]
    return pieces


def _reports(jumps: Sequence[Jump]) -> Iterator[Block]:
    if jumps:
        yield Paragraph(("All brands: ", *_pieces(jumps)))


def _pieces(jumps: Sequence[Jump]) -> list[Piece]:
    line = _row_of(jumps)
    return list(line) if isinstance(line, list) else []


def _every(brands: Sequence[BrandLine]) -> Iterator[Block]:
    for brand in brands:
        if brand.reports:
            yield Heading(f"{brand.name}{' (competitor)' if brand.competitor else ''}")
            yield Bullets([[jump] for jump in brand.reports])


def _warnings(found: StartHere) -> Iterator[Line]:
    for target in found.listened.targets:
        if not target.fine:
            why = f": {target.note}" if target.note else ""
            state = f"{target.health}, its last poll {words(target.state)}" if target.health else NEVER_ASKED
            yield (Strong(target.name), f" ({state}){why}")
    if found.listened.stop:
        yield found.listened.stop
    if found.given_up:
        messages = plural(found.given_up, "message")
        yield f"{messages} could not be delivered and will not be tried again: earful status names them."
    yield from found.warnings


def _few(warnings: Sequence[Line]) -> Iterator[Block]:
    if warnings:
        yield Heading("Warnings")
        yield Bullets(warnings[:WARNINGS_AT_ONCE])
    if len(warnings) > WARNINGS_AT_ONCE:
        yield Paragraph(f"… and {len(warnings) - WARNINGS_AT_ONCE:,} more, below.")
