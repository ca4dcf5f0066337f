from __future__ import annotations

from sqlalchemy import select, text

from core.mention import Visibility
from core.reading import Span
from storage.database import Database
from storage.mentions import find_mentions
from storage.readings import (
    _texts,
    _unread,
    claim_unjudged,
    claim_unread,
    count_unread,
    mark_judged,
    save_readings,
)
from storage.tables import METADATA, SightingRow
from tests.storage.making import (
    NOW,
    REVISION,
    at,
    dump,
    many,
    mention,
    mention_id,
    one,
    plan,
    read_all,
    reading,
    store,
    texts,
)


def test_a_reading_comes_back_whole(database: Database) -> None:
    store(database, mention("1"))
    whole = reading(
        0.1 + 0.2,
        severity={"none": 0.25, "blame": 0.75},
        topics={"delay": 0.1 + 0.7, "a": 1e-17},
        emotion={"anger": 1.0},
        unsure=True,
        evidence=(Span(start=0, end=4, weight=1 / 3),),
        supported=False,
    )
    with database.transaction() as tx:
        claimed = claim_unread(tx, REVISION, 10)
        assert save_readings(tx, [(claimed[0], whole)], NOW) == 1
    with database.reading() as tx:
        found = find_mentions(tx)[0].reading
        assert found == whole
        assert found is not None
        assert list(found.topics) == ["delay", "a"]
        assert found.label == whole.label == one(tx, "SELECT label FROM readings")


def test_batches_are_the_same_after_a_crash(database: Database) -> None:
    store(database, *many(10))
    with database.transaction() as tx:
        save_readings(tx, [(u, reading()) for u in claim_unread(tx, REVISION, 4)], NOW)
    for _ in range(2):  # the second worker died: nothing of its claim is left
        with database.reading() if database.dialect == "sqlite" else database.transaction() as tx:
            assert texts(claim_unread(tx, REVISION, 4)) == [f"text {n}" for n in range(4, 8)]


def test_nothing_left_to_read_is_seen_at_once(database: Database) -> None:
    with database.reading() as tx:
        assert not count_unread(tx, REVISION)
    store(database, mention("1"), mention("2", " \n "), mention("3", "x", visibility=Visibility.REMOVED))
    with database.reading() as tx:
        assert count_unread(tx, REVISION)
    read_all(database)
    with database.transaction() as tx:
        assert not count_unread(tx, REVISION)
        assert claim_unread(tx, REVISION, 10) == []
        assert one(tx, "SELECT count(*) FROM sightings WHERE judged_at IS NULL") == 1


def test_another_revision_reads_everything_once_more(database: Database) -> None:
    store(database, *many(3))
    read_all(database, model="b")
    store(database, *many(2, first=3))
    for revision in ("a", "c"):
        with database.transaction() as tx:
            assert count_unread(tx, revision)
            order = ["text 3", "text 4", "text 0", "text 1", "text 2"]  # what nobody has read comes first
            assert texts(claim_unread(tx, revision, 10)) == order
            assert texts(claim_unread(tx, revision, 3)) == order[:3]
    read_all(database, negative=0.2, model="a")
    with database.transaction() as tx:
        assert not count_unread(tx, "a")
        assert {found.reading.model for found in find_mentions(tx) if found.reading} == {"a"}
        assert one(tx, "SELECT count(*) FROM readings") == 8


def test_saving_readings_twice_changes_nothing(database: Database) -> None:
    store(database, *many(3))
    with database.transaction() as tx:
        pairs = [(u, reading()) for u in claim_unread(tx, REVISION, 10)]
        assert save_readings(tx, pairs, NOW) == 3
        before = dump(tx, "readings", "mentions")
        assert save_readings(tx, pairs[::-1], NOW) == 3
        assert dump(tx, "readings", "mentions") == before
        assert save_readings(tx, [], NOW) == 0


def test_a_reading_of_a_text_that_has_changed_is_thrown_away(database: Database) -> None:
    store(database, mention("1", "old"), mention("2", "stays"), mention("3", "goes"))
    with database.transaction() as tx:
        pairs = [(u, reading()) for u in claim_unread(tx, REVISION, 10)]
    changed = mention("1", "new", fetched_at=at(hours=1))
    gone = mention("3", "goes", fetched_at=at(hours=1), visibility=Visibility.DELETED)
    store(database, changed, gone)
    with database.transaction() as tx:
        assert save_readings(tx, pairs, NOW) == 1
        assert texts(claim_unread(tx, REVISION, 10)) == ["new"]
        assert one(tx, "SELECT count(*) FROM readings") == 1


def test_every_brand_judges_what_was_read_once(database: Database) -> None:
    store(database, *many(2))
    store(database, *many(1), brand="Bolt")
    with database.transaction() as tx:
        assert claim_unjudged(tx, 10) == []
    read_all(database)
    with database.transaction() as tx:
        claimed = claim_unjudged(tx, 10)
        assert [(j.brand, j.mention.text) for j in claimed] == [
            ("Acme", "text 0"),
            ("Acme", "text 1"),
            ("Bolt", "text 0"),
        ]
        assert claimed[0].mention_id == mention_id(tx, "0")
        assert claimed[0].reading == reading()
        mark_judged(tx, [j.sighting_id for j in claim_unjudged(tx, 2)], NOW)
    read_all(database, model="model-2")  # a better model does not judge the past again
    with database.transaction() as tx:
        assert [j.brand for j in claim_unjudged(tx, 10)] == ["Bolt"]


def test_the_cost_follows_the_new_work(database: Database) -> None:
    """A look for new work walks along an index of the new work, and sorts nothing."""
    store(database, *many(50))
    read_all(database)
    with database.transaction() as tx:
        if database.dialect == "postgresql":
            tx.execute(text("SET LOCAL enable_seqscan = off"))
            tx.execute(text("SET LOCAL enable_bitmapscan = off"))
        for where in _unread(REVISION):
            seen = plan(tx, _texts(where).limit(5))
            assert "ix_mentions_read_revision_id" in seen
            assert "SEARCH" in seen or "Index Cond" in seen, seen  # not a walk through all of it
            assert "SORT" not in seen.upper().replace("B-TREE FOR ORDER BY", "SORT")
        unjudged = select(SightingRow.id).where(SightingRow.judged_at.is_(None)).order_by(SightingRow.id)
        assert "ix_sightings_unjudged" in plan(tx, unjudged)
        outbox = METADATA.tables["notifications"]
        due = select(outbox.c.id).where(outbox.c.next_attempt_at <= NOW).order_by(outbox.c.next_attempt_at)
        if database.dialect == "sqlite":  # its times are text: they take no literal
            due = (
                select(outbox.c.id)
                .where(text("next_attempt_at <= '2026'"))
                .order_by(outbox.c.next_attempt_at)
            )
        assert "ix_notifications_due" in plan(tx, due)
