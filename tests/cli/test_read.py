from __future__ import annotations

import gzip
import json
import subprocess

import pytest

from cli.read import CHUNK
from tests.earful import command, earful, earful_here, environment

KEYS = {"id", "model", "language", "supported", "sentiment", "complaint"} | {
    "severity",
    "topics",
    "emotion",
    "offensive",
    "irony",
    "unsure",
    "evidence",
}
TEXTS = ["my bag is lost and nobody answers", "thank you, lovely crew", "gate 4 at noon", "", "😡" * 30]


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def write_jsonl(path, records) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


def test_a_reading_a_line_in_the_order_of_the_input(tmp_path) -> None:
    records = [
        {"id": f"r{i}", "text": text * (i % 3 + 1), "target": "Acme"} for i, text in enumerate(TEXTS * 3)
    ]
    write_jsonl(tmp_path / "t.jsonl", records)
    done = earful("read", tmp_path / "t.jsonl")
    assert done.returncode == 0, done.stderr
    found = lines(done.stdout)
    assert [reading["id"] for reading in found] == [record["id"] for record in records]
    for reading in found:
        assert set(reading) == KEYS
        assert sum(reading["sentiment"].values()) == pytest.approx(1, abs=0.001)
        assert 0 <= reading["complaint"] <= 1


def test_an_id_that_a_terminal_would_obey_is_escaped(tmp_path) -> None:
    write_jsonl(tmp_path / "t.jsonl", [{"id": "a\u009b2Jb\u202ec", "text": "good"}])
    done = earful("read", tmp_path / "t.jsonl")
    assert done.stdout.isascii()
    assert [reading["id"] for reading in lines(done.stdout)] == ["a\u009b2Jb\u202ec"]


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.jsonl.gz"])
def test_other_forms_of_the_same_texts(tmp_path, name) -> None:
    content = 'id,text\n1,"bad, very bad"\n' if "csv" in name else '{"id": 1, "text": "bad, very bad"}\n'
    opening = gzip.open if name.endswith(".gz") else open
    with opening(tmp_path / name, "wt") as file:
        file.write(content)
    done = earful("read", tmp_path / name)
    assert [reading["id"] for reading in lines(done.stdout)] == ["1"]


def test_what_cannot_be_read_is_named_and_the_others_are_read(tmp_path) -> None:
    file = tmp_path / "t.jsonl"
    with file.open("wb") as out:
        out.write(b'{"id": 1, "text": "good"}\n{"id"\n{"id": 2}\n\x00\xff\n[]\n')
        out.write(b'{"id": 3, "text": "' + b"x" * 3_000_000 + b'"}\n{"id": 4, "text": "good"}\n')
    done = earful("read", file)
    assert done.returncode == 1
    assert [reading["id"] for reading in lines(done.stdout)] == ["1", "4"]
    for number in (2, 3, 4, 5, 6):
        assert f"t.jsonl:{number}: " in done.stderr
    assert "Traceback" not in done.stderr


def test_it_streams() -> None:
    """Readings come while the input is still open, so nothing waits for its end."""
    record = json.dumps({"id": 1, "text": "fine"}) + "\n"
    with subprocess.Popen(
        command("read", "-"), env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(record * CHUNK)
        process.stdin.flush()
        first = json.loads(process.stdout.readline())
        process.stdin.write(record)
        process.stdin.close()
        rest = process.stdout.read()
    assert first["id"] == "1"
    assert len(rest.splitlines()) == CHUNK


def test_a_missing_or_damaged_file(tmp_path) -> None:
    done = earful_here("read", tmp_path / "none.jsonl")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    (tmp_path / "t.jsonl.gz").write_bytes(b"no gzip at all")
    done = earful_here("read", tmp_path / "t.jsonl.gz")
    assert done.returncode == 2
    assert "damaged" in done.stderr


def test_a_table_of_another_encoding_is_told_with_its_name(tmp_path) -> None:
    (tmp_path / "t.csv").write_text("id,text\n1,bad\n", encoding="utf-16")
    done = earful_here("read", tmp_path / "t.csv")
    assert done.returncode == 2
    assert (
        f"{tmp_path}/t.csv: CSV: the first row should name the columns, but it cannot be read" in done.stderr
    )
