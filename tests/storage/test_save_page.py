from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from core.errors import NotFound
from core.mention import RAW_LIMIT, Engagement, Kind, Mention, Page, Rejected, Terms, Visibility
from storage.checkpoints import checkpoint
from storage.coverage import open_window
from storage.database import Database
from storage.mentions import Saved, find_mentions, save_page
from storage.readings import claim_unjudged, mark_judged
from tests.storage.making import (
    NOW,
    at,
    author,
    dump,
    mention,
    one,
    read_all,
    rows,
    save,
    store,
    stored,
    target,
)


def judge_all(database: Database) -> None:
    with database.transaction() as tx:
        mark_judged(tx, [j.sighting_id for j in claim_unjudged(tx, 1000)], NOW)


def test_a_mention_comes_back_whole(database: Database) -> None:
    whole = mention(
        "7",
        "Ärger \U0001f621 mit dem Paket",
        kind=Kind.REVIEW,
        author=author("b", name="Bea", url="https://example.org/b", followers=3_000_000_000),
        thread_id="t1",
        parent_id="p1",
        url="https://example.org/7",
        rating=1.5,
        language="de",
        engagement=Engagement(likes=1, replies=0, shares=None, views=9_000_000_000),
        edited_at=at(minutes=-5),
        visibility=Visibility.EDITED,
        terms=Terms(keep_for=timedelta(days=30), may_train=True, may_export_text=True),
    )
    assert save(database, Page(mentions=(whole,))) == Saved(new=1, updated=0, duplicate=0, rejected=0)
    assert stored(database) == whole


def test_the_least_mention_comes_back_too(database: Database) -> None:
    least = Mention(source="x", external_id="1", text="hm", posted_at=NOW, fetched_at=NOW)
    store(database, least)
    assert stored(database) == least


def test_the_same_page_again_is_only_counted(database: Database) -> None:
    page = Page(
        mentions=(mention("1"), mention("2", author=None)),
        rejected=(Rejected(source="x", reason="no id", raw="{}", place="p:1"),),
    )
    save(database, page)
    read_all(database)
    judge_all(database)
    tables = ("authors", "mentions", "sightings", "rejected", "readings")
    with database.reading() as tx:
        before = dump(tx, *tables)
    assert save(database, page, now=at(hours=1)) == Saved(new=0, updated=0, duplicate=2, rejected=1)
    with database.reading() as tx:
        assert dump(tx, *tables) == before


@pytest.mark.parametrize("field", ["posted_at", "edited_at"])
@pytest.mark.parametrize("year", [1, 1969, 2200, 9999])
def test_a_mention_of_an_impossible_time_is_an_unreadable_record(
    database: Database, field: str, year: int
) -> None:
    wrong = mention("1", "when was that?", **{field: NOW.replace(year=year)})
    saved = save(database, Page(mentions=(wrong, mention("2"))))
    assert saved == Saved(new=1, updated=0, duplicate=0, rejected=1)
    assert stored(database).external_id == "2"
    with database.reading() as tx:
        assert rows(tx, "SELECT external_id, raw, reason FROM rejected") == [
            ("1", "when was that?", f"no mention is of the year {year}")
        ]


def test_one_id_twice_in_a_page_is_one_mention(database: Database) -> None:
    page = Page(
        mentions=(mention("1", "new", fetched_at=at(hours=1)), mention("1", "old"), mention("1", "old"))
    )
    assert save(database, page) == Saved(new=1, updated=0, duplicate=2, rejected=0)
    assert stored(database).text == "new"


def test_new_counts_are_taken_without_reading_again(database: Database) -> None:
    store(database, mention("1", author=author(followers=10)))
    read_all(database)
    judge_all(database)
    later = mention(
        "1",
        fetched_at=at(hours=1),
        engagement=Engagement(likes=5),
        author=author(followers=20),
        url="https://n",
    )
    assert save(database, Page(mentions=(later,))) == Saved(new=0, updated=0, duplicate=1, rejected=0)
    assert stored(database) == later
    with database.transaction() as tx:
        assert one(tx, "SELECT read_revision FROM mentions") == "model-1"
        assert claim_unjudged(tx, 10) == []


def test_an_edited_text_is_to_be_read_and_judged_again(database: Database) -> None:
    store(database, mention("1"))
    store(database, mention("1"), brand="Bolt")
    read_all(database)
    judge_all(database)
    edited = mention("1", "all is well now", fetched_at=at(hours=1))
    assert save(database, Page(mentions=(edited,))) == Saved(new=0, updated=1, duplicate=0, rejected=0)
    now = stored(database)
    assert (now.text, now.visibility, now.edited_at) == ("all is well now", Visibility.EDITED, at(hours=1))
    with database.transaction() as tx:
        assert find_mentions(tx)[0].reading is None
        assert claim_unjudged(tx, 10) == []  # not before it is read
    read_all(database, negative=0.1)
    with database.transaction() as tx:
        assert [(j.brand, j.reading.negative) for j in claim_unjudged(tx, 10)] == [
            ("Acme", 0.1),
            ("Bolt", 0.1),
        ]


