"""Who speaks about a brand, and who comes back, within what each source's terms allow (core/voices.py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from core.shares import wilson
from reports.change import ENOUGH
from reports.document import (
    Block,
    Bullets,
    Folded,
    Heading,
    Jump,
    Line,
    Link,
    Paragraph,
    Report,
    Strong,
    Table,
)
from reports.keys import key_of
from reports.wording import moment, plural

KIND = "voices"
SHOWN_AT_ONCE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Returning:
    """How many authors of the earlier span came back in the later one, and how they then read.

    Somebody is happy in a span when more of their texts read as positive than as negative, unhappy the other
    way round, and neither where it is even.
    """

    before: int = 0
    """Heard in the earlier span."""
    back: int = 0
    """Of these, heard in the later one as well."""
    back_happy: int = 0
    back_unhappy: int = 0
    turned_happy: int = 0
    """Unhappy before, happy since."""
    turned_unhappy: int = 0
    complained: int = 0
    """Heard with a complaint in the earlier span."""
    quiet: int = 0
    """Of these, not heard since."""
    since: int = 0
    """Heard in the later span."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """One author who may be named."""

    handle: str
    source: str
    followers: int | None
    posts: int
    days: int
    happy: tuple[int, int]
    """Texts that read as positive: in the earlier span, in the later one."""
    unhappy: tuple[int, int]
    last: date
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """The figures of one brand."""

    brand: str
    as_of: datetime
    zone: tzinfo
    start: date
    """The first day of the earlier span."""
    middle: date
    """The first day of the later one, which ends now."""
    returning: Returning
    reach: Sequence[Author] = ()
    """Those with the most followers, of the later span."""
    loyal: Sequence[Author] = ()
    """Those who wrote on the most days, two at least, of both spans."""
    competitor: bool = False
    heard_since: date | None = None
    """The first day with a mention; None: there is none."""
    holes: int = 0
    """Known holes in what was collected in both spans."""
    counted: Sequence[str] = ()
    """Sources whose authors count and are not named."""
    left_out: Sequence[tuple[str, str]] = field(default=())
    """Sources whose authors are not looked at, each with why."""


def voices(found: Voices) -> Report:
    """The report."""
    who = _who(found)
    return Report(
        key=key_of(KIND, found.brand),
        title=f"{found.brand}: voices",
        compact=[
            Paragraph(_sentence(found)),
            *_caution(found),
            *_patterns(found),
            *([_reach(found.reach[:SHOWN_AT_ONCE])] if found.reach else []),
            Paragraph(f"As of {moment(found.as_of, found.zone)}."),
        ],
        full=[
            Heading(f"{found.brand}: voices", 1),
            Heading("Do they come back?"),
            Table(("", "Authors"), list(_counts(found.returning)), right=(1,)),
            *who,
            Heading("Whose authors are looked at"),
            *_rules(found),
            Folded("How to read this", [Bullets(_how_to_read(found))]),
        ],
    )


def _sentence(found: Voices) -> Line:
    name, there = Strong(found.brand), found.returning
    days = (found.middle - found.start).days
    earlier = f"in the {days} days before ({found.start} to {found.middle - timedelta(days=1)})"
    if not there.before:
        heard = plural(there.since, "author")
        return (
            "Do they come back? There is no answer yet: nobody who may be counted was heard mentioning ",
            name, f" {earlier}. In the last {days} days, {heard} {'was' if there.since == 1 else 'were'}.",
        )  # fmt: skip
    back = f"{there.back:,} came back in the last {days} days"
    return (
        f"Of {plural(there.before, 'author')} who mentioned ",
        name,
        f" {earlier}, {back}{_share(there)}.",
    )


def _share(there: Returning) -> str:
    if there.before < ENOUGH:
        return " (too few for a percentage)"
    low, high = wilson(there.back, there.before)
    return f": {there.back / there.before * 100:.0f} % (between {low * 100:.0f} and {high * 100:.0f} %)"


def _caution(found: Voices) -> Iterator[Block]:
    if found.heard_since is not None and found.heard_since > found.start and found.returning.before:
        since = f"The first mention that is known is of {found.heard_since}"
        yield Paragraph(f"{since}: the earlier days are not all there, so the first number is too low.")
    if found.holes:
        holes = plural(found.holes, "hole")
        yield Paragraph(
            (f"There {'is' if found.holes == 1 else 'are'} {holes} in what was collected (",
             Jump("coverage", "coverage"), "): some who came back were not heard, so the share is too low.")
        )  # fmt: skip


def _patterns(found: Voices) -> Iterator[Block]:
    there = found.returning
    said: list[Line] = []
    if there.back:
        said.append(f"Came back happy: {there.back_happy:,}; unhappy: {there.back_unhappy:,}.")
        turned = f"Unhappy before and happy now: {there.turned_happy:,}"
        said.append(f"{turned}; the other way round: {there.turned_unhappy:,}.")
    if there.complained:
        said.append(
            f"Complained before and not heard since: {there.quiet:,} of {there.complained:,}. "
            "Quiet is not content: nobody knows."
        )
    if said:
        yield Bullets(said)


def _counts(there: Returning) -> Iterator[Sequence[Line]]:
    rows = (
        ("Heard in the earlier days", there.before),
        ("… of them heard again since", there.back),
        ("… of these happy since", there.back_happy),
        ("… of these unhappy since", there.back_unhappy),
        ("… unhappy before, happy since", there.turned_happy),
        ("… happy before, unhappy since", there.turned_unhappy),
        ("Complained in the earlier days", there.complained),
        ("… of them not heard since", there.quiet),
        ("Heard in the last days", there.since),
        ("… of them not in the days before", there.since - there.back),
    )
    for label, count in rows:
        yield label, f"{count:,}"


def _who(found: Voices) -> Iterator[Block]:
    if found.competitor:
        yield Heading("Who they are")
        yield Paragraph("A competitor's customers are counted and not named.")
        return
    yield Heading("By reach")
    yield (
        _reach(found.reach)
        if found.reach
        else Paragraph("No author who may be named shows how many follow them.")
    )
    yield Heading("By loyalty")
    yield (
        _loyal(found.loyal)
        if found.loyal
        else Paragraph("No author who may be named wrote on more than one day.")
    )


def _reach(authors: Sequence[Author]) -> Table:
    header = ("Author", "Source", "Followers", "Posts", "Positive", "Negative", "Last heard", "Last post")
    rows = [
        (
            each.handle, each.source, "not known" if each.followers is None else f"{each.followers:,}",
            f"{each.posts:,}", f"{each.happy[1]:,}", f"{each.unhappy[1]:,}", f"{each.last}", _post(each),
        )
        for each in authors
    ]  # fmt: skip
    return Table(header, rows, right=(2, 3, 4, 5))


def _loyal(authors: Sequence[Author]) -> Table:
    header = (
        "Author", "Source", "Days", "Posts", "Positive before, since", "Negative before, since", "Last heard",
        "Last post",
    )  # fmt: skip
    rows = [
        (
            each.handle, each.source, f"{each.days:,}", f"{each.posts:,}",
            f"{each.happy[0]:,}, {each.happy[1]:,}",
            f"{each.unhappy[0]:,}, {each.unhappy[1]:,}",
            f"{each.last}", _post(each),
        )
        for each in authors
    ]  # fmt: skip
    return Table(header, rows, right=(2, 3, 4, 5))


def _post(author: Author) -> Link:
    return Link("open", author.link)


def _rules(found: Voices) -> Iterator[Block]:
    said: list[Line] = []
    if found.counted:
        said.append(f"Counted, and never named: {', '.join(found.counted)}.")
    said += [f"Not looked at: {source} ({why})." for source, why in found.left_out]
    yield Bullets(said) if said else Paragraph("All sources that this brand is listened to on.")


def _how_to_read(found: Voices) -> list[Line]:
    days = (found.middle - found.start).days
    return [
        f"The last {days} days are those up to and with today; the days before are the {days} before them.",
        "An author is one account of one source. Accounts of different sources are never put together, so a "
        "person with two of them counts twice.",
        "Left out are the brand's own handles, texts without an author or whose author's handle is not "
        "known, texts that were deleted, and what was sorted out as not about the brand.",
        "Happy and unhappy are counts of texts: more read as positive than as negative in those days, or the "
        "other way round. Nothing else is worked out about anybody.",
        "Who did not come back may have nothing to say. With holes in what was collected, fewer are seen to "
        "come back than do.",
    ]
