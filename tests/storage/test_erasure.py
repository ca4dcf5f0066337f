"""A post that is gone leaves neither words nor author nor address, wherever they were copied to."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from core.alert import EXCERPT_LIMIT, HEADLINE_LIMIT, Event, Happening, Priority
from core.mention import Mention, Visibility
from core.text import plain
from storage.alerts import append_event, join_alert
from storage.database import Database
from storage.erasure import forget
from storage.notifications import (
    claim_due,
    enqueue,
    list_dead,
    mark_dead,
    mark_delivered,
    mark_failed,
)
from storage.rows import to_message
from storage.withdrawals import (
    VERSIONS,
    last_withdrawal,
    pages_in,
    remember_pages,
    settle,
    shelves,
    withdrawal,
)
from tests.storage.making import (
    NOW,
    WHY,
    at,
    author,
    mention,
    mention_id,
    message,
    new_alert,
    one,
    read_all,
    rows,
    store,
)

PAGES = pages_in("/srv/reports")


def gone(external_id: str = "1", **changes: Any) -> Mention:
    """As a source says it that still names author and address."""
    values = {"fetched_at": at(hours=1), "visibility": Visibility.DELETED, "url": "https://x.example/@a1/1"}
    return mention(external_id, "", **{**values, **changes})


def authors(tx: Session) -> list[str]:
    return [external_id for (external_id,) in rows(tx, "SELECT external_id FROM authors ORDER BY 1")]


def test_neither_author_nor_address_is_kept(database: Database) -> None:
    store(database, mention("1", url="https://x.example/@a1/1"), mention("2", author=author("a2")))
    store(database, gone())
    with database.reading() as tx:
        assert rows(tx, "SELECT url, author_id FROM mentions WHERE external_id = '1'") == [("", None)]
        assert authors(tx) == ["a2"]


def test_an_author_of_whom_something_is_left_stays(database: Database) -> None:
    store(database, mention("1"), mention("2"))
    store(database, gone())
    with database.reading() as tx:
        assert authors(tx) == ["a1"]


def test_what_is_first_heard_of_when_it_is_gone_names_nobody(database: Database) -> None:
    store(database, gone())
    with database.reading() as tx:
        assert authors(tx) == []
        assert one(tx, "SELECT url FROM mentions") == ""
        assert withdrawal(tx, PAGES) is None, "nothing can quote it"


def test_a_capture_that_comes_too_late_does_not_bring_the_author_back(database: Database) -> None:
    store(database, gone())
    store(database, mention("1", url="https://x.example/@a1/1"))
    with database.reading() as tx:
        assert authors(tx) == []
        assert one(tx, "SELECT url FROM mentions") == ""


def test_a_rating_without_words_that_is_withdrawn_names_nobody(database: Database) -> None:
    store(database, mention("1", "", rating=1.0))
    store(database, gone())
    with database.reading() as tx:
        assert authors(tx) == []


def alert_with(database: Database, *external_ids: str) -> int:
    """An alert about these posts, on which a colleague noted something, and a message given up."""
    store(database, *(mention(i, f"words {i}", url=f"https://x.example/{i}") for i in external_ids))
    read_all(database)
    with database.transaction() as tx:
        alert_id = new_alert(tx, external_ids[0])
        for other in external_ids[1:]:
            join_alert(tx, alert_id, mention_id(tx, other), WHY, Priority.NORMAL, NOW)
        append_event(tx, alert_id, Event(what=Happening.NOTED, at=NOW, by="Ana", note="says 'words 1'"))
        link = f"https://x.example/{external_ids[0]}"
        enqueue(
            tx,
            dedupe_key="k",
            alert_id=alert_id,
            channel="mail",
            message=message(alert_id, link=link),
            now=NOW,
        )
        (taken,) = claim_due(tx, NOW, 10, lease=at(hours=1) - NOW)
        mark_dead(tx, taken.id, "refused")
    return alert_id


def test_an_alert_in_which_nothing_stands_keeps_its_log_without_notes_and_no_letter_to_send(
    database: Database,
) -> None:
    alert_with(database, "1")
    store(database, gone())
    with database.reading() as tx:
        assert ("noted", "Ana", "") in rows(tx, "SELECT what, by, note FROM events")
        assert list_dead(tx) == [], "nobody can send it once more"
        ((state, told),) = rows(tx, "SELECT state, message FROM notifications")
    assert state == "recalled"
    for words in ("they lost", "@a1", "x.example"):
        assert words not in str(told)


def test_a_message_that_is_being_sent_is_recalled_unless_it_arrives(database: Database) -> None:
    store(database, mention("1"))
    with database.transaction() as tx:
        alert_id = new_alert(tx)
        for key in ("arrives", "fails", "is given up", "sender dies"):
            enqueue(tx, dedupe_key=key, alert_id=alert_id, channel="mail", message=message(alert_id), now=NOW)
    with database.transaction() as tx:
        sent = {each.dedupe_key: each.id for each in claim_due(tx, NOW, 10, timedelta(minutes=5))}
    store(database, gone())
    with database.transaction() as tx:
        mark_delivered(tx, sent["arrives"], at(minutes=1))
        mark_failed(tx, sent["fails"], "451 try later", at(minutes=1))
        mark_dead(tx, sent["is given up"], "550 no such user")
    with database.transaction() as tx:
        assert claim_due(tx, at(days=1), 10, timedelta(minutes=5)) == [], "nothing goes out empty"
        states = dict(rows(tx, "SELECT dedupe_key, state FROM notifications"))
    assert states == {
        "arrives": "delivered",
        "fails": "recalled",
        "is given up": "recalled",
        "sender dies": "recalled",
    }


def test_an_alert_in_which_something_stands_leads_there_and_keeps_its_notes(database: Database) -> None:
    alert_with(database, "1", "2")
    store(database, gone())
    with database.reading() as tx:
        assert "says 'words 1'" in [note for (note,) in rows(tx, "SELECT note FROM events")]
        (letter,) = list_dead(tx)
    assert letter.message.link == "https://x.example/2"
    assert letter.message.excerpt == ""


def test_it_is_noted_until_everything_that_may_quote_it_was_gone_through(database: Database) -> None:
    store(database, mention("1"), mention("2"))
    with database.transaction() as tx:
        assert (withdrawal(tx, PAGES), last_withdrawal(tx)) == (None, "")
    store(database, gone())
    with database.transaction() as tx:
        mark = withdrawal(tx, PAGES)
        assert mark is not None
        assert last_withdrawal(tx) == mark
        forget(tx, [mention_id(tx, "2")], NOW, Visibility.DELETED)  # meanwhile
    with database.transaction() as tx:
        settle(tx, PAGES, mark)
        assert withdrawal(tx, PAGES) not in (None, mark), "the second is still to be done"
        settle(tx, PAGES, str(withdrawal(tx, PAGES)))
        assert withdrawal(tx, PAGES) is None
        assert withdrawal(tx, VERSIONS) is not None
        assert last_withdrawal(tx) not in ("", mark), "it was there, whoever went through what"


def test_each_shelf_is_settled_for_itself(database: Database) -> None:
    far = f"s3://bucket/{'deep/' * 200}"  # longer than a key may be
    store(database, mention("1"))
    with database.transaction() as tx:
        for shelf in ("/srv/reports", far, far):
            remember_pages(tx, shelf)
        assert shelves(tx) == {"/srv/reports", far}
        assert withdrawal(tx, pages_in(far)) is None
    store(database, gone())
    with database.transaction() as tx:
        settle(tx, PAGES, str(withdrawal(tx, PAGES)))
        remember_pages(tx, "/srv/reports")
        assert withdrawal(tx, PAGES) is None
        assert withdrawal(tx, pages_in(far)) is not None
        assert withdrawal(tx, pages_in("/new")) is not None, "its pages may be older than what is gone"
        assert shelves(tx) == {"/srv/reports", far}


def test_words_that_are_edited_away_are_neither_told_nor_listed(database: Database) -> None:
    said = "you lost my parcel, call me on 0123 " + "please " * 100
    store(database, mention("1", said, url="https://x.example/1"), mention("2", said))
    with database.transaction() as tx:
        alert_id = new_alert(tx, "1", headline=plain(said, HEADLINE_LIMIT))
        join_alert(tx, alert_id, mention_id(tx, "2"), WHY, Priority.NORMAL, NOW)
        quoting = message(
            alert_id, excerpt=plain(said, EXCERPT_LIMIT), words="0123", link="https://x.example/1"
        )
        enqueue(tx, dedupe_key="k", alert_id=alert_id, channel="mail", message=quoting, now=NOW)

    def told() -> tuple[str, str, str]:
        with database.reading() as tx:
            sent = to_message(json.loads(one(tx, "SELECT CAST(message AS text) FROM notifications")))
            return one(tx, "SELECT headline FROM alerts"), sent.excerpt, sent.words

    as_written = plain(said, HEADLINE_LIMIT), plain(said, EXCERPT_LIMIT), "0123"
    store(database, mention("2", "thanks", fetched_at=at(hours=1)))
    assert told() == as_written, "another post that said the same is quoted"
    store(database, mention("1", said, rating=2.0, url="https://x.example/1", fetched_at=at(hours=1)))
    assert told() == as_written
    store(database, mention("1", "all is well", url="https://x.example/1", fetched_at=at(hours=2)))
    assert told() == ("all is well", "all is well", "")
    store(database, gone(fetched_at=at(hours=3)))
    assert told() == ("thanks", "", "")
    store(database, mention("1", "all is well", url="https://x.example/1", fetched_at=at(hours=4)))
    assert told() == ("thanks", "", ""), "what was forgotten is not told again"
