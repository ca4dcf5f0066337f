"""How each target is heard, what is missing for good, and what was spent: part of `earful status`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from cli.terminal import out, say, shown, when
from core.budget import Purse
from core.listening import Health
from flows.steps.coverage import Ledger
from flows.steps.listening import Listening
from flows.steps.operator import hole_in_words
from storage.holes import StoredHole

HOLES_SHOWN = 10
_STYLES = {Health.SILENT: "yellow", Health.LATE: "yellow", Health.BROKEN: "red"}


def print_coverage(found: Ledger) -> None:
    """Tables and sentences."""
    if not found.heard:
        out.print("Nothing has been listened to yet: `earful run`.")
        return
    table = Table(title="How each target is heard", title_justify="left")
    for column in ("target", "heard", "last poll", "last success (UTC)", "24 h (usual)", "note"):
        table.add_column(column)
    for each in found.heard.values():
        table.add_row(
            shown(each.window.target, 40),
            each.health,
            each.window.state,
            when(each.window.last_success_at),
            _volume(each),
            shown(each.note, 200),
            style=_STYLES.get(each.health),
        )
    out.print(table)
    _print_holes(found.holes)
    for backfill in found.backfills:
        span = f"{backfill.start:%Y-%m-%d} to {backfill.until:%Y-%m-%d}"
        said = f"Back-fill of {backfill.target}, {span}, is not finished: earful backfill goes on."
        say(said)
    _print_money(found.purse)


def _volume(each: Listening) -> str:
    usual = each.day.usual
    return f"{each.day.heard:,} ({'not known' if usual is None else f'{usual:,.0f}'})"


def _print_holes(holes: Sequence[StoredHole]) -> None:
    if not holes:
        return
    out.print("Missing for good:", style="red")
    for hole in holes[:HOLES_SHOWN]:
        say(f"  {hole_in_words(hole)}")
    if len(holes) > HOLES_SHOWN:
        out.print(f"  … and {len(holes) - HOLES_SHOWN:,} more (--json shows them)")


def _print_money(purse: Purse) -> None:
    if purse.monthly_usd is None and not purse.spent_usd:
        return
    of = "" if purse.monthly_usd is None else f" of {purse.monthly_usd:.2f}"
    said = f"Spent this month: {purse.spent_usd:.2f}{of} USD."
    stop = purse.stop(essential=True) or purse.stop(essential=False)
    say(f"{said} {stop}".strip())


def coverage_json(found: Ledger) -> dict[str, Any]:
    """The same, for machines."""
    return {
        "targets": [_target_json(each) for each in found.heard.values()],
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
            for hole in found.holes
        ],
        "backfills": [
            {"target": each.target, "from": each.start, "until": each.until, "begun_at": each.begun_at}
            for each in found.backfills
        ],
        "budget": {
            "monthly_usd": found.purse.monthly_usd,
            "spent_usd": round(found.purse.spent_usd, 6),
            "stops": {
                "essential": found.purse.stop(essential=True),
                "others": found.purse.stop(essential=False),
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
        "lag_seconds": None if each.lag is None else each.lag.total_seconds(),
        "waits_until": each.not_before,
        "heard_24h": each.day.heard,
        "usual_24h": each.day.usual,
        "new": window.new,
        "rejected": window.rejected,
        "truncated": window.truncated,
        "spend_usd": window.spend_usd,
        "note": each.note,
    }
