"""Who asks to be forgotten is, and is left out from then on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from core.mention import Mention, Page, Rejected, Visibility
from core.relevance import Relevance, Why
from storage.authors import known_authors
from storage.coverage import open_window
from storage.database import Database
from storage.erased import KnownAuthor, authors_called, erase
from storage.mentions import find_mentions, save_page
from storage.relevance import claim_sightings, save_relevance
from tests.storage.making import NOW, at, author, mention, new_alert, one, read_all, rows, save, store, target

IGNORED = Relevance(relevant=False, why=Why.AUTHOR)
NUMBER = author("77", handle="")
JANE = author("j1", handle="@Jane_Doe", name="Jane Doe")


def called(tx: Session, name: str) -> list[str]:
    return [each.external_id for each in authors_called(tx, "x", name)]


def forget_jane(database: Database) -> int:
    with database.transaction() as tx:
        (jane,) = authors_called(tx, "x", "jane_doe")
        return erase(tx, jane, subject="author:x:j1", by="Ana", now=NOW)


def texts(database: Database) -> set[str]:
    with database.reading() as tx:
        return {found.mention.text for found in find_mentions(tx)}


def test_an_author_is_found_by_id_handle_or_name(database: Database) -> None:
    twin = author("j2", handle="jd", name="Jane Doe")
    store(database, mention("1", author=JANE), mention("2", author=twin), mention("3", author=JANE))
    with database.reading() as tx:
        for name in ("j1", "@Jane_Doe", "jane_DOE"):
            assert authors_called(tx, "x", name) == [
                KnownAuthor(
                    source="x",
                    external_id="j1",
                    handle="@Jane_Doe",
                    name="Jane Doe",
                    mentions=2,
                )
            ]
        assert called(tx, "Jane Doe") == ["j1", "j2"]
        assert called(tx, "nobody") == []
        assert authors_called(tx, "reddit", "j1") == []


@pytest.mark.parametrize("handle", ["Émilie", "@İrem", "ΟΔΟΣ"])
def test_capitals_outside_ascii_are_found_as_they_are_shown(database: Database, handle: str) -> None:
    store(database, mention("1", author=author("e1", handle=handle)), mention("2"))
    with database.reading() as tx:
        assert called(tx, handle) == ["e1"]
        assert called(tx, "@" + handle.lstrip("@")) == ["e1"]


def test_an_id_names_one_author_whoever_else_is_called_so(database: Database) -> None:
    same_but_for_capitals, same_name = author("J1", handle="J1"), author("j3", handle="jay", name="j1")
    store(
        database,
        mention("1", author=author("j1", handle="j1")),
        mention("2", author=same_but_for_capitals),
        mention("3", author=same_name),
    )
    with database.reading() as tx:
        assert called(tx, "j1") == ["j1"]
        assert called(tx, "@j1") == ["J1", "j1"]


def test_nothing_of_theirs_is_left_and_others_stay(database: Database) -> None:
    store(database, mention("1", "my bag is lost", author=JANE), mention("2", "it is late"))
    read_all(database)
    with database.transaction() as tx:
        new_alert(tx, "1", subject="author:x:j1")
    assert forget_jane(database) == 1
    assert texts(database) == {"", "it is late"}
    with database.reading() as tx:
        assert rows(tx, "SELECT external_id FROM authors") == [("a1",)]
        assert "j1" not in one(tx, "SELECT subject FROM alerts")
        assert one(tx, "SELECT headline FROM alerts") == ""
        ((fingerprint, *proof),) = rows(tx, "SELECT fingerprint, source, by, mentions FROM erased")
    assert proof == ["x", "Ana", 1]
    assert len(fingerprint) == 64


def test_what_they_write_from_then_on_and_wrote_before_is_left_out(database: Database) -> None:
    old = mention("1", "my bag is lost", author=JANE)
    store(database, old)
    forget_jane(database)
    later = mention("9", "my bag again", author=JANE, fetched_at=at(hours=1))
    again = mention("1", "my bag is lost", author=JANE, fetched_at=at(hours=1))
    other = mention("2", "it is late", fetched_at=at(hours=1))
    assert save(database, Page(mentions=(later, again, other))).new == 1
    assert texts(database) == {"", "it is late"}
    with database.reading() as tx:
        assert rows(tx, "SELECT external_id FROM authors") == [("a1",)]


def test_who_is_known_of_nothing_any_more_goes_too(database: Database) -> None:
    store(database, mention("1", author=JANE))
    store(database, mention("1", author=None, fetched_at=at(hours=1)))
    assert forget_jane(database) == 0
    with database.reading() as tx:
        assert rows(tx, "SELECT external_id FROM authors") == []


def test_who_was_forgotten_and_met_again_between_the_question_and_the_answer_goes(database: Database) -> None:
    store(database, mention("1", author=JANE))
    with database.reading() as tx:
        (jane,) = authors_called(tx, "x", "j1")
    store(database, mention("1", "", author=JANE, fetched_at=at(hours=1), visibility=Visibility.DELETED))
    store(database, mention("2", "other words", author=JANE))
    with database.transaction() as tx:
        assert erase(tx, jane, subject="author:x:j1", by="Ana", now=NOW) == 1
        assert rows(tx, "SELECT external_id FROM authors") == []
    assert texts(database) == {""}


def unreadable(raw: str, source: str = "x") -> Rejected:
    return Rejected(source=source, reason="the rating 9 is not within 1 to 5", raw=raw)


def test_unreadable_records_that_name_them_are_blanked(database: Database) -> None:
    jörg = author("j_1", handle="@Jörg", name="Jörg")
    theirs = [
        unreadable('{"author_id": "J_1", "text": "secret 1"}'),
        unreadable('{"author": "jörg", "text": "secret 2"}'),
        unreadable('{"author": "J\\u00f6rg", "text": "secret 3"}'),
    ]
    others = [unreadable('{"author": "jo", "id": "jx1"}'), unreadable('{"author": "Jörg"}', source="reddit")]
    save(database, Page(mentions=(mention("1", author=jörg),), rejected=(*theirs, *others)))
    with database.transaction() as tx:
        (found,) = authors_called(tx, "x", "j_1")
        erase(tx, found, subject="author:x:j_1", by="Ana", now=NOW)
        kept = rows(tx, "SELECT raw FROM rejected WHERE raw <> '' ORDER BY id")
    assert sorted(raw for (raw,) in kept) == sorted(each.raw for each in others)


def test_who_is_known_by_the_id_alone_is_left_out_too(database: Database) -> None:
    store(database, mention("1", "my bag is lost", author=JANE))
    forget_jane(database)
    store(database, mention("9", "my bag again", author=author("j1", handle="")))
    assert texts(database) == {""}


def find(database: Database, *mentions: Mention) -> None:
    search = replace(target(name="search"), by_words=True)
    with database.transaction() as tx:
        save_page(tx, search, Page(mentions=mentions), open_window(tx, search, None, NOW), NOW)


@pytest.mark.parametrize("on_the_platform", [False, True])
def test_that_they_were_an_ignored_author_does_not_name_them(
    database: Database, on_the_platform: bool
) -> None:
    find(database, mention("1", author=JANE), mention("2"))
    with database.transaction() as tx:
        jane, other = claim_sightings(tx, "Acme", "key", 10)
        ignored = replace(IGNORED, detail="jane_doe"), replace(IGNORED, detail="a1")
        save_relevance(tx, list(zip((jane, other), ignored, strict=True)), "key", NOW)
    if on_the_platform:
        find(database, mention("1", "", fetched_at=at(hours=1), visibility=Visibility.DELETED))
    else:
        forget_jane(database)
    with database.reading() as tx:
        kept = rows(tx, "SELECT why, detail FROM sightings ORDER BY mention_id")
    assert kept == [("ignored_author", None), ("ignored_author", "a1")]


def test_a_platform_is_not_asked_about_who_was_erased(database: Database) -> None:
    store(database, mention("1", author=JANE), mention("2", author=author("b")), mention("3", author=NUMBER))
    forget_jane(database)
    with database.reading() as tx:
        known = known_authors(tx, "x", ["j1", "b", NUMBER.external_id, "new"])
        assert known_authors(tx, "reddit", ["j1"]) == {}
    assert known == {"j1": author("j1", handle=""), "b": author("b")}


def test_an_id_alone_keeps_what_was_known_and_is_filled_in_later(database: Database) -> None:
    named = replace(NUMBER, handle="ann", name="Ann", url="https://x.com/ann", followers=7)
    for hours, seen in enumerate((NUMBER, named, NUMBER)):
        store(database, mention(str(hours), author=seen, fetched_at=at(hours=hours)))
    with database.reading() as tx:
        assert known_authors(tx, "x", ["77"]) == {"77": named}


def test_the_same_id_elsewhere_is_somebody_else(database: Database) -> None:
    store(database, mention("1", author=JANE))
    forget_jane(database)
    store(database, mention("r", "hello", source="reddit", author=author("j1", source="reddit")))
    assert texts(database) == {"", "hello"}
