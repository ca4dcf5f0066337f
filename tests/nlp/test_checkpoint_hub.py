"""A checkpoint by name: the cache before the hub, and what is said where the hub cannot be asked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nlp.checkpoint import Checkpoint
from tests.tiny_checkpoint import make_checkpoint

ROOT = Path(__file__).resolve().parents[2]
NOBODY = "http://127.0.0.1:9"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
PROGRAM = """
import sys
from core.errors import ConfigError
from nlp.checkpoint import Checkpoint
try:
    print(Checkpoint(sys.argv[1]).revision)
except ConfigError as error:
    print(error)
"""


def revision(name: str, cache: Path, **environment: str) -> str:
    """In a process of its own: the hub's client reads where it is when it is imported."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, name],
        cwd=ROOT,
        env={**os.environ, "HF_ENDPOINT": NOBODY, "HF_HUB_CACHE": str(cache), **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("environment", [{}, {"HF_HUB_OFFLINE": "1"}], ids=["unreachable", "offline"])
def test_a_hub_that_cannot_be_asked(tmp_path: Path, environment: dict[str, str]) -> None:
    said = revision("owner/tiny", tmp_path, **environment)
    assert said.startswith("EARFUL_SENTIMENT_MODEL=owner/tiny: is no folder here, and the Hugging Face hub")
    assert "`hf download owner/tiny --local-dir FOLDER`, and then EARFUL_SENTIMENT_MODEL=FOLDER" in said


def test_a_name_that_cannot_be_on_the_hub(tmp_path: Path) -> None:
    assert "is neither a folder here nor on the Hugging Face hub" in revision("two words", tmp_path)


def test_what_was_downloaded_is_used_without_asking(tmp_path: Path) -> None:
    made = make_checkpoint(tmp_path / "tiny")
    repository = tmp_path / "cache" / "models--owner--tiny"
    shutil.copytree(made, repository / "snapshots" / COMMIT)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMIT)
    assert revision("owner/tiny", tmp_path / "cache") == Checkpoint(str(made)).revision
    assert revision(f"owner/tiny@{COMMIT}", tmp_path / "cache") == Checkpoint(str(made)).revision
    assert "cannot be asked" in revision("owner/tiny@another", tmp_path / "cache")
