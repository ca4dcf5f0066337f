from __future__ import annotations

import re
from dataclasses import replace

from core.mention import Mention, Page, Visibility
from core.relevance import RELEVANT, Relevance, Why
from core.target import Target
from storage.coverage import open_window
from storage.database import Database, Transaction
from storage.figures import totals
from storage.mentions import find_mentions, save_page
from storage.readings import claim_unjudged, claim_unread, count_unread, mark_judged
from storage.relevance import (
    Sighted,
    claim_sightings,
    save_relevance,
    threads_of,
)
from storage.rulings import Counted, count_irrelevant, find_irrelevant, rule
from storage.verdicts import find_brands
from tests.storage.making import (
    NOW,
    REVISION,
    at,
    counted,
    mention,
    mention_id,
    read_all,
    rows,
    target,
    texts,
)

OUT = Relevance(relevant=False, why=Why.EXCLUDED, detail="coyote")
BY_WORDS = replace(target(name="search"), by_words=True)
OWN = target(name="own")


class Finder:
    """Texts are copies of each other where they begin with the same word."""

    def sign(self, mention: Mention) -> object:
        from core.mention import Signature

        word = re.split(r"\W", mention.text)[0]
        return Signature(digest=int.from_bytes(word.encode()[:7].ljust(7), "big"))

    def near(self, text: str, other: str) -> bool:
        return False


def hear(database: Database, *mentions: Mention, by: Target = BY_WORDS) -> None:
    with database.transaction() as tx:
        window = open_window(tx, by, None, NOW)
        save_page(tx, by, Page(mentions=mentions), window, NOW, Finder())


def look_again(database: Database, *mentions: Mention) -> None:
    """By a target that vouches for all that it finds itself."""
    with database.transaction() as tx:
        window = open_window(tx, OWN, None, NOW)
        save_page(tx, OWN, Page(mentions=mentions), window, NOW, Finder(), known_only=True)


def claim(tx: Transaction, key: str = "k1", brand: str = "Acme", limit: int = 100) -> list[Sighted]:
    return claim_sightings(tx, brand, key, limit)


def decide(database: Database, key: str = "k1", brand: str = "Acme", **what: Relevance) -> list[str]:
    """Judge all that is left: as named by external id, else relevant. Gives the ids that were claimed."""
    with database.transaction() as tx:
        items = claim(tx, key, brand)
        decided = [(item, what.get(f"m{item.mention.external_id}", RELEVANT)) for item in items]
        save_relevance(tx, decided, key, NOW)
    return [item.mention.external_id for item in items]


def seen(database: Database) -> list[str]:
    with database.reading() as tx:
        return sorted(found.mention.external_id for found in find_mentions(tx))


def test_looking_again_leaves_a_judgement_as_it_is_and_an_edit_is_judged_anew(database: Database) -> None:
    hear(database, mention("1", "one"))
    assert decide(database, m1=OUT) == ["1"]
    look_again(database, mention("1", "one", fetched_at=at(days=1)))
    assert (seen(database), decide(database, m1=OUT)) == ([], [])
    look_again(database, mention("1", "two", fetched_at=at(days=2)))
    assert decide(database) == ["1"]
    assert seen(database) == ["1"]


def test_looking_again_finds_nothing_that_was_not_stored(database: Database) -> None:
    hear(database, mention("1", "one"))
    look_again(database, mention("2", "two"))
    assert seen(database) == ["1"]


def test_what_a_source_vouches_for_is_relevant_at_once_and_what_words_found_waits(database: Database) -> None:
    hear(database, mention("1", "one"), by=OWN)
    hear(database, mention("2", "two"))
    with database.transaction() as tx:
        assert texts(claim_unread(tx, REVISION, 10)) == ["one"]
        assert count_irrelevant(tx) == [Counted(brand="Acme", why=None, mentions=1)]
        assert counted(tx, "Acme", at(days=-1), at(days=1)).mentions == 1
    assert decide(database) == ["1", "2"]
    with database.transaction() as tx:
        assert texts(claim_unread(tx, REVISION, 10)) == ["one", "two"]
        assert count_irrelevant(tx) == []
        assert claim(tx) == [], "judged already"


def test_what_is_not_about_the_brand_is_kept_counted_and_left_alone(database: Database) -> None:
    hear(database, mention("1", "one"), mention("2", "two"))
    decide(database, m2=OUT)
    with database.transaction() as tx:
        assert texts(claim_unread(tx, REVISION, 10)) == ["one"]
        assert count_unread(tx, REVISION) == 1
    read_all(database)
    with database.transaction() as tx:
        assert not count_unread(tx, REVISION)
        assert count_unread(tx, "another model") == 1
        assert texts(claim_unread(tx, "another model", 9)) == ["one"]
        assert [item.mention.external_id for item in claim_unjudged(tx, 10)] == ["1"]
        assert counted(tx, "Acme", at(days=-1), at(days=1)).mentions == 1
        assert totals(tx, REVISION).mentions == 2
        assert count_irrelevant(tx) == [Counted(brand="Acme", why=Why.EXCLUDED, mentions=1)]
        (found,) = find_irrelevant(tx)
        assert (found.mention.text, found.brand, found.target, found.relevance) == (
            "two",
            "Acme",
            "search",
            OUT,
        )
        assert find_irrelevant(tx, brand="Bolt") == find_irrelevant(tx, source="reddit") == []
        assert len(find_irrelevant(tx, brand="Acme", source="x")) == 1
    assert seen(database) == ["1"]


