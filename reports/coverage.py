"""What was collected, what is missing, and what it costs: whether all the other figures can be believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from core.listening import HEARD
from reports.document import Block, Bullets, Folded, Heading, Line, Paragraph, Report, Strong, Table
from reports.wording import moment, percent, plural, span, words

KEY = "coverage"
TITLE = "Coverage"
NAMED_AT_ONCE = 5
NEVER_ASKED = "never asked"
_FINE = ("complete", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What polls and back-fills brought in a span."""

    new: int = 0
    duplicate: int = 0
    rejected: int = 0
    """Records that could not be read; they are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One target."""

    name: str
    brand: str
    source: str
    state: str = NEVER_ASKED
    """A word of the coverage ledger for its last poll."""
    health: str = ""
    """core.listening.Health; empty: it was never asked."""
    last_success: datetime | None = None
    lag: timedelta | None = None
    """Since then."""
    day: Brought = Brought()
    week: Brought = Brought()
    note: str = ""
    """What its last poll said; for one that waits, until when and why."""
    cut_short: Sequence[str] = ()
    """What polls of the last seven days said that brought less than was asked, the latest first."""
    spent_usd: float = 0.0
    """Since the month began, looking again included."""
    budget_usd: float | None = None
    """Its own, a month; None: it costs nothing."""

    @property
    def fine(self) -> bool:
        """Whether nobody has to look at it."""
        return self.health in HEARD and self.state in _FINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A span that is not here."""

    target: str
    start: datetime | None
    """None: from the beginning."""
    until: datetime
    why: str
    permanent: bool
    """False: the next polls bring it, or a back-fill does."""
    unheard: bool = False
    """They do once the target can be heard again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """The figures behind the report."""

    as_of: datetime
    zone: tzinfo
    targets: Sequence[Target] = ()
    missing: Sequence[Missing] = ()
    """The latest first."""
    spent_usd: float = 0.0
    """Since the month began, on everything."""
    monthly_usd: float | None = None
    """The budget over everything; None: there is none."""
    stop: str = ""
    """What is not asked any more for want of money, in words; empty: everything is."""


def coverage(found: Listened) -> Report:
    """The report."""
    trouble = [each for each in found.targets if not each.fine]
    return Report(
        key=KEY,
        title=TITLE,
        compact=[
            Paragraph(summary(found)),
            *([_states(trouble or found.targets, found)] if found.targets else []),
            Paragraph(_money(found)),
            Paragraph(f"As of {moment(found.as_of, found.zone)}."),
        ],
        full=[
            Heading(TITLE, 1),
            Heading("Targets"),
            *([_states([*trouble, *_rest(found)], found)] if found.targets else [Paragraph("None.")]),
            Heading("What came"),
            _amounts(found),
            Heading("What is missing"),
            *_holes(found),
            *_cut_short(found),
            Heading("Money"),
            *_spending(found),
            Folded("How to read this", [Bullets(_HOW_TO_READ)]),
        ],
    )


def summary(found: Listened) -> Line:
    """Whether anything is missing, and what."""
    many = plural(len(found.targets), "target")
    if not found.targets:
        return (Strong("Nothing is listened to."), " Name targets in brands.yaml.")
    trouble = [each for each in found.targets if not each.fine]
    if not trouble and not found.missing:
        return (Strong("Nothing is missing:"), f" all that was asked of {many} is here.")
    said = [", so figures are too low." if found.missing else "."]
    if trouble:
        said.append(f"Not heard as it should be: {_named(trouble)} ({len(trouble):,} of {many}).")
    for_good = [each for each in found.missing if each.permanent]
    if for_good:
        latest = f"{for_good[0].target} until {for_good[0].until:%Y-%m-%d}"
        said.append(f"Missing for good: {plural(len(for_good), 'span')}, the latest of {latest}.")
    filled = sum(not each.permanent and not each.unheard for each in found.missing)
    if filled:
        said.append(f"Being filled: {plural(filled, 'span')}.")
    return (Strong("Something is missing"), " ".join(said))


