"""A source begun with `tools/new_source.py` passes everything as it is, in a copy of the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from new_source import CONTRACTS, PLACES, REGISTRY, begin

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("core", "listeners", "tests", "tools", "docs", "config", "pyproject.toml")
NAME = "my_forum"


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    # What this pytest was told, and that it may be a worker, is not for the one in the copy.
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment = {**ours, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def content(folder: Path) -> dict[Path, bytes]:
    """Of every file but what Python keeps for itself."""
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path: path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def begun(copy: Path) -> Path:
    done = run(copy, "tools/new_source.py", NAME)
    assert done.returncode == 0, done.stderr
    return copy


def test_it_passes_the_contract_suite_and_its_own_tests(begun: Path) -> None:
    quietly = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    files = ("tests/listeners/test_contract.py", f"tests/listeners/test_{NAME}.py")
    done = run(begun, "-m", "pytest", *quietly, *files, "-k", NAME)
    assert done.returncode == 0, done.stdout[-3_000:]
    assert int(done.stdout.rpartition(" passed")[0].split()[-1]) > 40, done.stdout
    assert "skipped" not in done.stdout


def test_it_is_registered_beside_the_others(begun: Path) -> None:
    program = (
        "from listeners.registry import OWN, SOURCES; print(list(OWN) == sorted(OWN), 'my_forum' in SOURCES)"
    )
    assert run(begun, "-c", program).stdout.split() == ["True", "True"]
    assert f'"listeners.{NAME}"' in (begun / "pyproject.toml").read_text()


def test_it_is_clean(begun: Path) -> None:
    written = [
        f"listeners/{NAME}.py",
        f"tests/listeners/test_{NAME}.py",
        f"tests/listeners/scenarios/{NAME}.py",
    ]
    for check in (("check",), ("format", "--check")):
        done = run(begun, "-m", "ruff", *check, *written)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["reddit", "Forum", "my forum", "class", "../x", ""])
def test_a_name_that_cannot_be_is_refused(copy: Path, name: str) -> None:
    before = content(copy)
    done = run(copy, "tools/new_source.py", name)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert content(copy) == before, "nothing was written"


@pytest.mark.parametrize("file", [REGISTRY, CONTRACTS])
def test_where_it_cannot_be_entered_nothing_is_begun(tmp_path: Path, file: Path) -> None:
    for folder in {Path(place).parent for place in PLACES.values()}:
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    for known in (REGISTRY, CONTRACTS):
        shutil.copy(ROOT / known, tmp_path / known)
    (tmp_path / file).write_text("no such list any more\n", encoding="utf-8")
    before = content(tmp_path)
    with pytest.raises(ValueError, match=f"{file.name} no longer has the list"):
        begin("another_forum", tmp_path)
    assert content(tmp_path) == before, "nothing was written"
