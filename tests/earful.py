"""Runs the real command in a process of its own, as a person would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SHARED_DATA = Path(__file__).parent.parent.parent / "shared" / "data"


def command(*args: object) -> list[str]:
    return [sys.executable, "-c", "from cli.main import main; main()", *map(str, args)]


def environment(**changes: str) -> dict[str, str]:
    """The present one, less what would lead to somebody's real configuration."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("EARFUL_", "PREFECT_"))}
    return {**kept, "COLUMNS": "200", **changes}


def earful(
    *args: object, env: dict[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(
        command(*args),
        env=environment(**(env or {})),
        capture_output=True,
        text=True,
        check=False,
        **{"timeout": 600, "cwd": Path(__file__).parent.parent, **options},
    )
