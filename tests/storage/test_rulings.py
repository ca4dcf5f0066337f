from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Select, select, text
from sqlalchemy.exc import IntegrityError

from core.errors import NotFound
from core.mention import Mention, Visibility
from core.relevance import RELEVANT, Relevance, Ruling, Why
from storage.database import Database, Transaction
from storage.readings import claim_unjudged, claim_unread
from storage.relevance import save_relevance
from storage.relevance_copies import accounts_of, judge_copies_again
from storage.ruling_table import RulingRow
from storage.rulings import Counted, count_irrelevant, rule
from tests.storage.making import (
    NOW,
    REVISION,
    at,
    author,
    mention,
    mention_id,
    one,
    read_all,
    texts,
)
from tests.storage.test_relevance import BY_WORDS, OUT, OWN, claim, decide, hear


def test_a_persons_word_with_who_and_when_stands(database: Database) -> None:
    hear(database, mention("1", "one"), mention("2", "two"))
    decide(database, m1=OUT)
    with database.transaction() as tx:
        number = mention_id(tx, "1")
        ruling = rule(tx, number, "Acme", relevant=True, by="kim", now=NOW, why="it is our train \x00")
        assert ruling == Ruling(
            mention_id=number, brand="Acme", relevant=True, by="kim", at=NOW, why="it is our train \x00"
        )
        assert texts(claim_unread(tx, REVISION, 9)) == ["one", "two"]
    read_all(database)
    with database.transaction() as tx:
        assert len(claim_unjudged(tx, 10)) == 2, "the rules see it at last"
        before = {item.mention.external_id: item.before for item in claim(tx, "k2")}
        assert before["1"] == Relevance(relevant=True, why=Why.PERSON, detail="kim")
        rule(tx, number, "Acme", relevant=False, by="bo", now=at(hours=1))
        kept = tx.execute(select(RulingRow.by, RulingRow.relevant, RulingRow.at).order_by(RulingRow.id))
        assert kept.all() == [("kim", True, NOW), ("bo", False, at(hours=1))]
        assert count_irrelevant(tx) == [Counted(brand="Acme", why=Why.PERSON, mentions=1)]
        assert [item.mention.external_id for item in claim_unjudged(tx, 10)] == ["2"]
        for wrong in ((number, "Bolt"), (77, "Acme")):
            with pytest.raises(NotFound, match="there is no mention"):
                rule(tx, *wrong, relevant=True, by="kim", now=NOW)


def test_a_ruling_outlives_the_row_and_its_words_do_not_outlive_the_post(database: Database) -> None:
    hear(database, mention("1", "the purple conductor"))
    with database.transaction() as tx:
        number = mention_id(tx, "1")
        rule(tx, number, "Acme", relevant=True, by="kim", now=NOW, why="purple is our colour")
    hear(database, mention("1", "", fetched_at=at(hours=1), visibility=Visibility.DELETED))
    with database.transaction() as tx:
        assert tx.execute(select(RulingRow.by, RulingRow.why)).all() == [("kim", "")]
        tx.execute(text("DELETE FROM mentions"))
        assert one(tx, "SELECT count(*) FROM rulings WHERE mention_id IS NULL") == 1


def test_one_ruling_stands_whoever_writes(database: Database) -> None:
    hear(database, mention("1", "one"))
    with database.transaction() as tx:
        rule(tx, mention_id(tx, "1"), "Acme", relevant=True, by="kim", now=NOW)
    columns = "mention_id, brand, relevant, by, at, why"
    with pytest.raises(IntegrityError), database.transaction() as tx:
        tx.execute(text(f"INSERT INTO rulings ({columns}) SELECT {columns} FROM rulings"))  # noqa: S608


def copies(count: int, first: int = 0, hours: int = 0, by: str = "") -> Sequence[Mention]:
    return [
        mention(f"c{n}", f"buy now {n}", author=author(by or f"seller{n}"), posted_at=at(hours=hours))
        for n in range(first, first + count)
    ]


