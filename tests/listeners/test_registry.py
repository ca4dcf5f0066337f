"""Sources that installed packages offer, in an interpreter that has such a package on its path."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = """
from core.mention import Terms
from listeners.base import Options, Source

class Asks(Options):
    forum: str

SOURCE = Source(name="acme_forum", options=Asks, build=lambda options, borrowed: None, terms=Terms())
"""
TARGET = "{source: acme_forum, name: forum, forum: trains}"


def install(folder: Path, code: str, name: str = "acme_forum") -> None:
    (folder / "acme_package.py").write_text(code)
    info = folder / "acme_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[earful.sources]\n{name} = acme_package:SOURCE\n")


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    """`earful check` of a configuration that asks the package's source."""
    (folder / "brands.yaml").write_text(f"brands: [{{name: Acme, targets: [{TARGET}]}}]\n")
    program = "import sys; from cli.main import main; sys.argv = ['earful', *sys.argv[1:]]; main()"
    command = [sys.executable, "-c", program, "check", "--config", str(folder)]
    paths = os.pathsep.join((str(folder), str(ROOT)))
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_package_offers_a_source(tmp_path: Path) -> None:
    install(tmp_path, GOOD)
    done = check(tmp_path)
    assert "forum (acme_forum)" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        (
            "raise RuntimeError('half installed')",
            "acme_forum",
            "cannot be loaded (RuntimeError: half installed)",
        ),
        ("SOURCE = 7", "acme_forum", "must be a listeners.base.Source"),
        (GOOD, "another_name", "must be a listeners.base.Source of that name"),
        (GOOD.replace("acme_forum", "reddit"), "reddit", "which no other source has"),
    ],
)
def test_one_that_cannot_be_used_is_named(tmp_path: Path, code: str, name: str, said: str) -> None:
    install(tmp_path, code, name)
    done = check(tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "acme-package" in done.stderr
    assert "Traceback" not in done.stderr
