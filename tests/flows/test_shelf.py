"""Where pages lie: a folder, a store in memory, and a real server that speaks S3's protocol."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from core.errors import ConfigError, NotWritten
from flows.shelf import Shelf, read_file, write_file

BUCKET = "larkspur-reports"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """A server on loopback; gives its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def store(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bucket that is reached by what stands in the environment, as its library documents."""
    for name, value in {
        "AWS_ENDPOINT_URL": s3,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "s3cr3t",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    import s3fs

    files = s3fs.S3FileSystem(skip_instance_cache=True)
    if not files.exists(BUCKET):
        files.mkdir(BUCKET)
    return f"s3://{BUCKET}/{tmp_path.name}"


@pytest.fixture(params=["folder", "memory", "s3"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "s3":
        return str(request.getfixturevalue("store"))
    return f"{tmp_path}/pages" if request.param == "folder" else f"memory://{tmp_path.name}"


def test_what_is_written_can_be_read_at_its_address(root: str) -> None:
    shelf = Shelf(root)
    address = shelf.write("larkspur-rail/2026-W47.html", b"<p>one")
    assert read_file(address) == b"<p>one"
    assert shelf.write("larkspur-rail/2026-W47.html", b"<p>two, and longer") == address
    assert read_file(address) == b"<p>two, and longer"


def test_pages_are_found_and_written_anew(root: str) -> None:
    shelf = Shelf(root)
    assert shelf.pages() == []
    wanted = sorted([shelf.write("a/latest.html", b"1"), shelf.write("b/2026-W47.html", b"2")])
    for other in ("a/notes.txt", "index.html", "a/archive/2026-W46.html"):
        shelf.write(other, b"3")
    assert shelf.pages() == wanted
    write_file(wanted[0], b"4")
    assert [read_file(address) for address in shelf.pages()] == [b"4", b"2"]


def test_what_is_not_there_is_said(root: str) -> None:
    with pytest.raises(NotWritten, match=r"nothing\.html cannot be read"):
        read_file(Shelf(root).address("nothing.html"))


def test_a_browser_shows_what_lies_in_s3(store: str) -> None:
    import s3fs

    address = Shelf(store).write("a.html", b"<p>x")
    info = s3fs.S3FileSystem(skip_instance_cache=True).info(address)
    assert info["ContentType"] == "text/html; charset=utf-8"


def test_a_bucket_that_is_not_there(store: str) -> None:
    with pytest.raises(NotWritten, match="cannot be written") as caught:
        Shelf("s3://no-such-bucket-of-ours/x").write("a.html", b"x")
    assert "s3cr3t" not in str(caught.value)


def test_nobody_sees_half_a_file(tmp_path: Path) -> None:
    """Whoever reads while another one writes sees the whole of one of them."""
    shelf = Shelf(str(tmp_path))
    contents = [bytes([65 + n]) * 400_000 for n in range(4)]
    address = shelf.write("latest.html", contents[0])
    writers = [
        threading.Thread(target=lambda c=c: [shelf.write("latest.html", c) for _ in range(15)])
        for c in contents
    ]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert read_file(address) in contents
    assert [path.name for path in tmp_path.iterdir()] == ["latest.html"], "nothing is left beside it"


def test_a_relative_folder_has_one_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    address = Shelf("pages").write("a.html", b"x")
    monkeypatch.chdir("/")
    assert read_file(address) == b"x"


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NotWritten, match=r"a\.html cannot be written: (NotADirectory|FileExists)Error"):
        Shelf(str(tmp_path / "file")).write("a.html", b"x")


@pytest.mark.parametrize("name", ["../a.html", "/etc/a.html", "a/../b.html", ".hidden", "a//b", ""])
def test_a_name_stays_within(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no name of a file"):
        Shelf(str(tmp_path)).write(name, b"x")


def test_no_password_in_an_address() -> None:
    with pytest.raises(ConfigError, match="leave out name and password") as caught:
        Shelf("s3://key:s3cr3t@bucket/x").write("a.html", b"x")
    assert "s3cr3t" not in str(caught.value)


def test_an_address_that_is_none() -> None:
    with pytest.raises(ConfigError, match=r"expected a path, or an address such as s3://bucket/place"):
        Shelf("nowhere://x").write("a.html", b"x")


def test_a_missing_library_is_named() -> None:
    program = (
        "import sys; sys.modules['s3fs'] = None\n"
        "from flows.shelf import Shelf\n"
        "from core.errors import ConfigError\n"
        "try: Shelf('s3://bucket/x').write('a.html', b'x')\n"
        "except ConfigError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "pip install -c constraints.txt -e '.[s3]'" in done.stdout, done.stderr
