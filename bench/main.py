"""`make bench`: what Earful costs, as figures of one run on one machine.

Figures of a noisy machine are worth little by themselves: the table gives ratios between things that were
measured in turn, in the same process, on the same texts. Writes bench/results.json.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import listening
import publishing
import reading
import storing
from core.clock import utc_now
from machine import machine
from nlp.model import Model

RESULTS = Path(__file__).parent / "results.json"


def memory(texts: int) -> dict[str, float]:
    """Peak memory of processes that only read, and their time from nothing to the first reading."""
    with tempfile.TemporaryDirectory() as cache:
        peak_of_first, start_of_first = reading_process(1, cache)
        peak, start = reading_process(texts, cache)
    return {
        f"peak memory while reading {texts:,} texts, MB": peak,
        "seconds to the first reading": start,
        "peak memory of the very first use, MB": peak_of_first,
        "seconds to the first reading, very first use": start_of_first,
    }


def reading_process(texts: int, cache: str) -> tuple[float, float]:
    """Peak memory in MB, and seconds from the start of the process, imports and all, to the first reading."""
    command = [sys.executable, str(Path(__file__).parent / "memory.py"), str(texts), cache]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout  # noqa: S101
        process.stdout.readline()
        start = time.perf_counter() - began
        peak = process.stdout.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return float(peak), start


def main() -> None:
    """Measure everything and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=20_000, help="how many the memory is measured over")
    args = parser.parse_args()
    # Memory comes first: Linux counts what a process holds when it starts another one as the other's, too.
    figures = {
        **memory(args.texts),
        **reading.measure(),
        **storing.measure(),
        **listening.measure(),
        **publishing.measure(),
    }
    for name, figure in figures.items():
        print(f"{name:<60} {figure:>12,.3f}")
    report = {
        "at": utc_now().isoformat(),
        "machine": machine(),
        "model": Model().revision,
        "figures": {name: round(figure, 4) for name, figure in figures.items()},
    }
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
