"""Names that would hide a module or say nothing, files that are too long, packages that say nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

EMPTY_WORDS = frozenset({"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"})
LINES = 300
NOT_IMPORTED = frozenset({"tests", "bench", "tools"})


def top_level_packages(root: Path) -> set[str]:
    return {path.parent.name for path in root.glob("*/__init__.py")}


def flow_names(root: Path) -> set[str]:
    """What Prefect puts within reach of a bare import: it sets flows/ first on the path."""
    found = {path.stem for path in (root / "flows").iterdir() if not path.name.startswith("_")}
    assert "hourly" in found
    return found


def test_no_flow_file_hides_a_module_that_can_be_imported(root: Path) -> None:
    program = "import sys, importlib.util as u; print([n for n in sys.argv[1:] if u.find_spec(n)])"
    done = subprocess.run(
        [sys.executable, "-c", program, *sorted(flow_names(root))],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_no_flow_file_is_called_like_a_package_of_ours(root: Path) -> None:
    packages = top_level_packages(root)
    assert {"core", "flows", "nlp"} <= packages
    assert not flow_names(root) & packages


def test_no_file_has_a_name_that_says_nothing(python_files: list[Path]) -> None:
    parts = {path: set(path.stem.split("_")) | {path.parent.name} for path in python_files}
    assert [str(path) for path, words in parts.items() if words & EMPTY_WORDS] == []


def test_no_file_is_too_long_to_be_read_at_once(python_files: list[Path], root: Path) -> None:
    lengths = {
        str(path.relative_to(root)): len(path.read_text("utf-8").splitlines()) for path in python_files
    }
    assert {name: lines for name, lines in lengths.items() if lines > LINES} == {}


def test_every_package_says_what_it_is_for(root: Path) -> None:
    silent = [
        name
        for name in top_level_packages(root) - NOT_IMPORTED
        if not ast.get_docstring(ast.parse((root / name / "__init__.py").read_text("utf-8")))
    ]
    assert silent == []
