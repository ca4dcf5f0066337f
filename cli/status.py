"""`earful status` and `earful mentions`: what is stored, what is missing, what waits."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from cli.terminal import (
    BrandOption,
    ConfigOption,
    DatabaseOption,
    JsonOption,
    LimitOption,
    out,
    print_json,
    settings,
    shown,
    when,
)
from cli.thresholds import gather, print_thresholds, thresholds_json
from core.errors import ConfigError
from flows.wiring import open_store, read_config
from nlp.readers import reader_for
from storage.coverage import CoverageWindow, latest_windows
from storage.figures import Totals, totals
from storage.mentions import StoredMention, find_mentions
from storage.notifications import DeadLetter, list_dead

if TYPE_CHECKING:
    from core.config import Catalogue
    from core.settings import Settings


class Sentiment(StrEnum):
    """What can be asked for."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


def status(config: ConfigOption = None, database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """What was collected, read and told, and what needs a person: holes and dead letters."""
    given = settings(config, database)
    catalogue, trouble = _catalogue(given)
    revision = reader_for(given, topics=catalogue.topics if catalogue else ()).revision
    with open_store(given) as store, store.reading() as tx:
        counts = totals(tx, revision)
        windows = latest_windows(tx)
        dead = list_dead(tx)
        rules = list(gather(tx, catalogue, revision)) if catalogue else []
        place = store.place
    if as_json:
        print_json(_status_json(place, counts, windows, dead) | {"rules": thresholds_json(rules)})
        return
    out.print(f"Database: {place}", markup=False, highlight=False)
    _print_counts(counts)
    _print_coverage(windows)
    if trouble:
        out.print(f"Thresholds are not shown: {trouble}", markup=False, highlight=False, soft_wrap=True)
    else:
        print_thresholds(rules)
    _print_dead(dead)


def mentions(
    ctx: typer.Context,
    database: DatabaseOption = None,
    brand: BrandOption = None,
    source: Annotated[str | None, typer.Option("--source", help="Only this source.")] = None,
    sentiment: Annotated[
        Sentiment | None, typer.Option("--sentiment", help="Only texts that are this.")
    ] = None,
    text: Annotated[str | None, typer.Option("--text", help="Only texts that hold this.")] = None,
    limit: LimitOption = 20,
    as_json: JsonOption = False,
) -> None:
    """What was heard, the newest first; and what people say about it: `judge`."""
    if ctx.invoked_subcommand is not None:
        return
    with open_store(settings(database=database)) as store, store.reading() as tx:
        found = find_mentions(tx, brand=brand, source=source, sentiment=sentiment, text=text, limit=limit)
    if as_json:
        print_json([_mention_json(stored) for stored in found])
        return
    table = Table()
    for column in ("no.", "posted (UTC)", "author", "sentiment", "complaint", "text"):
        table.add_column(column, justify="right" if column in ("no.", "complaint") else "left")
    for stored in found:
        reading, author = stored.reading, stored.mention.author
        table.add_row(
            str(stored.id),
            when(stored.mention.posted_at),
            shown(author.handle, 20) if author else "unknown",
            _opinion(stored),
            f"{reading.complaint:.0%}" if reading and reading.supported else "-",
            shown(stored.mention.text),
        )
    out.print(table)


def _catalogue(given: Settings) -> tuple[Catalogue | None, str]:
    """The configuration, or what is wrong with it; a broken one must not hide what is stored."""
    try:
        return read_config(given), ""
    except ConfigError as error:
        return None, str(error)


def _opinion(stored: StoredMention) -> str:
    reading = stored.reading
    if reading is None:
        return "not read"
    if not reading.supported:
        return f"unsupported ({reading.language})"
    return f"{reading.label}{' (unsure)' if reading.unsure else ''}"


def _print_counts(counts: Totals) -> None:
    table = Table(show_header=False)
    table.add_column(justify="left")
    table.add_column(justify="right")
    rows: dict[str, int | str] = {
        "mentions": counts.mentions if counts.texts == counts.mentions else _posts_and_texts(counts),
        "read": counts.read,
        "waiting to be read": counts.unread,
        "in a language the model cannot read": counts.unsupported,
        "the model is unsure": counts.unsure,
        "unreadable records kept": counts.rejected,
    }
    rows |= {f"alerts: {name}": n for name, n in sorted(counts.alerts.items())}
    rows |= {f"notifications: {name}": n for name, n in sorted(counts.notifications.items())}
    for name, count in rows.items():
        table.add_row(name, count if isinstance(count, str) else f"{count:,}")
    out.print(table)


def _posts_and_texts(counts: Totals) -> str:
    return f"{counts.mentions:,} ({counts.texts:,} different text{'' if counts.texts == 1 else 's'})"


def _print_coverage(windows: list[CoverageWindow]) -> None:
    if not windows:
        out.print("Nothing has been listened to yet: `earful run`.")
        return
    table = Table(title="Last look at each target", title_justify="left")
    for column in ("target", "state", "asked (UTC)", "last success", "new", "note"):
        table.add_column(column)
    for window in windows:
        table.add_row(
            shown(window.target, 40),
            window.state,
            when(window.opened_at),
            when(window.last_success_at),
            f"{window.new:,}",
            shown(window.note, 200),
        )
    out.print(table)


def _print_dead(dead: list[DeadLetter]) -> None:
    if not dead:
        return
    table = Table(title="Dead letters: given up, somebody has to look", title_justify="left", style="red")
    for column in ("alert", "channel", "attempts", "since (UTC)", "last error"):
        table.add_column(column)
    for letter in dead:
        table.add_row(
            str(letter.alert_id),
            shown(letter.channel, 30),
            str(letter.attempts),
            when(letter.created_at),
            shown(letter.last_error, 200),
        )
    out.print(table)
    out.print("When that is mended: earful alerts retry")


def _status_json(
    place: str, counts: Totals, windows: list[CoverageWindow], dead: list[DeadLetter]
) -> dict[str, Any]:
    return {
        "database": place,
        "mentions": counts.mentions,
        "different_texts": counts.texts,
        "read": counts.read,
        "unread": counts.unread,
        "unsupported": counts.unsupported,
        "unsure": counts.unsure,
        "rejected": counts.rejected,
        "alerts": dict(counts.alerts),
        "notifications": dict(counts.notifications),
        "oldest_open_alert_at": counts.oldest_open_alert_at,
        "targets": [
            {
                "target": w.target,
                "brand": w.brand,
                "source": w.source,
                "state": w.state,
                "asked_at": w.opened_at,
                "last_success_at": w.last_success_at,
                "new": w.new,
                "rejected": w.rejected,
                "spend_usd": w.spend_usd,
                "note": w.note,
            }
            for w in windows
        ],
        "dead_letters": [
            {
                "alert": letter.alert_id,
                "channel": letter.channel,
                "attempts": letter.attempts,
                "error": letter.last_error,
                "key": letter.dedupe_key,
            }
            for letter in dead
        ],
    }


def _mention_json(stored: StoredMention) -> dict[str, Any]:
    mention = stored.mention
    return {
        "number": stored.id,
        "source": mention.source,
        "id": mention.external_id,
        "brands": stored.brands,
        "posted_at": mention.posted_at,
        "author": mention.author.handle if mention.author else None,
        "text": mention.text,
        "rating": mention.rating,
        "url": mention.url,
        "visibility": mention.visibility,
        "reading": stored.reading.as_json(mention.key) if stored.reading else None,
    }
