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


def test_what_earful_is_compared_with_runs(tmp_path: Path) -> None:
    pipeline = "[len(each.reference_pipeline()(['It is late again.', 'Thank you!'])) for each in [r]][0]"
    rounding = "sorted(r.rounding([[101, 2009, 2003, 2397, 102]], [0]))"
    found = bench(tmp_path, f"[[{pipeline}, {rounding}] for r in [__import__('reading')]][0]")
    assert found == [
        2,
        ["points of macro-recall that rounding costs", "sentiments that rounding leaves as they are"],
    ]
