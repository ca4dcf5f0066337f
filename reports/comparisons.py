"""Spans of time side by side, as tables: each figure with its change, where there is one to speak of."""

from __future__ import annotations

from collections.abc import Sequence

from core.counts import Counts
from reports.change import ENOUGH, TOO_FEW, of_counts, of_shares
from reports.document import Line, Table
from reports.figures import Comparison
from reports.net import net_words, of_nets
from reports.wording import percent, plural

NOT_KNOWN = "not known"
NOT_OVER = "the last day is not over"
WEEKS = ("Last 7 days", "7 days before")
KEY_FIGURES = ("Mentions", "Net sentiment", "Negative", "Positive", "Complaints")
ALL_FIGURES = (
    "Mentions", "Net sentiment", "Negative", "Neutral", "Positive", "Complaints", "Not read yet",
    "In languages that cannot be read",
)  # fmt: skip
_TODAY = ("Mentions", "Net sentiment", "Complaints")
_FIELDS = {
    "Mentions": "mentions",
    "Negative": "negative",
    "Neutral": "neutral",
    "Positive": "positive",
    "Complaints": "complaints",
    "Not read yet": "unread",
    "In languages that cannot be read": "unsupported",
}
_SHARES = frozenset({"Negative", "Neutral", "Positive"})
_NET = "Net sentiment"


def side_by_side(compared: Sequence[Comparison]) -> Table:
    """One span against several earlier ones; last year only where something was heard then."""
    shown = [each for n, each in enumerate(compared) if n < _ALWAYS or _heard(each)]
    present = compared[0].now.counts
    rows: list[list[Line]] = []
    for label in _TODAY:
        row: list[Line] = [label, amount(label, present)]
        for each in shown:
            if each.before is None:
                row.append(NOT_KNOWN)
            else:
                row.append(_beside(label, present, each.before.counts))
        rows.append(row)
    return Table(("", "Today so far", *(each.title for each in shown)), rows, right=(1,))


def against(
    now: Counts,
    before: Counts | None,
    figures: Sequence[str],
    headers: Sequence[str] = WEEKS,
    *,
    growing: bool = False,
) -> Table:
    """A span and the one before it, with the change of each figure.

    Args:
        now: the span.
        before: the one before it; None: nobody listened then.
        figures: some of ALL_FIGURES.
        headers: what the two spans are called.
        growing: the span is not over: how many there will be is not known, and only shares are compared.
    """
    if before is None:
        return Table(("", headers[0]), [[label, amount(label, now)] for label in figures], right=(1,))
    rows: list[list[Line]] = [
        [
            label,
            amount(label, now),
            amount(label, before),
            NOT_OVER if growing and label not in (_NET, *_SHARES) else change(label, now, before),
        ]
        for label in figures
    ]
    return Table(("", *headers, "Change"), rows, right=(1, 2))


def amount(label: str, counts: Counts) -> str:
    """A figure; of a part of what was read, its percentage where there is enough for one."""
    if label == _NET:
        return net_words(counts)
    count: int = getattr(counts, _FIELDS[label])
    if label == "Mentions" and counts.repeated:
        return f"{count:,} ({plural(counts.texts, 'different text')})"
    return of_read(count, counts) if label in (*_SHARES, "Complaints") else f"{count:,}"


def of_read(count: int, counts: Counts) -> str:
    """Some of the texts that were read, with their percentage where there are enough for one."""
    return f"{count:,} ({percent(count, counts.read)})" if counts.read >= ENOUGH else f"{count:,}"


def change(label: str, now: Counts, before: Counts) -> str:
    """What became of a figure, in words."""
    if label == "Not read yet":
        return ""
    if label == _NET or label in _SHARES:
        return change_of_share(label, now, before)
    return of_counts(getattr(now, _FIELDS[label]), getattr(before, _FIELDS[label]))


def change_of_share(label: str, now: Counts, before: Counts) -> str:
    """The same, whatever was said in all; of mentions there is no share."""
    if label == _NET:
        return of_nets(now, before)
    if label == "Mentions":
        return ""
    return of_shares(getattr(now, _FIELDS[label]), now.read, getattr(before, _FIELDS[label]), before.read)


_ALWAYS = 2
"""Yesterday and the same weekday before are always shown."""


def _heard(compared: Comparison) -> bool:
    return compared.before is not None and compared.before.counts.mentions > 0


def _beside(label: str, present: Counts, earlier: Counts) -> str:
    """An earlier figure, and what became of it since, unless it says itself that it is too small."""
    figure, since = amount(label, earlier), change(label, present, earlier)
    if label == _NET and since == TOO_FEW:
        return figure
    return f"{figure}; today {since}" if since.startswith(("up", "down")) else f"{figure}; {since}"
