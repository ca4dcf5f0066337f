"""`earful alerts`: what support works with."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from alerts.lifecycle import Step
from alerts.message import POST_LIMIT, without_link
from alerts.verdicts import NOT_A_COMPLAINT, implied
from cli.found import known_brand
from cli.terminal import (
    LARGEST,
    BrandOption,
    DatabaseOption,
    JsonOption,
    LimitOption,
    first,
    mention_json,
    out,
    print_json,
    settings,
    shown,
    when,
)
from cli.who import ByOption, login
from core.alert import Outcome, Status
from core.clock import utc_now
from core.text import plain
from flows.steps.follow_up import act
from flows.wiring import open_store
from reports.wording import plural
from storage.alert_files import AlertFile, StoredAlert, list_alerts, show_alert
from storage.notifications import requeue_dead

app = typer.Typer(
    help="Unhappy customers to follow up: list, show, and say what was done.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Number = Annotated[int, typer.Argument(max=LARGEST, help="The alert's number.")]
NoteOption = Annotated[str, typer.Option("--note", help="Anything worth knowing, for the log.")]


@app.command("list")
def list_(
    database: DatabaseOption = None,
    brand: BrandOption = None,
    status: Annotated[Status | None, typer.Option("--status", help="Only alerts that stand here.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones as well.")] = False,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
) -> None:
    """Open alerts, the newest first."""
    with open_store(settings(database=database)) as store, store.reading() as tx:
        known_brand(tx, brand)
        open_only = not everything and status is None
        found = list_alerts(tx, brand=brand, status=status, open_only=open_only, limit=limit + 1)
    found = first(found, limit)
    if as_json:
        print_json([alert_json(alert) for alert in found])
        return
    if not found:
        out.print("No alerts." if everything or status else "No open alerts.")
        return
    table = Table()
    for column in ("no.", "opened (UTC)", "brand", "priority", "status", "posts", "about"):
        table.add_column(column, justify="right" if column in ("no.", "posts") else "left")
    for alert in found:
        table.add_row(
            str(alert.id),
            when(alert.opened_at),
            shown(alert.brand, 30),
            alert.priority,
            alert.status if alert.told else f"{alert.status}, untold",
            str(alert.mentions),
            shown(alert.headline),
        )
    out.print(table)
    untold = sum(not alert.told for alert in found)
    if untold:
        out.print(
            f"{untold} of these: told to nobody. The posts were old when they were judged (old_after_days in "
            "alerts.yaml), or the messages were recalled, or given up (earful status).",
            highlight=False,
        )


@app.command()
def show(number: Number, database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """One alert: its posts, why they were flagged, and everything that happened."""
    with open_store(settings(database=database)) as store, store.reading() as tx:
        file = show_alert(tx, number)
    if as_json:
        print_json(_file_json(file))
        return
    alert = file.alert
    out.print(
        f"[bold]Alert {alert.id}[/] · {shown(alert.brand, 60)} · {alert.priority} priority · "
        f"{alert.status} · outcome {alert.outcome}"
    )
    for flagged in file.mentions:
        mention = flagged.mention
        who = plain(mention.author.called, 60) if mention.author else "unknown"
        lines = [plain(mention.text, 2_000) or "(the text is gone)", ""]
        lines += [f"Why: {reason.explanation}" for reason in flagged.reasons]
        called = plain(mention.external_id, POST_LIMIT)
        lines += [f"Post: {plain(mention.url, 500) or without_link(called)}"]
        lines += [f"Mention number: {flagged.id}"]
        title = Text(f"{who} on {mention.source}, {when(mention.posted_at)} UTC")
        out.print(Panel(Text("\n".join(lines)), title=title, title_align="left"))
    for event in file.events:
        more = event.data.get("outcome") or event.data.get("channel")
        what = f"{event.what} ({shown(str(more), 60)})" if more else event.what
        note = f": {shown(event.note, 500)}" if event.note else ""
        out.print(f"[dim]{when(event.at)}[/] {what} by {shown(event.by, 60)}{note}", highlight=False)


@app.command()
def ack(number: Number, database: DatabaseOption = None, by: ByOption = None, note: NoteOption = "") -> None:
    """Say that you have seen it and look after it."""
    _act(number, Step.ACKNOWLEDGE, database, by, note)


@app.command()
def resolve(
    number: Number,
    database: DatabaseOption = None,
    by: ByOption = None,
    note: NoteOption = "",
    outcome: Annotated[
        Outcome | None, typer.Option("--outcome", help="How it ended for the customer, if you know.")
    ] = None,
) -> None:
    """Say that it is done. Whether the customer is content is another matter: --outcome."""
    _act(number, Step.RESOLVE, database, by, note, outcome)


@app.command()
def dismiss(
    number: Number,
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            help="Why nobody has to follow it up, in your words. "
            f"'{NOT_A_COMPLAINT}' or '{NOT_A_COMPLAINT}: your words' says that it was wrongly flagged, "
            "and is kept as a verdict.",
        ),
    ],
    database: DatabaseOption = None,
    by: ByOption = None,
) -> None:
    """Say that nobody has to follow it up, and why."""
    _act(number, Step.DISMISS, database, by, reason)
    if implied(Step.DISMISS, reason) is None:
        told = f"No verdict on the model is kept; had it been wrong, the reason would be {NOT_A_COMPLAINT}."
    else:
        told = "Kept as a verdict: wrongly flagged (docs/verdicts.md)."
    out.print(told, highlight=False)


@app.command()
def reopen(
    number: Number, database: DatabaseOption = None, by: ByOption = None, note: NoteOption = ""
) -> None:
    """Take it up again."""
    _act(number, Step.REOPEN, database, by, note)


@app.command()
def note(
    number: Number,
    text: Annotated[str, typer.Argument(help="What should be known.")],
    database: DatabaseOption = None,
    by: ByOption = None,
) -> None:
    """Add a note to the log."""
    _act(number, Step.NOTE, database, by, text)


@app.command()
def retry(database: DatabaseOption = None) -> None:
    """Try dead letters again, once what kept them from their channel is mended."""
    with open_store(settings(database=database)) as store, store.transaction() as tx:
        count = requeue_dead(tx, utc_now())
    out.print(f"{plural(count, 'notification')} will be tried again by the next run.", highlight=False)


def _act(
    number: int, step: Step, database: str | None, by: str | None, note: str, outcome: Outcome | None = None
) -> None:
    with open_store(settings(database=database)) as store:
        change = act(store, number, step, by=by or login(), now=utc_now(), note=note, outcome=outcome)
    out.print(f"Alert {number} is {change.status}.", highlight=False)


def alert_json(alert: StoredAlert) -> dict[str, Any]:
    """An alert as data."""
    return {
        "id": alert.id,
        "brand": alert.brand,
        "rule": alert.rule,
        "priority": alert.priority,
        "status": alert.status,
        "outcome": alert.outcome,
        "headline": alert.headline,
        "mentions": alert.mentions,
        "told": alert.told,
        "opened_at": alert.opened_at,
        "last_mention_at": alert.last_mention_at,
        "acknowledged_at": alert.acknowledged_at,
        "resolved_at": alert.resolved_at,
    }


def _file_json(file: AlertFile) -> dict[str, Any]:
    return {
        **alert_json(file.alert),
        "posts": [
            {
                "number": flagged.id,
                **mention_json(flagged.mention),
                "reasons": [
                    {"rule": reason.rule, "explanation": reason.explanation} for reason in flagged.reasons
                ],
            }
            for flagged in file.mentions
        ],
        "events": [
            {"what": e.what, "at": e.at, "by": e.by, "note": e.note, "data": e.data} for e in file.events
        ],
    }
