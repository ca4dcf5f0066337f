from __future__ import annotations

from typing import Any

from core.mention import Page, Rejected
from storage.checkpoints import checkpoint
from storage.database import Database
from storage.mentions import find_mentions
from tests.storage.making import at, author, mention, read_all, rows, save, store, stored


def test_text_that_no_database_takes_is_made_storable(database: Database) -> None:
    odd = "nul \x00 half \ud83d pair \U0001f621"
    made = "nul \ufffd half \ufffd pair \U0001f621"
    writer = author(odd, name=odd, handle=odd)
    page = Page(
        mentions=(mention(odd, odd, author=writer, url=odd, thread_id=odd),),
        rejected=(Rejected(source="x", reason=odd, raw=odd, place=odd, external_id=odd),),
        checkpoint=odd,
        truncated=odd,
    )
    for _ in range(2):
        save(database, page)
    now = stored(database)
    assert (now.external_id, now.text, now.url, now.thread_id) == (made,) * 4
    assert now.author is not None
    assert (now.author.external_id, now.author.name) == (made, made)
    with database.reading() as tx:
        assert checkpoint(tx, "acme-x") == made
        assert rows(tx, "SELECT reason, raw, place, external_id FROM rejected") == [(made,) * 4]


def test_a_megabyte_of_text_and_of_id(database: Database) -> None:
    text, key = "é" * 1_000_000, "".join(chr(33 + n * n % 90) for n in range(100_000))
    for _ in range(2):
        store(database, mention(key, text, author=author(key)), mention(key[:-1] + "ä", "other"))
    with database.reading() as tx:
        assert sorted(len(found.mention.text) for found in find_mentions(tx)) == [5, 1_000_000]


def test_finding_by_source_sentiment_and_text(database: Database) -> None:
    store(
        database,
        mention("1", "ÄRGER 100%_sicher", posted_at=at(hours=1)),
        mention("2", "fine", source="reddit", posted_at=at(hours=2), author=None),
        mention("3", "unread", posted_at=at(hours=3)),
    )

    def found(**wanted: Any) -> list[str]:
        with database.reading() as tx:
            return [each.mention.external_id for each in find_mentions(tx, **wanted)]

    assert found() == ["3", "2", "1"]
    assert found(limit=2) == ["3", "2"]
    assert found(source="reddit") == ["2"]
    assert found(text="ärger") == found(text="%_SI") == ["1"]
    assert found(text="%") == ["1"]
    assert found(text="_") == ["1"]
    assert found(text="*") == found(text="nowhere") == []
    read_all(database)
    assert found(sentiment="negative") == ["3", "2", "1"]
    assert found(sentiment="positive") == []
    assert found(sentiment="negative", text="FINE", source="reddit", brand="Acme") == ["2"]
