"""`earful demo`: the whole way of a mention on a made-up brand; no key, no network, ends by itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from cli.run import print_pass
from cli.terminal import out, progress, say, shown
from core.clock import utc_now
from core.errors import ConfigError
from core.settings import Settings
from flows.steps.daily import count_days
from flows.steps.health import brand_health
from flows.steps.once import run_once
from flows.wiring import Wiring, open_wiring
from reports.document import Block, Folded, Picture
from reports.markdown import markdown
from storage.alert_files import AlertFile, list_alerts, show_alert
from storage.database import open_database
from storage.migrate import upgrade

MATERIAL = Path(__file__).parent.parent / "demo"
FOLDER = Path(".earful/demo")
NEWEST_AGO = timedelta(minutes=20)


def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Where the demo works; emptied first.")] = FOLDER,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Alerts to show in the table.")] = 25,
) -> None:
    """See it work: 201 made-up mentions of a made-up railway are heard, read, and handed to support."""
    given = prepare(folder, utc_now())
    out.print("[bold]Earful demo[/]: Larkspur Rail, a made-up night-train operator.\n")
    cards = folder / "alerts.txt"
    with (
        cards.open("w", encoding="utf-8") as told,
        open_wiring(given, console=Console(file=told, width=min(100, out.width))) as wiring,
    ):
        with progress() as on_progress:
            result = run_once(wiring, on_progress=on_progress)
        print_pass(result)
        count_days(wiring)
        health = brand_health(wiring, wiring.catalogue.brands[0].name, wiring.clock())
        report = folder / "brand-health.md"
        report.write_text(f"{markdown(health.compact)}\n\n---\n\n{markdown(health.full)}\n", encoding="utf-8")
        files = _alerts(wiring)
    out.print("\n[bold]What marketing sees[/] (in the Prefect UI; here as text)")
    out.print(Markdown(markdown(_without_pictures(health.compact))))
    out.print("\n[bold]What support gets[/]: one such card for each alert")
    for file in files[:1]:
        out.print(_card(cards, file.alert.id), markup=False, highlight=False)
    out.print(_table(files[:limit]))
    if len(files) > limit:
        out.print(f"… and {len(files) - limit} more: --limit {len(files)} shows all.")
    _where_next(given, cards, report)
    if result.troubled or not files:
        raise typer.Exit(1)


def prepare(folder: Path, now: datetime) -> Settings:
    """A folder of its own for the demo: the material, moved in time to end just now, and a fresh database.

    Raises:
        ConfigError: the folder holds something else, or cannot be written.
    """
    marker = folder / "earful-demo"
    try:
        if folder.exists() and any(folder.iterdir()) and not marker.exists():
            raise ConfigError(str(folder), "holds something else; name an empty folder with --folder")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(MATERIAL / "config", folder / "config")
        marker.touch()
        lines = (MATERIAL / "mentions.jsonl").read_text(encoding="utf-8").splitlines()
        (folder / "mentions.jsonl").write_text("\n".join(_moved(lines, now)) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(str(folder), f"cannot be prepared: {error.strerror}") from None
    given = Settings(config=folder / "config", database_url=f"sqlite:///{folder.resolve()}/earful.db")
    store = open_database(given.database_url)
    upgrade(store)
    store.close()
    return given


def _moved(lines: list[str], now: datetime) -> list[str]:
    """The mentions with their times shifted, all by the same amount; what cannot be read stays as it is."""
    times = [t for line in lines if (t := _posted_at(line)) is not None]
    shift = now - NEWEST_AGO - max(times)
    moved = []
    for line in lines:
        time = _posted_at(line)
        if time is None:
            moved.append(line)
            continue
        moved.append(
            json.dumps({**json.loads(line), "posted_at": (time + shift).isoformat()}, ensure_ascii=True)
        )
    return moved


def _posted_at(line: str) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(line)["posted_at"]).astimezone(UTC)
    except (ValueError, KeyError, TypeError):
        return None


def _without_pictures(blocks: Sequence[Block]) -> list[Block]:
    """What a terminal can show: no pictures, and no long tables of what they show."""
    return [block for block in blocks if not isinstance(block, Picture | Folded)]


def _card(cards: Path, number: int) -> str:
    """One alert's card, as the console channel printed it."""
    found = ("╭" + card for card in cards.read_text(encoding="utf-8").split("╭")[1:])
    return next((card.rstrip() for card in found if f"Alert number: {number} " in card), "")


def _alerts(wiring: Wiring) -> list[AlertFile]:
    with wiring.database.reading() as tx:
        found = [show_alert(tx, alert.id) for alert in list_alerts(tx, open_only=True, limit=1_000)]
    return sorted(found, key=lambda f: (-f.alert.priority.rank, -f.alert.mentions, f.alert.id))


def _table(files: list[AlertFile]) -> Table:
    table = Table(title="Alerts: unhappy customers to follow up", title_justify="left", show_lines=True)
    table.add_column("no.", justify="right")
    table.add_column("priority")
    table.add_column("who says what", ratio=3)
    table.add_column("why flagged", ratio=2)
    for file in files:
        first = file.mentions[0]
        who = first.mention.author.called if first.mention.author else "unknown"
        more = f" (and {file.alert.mentions - 1} more)" if file.alert.mentions > 1 else ""
        table.add_row(
            str(file.alert.id),
            file.alert.priority,
            f"[bold]{shown(who, 24)}[/]{more}: {shown(first.mention.text, 120)}",
            shown(first.reasons[0].explanation, 200),
        )
    return table


def _where_next(given: Settings, cards: Path, report: Path) -> None:
    option = f"--database {given.database_url}"
    out.print("\n[bold]Where to look next[/]")
    for line in (
        f"earful alerts show 1 {option}",
        f"earful status {option}",
        f"{cards}: all cards; {report}: the whole report",
        "earful serve --demo: the same in the Prefect UI, every hour (make serve)",
        "README.md: listen for your own brand",
    ):
        say(f"  {line}")
