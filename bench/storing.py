"""Mentions stored a second on SQLite, new and known, and how a full database slows the next page."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime

from core.clock import utc_now
from core.mention import Author, Mention, Page
from core.target import Target
from listeners.archive.options import ArchiveOptions
from nlp import duplicates
from storage import coverage, mentions
from storage.database import open_database
from storage.migrate import upgrade

MENTIONS = 20_000
PAGE = 500


def measure() -> dict[str, float]:
    """Stores everything twice: the second time, all is known already."""
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
                mentions.save_page(tx, target, one, window, utc_now(), duplicates)
            took.append(time.perf_counter() - began)
        database.close()
    new, known = took[: len(pages)], took[len(pages) :]
    fifth = len(pages) // 5
    return {
        "mentions stored/s, new": MENTIONS / sum(new),
        "mentions stored/s, known already": MENTIONS / sum(known),
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
