"""CSV and Parquet files, read again by other programs."""

from __future__ import annotations

import csv
import io
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.exports.columns import ALERTS, MENTIONS, Column, Value, readings
from reports.exports.csv_file import CsvFile, harmless
from reports.exports.parquet_file import ParquetFile

COLUMNS = (
    Column("words"),
    Column("count", "whole"),
    Column("share", "number"),
    Column("sure", "yes_no"),
    Column("at", "time"),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))  # what storage holds
ROWS = st.lists(
    st.tuples(
        st.none() | TEXTS,
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.floats(allow_nan=False),
        st.none() | st.booleans(),
        st.none() | st.datetimes(timezones=st.just(UTC)),
    ),
    max_size=8,
)


def as_csv(*parts: list[tuple[Value, ...]]) -> bytes:
    file = io.BytesIO()
    with closing(CsvFile(file, COLUMNS)) as table:
        for part in parts:
            table.write(part)
    return file.getvalue()


def from_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def as_parquet(*parts: list[tuple[Value, ...]]) -> bytes:
    file = io.BytesIO()
    with closing(ParquetFile(file, COLUMNS)) as table:
        for part in parts:
            table.write(part)
    return file.getvalue()


@given(ROWS)
def test_csv_comes_back_as_it_was(rows: list[tuple[Value, ...]]) -> None:
    header, *found = from_csv(as_csv(rows))
    assert header == ["words", "count", "share", "sure", "at"]
    for (words, count, share, sure, at), row in zip(found, rows, strict=True):
        assert without_apostrophe(words) == (row[0] or "")
        assert (int(count) if count else None) == row[1]
        assert (float(share) if share else None) == row[2]
        assert {"": None, "true": True, "false": False}[sure] == row[3]
        assert (datetime.fromisoformat(at) if at else None) == row[4]


def without_apostrophe(cell: str) -> str:
    """As docs/exports.md says: where a formula follows, one apostrophe is taken away."""
    looks_like_one = cell.lstrip(" \u00a0\u3000'")[:1] in tuple("=+-@＝＋－＠\t\r\n")  # noqa: RUF001
    return cell[1:] if looks_like_one and cell.startswith("'") else cell


@given(TEXTS | st.sampled_from("=+-@\t\r\n＝＠'").flatmap(lambda sign: TEXTS.map(lambda rest: sign + rest)))  # noqa: RUF001
def test_no_cell_begins_a_formula(text: str) -> None:
    cell = harmless(text)
    assert not cell.lstrip(" \u00a0\u3000").startswith(tuple("=+-@＝＋－＠\t\r\n"))  # noqa: RUF001
    assert without_apostrophe(cell) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@ann", "'@ann"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("'=1", "''=1"),
        ("'tis", "'tis"),
        ("a=1", "a=1"),
        ("", ""),
        (" ", " "),
    ],
)
def test_what_a_spreadsheet_takes_for_a_formula(text: str, cell: str) -> None:
    assert harmless(text) == cell


def test_figures_below_zero_stay_figures() -> None:
    assert from_csv(as_csv([("a", -5, -0.5, None, None)]))[1][:3] == ["a", "-5", "-0.5"]


def test_times_are_in_utc_and_headers_are_harmless() -> None:
    madrid = datetime(2026, 3, 1, 13, 0, 0, 5, tzinfo=timezone(timedelta(hours=1)))
    assert from_csv(as_csv([(None, None, None, None, madrid)]))[1][4] == "2026-03-01T12:00:00.000005Z"
    file = io.BytesIO()
    CsvFile(file, [Column("=cmd")]).close()
    assert from_csv(file.getvalue()) == [["'=cmd"]]


@given(ROWS, ROWS)
def test_parquet_comes_back_as_it_was(
    first: list[tuple[Value, ...]], second: list[tuple[Value, ...]]
) -> None:
    table = pq.read_table(io.BytesIO(as_parquet(first, second)))
    assert [tuple(row.values()) for row in table.to_pylist()] == [*first, *second]
    assert [str(field.type) for field in table.schema] == [
        "string", "int64", "double", "bool", "timestamp[us, tz=UTC]",
    ]  # fmt: skip


def test_no_column_stands_twice() -> None:
    of_readings = readings(severity=["none"], topics=["delay"], emotion=["joy"])
    for columns in (MENTIONS, ALERTS, of_readings):
        names = [column.name for column in columns]
        assert len(set(names)) == len(names)
    assert [column.name for column in of_readings][-3:] == ["severity_none", "topic_delay", "emotion_joy"]