def _named(trouble: Sequence[Target]) -> str:
    names = [f"{each.name} ({each.health or each.state})" for each in trouble[:NAMED_AT_ONCE]]
    if len(trouble) > NAMED_AT_ONCE:
        names.append(f"{len(trouble) - NAMED_AT_ONCE:,} more")
    return ", ".join(names)


def _rest(found: Listened) -> list[Target]:
    return [each for each in found.targets if each.fine]


def _states(targets: Sequence[Target], found: Listened) -> Table:
    header = ("Target", "Brand", "Source", "Heard", "Last poll", "Last success", "Behind", "Note")
    rows = [
        (
            each.name, each.brand, each.source,
            _marked(each.health or NEVER_ASKED, fine=each.health in HEARD),
            _marked(words(each.state), fine=each.state in _FINE),
            moment(each.last_success, found.zone) if each.last_success else "never",
            span(each.lag) if each.lag is not None else "", each.note,
        )
        for each in targets
    ]  # fmt: skip
    return Table(header, rows)


def _marked(word: str, *, fine: bool) -> Line:
    return word if fine else Strong(word)


def _amounts(found: Listened) -> Table:
    header = (
        "Target", "New, 24 h", "Known already, 24 h", "Unreadable, 24 h", "New, 7 days",
        "Known already, 7 days", "Unreadable, 7 days",
    )  # fmt: skip
    rows = [(each.name, *_numbers(each.day), *_numbers(each.week)) for each in found.targets]
    return Table(header, rows, right=(1, 2, 3, 4, 5, 6))


def _numbers(brought: Brought) -> tuple[str, str, str]:
    return f"{brought.new:,}", f"{brought.duplicate:,}", f"{brought.rejected:,}"


def _holes(found: Listened) -> Iterator[Block]:
    if not found.missing:
        yield Paragraph("Nothing that is known of.")
        return
    rows = [
        (
            each.target,
            moment(each.start, found.zone) if each.start else "the beginning",
            moment(each.until, found.zone),
            _how(each),
            each.why,
        )
        for each in found.missing
    ]
    yield Table(("Target", "From", "Until", "Missing", "Why"), rows)


def _how(missing: Missing) -> Line:
    if missing.permanent:
        return Strong("for good")
    return "until it is heard again" if missing.unheard else "being filled"


def _cut_short(found: Listened) -> Iterator[Block]:
    rows = [(each.name, said) for each in found.targets for said in each.cut_short]
    if rows:
        yield Paragraph("Polls of the last 7 days that brought less than was asked:")
        yield Table(("Target", "Why"), rows)


def _money(found: Listened) -> Line:
    of = "" if found.monthly_usd is None else f" of {found.monthly_usd:,.2f}"
    return f"Spent this month: {found.spent_usd:,.2f}{of} US dollars. {found.stop}".strip()


def _spending(found: Listened) -> Iterator[Block]:
    yield Paragraph(_money(found))
    paid = [each for each in found.targets if each.budget_usd is not None or each.spent_usd]
    rows = [
        (
            each.name, f"{each.spent_usd:,.2f}",
            "" if each.budget_usd is None else f"{each.budget_usd:,.2f}",
            percent(each.spent_usd, each.budget_usd) if each.budget_usd else "",
        )
        for each in sorted(paid, key=lambda each: -each.spent_usd)
    ]  # fmt: skip
    if rows:
        yield Table(("Target", "Spent, USD", "Its own budget, USD", "Used"), rows, right=(1, 2, 3))


_HOW_TO_READ: Sequence[Line] = (
    "Quiet is a target that nobody wrote on, which happens; silent one where unusually little came: see "
    "whether its query still fits. Late and broken were not heard; waiting was told by its platform to ask "
    "later.",
    "A span that is missing for good cannot be had any more: its platform no longer shows it. One that is "
    "being filled comes with the next polls, or with a back-fill that was begun.",
    "Behind is how long ago a poll last came to its end.",
    "Known already are records that came again; they are stored once.",
    "The same figures: earful status. What the words mean: docs/coverage.md.",
)
