"""`earful status`: what is stored, what is missing, what waits."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rich.table import Table

from cli.coverage import coverage_json, print_coverage
from cli.irrelevant import irrelevant_json, print_irrelevant_counts
from cli.terminal import ConfigOption, DatabaseOption, JsonOption, out, print_json, say, settings, shown, when
from cli.thresholds import gather, print_thresholds, thresholds_json
from cli.unreadable import print_unreadable, unreadable_json
from core.clock import utc_now
from core.errors import ConfigError
from core.text import plain
from flows.steps.coverage import Ledger, ledger
from flows.wiring import open_store, read_config
from nlp.readers import reader_for
from reports.wording import plural
from storage.figures import Totals, totals
from storage.notifications import DeadLetter, Retried, list_dead, list_retried
from storage.rulings import count_irrelevant
from storage.unreadable import list_unreadable

if TYPE_CHECKING:
    from core.config import Catalogue
    from core.settings import Settings


def status(config: ConfigOption = None, database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """What was collected, read and told, and what needs a person: holes and dead letters."""
    given = settings(config, database)
    catalogue, trouble = _catalogue(given)
    revision = reader_for(given, topics=catalogue.topics if catalogue else ()).revision
    with open_store(given) as store, store.reading() as tx:
        counts = totals(tx, revision)
        heard = ledger(tx, catalogue, utc_now())
        unread = list_unreadable(tx, [target.name for target in catalogue.targets] if catalogue else None)
        retried, dead = list_retried(tx), list_dead(tx)
        irrelevant = count_irrelevant(tx)
        rules = list(gather(tx, catalogue, revision)) if catalogue else []
        place = store.place
    if as_json:
        more = {"rules": thresholds_json(rules), "rejected_records": unreadable_json(unread)}
        print_json(_status_json(place, counts, heard, retried, dead) | more | irrelevant_json(irrelevant))
        return
    out.print(f"Database: {place}", markup=False, highlight=False)
    _print_counts(counts)
    print_unreadable(unread)
    print_irrelevant_counts(irrelevant)
    print_coverage(heard)
    if trouble:
        say(f"Thresholds are not shown: {trouble}")
    else:
        print_thresholds(rules)
    _print_retried(retried)
    _print_dead(dead)


def _catalogue(given: Settings) -> tuple[Catalogue | None, str]:
    """The configuration, or what is wrong with it; a broken one must not hide what is stored."""
    try:
        return read_config(given), ""
    except ConfigError as error:
        return None, str(error)


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
    return f"{counts.mentions:,} ({plural(counts.texts, 'different text')})"


def _print_retried(retried: list[Retried]) -> None:
    for each in retried:
        say(
            f"{plain(each.channel, 30)}: {plural(each.notifications, 'notification')} not delivered yet, "
            f"tried again from {when(each.next_attempt_at)} UTC on: {plain(each.last_error, 200)}",
            style="yellow",
        )


def _print_dead(dead: list[DeadLetter]) -> None:
    if not dead:
        return
    table = Table(title="Dead letters: given up, somebody has to look", title_justify="left", style="red")
    for column in ("alert", "channel", "attempts", "since (UTC)", "last error"):
        table.add_column(column)
    for letter in dead:
        table.add_row(
            str(letter.alert_id or "-"),
            shown(letter.channel, 30),
            str(letter.attempts),
            when(letter.created_at),
            shown(letter.last_error, 200),
        )
    out.print(table)
    out.print("When that is mended: earful alerts retry")


def _status_json(
    place: str, counts: Totals, heard: Ledger, retried: list[Retried], dead: list[DeadLetter]
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
        **coverage_json(heard),
        "to_be_tried_again": [dataclasses.asdict(each) for each in retried],
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
