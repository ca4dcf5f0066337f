"""`earful backfill`: what a target's platform still has of a past span."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.terminal import (
    ConfigOption,
    DatabaseOption,
    JsonOption,
    err,
    out,
    print_json,
    progress,
    say,
    settings,
)
from core.errors import ConfigError
from flows.steps.backfill import DONE_ALREADY, Backfilled, backfill
from flows.steps.operator import tell_operator
from flows.wiring import open_wiring
from reports.wording import plural


def backfill_command(
    target: Annotated[str, typer.Argument(help="The target's name in brands.yaml.")],
    start: Annotated[str, typer.Option("--from", help="First day, such as 2026-01-31, or a time (UTC).")],
    until: Annotated[str, typer.Option("--to", help="The day, or the time (UTC), before which it ends.")],
    config: ConfigOption = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch a past span of one target; run again, it goes on exactly where it stopped."""
    first, end = _moment("--from", start), _moment("--to", until)
    if first >= end:
        raise ConfigError("--from", "must be earlier than --to")
    with (
        open_wiring(settings(config, database), console=err if as_json else out) as wiring,
        progress() as on_progress,
    ):
        found = [each for each in wiring.targets() if each.name == target]
        if not found:
            known = ", ".join(each.name for each in wiring.targets())
            raise ConfigError(str(wiring.settings.config), f"has no target '{target}'; it has: {known}")
        result = backfill(wiring, found[0], first, end, lambda count: on_progress("listen", count))
        tell_operator(wiring)
        days = wiring.catalogue.alerting.old_after_days
    if as_json:
        print_json(_as_json(result))
    else:
        say(_in_words(result, days))
    if not result.finished:
        raise typer.Exit(1)


def _moment(option: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(option, f"expected a day such as 2026-01-31, found {text!r}") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _in_words(result: Backfilled, old_after_days: int) -> str:
    if result.state == DONE_ALREADY:
        return f"{result.target}: this span was fetched before, all of it is here."
    saved = result.saved
    counts = (
        f"{plural(saved.new, 'new mention')}, {saved.duplicate + saved.updated:,} known already, "
        f"{plural(saved.rejected, 'unreadable record')} kept, ${result.spend_usd:.3f} spent"
    )
    if result.finished:
        return (
            f"{result.target}: done. {counts}. What was fetched is read by the next `earful run`; alerts "
            f"about posts older than {old_after_days} days are opened and told to nobody "
            "(old_after_days in alerts.yaml)."
        )
    return (
        f"{result.target}: {counts}. It stopped ({result.state}: {result.note}); "
        "the same command goes on from there."
    )


def _as_json(result: Backfilled) -> dict[str, object]:
    return {
        "target": result.target,
        "state": result.state,
        "finished": result.finished,
        **asdict(result.saved),
        "spend_usd": result.spend_usd,
        "note": result.note,
    }
