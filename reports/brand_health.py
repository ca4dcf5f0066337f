"""How a brand is doing: the artifact that marketing reads in the Prefect UI.

`compact` goes into the artifact's description, which Prefect shows on top of the key's page: a live page at
a fixed address. `full` is the artifact's body. Both stay small whatever comes in (SIZE_LIMIT).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from reports.change import ENOUGH, TOO_FEW, of_counts, of_shares
from reports.figures import AlertLine, BrandHealth, Complaint, Counts, Coverage
from reports.markdown import escape, link, table

SIZE_LIMIT = 48_000
"""Bytes that neither text exceeds: larger ones open slowly in the Prefect UI."""

_TABLE_BUDGET = 11_000
_HOLES_NAMED = 5
_HEARD = ("ok", "quiet")
"""What a target is when nobody has to look at it."""


def artifact_key(brand: str) -> str:
    """The artifact's key: lower case, digits and dashes; always the same, never shared by two brands.

    A name in Plain Title Case keeps a plain key; any other gets a fingerprint after a double dash, which no
    plain key contains.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", brand.lower()).strip("-")[:60].strip("-")
    if slug and brand == " ".join(word.capitalize() for word in slug.split("-")):
        return f"brand-health-{slug}"
    fingerprint = hashlib.sha256(brand.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"brand-health-{slug}--{fingerprint}" if slug else f"brand-health--{fingerprint}"


def compact(health: BrandHealth) -> str:
    """The description: one sentence in words, key figures with their change, and what is missing."""
    parts = [_sentence(health), _figures(health, _KEY_FIGURES), _open_alerts(health), _holes(health)]
    return "\n\n".join([*parts, f"As of {_time(health.as_of)}."])


def full(health: BrandHealth) -> str:
    """The body: everything that stands behind the description, and how to read it."""
    name = escape(health.brand, 100)
    return "\n\n".join(
        [
            f"# {name}: brand health",
            _sentence(health),
            f"{_holes(health)} As of {_time(health.as_of)}.",
            "## Figures",
            _figures(health, _ALL_FIGURES),
            "## Clearest complaints",
            _complaints(health.complaints),
            "## Latest alerts",
            f"{_open_alerts(health)}\n\n{_alerts(health.alerts)}" if health.alerts else _open_alerts(health),
            "## What was collected",
            _coverage(health.coverage),
            "## How to read this",
            _HOW_TO_READ,
        ]
    )


_KEY_FIGURES = ("Mentions", "Negative", "Complaints")
_ALL_FIGURES = (
    "Mentions", "Negative", "Neutral", "Positive", "Complaints", "Not read yet",
    "In languages that cannot be read", "Alerts opened",
)  # fmt: skip

_HOW_TO_READ = f"""\
- **Mentions** are posts. Everything below counts different texts: the same words posted again, even a little
  changed, are one voice, however many posts say them. Very short texts are not put together.
- **Negative, neutral, positive** are what the model made of each text; it is wrong at times. Shares are of
  the texts that it could read. Texts in languages that it cannot read are counted, not guessed.
- **Change** is against the period of the same length before. "{TOO_FEW.capitalize()}" and "no clear change"
  mean what they say: such a difference comes and goes by chance.
- **Quiet** is a target that nobody wrote on, which happens; **silent** one where unusually little came;
  **late** and **broken** are those that were not heard.
- **A hole** in what was collected is not a quiet day: figures of that target are too low.
- A mention counts when it was posted in the period. One that its author deleted is no longer counted."""


def _sentence(health: BrandHealth) -> str:
    now = health.now
    period = f"from {_time(health.start)} to {_time(health.end)}"
    name = f"**{escape(health.brand, 100)}**"
    if not now.mentions:
        return f"Nobody was heard mentioning {name} {period}."
    times = "once" if now.mentions == 1 else f"{now.mentions:,} times"
    if now.repeated:
        times += f" ({_plural(now.texts or 0, 'different text')})"
    said = f"{name} was mentioned {times} {period}"
    if not now.read:
        return f"{said}; the model has read none of it."
    # Of a handful, a percentage would claim more than is known.
    negative = _percent(now.negative, now.read) if now.read >= ENOUGH else f"{now.negative:,}"
    return (
        f"{said}; the model read {_plural(now.read, 'text')} and found {negative} negative "
        f"and {_plural(now.complaints, 'complaint')}."
    )


def _figures(health: BrandHealth, wanted: Sequence[str]) -> str:
    now, before = health.now, health.before

    def cells(label: str) -> list[str]:
        earlier = _amount(label, before) if before else "not known"
        return [label, _amount(label, now), earlier, _change(label, now, before)]

    header = ("", "This period", "Period before", "Change")
    return table(header, wanted, cells, budget=_TABLE_BUDGET, right=(1, 2))


_FIELDS = {
    "Mentions": "mentions",
    "Negative": "negative",
    "Neutral": "neutral",
    "Positive": "positive",
    "Complaints": "complaints",
    "Not read yet": "unread",
    "In languages that cannot be read": "unsupported",
    "Alerts opened": "alerts_opened",
}
_SHARES = frozenset({"Negative", "Neutral", "Positive"})


def _count(label: str, counts: Counts) -> int:
    value: int = getattr(counts, _FIELDS[label])
    return value


def _amount(label: str, counts: Counts) -> str:
    count = _count(label, counts)
    if label == "Mentions" and counts.repeated:
        return f"{count:,} ({_plural(counts.texts or 0, 'different text')})"
    if label in _SHARES and counts.read:
        return f"{count:,} ({_percent(count, counts.read)})"
    return f"{count:,}"


def _change(label: str, now: Counts, before: Counts | None) -> str:
    if before is None:
        return "nothing to compare with yet"
    if label == "Not read yet":
        return ""
    if label in _SHARES:
        return of_shares(_count(label, now), now.read, _count(label, before), before.read)
    return of_counts(_count(label, now), _count(label, before))


def _open_alerts(health: BrandHealth) -> str:
    if not health.alerts_open:
        return "No alert is open."
    return f"**{health.alerts_open:,}** alert{'s are' if health.alerts_open > 1 else ' is'} open."


def _holes(health: BrandHealth) -> str:
    holes = [row for row in health.coverage if not row.whole]
    if not health.coverage:
        return "**Nothing was collected in this period.**"
    if not holes:
        return f"Everything that was asked for was collected ({_plural(len(health.coverage), 'target')})."
    named = [f"{escape(row.target, 60)} ({escape(_words(row.state), 40)})" for row in holes[:_HOLES_NAMED]]
    if len(holes) > _HOLES_NAMED:
        named.append(f"{len(holes) - _HOLES_NAMED:,} more")
    return (
        "**Not everything was collected**, so figures are too low. Holes in "
        f"{len(holes):,} of {_plural(len(health.coverage), 'target')}: {', '.join(named)}."
    )


def _complaints(complaints: Sequence[Complaint]) -> str:
    def cells(row: Complaint) -> list[str]:
        posts = f"{row.posts:,}"
        words = escape(row.text, 280)
        return [words, posts, escape(row.source, 40), _time(row.posted_at), link("open", row.link)]

    if not complaints:
        return "None to show."
    header = ("In their words", "Posts", "Source", "Posted", "Post")
    return table(header, complaints, cells, budget=_TABLE_BUDGET, right=(1,))


def _alerts(alerts: Sequence[AlertLine]) -> str:
    def cells(row: AlertLine) -> list[str]:
        return [
            f"{row.id}",
            escape(_words(row.status), 40),
            escape(row.priority, 20),
            escape(row.headline, 120),
            _time(row.opened_at),
            link("open", row.link),
        ]

    header = ("Number", "Status", "Priority", "What", "Opened", "Post")
    return table(header, alerts, cells, budget=_TABLE_BUDGET, right=(0,))


def _coverage(coverage: Sequence[Coverage]) -> str:
    def cells(row: Coverage) -> list[str]:
        state = escape(_words(row.state), 40)
        return [
            escape(row.target, 60),
            state if row.whole else f"**{state}**",
            _health(row),
            _time(row.last_success) if row.last_success else "never",
            f"{row.new:,}",
            f"{row.rejected:,}",
            f"{row.spend_usd:,.2f}",
            escape(row.note, 160),
        ]

    if not coverage:
        return "Nothing was collected in this period."
    holes_first = sorted(coverage, key=lambda row: row.whole)
    header = (
        "Target", "State", "Heard (24 h, usual)", "Last success", "New", "Unreadable", "US dollars", "Note",
    )  # fmt: skip
    return table(header, holes_first, cells, budget=_TABLE_BUDGET, right=(4, 5, 6))


def _health(row: Coverage) -> str:
    if not row.health:
        return ""
    word = escape(row.health, 20) if row.health in _HEARD else f"**{escape(row.health, 20)}**"
    usual = "not known" if row.usual is None else f"{row.usual:,.0f}"
    return f"{word} ({row.heard or 0:,}, {usual})"


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _percent(part: int, whole: int) -> str:
    return f"{part / whole * 100:.0f} %"


def _words(code: str) -> str:
    return code.replace("_", " ")


def _time(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
