"""Files: exact rows, dates and options."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from core.mention import Kind, Page, Visibility
from core.target import Listener
from listeners.archive.options import ArchiveOptions
from listeners.base import Borrowed
from listeners.files.naming import Ending, ending
from listeners.files.record import read_time
from listeners.registry import SOURCES
from tests.listeners.contract import checkpoint, ids
from tests.listeners.scenarios.base import NOW

FULL = {
    "id": 7,
    "text": "Two stars & a cold pizza",
    "posted_at": "2026-11-20 11:35:52 -0800",
    "author": "ann",
    "author_name": "Ann B.",
    "author_url": "https://example.org/ann",
    "followers": "12",
    "url": "https://example.org/7",
    "rating": "2",
    "language": "en",
    "thread_id": "t1",
    "parent_id": "p1",
    "likes": 3,
    "replies": 1,
    "shares": 0,
    "views": 100,
    "edited_at": "2026-11-21T00:00:00Z",
}


def archive(path: Path, **options: Any) -> Listener:
    source = SOURCES["archive"]
    checked = source.options.model_validate({"path": path.name, **options}, context={"folder": path.parent})
    borrowed = Borrowed(clock=lambda: NOW, secret=lambda name: name, http=None)  # type: ignore[arg-type]
    return source.build(checked, borrowed)


def poll(path: Path, since: str | None = None, **options: Any) -> list[Page]:
    return list(archive(path, **options).poll(since))


def reasons(pages: list[Page]) -> list[tuple[str, str]]:
    return [(record.place, record.reason) for page in pages for record in page.rejected]


def lines(*records: Any) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


class TestRows:
    def test_every_field(self, file: Path) -> None:
        file.write_text(lines(FULL))
        ((mention,),) = [page.mentions for page in poll(file)]
        assert (mention.source, mention.external_id) == ("archive", "reviews:7")
        assert mention.text == "Two stars & a cold pizza"
        assert mention.posted_at == datetime(2026, 11, 20, 19, 35, 52, tzinfo=UTC)
        assert (mention.kind, mention.rating, mention.language) == (Kind.REVIEW, 2.0, "en")
        assert (mention.thread_id, mention.parent_id) == ("reviews:t1", "reviews:p1")
        assert mention.edited_at == datetime(2026, 11, 21, tzinfo=UTC)
        assert mention.author is not None
        assert (mention.author.external_id, mention.author.handle, mention.author.followers) == (
            "reviews:ann",
            "ann",
            12,
        )
        counts = mention.engagement
        assert (counts.likes, counts.replies, counts.shares, counts.views) == (3, 1, 0, 100)
        assert mention.visibility is Visibility.LIVE

    def test_columns_filter_scale_and_terms(self, tmp_path: Path) -> None:
        path = tmp_path / "tweets.csv"
        path.write_text(
            "tweet_id,body,airline,stars\n1,late again,Acme,0\n2,fine,Other,10\n3,lovely,Acme,10\n"
        )
        pages = poll(
            path,
            dataset="air",
            columns={"id": "tweet_id", "text": "body", "rating": "stars"},
            where={"airline": "Acme"},
            rating_scale=[0, 10],
            may_train=True,
            keep_days=30,
        )
        assert [(m.external_id, m.text, m.rating) for p in pages for m in p.mentions] == [
            ("air:1", "late again", 1.0),
            ("air:3", "lovely", 5.0),
        ]
        terms = pages[0].mentions[0].terms
        assert (terms.may_train, terms.may_export_text, terms.keep_for) == (True, False, timedelta(days=30))
        assert pages[0].mentions[0].posted_at == NOW

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("2015-02-24 11:35:52 -0800", "2015-02-24T19:35:52+00:00"),
            ("2015-02-24T11:35:52Z", "2015-02-24T11:35:52+00:00"),
            ("2015-02-24 11:35:52 UTC", "2015-02-24T11:35:52+00:00"),
            ("2015-02-24", "2015-02-24T00:00:00+00:00"),
            ("20150224", "2015-02-24T00:00:00+00:00"),
            ("Tue, 24 Feb 2015 11:35:52 -0800", "2015-02-24T19:35:52+00:00"),
            ("24 Feb 2015 11:35:52 GMT", "2015-02-24T11:35:52+00:00"),
            ("1424777752", "2015-02-24T11:35:52+00:00"),
            ("1424777752000", "2015-02-24T11:35:52+00:00"),
        ],
    )
    def test_dates(self, value: str, expected: str) -> None:
        assert read_time(value).isoformat() == expected

    def test_a_date_format_of_their_own(self) -> None:
        assert read_time("24.2.2015", "%d.%m.%Y") == datetime(2015, 2, 24, tzinfo=UTC)

    @pytest.mark.parametrize(
        "value",
        [
            *("soon", "02/24/2015", "9" * 30, "2015-13-01", "0001-01-01T00:00:00+14:00"),
            *("0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2200-01-01", "31 Dec 9999 23:59:59 +0000"),
        ],
    )
    def test_bad_dates_are_rejected(self, file: Path, value: str) -> None:
        file.write_text(lines(FULL | {"posted_at": value}, FULL))
        pages = poll(file)
        assert ids(pages) == ["reviews:7"]
        assert "should be a date" in reasons(pages)[0][1]


class TestReadOnceMore:
    def test_where_an_option_is_mended_that_rejected_rows(self, file: Path) -> None:
        file.write_text(lines(FULL, FULL | {"id": 8, "rating": 10}))
        first = poll(file)
        assert (ids(first), len(reasons(first))) == (["reviews:7"], 1)
        mended = poll(file, checkpoint(first), rating_scale=[0, 10])
        assert ids(mended) == ["reviews:7", "reviews:8"]
        assert ids(poll(file, checkpoint(mended), rating_scale=[0, 10])) == []

    def test_not_where_an_option_changes_nothing_about_a_row(self, file: Path) -> None:
        file.write_text(lines(FULL))
        stored = checkpoint(poll(file))
        assert ids(poll(file, stored, page_size=7, keep_days=3, dataset="other")) == []

    def test_not_where_nobody_noted_how_it_was_read(self, file: Path) -> None:
        file.write_text(lines(FULL))
        place = json.loads(str(checkpoint(poll(file))))
        del place["read_as"]
        (page,) = poll(file, json.dumps(place), rating_scale=[0, 10])
        assert page.mentions == ()
        assert json.loads(str(page.checkpoint))["read_as"], "from now on it is"

    def test_also_a_last_line_that_had_not_ended(self, file: Path) -> None:
        file.write_text(json.dumps(FULL | {"rating": 10}))
        stored = checkpoint(poll(file))
        assert ids(poll(file, stored)) == []
        assert ids(poll(file, stored, rating_scale=[0, 10])) == ["reviews:7"]


class TestOptions:
    @pytest.mark.parametrize(
        "options",
        [
            {"path": "a.txt"},
            {"path": "a.csv", "columns": {"name": "x"}},
            {"path": "a.csv", "rating_scale": [5, 1]},
            {"path": "a.csv", "dataset": "a:b"},
        ],
    )
    def test_wrong_ones_are_refused(self, options: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            ArchiveOptions.model_validate(options)

    def test_paths_and_names(self, tmp_path: Path) -> None:
        options = ArchiveOptions.model_validate(
            {"path": "data/my.reviews.CSV.gz"}, context={"folder": tmp_path}
        )
        assert options.path == tmp_path / "data" / "my.reviews.CSV.gz"
        assert options.dataset == "my.reviews"
        assert ending(options.path) == Ending(csv=True, compressed=True)
        assert ArchiveOptions.model_validate({"path": "a.jsonl"}).path == Path.cwd() / "a.jsonl"
