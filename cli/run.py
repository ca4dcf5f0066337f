"""`earful run`: one pass in this process. `earful listen`: poll and print, store nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from cli.asked import asking
from cli.terminal import (
    BrandOption,
    ConfigOption,
    DatabaseOption,
    JsonOption,
    LimitOption,
    err,
    mention_json,
    out,
    print_json,
    progress,
    say,
    settings,
    shown,
    when,
)
from cli.unreadable import print_unreadable, unreadable_json
from core.clock import utc_now
from core.errors import ConfigError
from core.mention import Mention
from core.settings import secret
from core.target import Target
from core.text import plain
from flows import money
from flows.steps.once import Pass, run_once
from flows.wiring import open_wiring, read_config
from listeners.base import Borrowed
from listeners.http import new_client
from listeners.registry import SOURCES
from reports.wording import plural

SMALLEST_PAGE, LARGEST_PAGE = 10, 100
"""What every source takes as a page size."""


def run(
    config: ConfigOption = None,
    database: DatabaseOption = None,
    brand: BrandOption = None,
    as_json: JsonOption = False,
) -> None:
    """Listen, read, raise alerts and tell them: one pass, no server needed."""
    # With --json standard output is for the one document: a console channel's cards go to the other.
    with (
        open_wiring(settings(config, database), console=err if as_json else out) as wiring,
        progress() as on_progress,
    ):
        result = run_once(wiring, brand, on_progress)
    if as_json:
        print_json(_as_json(result))
    else:
        print_pass(result)
    if result.failed:
        raise typer.Exit(1)


def print_pass(result: Pass) -> None:
    """What a pass did, as a table of sources and a sentence."""
    table = Table(title="What was collected", title_justify="left")
    for column in ("target", "state", "new", "changed", "known", "unreadable", "spent"):
        table.add_column(column, justify="left" if column in ("target", "state") else "right")
    for heard in result.heard:
        saved = heard.saved
        counts = (saved.new, saved.updated, saved.duplicate, saved.rejected)
        table.add_row(
            shown(heard.target, 60), heard.state, *(f"{c:,}" for c in counts), f"${heard.spend_usd:.3f}"
        )
    out.print(table)
    print_unreadable(result.unreadable)
    for heard in result.troubled:
        note = plain(f"{heard.target}: {heard.note}")
        say(note, style="yellow")
    raised, told, namesakes = result.raised, result.delivered, result.sorted_out.irrelevant
    if namesakes:
        out.print(
            f"{namesakes:,} {'is' if namesakes == 1 else 'are'} not about the brand and left alone: "
            "earful mentions --irrelevant",
            highlight=False,
        )
    out.print(
        f"{plural(result.read, 'mention')} read; {plural(raised.opened, 'alert')} opened, "
        f"{plural(raised.joined, 'post')} added to known ones{_of_them(raised.copies)}, "
        f"{raised.reopened:,} reopened; {plural(told.delivered, 'notification')} delivered, "
        f"{told.failed:,} to be tried again, {told.dead:,} given up.",
        highlight=False,
    )
    if told.failed or told.dead:
        say("Why they were not delivered: earful status", style="yellow")
    if raised.about_old_posts:
        say(raised.about_old_posts)


def _of_them(copies: int) -> str:
    return f" ({copies:,} of them copies by others)" if copies else ""


def listen(
    source: Annotated[str, typer.Argument(help=f"One of: {', '.join(sorted(SOURCES))}.")],
    config: ConfigOption = None,
    limit: LimitOption = 20,
    as_json: JsonOption = False,
) -> None:
    """Poll the configured targets of one source and print what comes. Stores nothing."""
    if source not in SOURCES:
        raise ConfigError("source", f"'{source}' is unknown; there are: {', '.join(sorted(SOURCES))}")
    targets = [t for t in read_config(settings(config)).targets if t.source == source]
    if not targets:
        raise ConfigError(str(settings(config).config), f"no target has `source: {source}`")
    with new_client() as http:
        for target in targets:
            _poll_and_print(target, Borrowed(clock=utc_now, secret=secret, http=http), limit, as_json=as_json)


def _poll_and_print(target: Target, borrowed: Borrowed, limit: int, *, as_json: bool) -> None:
    if money.paid(target):
        _warn(target)
    # No more than is asked for: a page may cost money, and this is in no budget.
    wanted = {"page_size": max(SMALLEST_PAGE, min(limit, LARGEST_PAGE))}
    options = target.options.model_copy(update=wanted)
    left = limit
    for page in SOURCES[target.source].build(options, borrowed).poll(None):
        for mention in page.mentions[:left]:
            _print_mention(mention, target.name, as_json=as_json)
        for rejected in page.rejected:
            reason = plain(f"{rejected.place}: {rejected.reason}", 300)
            err.print(reason, style="yellow", markup=False, highlight=False)
        if page.spend_usd:
            err.print(f"{target.name}: this page cost ${page.spend_usd:.3f}", markup=False)
        left -= len(page.mentions)
        if left <= 0:
            break


def _warn(target: Target) -> None:
    price = asking(target).cost.partition(";")[0]  # what follows is its budget, which does not bind here
    price = "money" if price == "free" else price  # of a source that does not say how much
    said = f"{target.name}: asking costs {price}. What this command spends is counted in no budget."
    say(said, to=err, style="yellow")


def _print_mention(mention: Mention, target: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"target": target, **mention_json(mention), "rating": mention.rating})
        return
    who = mention.author.called if mention.author else "unknown"
    out.print(f"[dim]{when(mention.posted_at)}[/] [bold]{shown(who, 30)}[/] {shown(mention.text, 200)}")


def _as_json(result: Pass) -> dict[str, object]:
    return {
        "targets": [
            {
                "target": heard.target,
                "state": heard.state,
                **asdict(heard.saved),
                "spend_usd": heard.spend_usd,
                "note": heard.note,
            }
            for heard in result.heard
        ],
        "rejected_records": unreadable_json(result.unreadable),
        "irrelevant": result.sorted_out.irrelevant,
        "read": result.read,
        "alerts": {
            "opened": result.raised.opened,
            "untold": result.raised.untold,
            "joined": result.raised.joined,
            "copies": result.raised.copies,
            "reopened": result.raised.reopened,
        },
        "notifications": {
            "delivered": result.delivered.delivered,
            "failed": result.delivered.failed,
            "dead": result.delivered.dead,
        },
    }
