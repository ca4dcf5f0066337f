"""Files: damage of every kind, and reading on where the last poll stopped."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from core.errors import SchemaChanged, SourceGone, SourceUnavailable
from core.mention import Page
from tests.listeners.contract import checkpoint, ids
from tests.listeners.test_archive import archive, lines, poll, reasons


class TestDamage:
    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            (b'{"id": 2, "te', "not JSON"),
            (b"[1, 2]", "expected a JSON object"),
            (b'{"text": "a"}', "'id' is missing"),
            (b'{"id": 2, "text": "  "}', "'text' is missing"),
            (b'{"id": 2, "text": ["a"]}', "'text' should be a text"),
            (b'{"id": true, "text": "a"}', "'id' should be"),
            (b'{"id": 2, "text": "a", "rating": 87}', "rating 87"),
            (b'{"id": 2, "text": "a", "kind": "poem"}', "'kind' should be one of"),
            (b"\xff\xfe\x00garbage", "NUL"),
            (b'{"id": 2, "text": "\xff"}', "not UTF-8"),
            (b"[" * 100_000, "not JSON"),
            (b'{"id": ' + b"9" * 10_000 + b', "text": "a"}', "not JSON"),
            (b'{"id": 2, "text": "' + b"x" * (1 << 20) + b'"}', "longer than"),
        ],
    )
    def test_a_bad_line_costs_one_record(self, file: Path, line: bytes, reason: str) -> None:
        file.write_bytes(b'{"id": 1, "text": "a"}\n' + line + b'\n\n{"id": 3, "text": "c"}\n')
        pages = poll(file)
        assert ids(pages) == ["reviews:1", "reviews:3"]
        ((place, told),) = reasons(pages)
        assert place == "reviews.jsonl:2"
        assert reason in told

    def test_text_that_no_database_takes(self, file: Path) -> None:
        file.write_text('{"id": 1, "text": "a\\u0000b\\ud800c"}\n')
        assert poll(file)[0].mentions[0].text == "ab?c"

    def test_a_byte_order_mark(self, file: Path) -> None:
        file.write_bytes(b'\xef\xbb\xbf{"id": 1, "text": "a"}\n')
        assert ids(poll(file)) == ["reviews:1"]

    def test_csv_with_line_breaks_quotes_and_a_mark(self, tmp_path: Path) -> None:
        path = tmp_path / "c.csv"
        path.write_bytes(b'\xef\xbb\xbfid,text\r\n1,"two\r\nlines, ""quoted"""\r\n2,5" pipe\r\n')
        pages = poll(path)
        assert [m.text for m in pages[0].mentions] == ['two\r\nlines, "quoted"', '5" pipe']

    def test_csv_with_rows_of_another_length(self, tmp_path: Path) -> None:
        path = tmp_path / "c.csv"
        path.write_text("id,text\n1,a,b\n2\n\n3,c\n")
        pages = poll(path)
        assert ids(pages) == ["c:3"]
        assert [place for place, _ in reasons(pages)] == ["c.csv:2", "c.csv:3"]

    def test_a_quote_that_is_never_closed_costs_one_line(self, tmp_path: Path) -> None:
        path = tmp_path / "c.csv"
        path.write_text('id,text\n1,a\n2,"open\n3,c\n4,d\n')
        pages = poll(path)
        assert ids(pages) == ["c:1", "c:3", "c:4"]
        assert reasons(pages) == [("c.csv:3", "a quote is opened and never closed")]

    def test_a_csv_with_bad_bytes(self, tmp_path: Path) -> None:
        path = tmp_path / "c.csv"
        path.write_bytes(b"id,text\n1,a\n2,\xff\n3,\x00\n4,d\n" + b"5," + b"x" * (1 << 21) + b"\n6,f\n")
        pages = poll(path)
        assert ids(pages) == ["c:1", "c:4", "c:6"]
        assert [place for place, _ in reasons(pages)] == ["c.csv:3", "c.csv:4", "c.csv:6"]

    def test_columns_that_are_not_there_are_named(self, tmp_path: Path) -> None:
        path = tmp_path / "c.csv"
        path.write_text("tweet_id,text\n1,a\n")
        with pytest.raises(SchemaChanged, match=r"no column 'id'; it has 'tweet_id', 'text'"):
            poll(path)

    def test_no_file(self, tmp_path: Path) -> None:
        for name in ("missing.jsonl", "missing.csv.gz"):
            with pytest.raises(SourceGone, match="missing"):
                poll(tmp_path / name)
        (tmp_path / "folder.csv").mkdir()
        with pytest.raises(SourceGone):
            poll(tmp_path / "folder.csv")


