"""Why records could not be read is there to be shown, and goes with them."""

from __future__ import annotations

from core.mention import Page, Rejected
from storage.database import Database
from storage.erased import authors_called, erase
from storage.unreadable import Record, list_unreadable
from tests.storage.making import NOW, at, author, mention, one, rows, save


def record(place: str, reason: str = "'text' is missing", raw: str = "{}", **changes: str) -> Rejected:
    return Rejected(source="x", reason=reason, raw=raw, place=place, **changes)


def test_the_newest_few_of_each_target_are_listed_with_how_many_there_are(database: Database) -> None:
    for line in range(1, 6):
        save(database, Page(rejected=(record(f"a.csv:{line}"),)), now=at(hours=line))
    save(database, Page(rejected=(record("b.csv:1"),)), "Other")
    with database.reading() as tx:
        ours, other = list_unreadable(tx)
        assert list_unreadable(tx, ["other-x"]) == [other]
        assert list_unreadable(tx, []) == []
    assert (ours.target, ours.kept, other.target, other.kept) == ("acme-x", 5, "other-x", 1)
    assert [each.place for each in ours.newest] == ["a.csv:5", "a.csv:4", "a.csv:3"]
    assert other.newest == (Record(place="b.csv:1", reason="'text' is missing", first_seen_at=NOW),)


def test_what_quotes_or_names_an_erased_author_is_neither_listed_nor_kept(database: Database) -> None:
    ann = author("a77", handle="@ann_77")
    theirs = (
        record("1", reason="'text' should be a text, found list ['ann_77 was here']", raw="[1]"),
        record("https://example.org/ann_77/1", raw="[2]"),
        record("3", raw="[3]", external_id="at://a77/post"),
        record("4", raw='{"author": "ann_77"}'),
    )
    save(database, Page(mentions=(mention(author=ann),), rejected=(*theirs, record("other"))))
    with database.transaction() as tx:
        (found,) = authors_called(tx, "x", "ann_77")
        erase(tx, found, subject="author:x:a77", by="Ana", now=NOW)
    with database.reading() as tx:
        (left,) = list_unreadable(tx)
        assert (left.kept, [each.place for each in left.newest]) == (1, ["other"])
        assert one(tx, "SELECT count(*) FROM rejected") == 5
        emptied = rows(tx, "SELECT DISTINCT raw, reason, place, external_id FROM rejected WHERE raw = ''")
    assert emptied == [("", "", "", None)]