def test_each_brand_judges_for_itself(database: Database) -> None:
    hear(database, mention("1", "one"))
    hear(database, mention("1", "one"), by=replace(BY_WORDS, brand="Bolt", name="bolt"))
    decide(database, m1=OUT)
    with database.reading() as tx:
        assert not count_unread(tx, REVISION), "Bolt has not judged yet"
    decide(database, brand="Bolt")
    read_all(database)
    with database.transaction() as tx:
        assert [item.brand for item in claim_unjudged(tx, 10)] == ["Bolt"]
        (found,) = find_mentions(tx)
        assert found.brands == ("Bolt",)
        assert find_mentions(tx, brand="Acme") == []
        assert len(find_mentions(tx, brand="Bolt")) == 1
        assert find_brands(tx, found.id) == ["Acme", "Bolt"]


def test_a_changed_query_judges_again_in_batches(database: Database) -> None:
    hear(database, *(mention(str(n), f"text {n}") for n in range(5)))
    decide(database, m3=OUT)
    hear(database, mention("5", "text 5"))
    with database.transaction() as tx:
        first = claim(tx, "k2", limit=4)
        assert [item.mention.external_id for item in first] == ["5", "0", "1", "2"], "new ones first"
        assert [item.before for item in first] == [None, RELEVANT, RELEVANT, RELEVANT]
        save_relevance(tx, [(item, RELEVANT) for item in first], "k2", NOW)
    with database.transaction() as tx:
        rest = claim(tx, "k2", limit=4)
        assert [(item.mention.external_id, item.before) for item in rest] == [("3", OUT), ("4", RELEVANT)]
        save_relevance(tx, [(item, RELEVANT) for item in rest], "k2", NOW)
        assert claim(tx, "k2") == []
    assert decide(database, "k0") != [], "whether it comes before or after in the alphabet"
    assert seen(database) == [str(n) for n in range(6)]


def test_the_rules_see_what_becomes_relevant_and_only_that(database: Database) -> None:
    hear(database, mention("1", "one"), mention("2", "two"))
    decide(database)
    read_all(database)
    with database.transaction() as tx:
        mark_judged(tx, [item.sighting_id for item in claim_unjudged(tx, 10)], NOW)
    decide(database, "k2", m1=OUT)
    with database.transaction() as tx:
        assert claim_unjudged(tx, 10) == []
    decide(database, "k3")
    with database.transaction() as tx:
        assert [item.mention.external_id for item in claim_unjudged(tx, 10)] == ["1"]


def test_an_edited_text_is_judged_again_and_a_deleted_one_stays_what_it_was(database: Database) -> None:
    hear(database, mention("1", "one"), mention("2", "two"))
    decide(database, m1=OUT, m2=OUT)
    hear(database, mention("1", "uno", fetched_at=at(hours=1)))
    hear(database, mention("2", "", fetched_at=at(hours=1), visibility=Visibility.DELETED))
    with database.transaction() as tx:
        left = claim(tx)
        assert [(item.mention.text, item.before) for item in left] == [("uno", OUT), ("", OUT)]
        save_relevance(tx, [(left[0], RELEVANT), (left[1], OUT)], "k1", NOW)
        assert texts(claim_unread(tx, REVISION, 9)) == ["uno"]
        assert rows(tx, "SELECT count(*) FROM sightings WHERE judged_at IS NULL") == [(1,)]


def test_a_source_that_vouches_outweighs_words(database: Database) -> None:
    hear(database, mention("1", "one"), mention("2", "two"))
    decide(database, m1=OUT, m2=OUT)
    hear(database, mention("1", "one"), by=OWN)
    assert seen(database) == ["1"]
    with database.transaction() as tx:
        assert texts(claim_unread(tx, REVISION, 9)) == ["one"]
        (again,) = claim(tx)
        assert (again.target, again.before) == ("own", RELEVANT)
        rule(tx, mention_id(tx, "2"), "Acme", relevant=False, by="kim", now=NOW)
    hear(database, mention("2", "two"), by=OWN)
    assert seen(database) == ["1"], "a person's word outweighs both"


def test_the_thread_of_a_mention(database: Database) -> None:
    hear(
        database,
        mention("t", "the thread"),
        mention("p", "the parent"),
        mention("x", "other", source="reddit"),
    )
    hear(
        database,
        mention("1", "one", thread_id="t", parent_id="p"),
        mention("2", "two", thread_id="2", parent_id=None),
        mention("3", "three", thread_id="gone", parent_id="x"),
        mention("4", "four", thread_id="t", parent_id="t"),
    )
    with database.transaction() as tx:
        items = claim(tx)
        found = threads_of(tx, items)
        by_id = {item.mention.external_id: set(found.get(item.mention_id, ())) for item in items}
    assert {key: value for key, value in by_id.items() if value} == {
        "1": {"the thread", "the parent"},
        "4": {"the thread"},
    }


def test_what_is_left_is_found_by_indexes(sqlite: Database) -> None:
    left = "SELECT id FROM sightings WHERE brand = 'Acme' AND relevance_key {} ORDER BY relevance_key, id"
    with sqlite.reading() as tx:
        for where in ("IS NULL", "< 'k'", "> 'k'"):
            plan = str(rows(tx, f"EXPLAIN QUERY PLAN {left.format(where)}"))
            assert "ix_sightings_brand_relevance_key_id" in plan
            assert "TEMP B-TREE" not in plan
        counted = (
            "SELECT brand, why, count(*) FROM sightings WHERE NOT sightings.relevant GROUP BY brand, why"
        )
        assert "ix_sightings_irrelevant" in str(rows(tx, f"EXPLAIN QUERY PLAN {counted}"))
