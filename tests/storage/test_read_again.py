"""A mention that comes to be about another brand is read again: towards whom depends on all of its brands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from core.mention import Page, Visibility
from core.relevance import RELEVANT, Relevance, Why
from core.target import Target
from storage import daily
from storage.coverage import open_window
from storage.database import Database
from storage.mentions import save_page
from storage.readings import claim_unjudged, claim_unread, count_unread, mark_judged, save_readings
from storage.relevance import claim_sightings, save_relevance
from storage.rulings import rule
from tests.storage.making import NOW, REVISION, at, mention, mention_id, one, read_all, reading, store, target

OUT = Relevance(relevant=False, why=Why.EXCLUDED, detail="coyote")
BY_WORDS = replace(target("Bolt"), by_words=True)


def hear(database: Database, by: Target) -> None:
    with database.transaction() as tx:
        save_page(tx, by, Page(mentions=(mention("1"),)), open_window(tx, by, None, NOW), NOW)


def decide(database: Database, key: str, relevance: Relevance, brand: str = "Bolt") -> None:
    with database.transaction() as tx:
        left = claim_sightings(tx, brand, key, 10)
        save_relevance(tx, [(item, relevance) for item in left], key, NOW)


def judge(database: Database) -> list[str]:
    """The brands whose rules have looked at it."""
    with database.transaction() as tx:
        claimed = claim_unjudged(tx, 10)
        mark_judged(tx, [item.sighting_id for item in claimed], NOW)
        return [item.brand for item in claimed]


def unread(database: Database, brand: str = "Acme") -> int:
    """As the figures of the day have it."""
    with database.transaction() as tx:
        while daily.refresh(tx, ZoneInfo("UTC")):
            pass
        found = daily.days(tx, brand, NOW.date(), NOW.date())[NOW.date()].unread
        assert found == count_unread(tx, REVISION)
        return found


@pytest.fixture
def read(database: Database) -> Database:
    """With one mention of Acme, read and judged."""
    store(database, mention("1"))
    read_all(database)
    assert (judge(database), unread(database)) == (["Acme"], 0)
    return database


def test_another_brand_that_finds_it_has_it_read_and_judged_again(read: Database) -> None:
    hear(read, target("Bolt"))
    assert unread(read) == unread(read, "Bolt") == 1
    assert judge(read) == [], "not before it is read"
    with read.transaction() as tx:
        (claimed,) = claim_unread(tx, REVISION, 10)
        assert claimed.brands == ("Acme", "Bolt")
        save_readings(tx, [(claimed, reading(0.1))], NOW)
    assert judge(read) == ["Acme", "Bolt"]
    for brand in ("Acme", "Bolt"):
        hear(read, target(brand))
        assert unread(read) == 0, "found once more by a brand that it was found for"


def test_what_is_gone_is_not_judged_again(read: Database) -> None:
    gone = mention("1", "", visibility=Visibility.DELETED, fetched_at=at(hours=1))
    store(read, gone)
    store(read, gone, brand="Bolt")
    with read.reading() as tx:
        assert one(tx, "SELECT count(*) FROM sightings WHERE judged_at IS NULL") == 0
        assert not count_unread(tx, REVISION)


def test_what_words_found_waits_until_it_is_about_the_brand(read: Database) -> None:
    hear(read, BY_WORDS)
    assert unread(read) == 0
    decide(read, "k1", OUT)
    assert unread(read) == 0
    decide(read, "k2", RELEVANT)
    assert unread(read) == 1
    read_all(read)
    assert judge(read) == ["Acme", "Bolt"]
    decide(read, "k3", RELEVANT)
    assert unread(read) == 0
    decide(read, "k4", OUT)
    assert unread(read) == 1, "it was read towards either of two, and is about one of them now"


def test_a_source_that_vouches_and_a_person_who_rules(read: Database) -> None:
    hear(read, BY_WORDS)
    decide(read, "k1", OUT)
    hear(read, target("Bolt"))
    assert unread(read) == 1
    read_all(read)
    for relevant, left in ((True, 0), (False, 1)):
        with read.transaction() as tx:
            rule(tx, mention_id(tx, "1"), "Bolt", relevant=relevant, by="kim", now=NOW)
        assert unread(read) == left
    read_all(read)
    hear(read, target("Bolt"))
    assert unread(read) == 0, "the person's word stands, however often it is found"


def test_a_brand_of_which_it_is_the_only_one_has_it_read_once(database: Database) -> None:
    hear(database, BY_WORDS)
    for key, relevance in (("k1", RELEVANT), ("k2", OUT), ("k3", RELEVANT)):
        decide(database, key, relevance)
        assert unread(database, "Bolt") == (key == "k1")
        read_all(database)


def test_a_reading_towards_the_brands_of_before_is_refused(database: Database) -> None:
    store(database, mention("1"))
    with database.transaction() as tx:
        claimed = claim_unread(tx, REVISION, 10)
    store(database, mention("1"), brand="Bolt")
    with database.transaction() as tx:
        assert save_readings(tx, [(unread, reading()) for unread in claimed], NOW) == 0
    assert unread(database) == 1


def test_a_page_waits_for_the_reading_that_it_puts_aside(postgresql: Database) -> None:
    store(postgresql, mention("1"))
    with ThreadPoolExecutor(1) as pool:
        with postgresql.transaction() as tx:
            save_readings(tx, [(unread, reading()) for unread in claim_unread(tx, REVISION, 10)], NOW)
            heard = pool.submit(store, postgresql, mention("1"), brand="Bolt")
            while not heard.done() and not one(tx, "SELECT count(*) FROM pg_locks WHERE NOT granted"):
                pass
        heard.result()
    assert unread(postgresql) == 1
