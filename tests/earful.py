"""Runs the command as a person would, in a process of its own; or in this one, where that proves the same."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import unicodedata
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

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


def earful_here(*args: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The same in this process: a second of starting less. For what another test runs in a real one, too."""
    from cli import terminal  # here, as whoever starts processes only need not load it
    from cli.main import main

    out, err = io.StringIO(), io.StringIO()
    variables = environment(**(env or {}))
    for console in (terminal.out, terminal.err):  # made with whatever COLUMNS was when it was imported
        console.width = int(variables["COLUMNS"])
    with (
        patch.dict(os.environ, variables, clear=True),
        patch.object(sys, "argv", ["earful", *map(str, args)]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    assert isinstance(code, int), code
    return subprocess.CompletedProcess(args, code, out.getvalue(), err.getvalue())


def obeyed(printed: str) -> set[str]:
    """What a terminal would obey instead of showing it: escapes, and turns of the writing's direction."""
    return {c for c in printed if c != "\n" and unicodedata.category(c) in ("Cc", "Cf")}
