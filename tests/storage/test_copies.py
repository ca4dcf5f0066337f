"""Which mentions say the same: the same groups whatever the order, and nothing kept of what is gone."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from core.mention import BANDS, Mention, Page, Signature, Visibility
from storage import daily
from storage.copies import find_alert_of_group, group_of, spread_of
from storage.coverage import open_window
from storage.database import Database, open_database
from storage.figures import totals
from storage.mentions import find_mentions, save_page
from storage.migrate import upgrade
from storage.notifications import claim_due, enqueue, recount, waits_to_be_told
from storage.readings import claim_unread, save_readings
from tests.storage.making import (
    NOW,
    REVISION,
    at,
    author,
    counted,
    mention,
    mention_id,
    message,
    new_alert,
    one,
    reading,
    rows,
    target,
)


class Letters:
    """Texts of eight letters are near if they differ in one; a band is two of the letters and their place."""

    compared = 0

    def sign(self, mention: Mention) -> Signature | None:
        said = mention.text.strip().lower()
        if len(said) < 3:
            return None
        digest = int.from_bytes(said.encode()[:7])
        pairs = itertools.combinations(range(len(said)), 2)
        bands = [1000_000 * n + 1000 * ord(said[a]) + ord(said[b]) for n, (a, b) in enumerate(pairs)]
        return Signature(digest=digest, bands=tuple(bands[:BANDS]) if len(bands) >= BANDS else ())

    def near(self, text: str, other: str) -> bool:
        self.compared += 1
        return sum(a != b for a, b in zip(text.lower(), other.lower(), strict=True)) <= 1


def save(database: Database, *mentions: Mention, brand: str = "Acme", finder: Letters | None = None) -> None:
    with database.transaction() as tx:
        window = open_window(tx, target(brand), None, NOW)
        save_page(tx, target(brand), Page(mentions=mentions), window, NOW, finder or Letters())


def said(*texts: str) -> list[Mention]:
    return [mention(str(n), said, author=author(f"a{n}")) for n, said in enumerate(texts, 1)]


def groups(database: Database) -> set[frozenset[str]]:
    found: dict[int, set[str]] = {}
    with database.reading() as tx:
        for stored in find_mentions(tx, limit=1_000):
            group = group_of(tx, stored.id)
            if group is not None:
                found.setdefault(group, set()).add(stored.mention.external_id)
    return {frozenset(group) for group in found.values()}


CHAIN = said("abcde", "abcdX", "abcYX", "qrstu", "ABCDE", "no", "no")
"""1 and 5 are the same; 1 is near 2, 2 near 3, but 1 is not near 3; the last two are too short."""
GROUPS = {frozenset("1235"), frozenset("4")}


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::13])
def test_the_order_does_not_matter(sqlite: Database, order: tuple[int, ...]) -> None:
    for n in order:
        save(sqlite, CHAIN[n])
    save(sqlite, *CHAIN)
    assert groups(sqlite) == GROUPS


def test_one_page_is_like_many(database: Database) -> None:
    save(database, *CHAIN)
    assert groups(database) == GROUPS
    save(database, *reversed(CHAIN))
    assert groups(database) == GROUPS
    with database.reading() as tx:
        assert one(tx, "SELECT count(*) FROM texts") == 4
        assert totals(tx, REVISION).texts == 4


def test_a_rolled_back_page_leaves_nothing(database: Database) -> None:
    with database.transaction() as tx:
        window = open_window(tx, target(), None, NOW)
        save_page(tx, target(), Page(mentions=tuple(CHAIN)), window, NOW, Letters())
        tx.rollback()
    assert groups(database) == set()
    save(database, *CHAIN)
    assert groups(database) == GROUPS


def test_many_workers(postgresql: Database) -> None:
    def work(number: int) -> None:
        source = f"s{number % 3}"
        page = [mention(m.external_id, m.text, source=source) for m in CHAIN[:: 1 if number % 2 else -1]]
        with postgresql.transaction() as tx:
            there = target(source=source)
            save_page(
                tx, there, Page(mentions=tuple(page)), open_window(tx, there, None, NOW), NOW, Letters()
            )

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(12)))
    assert groups(postgresql) == GROUPS  # by the ids that the three sources share
    with postgresql.reading() as tx:
        assert one(tx, "SELECT count(*) FROM texts") == 4
        assert one(tx, "SELECT count(*) FROM copies") == 15


def test_an_edited_post_says_something_else(database: Database) -> None:
    save(database, *CHAIN)
    save(database, mention("5", "qrstu", fetched_at=at(hours=1)), mention("4", "no", fetched_at=at(hours=1)))
    assert groups(database) == {frozenset("123"), frozenset("5")}


def test_of_what_is_gone_nothing_is_kept_and_its_copies_stay_together(database: Database) -> None:
    save(database, *said("abcde", "abcdX", "abcYe", "abcde"))  # 2 and 3 are near 1 only
    gone = {"fetched_at": at(hours=1), "visibility": Visibility.DELETED}
    save(database, mention("1", "", **gone))
    assert groups(database) == {frozenset("234")}
    save(database, mention("4", "", **gone))
    assert groups(database) == {frozenset("23")}
    digest = Letters().sign(mention("1", "abcde"))
    assert digest is not None
    with database.reading() as tx:
        assert one(tx, "SELECT count(*) FROM texts WHERE digest = :digest", digest=digest.digest) == 0
        assert one(tx, "SELECT count(*) FROM copies") == 2


def test_deletion_is_noted_without_a_finder(database: Database) -> None:
    save(database, *said("abcde"))
    with database.transaction() as tx:
        window = open_window(tx, target(), None, NOW)
        gone = mention("1", "", fetched_at=at(hours=1), visibility=Visibility.DELETED)
        save_page(tx, target(), Page(mentions=(gone,)), window, NOW)
        assert rows(tx, "SELECT * FROM copies") == rows(tx, "SELECT * FROM texts") == []


def test_old_mentions_are_grouped_when_they_come_again(url_of: Callable[..., str]) -> None:
    """An upgraded database: stored before there were signatures."""
    from alembic import command

    from storage.migrate import _config

    database = open_database(url_of(empty=True))
    with database.migrating() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO mentions (source, external_id, kind, text, posted_at, fetched_at, "
                "first_seen_at, visibility, url, may_train, may_export_text) VALUES "
                "('x', '1', 'post', 'abcde', :now, :now, :now, 'live', '', :no, :no)"
            ).bindparams(now=NOW.replace(tzinfo=None) if database.dialect == "sqlite" else NOW, no=False)
        )
    assert upgrade(database)[0] == "0002"
    with database.reading() as tx:
        assert totals(tx, REVISION).texts == 1
    assert groups(database) == set()
    save(database, *CHAIN)
    assert groups(database) == GROUPS
    database.close()


def test_only_texts_that_share_a_band_are_compared(database: Database) -> None:
    finder = Letters()
    save(database, *said("abcde", "fghij", "klmno", "pqrst", "uvwxy"), finder=finder)
    assert finder.compared == 0


def read_as(database: Database, **labels: float) -> None:
    with database.transaction() as tx:
        for unread in claim_unread(tx, REVISION, 100):
            if unread.text.lower() in labels:
                save_readings(tx, [(unread, reading(labels[unread.text.lower()]))], NOW)


def test_a_campaign_is_one_voice_and_all_of_its_reach(database: Database) -> None:
    posts = [
        mention(str(n), "abcde", posted_at=at(hours=n // 10), author=author(f"a{n}"), source="x")
        for n in range(40)
    ]
    others = [mention(f"o{n}", f"{n}good", posted_at=at(hours=1), source="x") for n in range(3)]
    save(database, *posts, *others, mention("new", "unread", posted_at=at(hours=2)))
    read_as(database, abcde=0.9, **{"0good": 0.1, "1good": 0.1, "2good": 0.1})
    with database.reading() as tx:
        found = counted(tx, "Acme", at(hours=-1), at(hours=9))
        assert (found.mentions, found.texts) == (44, 5 - 2)
        assert (found.negative, found.complaints, found.unread) == (1, 1, 1)
        assert found.texts == found.negative + found.neutral + found.positive + found.unread
        later = counted(tx, "Acme", at(hours=2), at(hours=9))
        assert (later.mentions, later.negative) == (21, 1)
        assert totals(tx, REVISION).texts == found.texts


def test_a_text_that_links_two_others_has_their_day_counted_anew(database: Database) -> None:
    first, link, last = CHAIN[:3]
    today, tomorrow = NOW.date(), at(days=1).date()

    def texts() -> list[int]:
        with database.transaction() as tx:
            while daily.refresh(tx, ZoneInfo("UTC")):
                pass
            return [day.texts for day in daily.days(tx, "Acme", today, tomorrow).values()]

    save(database, first, last)
    assert texts() == [2, 0]
    save(database, replace(link, posted_at=at(days=1)))
    assert texts() == [1, 1]


def test_a_copy_that_waits_to_be_read_makes_no_text_unread(database: Database) -> None:
    save(database, *said("abcde"))
    read_as(database, abcde=0.9)
    save(database, mention("0", "abcdX", posted_at=at(hours=-1)))
    with database.reading() as tx:
        found = counted(tx, "Acme", at(hours=-2), at(hours=1))
    assert (found.mentions, found.texts, found.negative, found.unread) == (2, 1, 1, 0)


def test_the_open_alert_of_a_group(database: Database) -> None:
    save(database, *CHAIN)
    with database.transaction() as tx:
        number = new_alert(tx, "1", subject="author:a1")
        group = group_of(tx, mention_id(tx, "3"))
        assert group is not None
        assert find_alert_of_group(tx, "Acme", group, at(days=-1), at(days=1)) == number
        assert find_alert_of_group(tx, "Acme", group, at(days=1), at(days=2)) is None
        assert find_alert_of_group(tx, "Bolt", group, at(days=-1), at(days=1)) is None
        tx.execute(text("UPDATE alerts SET status = 'resolved'"))
        assert find_alert_of_group(tx, "Acme", group, at(days=-1), at(days=1)) is None


def test_what_waits_to_be_told_is_counted_anew(database: Database) -> None:
    save(database, *CHAIN)
    with database.transaction() as tx:
        number = new_alert(tx, "1")
        for external_id in "234":
            tx.execute(
                text(
                    "INSERT INTO alert_mentions (alert_id, mention_id, brand, reasons, added_at) "
                    "SELECT alert_id, :id, brand, reasons, added_at FROM alert_mentions "
                    "WHERE mention_id = :first"
                ),
                {"id": mention_id(tx, external_id), "first": mention_id(tx, "1")},
            )
        spread = spread_of(tx, number)
        assert (spread.mentions, spread.texts, spread.copies, spread.authors) == (4, 2, 2, 4)
        alone = message(number, mentions=1)
        for key in "ab":
            enqueue(tx, dedupe_key=key, alert_id=number, channel="c", message=alone, now=NOW)
        sent = claim_due(tx, NOW, 1, at(hours=1) - NOW)[0]
        recount(tx, number, mentions=4, copies=2, authors=3)
        assert waits_to_be_told(tx, number)
        waiting = claim_due(tx, NOW, 1, at(hours=1) - NOW)[0]
        assert not waits_to_be_told(tx, number)
    assert (waiting.message.mentions, waiting.message.copies, waiting.message.authors) == (4, 2, 3)
    assert (sent.message.mentions, sent.message.copies) == (1, 0)
    assert waiting.dedupe_key != sent.dedupe_key