def test_accounts_that_post_the_same_within_a_day(database: Database) -> None:
    def counted(most: int = 3) -> dict[str, int]:
        with database.transaction() as tx:
            items = claim(tx, "never")
            found = accounts_of(tx, "Acme", items, most)
            return {i.mention.external_id: found[i.mention_id] for i in items if i.mention_id in found}

    hear(database, mention("1", "hello"), *copies(2), *copies(2, 2, by="seller0"), *copies(1, 4, hours=30))
    assert counted() == {}, "two accounts, one of them three times, and a third one too late"
    hear(database, *copies(1, 5, hours=20))
    assert counted() == {f"c{n}": 3 for n in (0, 1, 2, 3, 5)}
    assert counted(2) == {f"c{n}": 2 for n in range(6)}
    with database.transaction() as tx:
        rule(tx, mention_id(tx, "c1"), "Acme", relevant=True, by="kim", now=NOW)
    assert counted() == {}, "a person said that this text is about the brand"


class Fetching:
    """A transaction that counts the rows that come out of it."""

    def __init__(self, tx: Transaction) -> None:
        self._tx, self.rows = tx, 0

    def execute(self, wanted: Select[Any]) -> Sequence[Any]:
        found = self._tx.execute(wanted).all()
        self.rows += len(found)
        return found

    def scalars(self, wanted: Select[Any]) -> Sequence[Any]:
        return [row[0] for row in self.execute(wanted)]


def test_a_new_copy_does_not_fetch_the_history_of_its_text(database: Database) -> None:
    hear(database, *copies(60, hours=-1_000))
    with database.transaction() as tx:
        claim(tx)
    hear(database, *copies(1, 60, hours=-1_000), *copies(3, 100))
    with database.transaction() as tx:
        items = [item for item in claim(tx, "never") if item.mention.posted_at == NOW]
        fetching = Fetching(tx)
        assert set(accounts_of(fetching, "Acme", items, 3).values()) == {3}
    assert fetching.rows == 2 * len(items), "which text each says, and who said it of late"


def test_older_copies_are_judged_again_with_new_ones_and_with_a_persons_word(database: Database) -> None:
    spam = Relevance(relevant=False, why=Why.SPAM)
    hear(database, *copies(2), *copies(1, 2, hours=-60), mention("1", "hello"))
    decide(database, mc1=spam)
    hear(database, *copies(1, 3, hours=1))
    with database.transaction() as tx:
        new = claim(tx)
        save_relevance(tx, [(item, RELEVANT) for item in new], "k1", NOW)
        judge_copies_again(tx, "Acme", new)
    assert sorted(decide(database)) == ["c0", "c3"], "not what is spam already, and not what is days older"
    with database.transaction() as tx:
        rule(tx, mention_id(tx, "c0"), "Acme", relevant=True, by="kim", now=NOW)
        assert [item.mention.external_id for item in claim(tx)] == ["c1"]


def test_judging_and_storing_at_once_wait_for_each_other_and_end(postgresql: Database) -> None:
    """Both lock mentions and sightings; in which order must not matter."""
    hear(postgresql, *(mention(str(n), f"text {n}") for n in range(40)))

    def work(n: int) -> None:
        if n % 3 == 0:
            decide(postgresql, f"k{n}", **{f"m{m}": OUT for m in range(n % 2, 40, 2)})
        elif n % 3 == 1:
            edited = (mention(str(m), f"text {m} {n}", fetched_at=at(hours=n)) for m in reversed(range(40)))
            hear(postgresql, *edited, by=OWN if n % 2 else BY_WORDS)
        else:
            with postgresql.transaction() as tx:
                rule(tx, mention_id(tx, str(n)), "Acme", relevant=bool(n % 2), by="kim", now=NOW)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(18)))
    decide(postgresql, "last")
    with postgresql.transaction() as tx:
        wrong = (
            "SELECT count(*) FROM mentions WHERE wanted <> EXISTS "
            "(SELECT 1 FROM sightings WHERE mention_id = mentions.id AND relevant)"
        )
        assert one(tx, wrong) == 0
        assert claim(tx, "last") == []
