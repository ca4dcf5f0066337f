"""What a report about a brand cannot show, said where its figures stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from core.listening import HEARD
from reports.document import Block, Bullets, Jump, Line, Paragraph, Piece, Strong, Table
from reports.figures import Coverage, Day, Frame
from reports.wording import moment, plural, words

TARGETS_NAMED = 5
HOLES_NAMED = 5


def missing(frame: Frame, days: Sequence[Day]) -> list[Block]:
    """One or two sentences: whether everything was collected, and since when somebody listens."""
    said: list[Block] = [Paragraph(_collected(frame, days))]
    begun = frame.heard_from
    if begun is not None and days and begun > days[0].day - timedelta(days=7):
        said.append(Paragraph(looked_back(frame.brand, begun)))
    return said


def looked_back(brand: str, heard_from: date) -> str:
    """Said of figures about days on which nobody listened yet."""
    return (
        f"Earful has listened to {brand} since {heard_from:%d %B %Y}. What was posted before came with the "
        "first look back and may not be all there was: take changes against that time with care."
    )


def holes(frame: Frame) -> list[Block]:
    """What nothing will bring back, one line each."""
    if not frame.holes:
        return []
    lines: list[Line] = list(frame.holes[:HOLES_NAMED])
    if len(frame.holes) > HOLES_NAMED:
        lines.append(f"… and {len(frame.holes) - HOLES_NAMED:,} more")
    return [Bullets(lines)]


def nothing_posted(frame: Frame, days: Sequence[Day]) -> list[Block]:
    """When nothing at all was posted lately: when something was, and how to ask for that time."""
    if any(day.counts.mentions for day in days):
        return []
    if frame.newest is None:
        return [Paragraph([f"Nothing about {frame.brand} was collected so far."])]
    return [
        Paragraph(
            [
                f"Nobody was heard mentioning {frame.brand} in the last {len(days)} days. ",
                Strong(f"The newest mention is from {frame.newest:%d %B %Y}."),
                " For a report of that time run the deployment “report” (Deployments, report, Run, Custom "
                "run), with this brand and the days that you want.",
            ]
        )
    ]


def coverage(frame: Frame) -> list[Block]:
    """What each target brought, those with holes first."""
    if not frame.coverage:
        return [Paragraph("Nothing was collected in this time.")]
    holes_first = sorted(frame.coverage, key=lambda row: row.whole)
    return [
        Table(
            (
                "Target",
                "State",
                "Heard in 24 h",
                "Usual",
                "Last success",
                "New",
                "Unreadable",
                "US dollars",
                "Note",
            ),
            [_target(row, frame) for row in holes_first],
            right=(2, 3, 5, 6, 7),
        )
    ]


def _collected(frame: Frame, days: Sequence[Day]) -> list[Piece]:
    incomplete = [row for row in frame.coverage if not row.whole]
    if not frame.coverage:
        return [Strong("Nothing was collected yet"), ": the deployment “listen” begins with it."]
    if not incomplete:
        return [f"Everything that was asked for was collected ({plural(len(frame.coverage), 'target')})."]
    named = [f"{row.target} ({_trouble(row)})" for row in incomplete[:TARGETS_NAMED]]
    if len(incomplete) > TARGETS_NAMED:
        named.append(f"{len(incomplete) - TARGETS_NAMED:,} more")
    hatched = sum(day.hole for day in days)
    return [
        Strong("Not everything was collected"),
        f", so figures are too low. Holes in {len(incomplete):,} of {plural(len(frame.coverage), 'target')}: "
        f"{', '.join(named)}. ",
        f"{hatched} of the last {len(days)} days {'is' if hatched == 1 else 'are'} incomplete, and hatched "
        "in the charts. "
        if hatched
        else "",
        Jump("What was collected", "coverage"),
    ]


def _trouble(row: Coverage) -> str:
    """In a word: how its last poll ended, else how it is heard, else that something of earlier is missing."""
    if row.state != "ok":
        return words(row.state)
    return "a hole" if row.health in ("", *HEARD) else row.health


def _target(row: Coverage, frame: Frame) -> list[Line]:
    state: str | Strong = words(row.state) if row.whole else Strong(words(row.state))
    health: list[Piece] = [f", {row.health}"] if row.health in HEARD else [", ", Strong(row.health)]
    return [
        row.target,
        state if row.health in ("", row.state) else [state, *health],
        "" if row.heard is None else f"{row.heard:,}",
        "not known" if row.usual is None else f"{row.usual:,.0f}",
        moment(row.last_success, frame.zone) if row.last_success else "never",
        f"{row.new:,}",
        f"{row.rejected:,}",
        f"{row.spend_usd:,.2f}",
        row.note,
    ]
