"""How much of what was heard is about which brand, own ones and competitors side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from core.counts import Counts
from core.shares import wilson
from reports import charts
from reports.change import ENOUGH
from reports.document import Block, Bullets, Folded, Heading, Line, Paragraph, Picture, Report, Strong, Table
from reports.net import net_words
from reports.wording import moment, percent, plural, words

KEY = "share-of-voice"
TITLE = "Share of voice"
WEEK, MONTH = 7, 28
"""Days that are compared, today's so far among them."""
NAMED_AT_ONCE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said about one brand in a span of days."""

    counts: Counts = field(default_factory=Counts)
    topic: str = ""
    """That most complaints are about; empty: there is none."""
    topic_complaints: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandVoice:
    """One brand."""

    name: str
    competitor: bool
    week: Said
    month: Said
    targets: int = 1
    """How many are listened to for it: who is listened to in more places is heard more."""
    sources: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOfVoice:
    """All brands."""

    as_of: datetime
    zone: tzinfo
    brands: Sequence[BrandVoice] = field(default=())


def share_of_voice(found: ShareOfVoice) -> Report:
    """The report."""
    advice = [] if len(found.brands) > 1 else [Paragraph(_HOW_TO_COMPARE)]
    return Report(
        key=KEY,
        title=TITLE,
        compact=[
            Paragraph(_sentence(found)),
            *advice,
            *_picture(found, MONTH),
            _figures(_ranked(found.brands, WEEK), WEEK),
            *_unlike(found),
            Paragraph(f"As of {moment(found.as_of, found.zone)}."),
        ],
        full=[
            Heading(TITLE, 1),
            Heading(f"The last {MONTH} days"),
            _figures(_ranked(found.brands, MONTH), MONTH),
            Heading(f"The last {WEEK} days"),
            *_picture(found, WEEK),
            _figures(_ranked(found.brands, WEEK), WEEK),
            Heading("What is compared"),
            _listened(found.brands),
            Folded("How to read this", [Bullets(_HOW_TO_READ)]),
        ],
    )


_HOW_TO_COMPARE: Line = (
    "There is nothing to compare with yet. Add a competitor to brands.yaml: a brand with ",
    Strong("competitor: true"), " and targets of its own, best on the same sources "
    "(docs/queries.md). It is counted and shown here, and nobody is alerted of its customers.",
)  # fmt: skip

_HOW_TO_READ: Sequence[Line] = (
    f"The last {WEEK} and {MONTH} days are those up to and with today, where the team is.",
    "Mentions are posts; everything else counts different texts of a day: the same words posted again on "
    "that day are one voice.",
    "Shares are of what was heard, not of what was said in the world: a brand that is listened to in more "
    "places, or by a wider query, has more. Holes in what was collected make a share smaller.",
    "Net sentiment is the share of positive texts less that of negative ones, from -100 to 100. Between "
    "the figures in brackets the true one lies with 95 % confidence, as far as texts do not answer each "
    "other. Two brands whose brackets overlap may well be alike.",
    f"Of fewer than {ENOUGH} texts a share would claim more than is known; numbers stand there instead.",
)


def _said(brand: BrandVoice, days: int) -> Said:
    return brand.week if days == WEEK else brand.month


def _ranked(brands: Sequence[BrandVoice], days: int) -> list[BrandVoice]:
    return sorted(brands, key=lambda brand: (-_said(brand, days).counts.mentions, brand.name))


def _all(brands: Sequence[BrandVoice], days: int) -> int:
    return sum(_said(brand, days).counts.mentions for brand in brands)


def _named(brand: BrandVoice) -> str:
    return f"{brand.name} (competitor)" if brand.competitor else brand.name


def _sentence(found: ShareOfVoice) -> Line:
    every = _all(found.brands, MONTH)
    if not found.brands:
        return "No brand is listened to."
    if not every:
        brands = plural(len(found.brands), "brand")
        return f"In the last {MONTH} days nobody was heard mentioning any of {brands}."
    pieces: list[str | Strong] = [f"Of {plural(every, 'mention')} in the last {MONTH} days, "]
    ranked = _ranked(found.brands, MONTH)
    for number, brand in enumerate(ranked[:NAMED_AT_ONCE]):
        count = brand.month.counts.mentions
        share = percent(count, every) if every >= ENOUGH else f"{count:,}"
        name = _named(brand)
        pieces += ["; " if number else "", f"{share} {'were' if count != 1 else 'was'} about "]
        pieces.append(name if brand.competitor else Strong(name))
    if len(ranked) > NAMED_AT_ONCE:
        pieces.append(f"; {plural(len(ranked) - NAMED_AT_ONCE, 'more brand')} below")
    pieces.append("." if every >= ENOUGH else ". That is too little to compare.")
    return pieces


def _picture(found: ShareOfVoice, days: int) -> Iterator[Picture]:
    every = _all(found.brands, days)
    if len(found.brands) < 2 or not every:
        return
    rows = []
    for brand in _ranked(found.brands, days):
        count = _said(brand, days).counts.mentions
        figure = f"{percent(count, every)} ({count:,})" if every >= ENOUGH else f"{count:,}"
        value = count / every * 100
        rows.append(
            charts.Share(name=_named(brand), value=value, highlighted=not brand.competitor, figure=figure)
        )
    of = f"each brand's share of {plural(every, 'mention')} in {days} days"
    alt = f"Bars: {of}; the longest is {rows[0].name}, {rows[0].figure}."
    yield charts.shares(rows, alt=alt, title=f"Share of mentions, last {days} days")


def _figures(brands: Sequence[BrandVoice], days: int) -> Table:
    header = (
        f"Last {days} days", "Mentions", "Share", "Different texts", "Net sentiment", "Complaints",
        "Most complained about",
    )  # fmt: skip
    every = _all(brands, days)
    return Table(header, [_row(brand, _said(brand, days), every) for brand in brands], right=(1, 2, 3))


def _row(brand: BrandVoice, said: Said, every: int) -> Sequence[Line]:
    name, counts = _named(brand), said.counts
    return (
        name if brand.competitor else Strong(name),
        f"{counts.mentions:,}",
        percent(counts.mentions, every) if every >= ENOUGH else "too few",
        f"{counts.texts:,}",
        net_words(counts),
        _complaints(counts),
        f"{words(said.topic)} ({said.topic_complaints:,})" if said.topic else "",
    )


def _complaints(counts: Counts) -> str:
    if not counts.read:
        return "nothing read"
    if counts.read < ENOUGH:
        return f"{counts.complaints:,} of {counts.read:,}"
    low, high = wilson(counts.complaints, counts.read)
    share = percent(counts.complaints, counts.read)
    return f"{share} ({low * 100:.0f} to {high * 100:.0f}; {counts.complaints:,} of {counts.read:,})"


def _unlike(found: ShareOfVoice) -> Iterator[Block]:
    """A warning where brands are not listened to in the same places."""
    if len({tuple(sorted(brand.sources)) for brand in found.brands}) > 1:
        yield Paragraph(
            "These brands are not listened to on the same sources: compare their shares with care."
        )


def _listened(brands: Sequence[BrandVoice]) -> Table:
    rows = [(_named(b), f"{b.targets:,}", ", ".join(b.sources)) for b in sorted(brands, key=lambda b: b.name)]
    return Table(("Brand", "Targets", "Sources"), rows, right=(1,))
