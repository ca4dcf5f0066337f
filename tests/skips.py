"""A plugin: with NO_SKIPS set, as in CI, a test may skip for few reasons only; for any other it fails."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parent.parent.parent / "shared"
ALLOWED = (
    "it has no way to say that something was deleted",
    "it follows them, without a key and within one host",
    "the superuser may read everything",
    "no CUDA device",
    "there is no graphics card here",
)
"""How a reason may begin."""
NOT_PUBLIC = ("the labelled data", "the recorded answers")
"""The same, where the folder that holds them is not there at all."""


def _refused(report: Any) -> str:
    """The reason for a skip that must not be; empty: it may, or it is none."""
    if not os.environ.get("NO_SKIPS") or not report.skipped or not isinstance(report.longrepr, tuple):
        return ""
    reason = str(report.longrepr[2]).removeprefix("Skipped: ")
    return "" if reason.startswith(ALLOWED if SHARED.exists() else ALLOWED + NOT_PUBLIC) else reason


def _judged(report: Any) -> Any:
    if why := _refused(report):
        report.outcome, report.longrepr = "failed", f"it must not skip here (tests/skips.py): {why}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Of a test."""
    return _judged((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """Of a whole file."""
    return _judged((yield))
