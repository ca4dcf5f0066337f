"""CI finds a test that it skips."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.skips import ALLOWED

ROOT = Path(__file__).resolve().parents[2]
IN_A_TEST = "import pytest\ndef test_it(): pytest.skip({!r})\n"
OF_A_FILE = "import pytest\npytest.importorskip('there_is_no_such_thing')\n"


@pytest.mark.parametrize(
    ("test", "no_skips", "code"),
    [
        (IN_A_TEST.format("Chromium is missing"), "1", 1),
        (IN_A_TEST.format("Chromium is missing"), "", 0),
        (IN_A_TEST.format(ALLOWED[0]), "1", 0),
        (OF_A_FILE, "1", 2),
        (OF_A_FILE, "", 5),
    ],
)
def test_only_what_may_be_skipped_is(tmp_path: Path, test: str, no_skips: str, code: int) -> None:
    (tmp_path / "test_it.py").write_text(test)
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.skips", "-p", "no:xdist", tmp_path],
        cwd=tmp_path,
        env={**ours, "PYTHONPATH": str(ROOT), "NO_SKIPS": no_skips},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout
    assert ("must not skip" in done.stdout) == (code in (1, 2))


def test_ci_asks_for_it() -> None:
    assert "NO_SKIPS=1 " in (ROOT / ".ci" / "run").read_text()
