"""What `make bench` says of its machine, and where it finds its texts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def bench(folder: Path, expression: str) -> Any:
    """The value of an expression over the bench's modules, in a process that was started in a folder."""
    program = (
        f"import json, sys; sys.path.insert(0, {str(ROOT / 'bench')!r}); print(json.dumps({expression}))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("said", "model"),
    [("processor: 0\nmodel name\t: Acme 9000 @ 2GHz\nprocessor: 1\n", "Acme 9000 @ 2GHz, "), ("", "")],
)
def test_the_machine_is_told_by_cpu_and_cores(tmp_path: Path, said: str, model: str) -> None:
    (tmp_path / "cpuinfo").write_text(said)
    found = bench(tmp_path, "__import__('machine').machine(__import__('pathlib').Path('cpuinfo'))")
    assert found.startswith(model)
    assert " cores, " in found


def test_the_same_texts_are_read_from_any_folder(tmp_path: Path) -> None:
    first = "[texts[0] for texts, _ in [__import__('posts').texts()]]"
    assert bench(tmp_path, first) == bench(ROOT, first)
