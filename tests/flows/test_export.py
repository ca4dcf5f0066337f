"""Files appear whole or not at all, wherever they are put."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import fsspec
import pytest
import s3fs
from moto.server import ThreadedMotoServer

from core.errors import ConfigError, NotWritten
from core.mention import Terms
from flows.steps import export as step
from flows.steps.export import Form, What, export
from flows.whole_file import whole_file
from reports.exports.csv_file import CsvFile
from storage.database import Database, open_database
from storage.exports import Span
from tests.storage.making import NOW, mention, store


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = open_database(sqlite_url)
    store(database, *(mention(str(n), f"text {n}", terms=Terms(may_export_text=True)) for n in range(3)))
    yield database
    database.close()


@pytest.fixture
def memory() -> Iterator[fsspec.AbstractFileSystem]:
    files = fsspec.filesystem("memory")
    yield files
    files.store.clear()


def run(database: Database, to: object, form: Form | None = None) -> int:
    return export(database, What.MENTIONS, Span(), to=str(to), form=form, now=NOW).rows


@pytest.mark.parametrize("form", Form)
def test_a_file_takes_the_place_of_the_one_before(database: Database, tmp_path: Path, form: Form) -> None:
    folder = tmp_path / "made on the way"
    assert run(database, folder / "a", form) == 3
    before = (folder / "a").read_bytes()
    store(database, mention("9"))
    assert run(database, folder / "a", form) == 4
    assert (folder / "a").read_bytes() != before
    assert os.listdir(folder) == ["a"]


@pytest.mark.parametrize("form", Form)
def test_what_fails_half_way_leaves_the_old_file_and_nothing_else(
    database: Database, tmp_path: Path, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    run(database, folder / "a", form)
    before = (folder / "a").read_bytes()
    monkeypatch.setattr("storage.exports.PART", 1)
    told: list[int] = []

    def stop(rows: int) -> None:
        told.append(rows)
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(database, What.MENTIONS, Span(), to=str(folder / "a"), form=form, now=NOW, on_progress=stop)
    assert (folder / "a").read_bytes() == before
    assert os.listdir(folder) == ["a"]


def test_an_object_store_gets_it_at_the_end(
    database: Database, memory: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    class Watched(CsvFile):
        def write(self, rows: Sequence[Sequence[object]]) -> None:
            super().write(rows)  # type: ignore[arg-type]
            seen.append(memory.exists("/bucket/a.csv"))

    monkeypatch.setattr(step, "CsvFile", Watched)
    assert run(database, "memory://bucket/a.csv") == 3
    assert seen == [False]
    assert memory.cat_file("/bucket/a.csv").count(b"text ") == 3


def put(to: str, content: bytes, trouble: Exception | None = None) -> None:
    with whole_file(to) as file:
        file.write(content)
        if trouble:
            raise trouble


def test_a_store_gets_nothing_of_what_fails(memory: fsspec.AbstractFileSystem) -> None:
    with pytest.raises(RuntimeError):
        put("memory://bucket/a.csv", b"half", RuntimeError())
    assert not memory.exists("/bucket/a.csv")


def test_a_bucket_of_s3(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        said = {
            "ENDPOINT_URL": f"http://{host}:{port}",
            "ACCESS_KEY_ID": "key",
            "SECRET_ACCESS_KEY": "s3cr3t",
        }
        for name, value in (said | {"DEFAULT_REGION": "us-east-1"}).items():
            monkeypatch.setenv(f"AWS_{name}", value)
        files = s3fs.S3FileSystem(skip_instance_cache=True)
        files.mkdir("larkspur-exports")
        assert run(database, "s3://larkspur-exports/all/a.csv") == 3
        assert files.cat_file("larkspur-exports/all/a.csv").count(b"text ") == 3
        with pytest.raises(NotWritten, match="cannot be written") as caught:
            run(database, "s3://no-such-bucket-of-ours/a.csv")
        assert "s3cr3t" not in str(caught.value)
    finally:
        server.stop()


def test_a_file_address_is_a_path(tmp_path: Path) -> None:
    put(f"file://{tmp_path}/a.csv", b"whole")
    assert (tmp_path / "a.csv").read_bytes() == b"whole"


def test_a_long_name_is_no_trouble(tmp_path: Path) -> None:
    put(str(tmp_path / ("n" * 250 + ".csv")), b"whole")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"whole"]


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("a.txt", "csv or parquet"),
        ("a", "csv or parquet"),
        ("nosuch://bucket/a.csv", "nosuch://"),
        ("memory://ann:hunter2@bucket/a.csv", "leave out name and password"),
    ],
)
def test_places_that_are_none(database: Database, to: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        run(database, to)
    assert "hunter2" not in str(caught.value)


def test_a_folder_is_no_file(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="a folder, not a file"):
        run(database, tmp_path, Form.CSV)


def test_a_place_that_takes_nothing_is_told(database: Database, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(NotWritten, match="cannot be written"):
        run(database, tmp_path / "taken" / "a.csv")


ON_A_FULL_DISK = """
import resource, sys
import fsspec
from core.errors import NotWritten
from flows.whole_file import whole_file

resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
try:
    with whole_file(sys.argv[1]) as file:
        file.write(b"x" * 100_000)
except NotWritten as error:
    print(error, fsspec.filesystem("memory").find("/"))
"""


@pytest.mark.parametrize("store_", [False, True])
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, *, store_: bool) -> None:
    """No file may grow beyond a thousand bytes: in a process of its own, as this one writes a log."""
    to = "memory://bucket/a.csv" if store_ else str(tmp_path / "a.csv")
    command = [sys.executable, "-c", ON_A_FULL_DISK, to]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert "cannot be written: OSError: File too large []" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_without_the_library_parquet_says_what_to_install(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.exports.parquet_file.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install .*'\.\[parquet\]'"):
        run(database, tmp_path / "a.parquet")
    assert not (tmp_path / "a.parquet").exists()
    assert run(database, tmp_path / "a.csv") == 3
