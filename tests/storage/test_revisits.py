from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from core.mention import Page, Rejected, Terms, Visibility
from storage.database import Database
from storage.mentions import find_mentions
from storage.revisits import due, due_statement, expire, looked_at
from storage.tables import SightingRow
from tests.storage.making import NOW, at, author, mention, one, plan, read_all, rows, save, store

DAY = timedelta(days=1)
TERM = {"x": 2 * DAY}


def due_ids(
    database: Database,
    now: float = 1.5,
    until: float = 7,
    limit: int = 10,
    left_by: tuple[str, ...] | None = None,
) -> list[str]:
    """What is due at so many days after NOW, where everything is looked at daily."""
    with database.reading() as tx:
        found = due(
            tx,
            "x",
            "acme-x",
            unseen_since=at(days=now - 1),
            posted_after=at(days=now - until),
            limit=limit,
            left_by=left_by,
        )
    return [each.known.external_id for each in found]


def test_what_nobody_saw_for_a_day_is_due_the_longest_unseen_first(database: Database) -> None:
    store(database, mention("1", fetched_at=at(hours=3)), mention("2", fetched_at=at(hours=2)))
    store(database, mention("3", fetched_at=at(hours=20)))
    assert due_ids(database) == ["2", "1"]
    assert due_ids(database, limit=1) == ["2"]
    assert due_ids(database, now=0.5) == []


def test_a_new_capture_or_a_look_puts_it_off(database: Database) -> None:
    store(database, mention("1"), mention("2"), mention("3"))
    store(database, mention("1", fetched_at=at(hours=30)))
    with database.transaction() as tx:
        looked_at(tx, [one(tx, "SELECT id FROM mentions WHERE external_id = '2'")], at(hours=30))
    assert due_ids(database) == ["3"]
    assert due_ids(database, now=2.5) == ["3", "2", "1"] or due_ids(database, now=2.5) == ["2", "3", "1"]


def test_old_gone_and_others_mentions_are_left_alone(database: Database) -> None:
    store(database, mention("old", posted_at=at(days=-7)))
    store(database, mention("gone", "", visibility=Visibility.DELETED))
    store(database, mention("other"), brand="Globex")
    assert due_ids(database) == []


def test_what_a_target_found_that_is_gone_or_renamed_can_be_due_for_another(database: Database) -> None:
    store(database, mention("mine"))
    store(database, mention("theirs"), brand="Globex")
    assert due_ids(database) == ["mine"]
    assert due_ids(database, left_by=("acme-x", "globex-x")) == ["mine"]
    assert due_ids(database, left_by=("acme-x",)) == ["mine", "theirs"]


def test_what_is_due_is_found_through_an_index_of_a_sources_span(database: Database) -> None:
    store(database, *(mention(str(n), posted_at=at(days=-n)) for n in range(200)))
    with database.reading() as tx:
        asked = due_statement("x", SightingRow.target == "acme-x", at(days=1), at(days=-7), 10)
        if database.dialect == "postgresql":  # else it looks through so few rows at once
            tx.execute(text("SET LOCAL enable_seqscan = off"))
            tx.execute(text("SET LOCAL enable_bitmapscan = off"))
            tx.execute(text("ANALYZE mentions"))
        found = plan(tx, asked)
    assert "ix_mentions_source_posted_at" in found, found
    assert "SEARCH" in found or "Index Cond" in found, found
    assert "SCAN" not in found.replace("Index Scan", ""), found


def test_a_mentions_own_term_runs_out(database: Database) -> None:
    month, week = Terms(keep_for=30 * DAY), Terms(keep_for=7 * DAY)
    store(database, mention("month", terms=month), mention("week", terms=week), mention("ever"))
    save(database, Page(rejected=(Rejected(source="x", reason="r", raw="secret"),)))
    with database.transaction() as tx:
        assert expire(tx, {}, at(days=6.9)) == 0
        assert expire(tx, {}, at(days=7)) == 1
        assert one(tx, "SELECT raw FROM rejected") == "secret"
        assert expire(tx, {}, at(days=31), targets={"acme-x": 30 * DAY}) == 1
        assert one(tx, "SELECT raw FROM rejected") == ""
    with database.reading() as tx:
        assert {m.mention.external_id for m in find_mentions(tx) if m.mention.text} == {"ever"}


def test_what_may_not_be_kept_is_forgotten_everywhere(database: Database) -> None:
    reason = "'text' should be a text, found dict {'secret words': 1}"
    record = Rejected(source="x", reason=reason, raw='{"secret words": 1}', place="secret words.jsonl:1")
    store(database, mention("1", "secret words on a train", author=author("a9", handle="@gone")))
    store(database, mention("2", "another text", fetched_at=at(days=1), author=author("a2")))
    store(database, mention("r", "from elsewhere", source="reddit"))
    save(database, Page(rejected=(record,)))
    read_all(database)
    with database.transaction() as tx:
        assert expire(tx, TERM, at(days=2)) == 1
        assert expire(tx, TERM, at(days=2)) == 0
    with database.reading() as tx:
        left = {m.mention.external_id: m for m in find_mentions(tx)}
        assert (left["1"].mention.text, left["1"].mention.author, left["1"].reading) == ("", None, None)
        assert left["1"].mention.visibility is Visibility.UNKNOWN
        assert left["2"].mention.text == "another text"
        assert left["r"].mention.text == "from elsewhere"
        assert one(tx, "SELECT count(*) FROM authors WHERE external_id = 'a9'") == 0
        assert one(tx, "SELECT count(*) FROM authors WHERE external_id = 'a2'") == 1
        assert rows(tx, "SELECT raw, reason, place FROM rejected") == [("", "", "")]
        assert one(tx, "SELECT count(*) FROM sightings WHERE judged_at IS NULL AND mention_id = 1") == 0


def test_a_forgotten_mention_that_is_captured_again_is_back(database: Database) -> None:
    store(database, mention("1", "words"))
    with database.transaction() as tx:
        expire(tx, TERM, at(days=3))
    store(database, mention("1", "words", fetched_at=at(days=3)))
    with database.reading() as tx:
        (back,) = find_mentions(tx)
    assert (back.mention.text, back.mention.visibility) == ("words", Visibility.LIVE)


def test_more_than_a_statement_holds(database: Database) -> None:
    store(database, *(mention(str(n), f"text {n}") for n in range(1_203)))
    with database.transaction() as tx:
        assert [expire(tx, TERM, NOW + 3 * DAY) for _ in range(4)] == [500, 500, 203, 0]