def test_other_stars_are_judged_again_but_not_read_again(database: Database) -> None:
    store(database, mention("1", rating=5))
    read_all(database)
    judge_all(database)
    assert save(database, Page(mentions=(mention("1", rating=1, fetched_at=at(hours=1)),))).updated == 1
    with database.transaction() as tx:
        assert one(tx, "SELECT read_revision FROM mentions") == "model-1"
        assert [j.mention.rating for j in claim_unjudged(tx, 10)] == [1]


def test_an_older_fetch_never_overwrites(database: Database) -> None:
    newest = mention("1", "new text", fetched_at=at(hours=2), author=author(followers=5))
    store(database, newest)
    read_all(database)
    older = mention("1", "old text", fetched_at=at(hours=1), author=author(followers=4))
    assert save(database, Page(mentions=(older,))) == Saved(new=0, updated=0, duplicate=1, rejected=0)
    assert stored(database) == newest


@pytest.mark.parametrize("how", [Visibility.DELETED, Visibility.REMOVED, Visibility.PROTECTED])
def test_what_is_gone_leaves_no_text_and_no_reading(database: Database, how: Visibility) -> None:
    store(database, mention("1", "please forget me"))
    read_all(database)
    gone = mention("1", "please forget me", fetched_at=at(hours=1), visibility=how, author=None)
    assert save(database, Page(mentions=(gone,))).updated == 1
    assert save(database, Page(mentions=(gone,))).duplicate == 1
    now = stored(database)
    assert (now.text, now.visibility, now.author) == ("", how, None)
    with database.transaction() as tx:
        assert one(tx, "SELECT count(*) FROM readings") == 0
        assert one(tx, "SELECT count(*) FROM sightings WHERE judged_at IS NULL") == 0
    back = mention("1", "please forget me", fetched_at=at(hours=2))
    assert save(database, Page(mentions=(back,))).updated == 1
    assert stored(database) == back
    read_all(database)
    with database.transaction() as tx:
        assert len(claim_unjudged(tx, 10)) == 1


def test_two_brands_find_one_mention(database: Database) -> None:
    store(database, mention("1"))
    store(database, mention("1"), brand="Bolt")
    with database.reading() as tx:
        (found,) = find_mentions(tx)
        assert found.brands == ("Acme", "Bolt")
        assert [len(find_mentions(tx, brand=name)) for name in ("Acme", "Bolt", "Core")] == [1, 1, 0]


def test_a_rejected_record_is_kept_once_and_cut(database: Database) -> None:
    def record(place: str, raw: str) -> Rejected:
        return Rejected(source="x", reason="no id", raw=raw, place=place)

    once = (record("p:1", "a" * 10_000), record("p:2", "b"), record("p:1", "b"))
    assert save(database, Page(rejected=once + once[:1])).rejected == 4
    save(database, Page(rejected=once[::-1]))
    with database.reading() as tx:
        kept = rows(tx, "SELECT place, length(raw) FROM rejected ORDER BY 1, 2")
    assert kept == [("p:1", 1), ("p:1", RAW_LIMIT), ("p:2", 1)]


def test_a_checkpoint_is_set_only_where_the_page_has_one(database: Database) -> None:
    with database.reading() as tx:
        assert checkpoint(tx, "acme-x") is None
    seen = []
    for value in (None, "5", None, "", "7"):
        save(database, Page(checkpoint=value))
        with database.reading() as tx:
            seen.append(checkpoint(tx, "acme-x"))
    assert seen == [None, "5", "5", "", "7"]


def test_a_page_is_stored_whole_or_not_at_all(database: Database) -> None:
    page = Page(
        mentions=(mention("1"),), rejected=(Rejected(source="x", reason="r", raw="{}"),), checkpoint="9"
    )
    with database.transaction() as tx:
        window = open_window(tx, target(), None, NOW)

    def killed() -> None:
        with database.transaction() as tx:
            save_page(tx, target(), page, window, NOW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    with database.reading() as tx:
        assert dump(tx, "authors", "mentions", "sightings", "rejected", "checkpoints") == [[]] * 5
        assert one(tx, "SELECT pages + fetched + new FROM coverage_windows") == 0
    with database.transaction() as tx:
        assert save_page(tx, target(), page, window, NOW).new == 1


def test_a_page_needs_a_window(database: Database) -> None:
    with pytest.raises(NotFound, match="coverage window 99"), database.transaction() as tx:
        save_page(tx, target(), Page(), 99, NOW)


def test_a_page_of_500_takes_a_handful_of_statements(database: Database) -> None:
    def page(**changes: Any) -> Page:
        return Page(mentions=tuple(mention(str(n), author=author(str(n)), **changes) for n in range(500)))

    said: list[str] = []
    event.listen(database._engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    for number, new in ((0, 500), (1, 0), (2, 0)):
        with database.transaction() as tx:
            window = open_window(tx, target(), None, NOW)
            said.clear()
            changed = page(text=f"text {number}", fetched_at=at(hours=number))
            assert save_page(tx, target(), changed, window, NOW).new == new
            assert len(said) <= 16, said


def test_a_page_of_many_thousands_fits(sqlite: Database) -> None:
    many = tuple(mention(str(n), author=author(str(n))) for n in range(4_000))
    assert save(sqlite, Page(mentions=many)).new == 4_000
    assert save(sqlite, Page(mentions=many)).duplicate == 4_000
