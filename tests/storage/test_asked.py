from __future__ import annotations

from core.mention import Page, Visibility
from nlp import duplicates
from storage import asked, asking, left_over, questions
from storage.coverage import open_window
from storage.database import Database
from storage.erasure import forget
from storage.mentions import save_page
from storage.rulings import rule
from tests.storage.asked_posts import LONG, OTHER, VECTOR, begin, found, look
from tests.storage.making import (
    NOW,
    at,
    author,
    many,
    mention,
    mention_id,
    one,
    read_all,
    rows,
    store,
    target,
)


def test_what_was_read_is_looked_at_once(database: Database) -> None:
    store(database, *many(5))
    with database.reading() as tx:
        assert asked.find_unasked(tx, "Acme", 10) == []
        assert not asked.has_unasked(tx, "Acme")
    read_all(database)
    with database.reading() as tx:
        assert asked.count_unasked(tx, "Acme") == 5
        assert [item.text for item in asked.find_unasked(tx, "Acme", 2)] == ["text 4", "text 3"]
        assert asked.find_unasked(tx, "Other", 10) == []
        assert asked.newest(tx, "Acme", NOW) == NOW
        assert asked.newest(tx, "Acme", at(days=-1)) is None
    assert look(database) == 5
    assert look(database) == 0


def test_what_is_old_or_has_no_words_is_passed_by(database: Database) -> None:
    store(database, mention("old", posted_at=at(days=-40)), mention("new"), mention("gone", text=""))
    read_all(database)
    with database.transaction() as tx:
        asked.pass_by(tx, "Acme", at(days=-28), NOW)
        assert [item.mention_id for item in asked.find_unasked(tx, "Acme", 9)] == [mention_id(tx, "new")]
        assert one(tx, "SELECT count(*) FROM sightings WHERE asked_at IS NULL") == 1


def test_what_grew_old_is_dropped_unless_it_belongs_to_a_question(database: Database) -> None:
    store(database, mention("1"), mention("2", text="another"))
    read_all(database)
    look(database)
    with database.transaction() as tx:
        begin(tx, "1")
        asked.pass_by(tx, "Acme", at(days=1), NOW)
        assert rows(tx, "SELECT mention_id, vector FROM faq_mentions") == [(mention_id(tx, "1"), None)]


def test_a_text_that_changed_or_went_meanwhile_is_not_kept(database: Database) -> None:
    store(database, *many(3))
    read_all(database)
    with database.reading() as tx:
        batch = asked.find_unasked(tx, "Acme", 10)
    store(database, mention("0", text="something else", fetched_at=at(hours=1)))
    with database.transaction() as tx:
        forget(tx, [mention_id(tx, "1")], NOW, Visibility.DELETED)
    with database.transaction() as tx:
        asked.save_found(tx, "Acme", [found(item) for item in batch], "e", NOW)
        assert rows(tx, "SELECT mention_id FROM faq_mentions") == [(mention_id(tx, "2"),)]


def test_an_edit_takes_a_post_out_of_its_question(database: Database) -> None:
    store(database, *many(3))
    read_all(database)
    look(database)
    with database.transaction() as tx:
        number = begin(tx, "0", "1", "2")
    store(database, mention("0", text="something else", fetched_at=at(hours=1)))
    read_all(database)
    assert look(database, OTHER) == 1
    with database.reading() as tx:
        assert one(tx, "SELECT count(*) FROM faq_mentions WHERE question_id IS NULL") == 1
        assert questions.question(tx, number).space == ""
        assert questions.has_lost(tx, "Acme")


def test_another_model_leaves_posts_with_their_question(database: Database) -> None:
    store(database, *many(3))
    read_all(database)
    look(database)
    with database.transaction() as tx:
        begin(tx, "0", "1", "2")
        asked.look_again(tx, "Acme", at(days=-1))
    assert look(database, OTHER, "e2") == 3
    with database.reading() as tx:
        assert (
            one(tx, "SELECT count(*) FROM faq_mentions WHERE question_id IS NOT NULL AND embedder = 'e2'")
            == 3
        )


def test_copies_share_an_embedding_and_count_once_a_day(database: Database) -> None:
    page = Page(
        mentions=tuple(
            mention(str(n), LONG, author=author(f"a{n}"), posted_at=at(minutes=n)) for n in range(9)
        )
    )
    with database.transaction() as tx:
        window = open_window(tx, target(), None, NOW)
        save_page(tx, target(), page, window, NOW, duplicates)
    read_all(database)
    with database.transaction() as tx:
        batch = asked.find_unasked(tx, "Acme", 9)
        assert asked.known_copies(tx, "Acme", [item.mention_id for item in batch], "e") == {}
        assert len(set(asked.copy_groups(tx, [item.mention_id for item in batch]).values())) == 1
        asked.save_found(tx, "Acme", [found(batch[0])], "e", NOW)
        known = asked.known_copies(tx, "Acme", [item.mention_id for item in batch[1:]], "e")
        assert known == {item.mention_id: VECTOR for item in batch[1:]}
        assert asked.known_copies(tx, "Acme", list(known), "another") == {}
        assert asked.known_copies(tx, "Other", list(known), "e") == {}
    look(database)
    with database.transaction() as tx:
        number = begin(tx, *map(str, range(9)))
        voices = asking.asked_in(tx, "Acme", NOW, at(days=1))
        assert {voice.question_id for voice in voices} == {number}
        assert (len(voices), len({voice.copy_group for voice in voices})) == (9, 1)
        assert left_over.count_left_over(tx, "Acme", NOW) == 0


def test_what_is_not_about_the_brand_any_more_is_not_counted(database: Database) -> None:
    store(database, *many(2))
    read_all(database)
    look(database)
    with database.transaction() as tx:
        number = begin(tx, "0", "1")
        rule(tx, mention_id(tx, "0"), "Acme", relevant=False, by="ann", now=NOW)
        assert len(asking.asked_in(tx, "Acme", NOW, at(days=1))) == 1
        assert [member.text for member in asking.members(tx, "Acme", number, 9)] == ["text 1"]
        assert asking.members(tx, "Acme", number, 9, until=NOW) == []


def test_a_mention_of_two_brands_is_looked_at_for_each(database: Database) -> None:
    store(database, *many(2))
    store(database, *many(2), brand="Other")
    read_all(database)
    look(database)
    with database.reading() as tx:
        assert asked.count_unasked(tx, "Acme") == 0
        assert asked.count_unasked(tx, "Other") == 2
