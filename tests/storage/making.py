"""Short ways to the values that the tests store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.alert import Message, Priority, Reason
from core.counts import Counts
from core.mention import Author, Mention, Page
from core.reading import Reading
from core.target import Target
from storage.alerts import open_alert
from storage.coverage import open_window
from storage.database import Database
from storage.mentions import Saved, find_mentions, save_page
from storage.opinions import by_source
from storage.readings import Unread, claim_unread, save_readings
from storage.tables import METADATA

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
REVISION = "model-1"
WHY = (Reason(rule="unhappy", explanation="negative 0.90 is at least 0.60"),)


class NoOptions(BaseModel):
    pass


def at(**after: float) -> datetime:
    return NOW + timedelta(**after)


def target(brand: str = "Acme", name: str | None = None, source: str = "x") -> Target:
    return Target(brand=brand, source=source, name=name or f"{brand.lower()}-{source}", options=NoOptions())


def author(external_id: str = "a1", **changes: Any) -> Author:
    return Author(**{"source": "x", "external_id": external_id, "handle": f"@{external_id}", **changes})


def mention(external_id: str = "1", text: str = "they lost my parcel", **changes: Any) -> Mention:
    values = {"source": "x", "posted_at": NOW, "fetched_at": NOW, "author": author()}
    return Mention(**{**values, "external_id": external_id, "text": text, **changes})


def many(count: int, first: int = 0) -> list[Mention]:
    return [mention(str(n), f"text {n}") for n in range(first, first + count)]


def texts(claimed: list[Unread]) -> list[str]:
    return [unread.text for unread in claimed]


def reading(
    negative: float = 0.9, *, model: str = REVISION, supported: bool = True, **changes: Any
) -> Reading:
    rest = (1 - negative) / 2
    sentiment = {"negative": negative, "neutral": rest, "positive": 1 - negative - rest}
    values = {"model": model, "language": "en", "supported": supported, "sentiment": sentiment}
    return Reading(**{**values, "complaint": negative, **changes})


def message(alert_id: int, **changes: Any) -> Message:
    values: dict[str, Any] = {
        "alert_id": alert_id,
        "headline": "Acme: unhappy customer",
        "brand": "Acme",
        "priority": Priority.HIGH,
        "reasons": ("negative 0.90",),
        "excerpt": "they lost \x00 my parcel \U0001f621",
        "author": "@a1",
        "link": "https://example.org/1",
        "posted_at": NOW,
    }
    return Message(**{**values, **changes})


def save(database: Database, page: Page, brand: str = "Acme", now: datetime = NOW) -> Saved:
    """Poll, store one page, commit."""
    with database.transaction() as tx:
        window = open_window(tx, target(brand), None, now)
        return save_page(tx, target(brand), page, window, now)


def stored(database: Database) -> Mention:
    """The only mention that there is."""
    with database.reading() as tx:
        (found,) = find_mentions(tx)
    return found.mention


def store(database: Database, *mentions: Mention, brand: str = "Acme", now: datetime = NOW) -> None:
    save(database, Page(mentions=mentions), brand, now)


def read_all(database: Database, negative: float = 0.9, model: str = REVISION) -> None:
    """Give every unread text the same reading."""
    with database.transaction() as tx:
        claimed = claim_unread(tx, model, 10_000)
        save_readings(tx, [(unread, reading(negative, model=model)) for unread in claimed], NOW)


def mention_id(tx: Session, external_id: str) -> int:
    return one(tx, "SELECT id FROM mentions WHERE external_id = :key", key=external_id)


def new_alert(tx: Session, external_id: str | None = "1", subject: str = "author:a1", **changes: Any) -> int:
    values: dict[str, Any] = {"brand": "Acme", "rule": "unhappy", "priority": Priority.NORMAL}
    values |= {"subject": subject, "reasons": WHY, "now": NOW}
    if external_id is not None:
        values["mention_id"] = mention_id(tx, external_id)
    return open_alert(tx, **{**values, **changes})


def counted(tx: Session, brand: str, start: datetime, end: datetime) -> Counts:
    """A brand's numbers, of all sources together."""
    return Counts.total(by_source(tx, brand, start, end).values())


def dump(tx: Session, *tables: str) -> list[list[tuple[Any, ...]]]:
    """Every row of some tables."""
    chosen = [METADATA.tables[name] for name in tables]
    return [[tuple(row) for row in tx.execute(table.select().order_by(table.c[0]))] for table in chosen]


def one(tx: Session, sql: str, **values: Any) -> Any:
    """One value by hand-written SQL."""
    return tx.execute(text(sql), values).scalar_one()


def rows(tx: Session, sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """Rows by hand-written SQL."""
    return [tuple(row) for row in tx.execute(text(sql), values)]


def plan(tx: Session, statement: object) -> str:
    """How the database answers a query; PostgreSQL shows recursive steps only once they are taken."""
    words = str(statement.compile(tx.get_bind(), compile_kwargs={"literal_binds": True}))  # type: ignore[attr-defined]
    prefix = "EXPLAIN QUERY PLAN " if tx.get_bind().dialect.name == "sqlite" else "EXPLAIN ANALYZE "
    return "\n".join(str(row[-1]) for row in rows(tx, prefix + words.replace(":", "\\:")))
