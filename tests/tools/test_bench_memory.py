"""The process whose memory `make bench` measures holds what reading needs, and nothing else of the bench."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.earful import environment

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import runpy, sys
script, *sys.argv[1:] = sys.argv[1:]
sys.path.insert(0, "bench")
runpy.run_path(script, run_name="__main__")
print(sorted({"torch", "transformers", "sklearn"} & set(sys.modules)))
"""


def test_it_reads_without_torch(tmp_path) -> None:
    command = [sys.executable, "-c", PROGRAM, "bench/memory.py", "3", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    first, peak, loaded = done.stdout.splitlines()
    assert first == "read"
    assert 50 < float(peak) < 2_000, "megabytes"
    assert loaded == "[]"
