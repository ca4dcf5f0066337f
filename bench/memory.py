"""Reads many texts in a process of its own; prints its peak memory in MB: `memory.py TEXTS CACHE`."""

from __future__ import annotations

import itertools
import resource
import sys
import time
from pathlib import Path

from nlp.model import Model
from reading import texts

CHUNK = 512
"""As many as `earful read` holds at once."""


def main() -> None:
    """Start, read, and say what it took."""
    count = int(sys.argv[1])
    some, _ = texts()
    began = time.perf_counter()
    model = Model(cache=Path(sys.argv[2]))
    model.read(some[:1])
    start = time.perf_counter() - began
    endless = itertools.cycle(some)
    for done in range(0, count, CHUNK):
        model.read([f"{text} {done}" for text in itertools.islice(endless, min(CHUNK, count - done))])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{peak:.1f} {start:.2f}")


if __name__ == "__main__":
    main()