class TestGzip:
    def test_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "r.jsonl.gz"
        path.write_bytes(gzip.compress(lines(*({"id": n, "text": "a"} for n in range(5))).encode()))
        pages = poll(path, page_size=2)
        assert len(ids(pages)) == 5
        assert ids(poll(path, since=checkpoint(pages))) == []
        with path.open("ab") as file:
            file.write(gzip.compress(lines({"id": 5, "text": "b"}).encode()))
        assert ids(poll(path, since=checkpoint(pages))) == ["r:5"]

    def test_cut_short(self, tmp_path: Path) -> None:
        path = tmp_path / "r.jsonl.gz"
        data = gzip.compress(lines(*({"id": n, "text": f"{n * 7919}"} for n in range(5000))).encode())
        path.write_bytes(data[: len(data) // 2])
        got: list[Page] = []
        with pytest.raises(SourceUnavailable, match="not a complete gzip"):
            got.extend(archive(path).poll(None))
        path.write_bytes(data)
        before = len(ids(got))
        got.extend(poll(path, since=checkpoint(got)))
        assert before > 1000
        assert ids(got) == [f"r:{n}" for n in range(5000)]

    def test_not_a_gzip(self, tmp_path: Path) -> None:
        path = tmp_path / "r.csv.gz"
        path.write_bytes(b"id,text\n1,a\n")
        with pytest.raises(SourceUnavailable):
            poll(path)


class TestReadingOn:
    def test_every_page_carries_a_checkpoint(self, file: Path) -> None:
        file.write_text(lines(*({"id": n, "text": "a"} for n in range(5))))
        pages = poll(file, page_size=2)
        assert [len(page.mentions) for page in pages] == [2, 2, 1]
        assert all(page.checkpoint for page in pages)

    @pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
    def test_a_replaced_or_cut_file_starts_over(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name

        def write(*numbers: int) -> None:
            rows = "".join(f"{n},a\n" for n in numbers)
            path.write_text(
                "id,text\n" + rows
                if name.endswith("csv")
                else lines(*({"id": n, "text": "a"} for n in numbers))
            )

        write(1, 2, 3)
        stored = checkpoint(poll(path))
        write(4, 5, 6, 7)
        assert ids(poll(path, since=stored)) == ["a:4", "a:5", "a:6", "a:7"]
        write(1, 2)
        assert ids(poll(path, since=stored)) == ["a:1", "a:2"]

    def test_a_csv_that_grows(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text('id,text\n1,"a\nb"\n')
        stored = checkpoint(poll(path))
        with path.open("a") as grown:
            grown.write("2,c\n3\n")
        pages = poll(path, since=stored)
        assert ids(pages) == ["a:2"]
        assert reasons(pages)[0][0] == "a.csv:5"

    def test_a_last_line_without_its_end_is_read_again_once_it_has_grown(self, file: Path) -> None:
        file.write_text('{"id": 1, "text": "a"}\n{"id": 2, "te')
        first = poll(file)
        assert ids(first) == ["reviews:1"]
        assert len(reasons(first)) == 1
        same = poll(file, since=checkpoint(first))
        assert (ids(same), reasons(same)) == ([], [])
        with file.open("a") as grown:
            grown.write('xt": "b"}\n')
        assert ids(poll(file, since=checkpoint(same))) == ["reviews:2"]

    def test_a_file_without_a_last_line_break(self, file: Path) -> None:
        file.write_text('{"id": 1, "text": "a"}\n{"id": 2, "text": "b"}')
        first = poll(file)
        assert ids(first) == ["reviews:1", "reviews:2"]
        assert ids(poll(file, since=checkpoint(first))) == []
