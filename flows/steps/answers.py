"""What a person does about a question: say where it was answered, or that it was not."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from core.days import start_of
from core.errors import ConfigError
from core.link import web_link
from core.text import plain
from storage import questions as stored

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from storage.database import Database
    from storage.questions import Answer


def answer(
    database: Database,
    number: int,
    *,
    url: str,
    on: date | None,
    zone: ZoneInfo,
    by: str,
    note: str,
    now: datetime,
) -> Answer:
    """Record that a question was answered; it takes the place of the answer before.

    Args:
        database: where it is kept.
        number: of the question.
        url: where the answer stands, on the web.
        on: the day on which it was published; None: now.
        zone: where that day is.
        by: who says so.
        note: in their words.
        now: the present time.

    Raises:
        NotFound: there is no such question.
        ConfigError: the address does not lead to the web, or the day is yet to come.
    """
    address = web_link(url)
    if not address:
        raise ConfigError("--url", f"'{plain(url, 100)}' does not lead to the web; write https://...")
    published = now if on is None else start_of(on, zone)
    if published > now:
        raise ConfigError("--on", f"{on} is yet to come")
    with database.transaction() as tx:
        return stored.answer(tx, number, url=address, published_at=published, by=by, note=note, now=now)


def unanswer(database: Database, number: int, now: datetime) -> None:
    """Take back that a question was answered.

    Raises:
        NotFound: there is no such question.
        NotAllowed: it has no answer.
    """
    with database.transaction() as tx:
        stored.unanswer(tx, number, now)
