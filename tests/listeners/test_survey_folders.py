"""Answers to surveys: folders of exports, read file by file."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from core.errors import SchemaChanged, SourceError, SourceGone, SourceUnavailable
from core.mention import Page
from tests.listeners.contract import checkpoint, ids
from tests.listeners.survey_exports import FULL, Exports, lines
from tests.listeners.survey_exports import exports as exports


def tried(pages: Iterator[Page]) -> tuple[list[Page], SourceError | None]:
    """The pages, and the error after them."""
    got: list[Page] = []
    try:
        for page in pages:
            got.append(page)
    except SourceError as error:
        return got, error
    return got, None


class TestFolders:
    def test_each_file_goes_on_where_it_was_left(self, exports: Exports) -> None:
        exports.put("a.jsonl", lines({"id": 1, "score": 1}))
        exports.put("b.csv", "id,score\n2,2\n")
        exports.put("c.jsonl.gz", gzip.compress(lines({"id": 3, "score": 3}).encode()))
        exports.put("empty.csv", "")
        exports.put(".d.csv", "half")
        exports.put("notes.txt", "no export")
        first = exports.poll()
        assert ids(first) == ["nps:1", "nps:2", "nps:3"]
        (again,) = exports.poll(checkpoint(first))
        assert (again.mentions, again.rejected, again.checkpoint) == ((), (), checkpoint(first))
        exports.put("a.jsonl", lines({"id": 1, "score": 1}, {"id": 4, "score": 4}))
        exports.put("e.csv", "id,score\n5,5\n")
        (exports.folder / "b.csv").unlink()
        second = exports.poll(checkpoint(first))
        assert ids(second) == ["nps:4", "nps:5"]
        assert "b.csv" not in str(checkpoint(second))

    def test_one_bad_file_does_not_stop_the_others(self, exports: Exports) -> None:
        exports.put("a.csv", "ticket,stars\n1,2\n")
        exports.put("b.jsonl.gz", gzip.compress(lines(FULL).encode())[:-9])
        exports.put("c.csv", "id,score\n3,3\n")
        got, first = tried(exports.listener().poll(None))
        assert isinstance(first, SchemaChanged)
        assert "a.csv:1 has no column 'id', 'score'" in str(first)
        assert ids(got) == ["nps:3"]
        exports.put("a.csv", "id,score\n1,2\n")
        more, second = tried(exports.listener().poll(checkpoint(got)))
        assert isinstance(second, SourceUnavailable)
        assert "b.jsonl.gz is not a complete gzip" in str(second)
        assert ids(more) == ["nps:1"]

    def test_rows_that_are_not_wanted_are_read_once(self, exports: Exports) -> None:
        exports.put("a.jsonl", lines({"id": 1, "score": 1, "q": "csat"}))
        first = exports.poll(where={"q": "nps"})
        assert ids(first) == []
        assert "a.jsonl" in str(checkpoint(first))

    def test_all_are_read_once_more_where_a_mended_option_can_read_more(self, exports: Exports) -> None:
        exports.put("a.csv", "id,score\n1,3\n2,12\n")
        exports.put("b.csv", "id,score\n3,20\n")
        first = exports.poll(measure="csat", scale=[1, 10])
        assert ids(first) == ["nps:1"]
        mended = exports.poll(checkpoint(first), measure="csat", scale=[1, 20])
        assert ids(mended) == ["nps:1", "nps:2", "nps:3"]
        assert ids(exports.poll(checkpoint(mended), measure="csat", scale=[1, 20])) == []

    def test_one_file(self, exports: Exports) -> None:
        exports.put("wave.3.csv", "id,score\n1,1\n")
        assert ids(exports.poll(path="nps/wave.3.csv")) == ["wave.3:1"]

    def test_nothing_there(self, exports: Exports) -> None:
        for path in ("elsewhere", "nps/missing.csv"):
            with pytest.raises(SourceGone, match="survey: there is no"):
                exports.poll(path=path)
        (exports.folder / "x.csv").mkdir()
        with pytest.raises(SourceGone, match="is a folder"):
            exports.poll(path="nps/x.csv")
        (page,) = exports.poll()
        assert page == Page()
