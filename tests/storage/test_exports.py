"""Exports of a real database, read again with other programs, against SQL that was written by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.mention import Engagement, Kind, Terms, Visibility
from core.relevance import Why
from flows.steps.export import What
from storage import exports
from storage.database import Database
from storage.exports import Span, knows, walk_mentions
from storage.readings import claim_unread, save_readings
from storage.tables import SightingRow
from tests.storage.exported import OPEN, read, read_csv, write
from tests.storage.making import (
    NOW,
    REVISION,
    at,
    author,
    mention,
    one,
    read_all,
    reading,
    rows,
    store,
)

HOSTILE = '=HYPERLINK("http://evil.example")\r\nsecond, \'line\' with "quotes" \u202e\U0001f621'


@pytest.fixture(params=["csv", "parquet"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"out.{request.param}"


def test_a_mention_with_everything(database: Database, file: Path) -> None:
    full = mention(
        "1",
        "they lost my parcel",
        kind=Kind.REVIEW,
        author=author(handle="ann", name="Ann", followers=7),
        thread_id="t",
        parent_id="p",
        url="https://example.org/1",
        rating=2.5,
        language="en",
        engagement=Engagement(likes=1, replies=2, shares=3, views=4),
        edited_at=at(hours=1),
        terms=Terms(may_export_text=True, may_train=True),
        posted_at=NOW.replace(microsecond=250_000),
    )
    store(database, full)
    done = write(database, What.MENTIONS, file)
    assert (done.rows, done.withheld) == (1, {})
    (row,) = read(file)
    assert row == {
        "id": "1",
        "source": "x",
        "external_id": "1",
        "kind": "review",
        "brands": "Acme",
        "posted_at": "2026-03-01T12:00:00.250000Z",
        "first_seen_at": "2026-03-01T12:00:00Z",
        "fetched_at": "2026-03-01T12:00:00Z",
        "edited_at": "2026-03-01T13:00:00Z",
        "visibility": "edited",
        "url": "https://example.org/1",
        "thread_id": "t",
        "parent_id": "p",
        "rating": "2.5",
        "language": "en",
        "likes": "1",
        "replies": "2",
        "shares": "3",
        "views": "4",
        "author_handle": "ann",
        "author_name": "Ann",
        "author_followers": "7",
        "text": "they lost my parcel",
        "withheld": "",
        "may_train": "true",
    }


def test_what_terms_forbid_leaves_without_words_or_author(database: Database, file: Path) -> None:
    kept = {"keep_for": timedelta(hours=48), "may_export_text": True}
    secret = {"author": author("a2", handle="secret-ann", name="secret name", followers=12345)}
    store(
        database,
        mention("open", "words for everybody", terms=OPEN, posted_at=at(minutes=1)),
        mention("closed", "secret closed", url="https://example.org/c", posted_at=at(minutes=2), **secret),
        mention("old", "secret old", terms=Terms(**kept), fetched_at=at(hours=-48), **secret),
        mention("new", "fresh words", terms=Terms(**kept), fetched_at=at(hours=-47), posted_at=at(minutes=3)),
        mention("gone", "secret gone", terms=OPEN, posted_at=at(minutes=4), **secret),
    )
    store(
        database,
        mention("gone", "", terms=OPEN, visibility=Visibility.REMOVED, fetched_at=at(hours=1), **secret),
    )
    done = write(database, What.MENTIONS, file)
    found = {row["external_id"]: row for row in read(file)}
    assert done.withheld == {"terms": 1, "gone": 1, "expired": 1}
    assert {key: (row["withheld"], row["text"]) for key, row in found.items()} == {
        "open": ("", "words for everybody"),
        "closed": ("terms", ""),
        "old": ("expired", ""),
        "new": ("", "fresh words"),
        "gone": ("gone", ""),
    }
    assert found["closed"]["url"] == "https://example.org/c"
    for key in ("closed", "old", "gone"):
        assert {found[key][f"author_{what}"] for what in ("handle", "name", "followers")} == {""}
    assert not any("secret" in value or "12345" in value for row in found.values() for value in row.values())


def test_hostile_text_comes_back_whole_and_starts_no_formula(database: Database, tmp_path: Path) -> None:
    store(database, mention("-2+3", HOSTILE, terms=OPEN, author=author(handle="@ann", name="\tAnn")))
    write(database, What.MENTIONS, tmp_path / "a.csv")
    write(database, What.MENTIONS, tmp_path / "a.parquet")
    (row,) = read_csv(tmp_path / "a.csv")
    assert row["text"] == f"'{HOSTILE}"
    assert (row["external_id"], row["author_handle"], row["author_name"]) == ("'-2+3", "'@ann", "'\tAnn")
    (exact,) = pq.read_table(tmp_path / "a.parquet").to_pylist()
    assert (exact["text"], exact["external_id"], exact["author_name"]) == (HOSTILE, "-2+3", "\tAnn")


def test_a_million_at_one_moment_are_walked_in_parts_without_loss(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = [at(minutes=n // 4) for n in range(30)]
    store(database, *(mention(str(n), terms=OPEN, posted_at=moments[n * 7 % 30]) for n in range(30)))
    for size in (1, 3, 4, 7, 30, 31):
        monkeypatch.setattr(exports, "PART", size)
        with database.reading() as tx:
            parts = list(walk_mentions(tx, Span(), NOW))
        assert all(0 < len(part) <= size for part in parts)
        walked = [(record["posted_at"], record["id"]) for part in parts for record in part]
        assert len(walked) == 30
        assert walked == sorted(set(walked)), "the oldest first, each once"


def test_a_span_begins_with_its_first_moment_and_ends_before_its_last(database: Database, file: Path) -> None:
    store(database, *(mention(str(n), posted_at=at(hours=n)) for n in range(5)))
    done = write(database, What.MENTIONS, file, since=at(hours=1), until=at(hours=3))
    assert [row["external_id"] for row in read(file)] == ["1", "2"]
    assert done.rows == 2


def test_of_a_brand_and_only_what_is_about_it(database: Database, file: Path) -> None:
    store(database, *(mention(str(n)) for n in range(4)))
    store(database, mention("3"), mention("4"), brand="Globex")
    with database.transaction() as tx:
        first = one(tx, "SELECT id FROM mentions WHERE external_id = '0'")
        tx.query(SightingRow).filter_by(mention_id=first).update({"relevant": False, "why": Why.EXCLUDED})
    write(database, What.MENTIONS, file)
    assert [(row["external_id"], row["brands"]) for row in read(file)] == [
        ("1", "Acme"),
        ("2", "Acme"),
        ("3", "Acme; Globex"),
        ("4", "Globex"),
    ]
    write(database, What.MENTIONS, file, brand="Globex")
    assert [row["external_id"] for row in read(file)] == ["3", "4"]
    with database.reading() as tx:
        assert [knows(tx, name) for name in ("Acme", "Globex", "Initech")] == [True, True, False]


def test_readings_have_a_column_for_every_key_that_occurs(database: Database, file: Path) -> None:
    store(database, *(mention(str(n), f"text {n}", posted_at=at(minutes=n)) for n in range(4)))
    with database.transaction() as tx:
        for unread in claim_unread(tx, REVISION, 3):
            n = int(unread.text.split()[1])
            opinion = reading(
                0.75,
                topics=({"delay": 0.5}, {"delay": 0.25, "=own": 1.0}, {})[n],
                severity={"blame": 0.125},
                emotion={},
                irony=0.5 if n else None,
                unsure=n == 1,
            )
            save_readings(tx, [(unread, opinion)], NOW)
    done = write(database, What.READINGS, file)
    assert (done.rows, done.withheld) == (3, {})
    found = read(file)
    assert [name for name in found[0] if "_" in name] == [
        "mention_id", "external_id", "posted_at", "read_at", "severity_blame", "topic_=own", "topic_delay",
    ]  # fmt: skip
    assert [(row["topic_delay"], row["topic_=own"]) for row in found] == [
        ("0.5", ""),
        ("0.25", "1.0"),
        ("", ""),
    ]
    assert found[0]["sentiment"] == "negative"
    assert (found[0]["negative"], found[0]["complaint"], found[0]["irony"]) == ("0.75", "0.75", "")
    assert [row["unsure"] for row in found] == ["false", "true", "false"]
    assert found[0]["revision"] == REVISION
    write(database, What.READINGS, file, since=at(minutes=2))
    assert "topic_delay" not in read(file)[0], "only what occurs in the span"


def test_no_reading_at_all_is_a_file_with_a_header(database: Database, file: Path) -> None:
    assert write(database, What.READINGS, file).rows == 0
    if file.suffix == ".csv":
        assert file.read_text().startswith("mention_id,source,")
    else:
        assert pq.read_table(file).column_names[:2] == ["mention_id", "source"]


def test_every_row_agrees_with_sql_by_hand(database: Database, tmp_path: Path) -> None:
    base = datetime(2026, 3, 1, tzinfo=UTC)
    posts = [mention(str(n), f"text {n}", posted_at=base + timedelta(minutes=37 * n)) for n in range(120)]
    store(database, *posts)
    read_all(database)
    write(database, What.READINGS, tmp_path / "a.parquet", since=base + timedelta(days=1))
    found = pq.read_table(tmp_path / "a.parquet").to_pylist()
    with database.reading() as tx:
        wanted = rows(
            tx,
            "SELECT m.id, r.negative, r.complaint FROM mentions m JOIN readings r ON r.mention_id = m.id "
            "WHERE m.posted_at >= '2026-03-02 00:00:00+00:00' ORDER BY m.posted_at",
        )
    assert [(row["mention_id"], row["negative"], row["complaint"]) for row in found] == wanted
    assert len(wanted) == 81
