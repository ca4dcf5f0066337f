"""`make bench`: what Earful costs, as figures of one run on one machine.

Figures of a noisy machine are worth little by themselves: the table gives ratios between things that were
measured in turn, in the same process, on the same texts. Writes bench/results.json.
"""

from __future__ import annotations

import json
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.clock import utc_now
from core.mention import Author, Mention, Page
from core.target import Target
from listeners.archive.options import ArchiveOptions
from nlp.model import Model
from storage import coverage, mentions
from storage.database import open_database
from storage.migrate import upgrade

ROUNDS = 3
TEXTS = 600
MENTIONS = 20_000
PAGE = 500
RESULTS = Path(__file__).parent / "results.json"


def texts(count: int) -> list[str]:
    """Made-up posts of the lengths that tweets have."""
    lines = (
        (Path(__file__).parent.parent / "demo" / "mentions.jsonl").read_text(encoding="utf-8").splitlines()
    )
    found = []
    for line in lines:
        try:
            found.append(json.loads(line)["text"])
        except (ValueError, KeyError):
            continue
    return [f"{found[i % len(found)]} {i}" for i in range(count)]


def rate(work: Callable[[], Any], count: int) -> float:
    """The median of several rounds, a second."""
    rates = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        rates.append(count / (time.perf_counter() - began))
    return statistics.median(rates)


def reading() -> dict[str, float]:
    """Readings a second: in batches, and one text at a time."""
    model, some = Model(), texts(TEXTS)
    model.read(some[:8])
    alone = some[: TEXTS // 6]
    return {
        "readings a second, in batches": rate(lambda: model.read(some), len(some)),
        "readings a second, one at a time": rate(lambda: [model.read([text]) for text in alone], len(alone)),
    }


def storing() -> dict[str, float]:
    """Mentions stored a second on SQLite, new and known, and how a full database slows the next page."""
    target = Target(brand="Acme", source="archive", name="bench", options=ArchiveOptions(path="unused.jsonl"))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    pages = [page(start, now) for start in range(0, MENTIONS, PAGE)]
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/bench.db")
        upgrade(database)
        took = []
        for one in [*pages, *pages]:
            began = time.perf_counter()
            with database.transaction() as tx:
                window = coverage.open_window(tx, target, None, utc_now())
                mentions.save_page(tx, target, one, window, utc_now())
            took.append(time.perf_counter() - began)
        database.close()
    new, known = took[: len(pages)], took[len(pages) :]
    fifth = len(pages) // 5
    return {
        "mentions stored a second, new": MENTIONS / sum(new),
        "mentions stored a second, known already": MENTIONS / sum(known),
        "time of a page, last fifth over first fifth": sum(new[-fifth:]) / sum(new[:fifth]),
    }


def page(start: int, now: datetime) -> Page:
    """A page of made-up mentions."""
    return Page(
        mentions=tuple(
            Mention(
                source="archive",
                external_id=str(i),
                text=f"made-up post number {i}",
                posted_at=now,
                fetched_at=now,
                author=Author(source="archive", external_id=str(i % 999), handle=f"author{i % 999}"),
            )
            for i in range(start, start + PAGE)
        )
    )


def main() -> None:
    """Measure everything and print one table."""
    figures = {**storing(), **reading()}
    figures["batches over one at a time"] = (
        figures["readings a second, in batches"] / figures["readings a second, one at a time"]
    )
    figures["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for name, figure in figures.items():
        print(f"{name:<50} {figure:>12,.2f}")
    report = {
        "at": utc_now().isoformat(),
        "machine": platform.machine(),
        "model": Model().revision,
        "figures": {name: round(figure, 3) for name, figure in figures.items()},
    }
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
