"""Thousands of texts that share bands: the cost of a page stays what it is, and so do its groups."""

from __future__ import annotations

from sqlalchemy import text

from core.mention import BANDS, Mention, Page, Signature
from storage.coverage import open_window
from storage.database import Database
from storage.mentions import save_page
from storage.neighbours import NEIGHBOURS, _newest_older, _sharing
from tests.storage.making import NOW, mention, one, plan, rows, target

PAGE = 40


class Template:
    """Texts of a number and a word. All share all bands but the last, which is the word's.

    Of the same word and of numbers one apart, they are near each other.
    """

    def __init__(self) -> None:
        self.compared = 0

    def sign(self, mention: Mention) -> Signature:
        number, word = mention.text.split()
        digest = 1_000_000 * int.from_bytes(word.encode()) + int(number)
        return Signature(digest=digest, bands=(*range(1, BANDS), int.from_bytes(word.encode())))

    def near(self, text: str, other: str) -> bool:
        self.compared += 1
        (a, word), (b, other_word) = text.split(), other.split()
        return word == other_word and abs(int(a) - int(b)) <= 1


def said(words: list[str]) -> list[Mention]:
    return [mention(f"{n:04}", said) for n, said in enumerate(words)]


def save(database: Database, mentions: list[Mention], *, size: int = PAGE, kill: bool = False) -> list[int]:
    """Store them in pages; with `kill` each is rolled back first. Gives the comparisons of each page."""
    compared = []
    for start in range(0, len(mentions), size):
        for end in ("killed", "stored") if kill else ("stored",):
            finder = Template()
            with database.transaction() as tx:
                window = open_window(tx, target(), None, NOW)
                page = Page(mentions=tuple(mentions[start : start + size]))
                save_page(tx, target(), page, window, NOW, finder)
                if end == "killed":
                    tx.rollback()
        compared.append(finder.compared)
    return compared


GROUPS = """SELECT m.external_id, min(m.external_id) OVER (PARTITION BY t.group_id)
    FROM mentions m JOIN copies c ON c.mention_id = m.id JOIN texts t ON t.id = c.text_id"""


def groups(database: Database) -> dict[str, str]:
    """By mention: the first one of those that say the same."""
    with database.reading() as tx:
        return dict(rows(tx, GROUPS))


def test_a_page_costs_the_same_after_any_history(database: Database) -> None:
    compared = save(database, said([f"{2 * n} late" for n in range(6 * PAGE)]))
    assert compared[1:] == [PAGE * NEIGHBOURS] * 5, "of nothing that is near: every pair is looked at"
    with database.reading() as tx:
        texts = [id_ for (id_,) in rows(tx, "SELECT id FROM texts ORDER BY id")][-PAGE:]
        (looked_at,) = _sharing(tx, "band_1", texts)
    assert len(looked_at) == PAGE + NEIGHBOURS, "rows of the band that all of them share"


def test_they_are_found_by_walking_along_an_index(database: Database) -> None:
    save(database, said([f"{2 * n} late" for n in range(PAGE)]))
    with database.transaction() as tx:
        if database.dialect == "postgresql":
            tx.execute(text("SET LOCAL enable_seqscan = off"))
            tx.execute(text("SET LOCAL enable_bitmapscan = off"))
        seen = plan(tx, _newest_older("band_1", [one(tx, "SELECT max(id) FROM texts")]))
    assert "ix_texts_band_1_id" in seen, seen
    assert "SORT" not in seen.upper().replace("B-TREE FOR ORDER BY", "SORT"), seen


def test_the_groups_of_a_flood_are_the_same_however_it_comes(database: Database, sqlite: Database) -> None:
    flood = said([f"{n if n % 3 else 2 * n} {'late' if n % 2 else 'gone'}" for n in range(3 * PAGE)])
    save(database, flood, size=7, kill=True)
    save(sqlite, flood, size=len(flood))
    assert groups(database) == groups(sqlite)


def test_what_shares_a_rare_band_is_found_behind_a_flood(database: Database) -> None:
    flood = [f"{2 * n} late" for n in range(2 * NEIGHBOURS)]
    save(database, said(["1 crew", *flood, "2 crew", "1 late"]))
    found = groups(database)
    assert found[f"{len(flood) + 1:04}"] == "0000"
    assert found[f"{len(flood) + 2:04}"] == f"{len(flood) + 2:04}", "what it costs: 0 and 2 are too long ago"
