"""Whatever order pages come in, however they are cut and repeated, the same rows are the end of it."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.mention import Mention, Page, Rejected, Visibility
from storage.coverage import open_window
from storage.database import open_database
from storage.mentions import save_page
from tests.storage.making import NOW, at, author, mention, rows, target

Capture = tuple[int, int, str]
"""Which mention, which version of it, found for which brand."""

VERSIONS = range(4)


def capture(number: int, version: int) -> Mention:
    """What is seen of a mention at a time: a version is one moment, and one content."""
    return mention(
        str(number),
        f"text {number} {version // 2}",  # each text is seen twice
        posted_at=at(minutes=number),
        fetched_at=at(hours=version),
        author=None if (number + version) % 3 == 0 else author(str(number), followers=version),
        edited_at=at(hours=2) if version >= 2 else None,
        visibility=Visibility.DELETED if (number, version) == (1, 3) else Visibility.LIVE,
        rating=float(1 + number),
    )


captures = st.tuples(st.integers(0, 4), st.sampled_from(VERSIONS), st.sampled_from(["Acme", "Bolt"]))


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[list[Capture]], list[list[Capture]]]:
    """The same captures twice: some of them repeated, all of them shuffled, and cut into pages."""
    once = draw(st.lists(captures, min_size=1, max_size=20))
    again = draw(st.permutations(once + draw(st.lists(st.sampled_from(once), max_size=5))))
    return cut(once, draw(st.integers(1, 7))), cut(again, draw(st.integers(1, 7)))


def cut(items: list[Capture], size: int) -> list[list[Capture]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def final_rows(migrated: Path, work: list[list[Capture]]) -> list[list[tuple[object, ...]]]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(migrated, Path(folder) / "earful.db")
        database = open_database(f"sqlite:///{folder}/earful.db")
        with database.transaction() as tx:
            windows = {brand: open_window(tx, target(brand), None, NOW) for brand in ("Acme", "Bolt")}
            for brand, page in itertools.product(windows, work):
                chosen = [(number, version) for number, version, b in page if b == brand]
                mentions = tuple(capture(*each) for each in chosen)
                rejected = tuple(Rejected(source="x", reason="r", raw=str(each)) for each in chosen)
                content = Page(mentions=mentions, rejected=rejected)
                save_page(tx, target(brand), content, windows[brand], NOW)
        with database.reading() as tx:
            found = [
                rows(tx, "SELECT source, external_id, followers, seen_at FROM authors ORDER BY 1, 2"),
                rows(
                    tx,
                    "SELECT m.external_id, text, fetched_at, edited_at, visibility, rating, a.external_id, "
                    "read_revision, posted_at FROM mentions m LEFT JOIN authors a ON a.id = author_id "
                    "ORDER BY 1",
                ),
                rows(
                    tx,
                    "SELECT external_id, brand, target, judged_at FROM sightings s "
                    "JOIN mentions m ON m.id = s.mention_id ORDER BY 1, 2",
                ),
                rows(tx, "SELECT digest FROM rejected ORDER BY 1"),
            ]
        database.close()
    return found


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(both=histories())
def test_any_order_any_cut_any_repetition(
    migrated_file: Path, both: tuple[list[list[Capture]], list[list[Capture]]]
) -> None:
    first, second = both
    assert final_rows(migrated_file, first) == final_rows(migrated_file, second)
