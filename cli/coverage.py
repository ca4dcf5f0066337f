"""How each target is heard, what is missing for good, and what was spent: part of `earful status`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rich.table import Table

from cli.terminal import out, shown, when
from core.budget import Purse, month_of
from core.clock import utc_now
from core.config import Catalogue
from core.listening import Health
from flows.steps.listening import Listening, listening
from flows.steps.operator import hole_in_words
from storage.backfills import Backfill, unfinished
from storage.holes import StoredHole, list_holes
from storage.spending import spending

if TYPE_CHECKING:
    from storage.database import Transaction

HOLES_SHOWN = 10
_STYLES = {Health.SILENT: "yellow", Health.LATE: "yellow", Health.BROKEN: "red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageStatus:
    """What there is to show."""

    targets: Sequence[Listening]
    holes: Sequence[StoredHole]
    backfills: Sequence[Backfill]
    purse: Purse


def coverage_status(tx: Transaction, catalogue: Catalogue | None) -> CoverageStatus:
    """Gather it.

    Args:
        tx: the open transaction.
        catalogue: targets that it no longer has are left out; None: all are shown.
    """
    now = utc_now()
    found = listening(tx, now)
    kept = _configured(catalogue, found)
    return CoverageStatus(
        targets=[each for name, each in found.items() if name in kept],
        holes=[hole for hole in list_holes(tx) if hole.target in kept],
        backfills=unfinished(tx),
        purse=Purse(
            monthly_usd=catalogue.budget.monthly_usd if catalogue else None,
            spent_usd=sum(spending(tx, month_of(now)).values()),
        ),
    )


def _configured(catalogue: Catalogue | None, found: Mapping[str, Listening]) -> Collection[str]:
    return {target.name for target in catalogue.targets} if catalogue else set(found)


def print_coverage(status: CoverageStatus) -> None:
    """Tables and sentences."""
    if not status.targets:
        out.print("Nothing has been listened to yet: `earful run`.")
        return
    table = Table(title="How each target is heard", title_justify="left")
    for column in ("target", "heard", "last poll", "last success (UTC)", "24 h (usual)", "note"):
        table.add_column(column)
    for each in status.targets:
        table.add_row(
            shown(each.window.target, 40),
            each.health,
            each.window.state,
            when(each.window.last_success_at),
            _volume(each),
            shown(_note(each), 200),
            style=_STYLES.get(each.health),
        )
    out.print(table)
    _print_holes(status.holes)
    for backfill in status.backfills:
        span = f"{backfill.start:%Y-%m-%d} to {backfill.until:%Y-%m-%d}"
        said = f"Back-fill of {backfill.target}, {span}, is not finished: earful backfill goes on."
        out.print(said, markup=False, highlight=False, soft_wrap=True)
    _print_money(status.purse)


def _volume(each: Listening) -> str:
    usual = each.day.usual
    return f"{each.day.heard:,} ({'not known' if usual is None else f'{usual:,.0f}'})"


def _note(each: Listening) -> str:
    if each.not_before is not None:
        return f"until {when(each.not_before)} UTC: {each.waits_for}"
    return each.window.note


def _print_holes(holes: Sequence[StoredHole]) -> None:
    if not holes:
        return
    out.print("Missing for good:", style="red")
    for hole in holes[:HOLES_SHOWN]:
        out.print(f"  {hole_in_words(hole)}", markup=False, highlight=False, soft_wrap=True)
    if len(holes) > HOLES_SHOWN:
        out.print(f"  … and {len(holes) - HOLES_SHOWN:,} more (--json shows them)")


def _print_money(purse: Purse) -> None:
    if purse.monthly_usd is None and not purse.spent_usd:
        return
    of = "" if purse.monthly_usd is None else f" of {purse.monthly_usd:.2f}"
    said = f"Spent this month: {purse.spent_usd:.2f}{of} USD."
    stop = purse.stop(essential=True) or purse.stop(essential=False)
    out.print(f"{said} {stop}".strip(), markup=False, highlight=False, soft_wrap=True)


def coverage_json(status: CoverageStatus) -> dict[str, Any]:
    """The same, for machines."""
    return {
        "targets": [_target_json(each) for each in status.targets],
        "holes": [
            {
                "target": hole.target,
                "source": hole.source,
                "kind": hole.kind,
                "from": hole.start,
                "until": hole.until,
                "why": hole.why,
                "permanent": True,
                "found_at": hole.found_at,
            }
            for hole in status.holes
        ],
        "backfills": [
            {"target": each.target, "from": each.start, "until": each.until, "begun_at": each.begun_at}
            for each in status.backfills
        ],
        "budget": {
            "monthly_usd": status.purse.monthly_usd,
            "spent_usd": round(status.purse.spent_usd, 6),
            "stops": {
                "essential": status.purse.stop(essential=True),
                "others": status.purse.stop(essential=False),
            },
        },
    }


def _target_json(each: Listening) -> dict[str, Any]:
    window = each.window
    return {
        "target": window.target,
        "brand": window.brand,
        "source": window.source,
        "health": each.health,
        "state": window.state,
        "asked_at": window.opened_at,
        "asked_from": window.asked_from,
        "asked_until": window.asked_until,
        "last_success_at": window.last_success_at,
        "lag_seconds": _seconds(each.lag),
        "waits_until": each.not_before,
        "heard_24h": each.day.heard,
        "usual_24h": each.day.usual,
        "new": window.new,
        "rejected": window.rejected,
        "truncated": window.truncated,
        "spend_usd": window.spend_usd,
        "note": _note(each),
    }


def _seconds(lag: timedelta | None) -> float | None:
    return None if lag is None else lag.total_seconds()
