"""The repository's own files, as a reader of a fresh clone sees them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HIDDEN_BUT_OURS = frozenset({".ci", ".github"})
MADE = frozenset({"__pycache__", "build", "dist"})


def _is_ours(folder: str) -> bool:
    hidden = folder.startswith(".") and folder not in HIDDEN_BUT_OURS
    return not hidden and folder not in MADE and not folder.endswith(".egg-info")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """Every file of the repository, without environments, caches and what is built."""
    found: list[Path] = []
    for folder, below, names in os.walk(ROOT):
        below[:] = filter(_is_ours, below)
        found += [Path(folder) / name for name in names]
    assert len(found) > 100
    return found


@pytest.fixture(scope="session")
def python_files(files: list[Path]) -> list[Path]:
    return [path for path in files if path.suffix == ".py"]
