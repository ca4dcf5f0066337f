"""Reads many texts in a process of its own, and does nothing else: `memory.py TEXTS CACHE`.

Prints a line once the first text is read, for whoever started the process and the clock; at the end its peak
memory in MB.
"""

from __future__ import annotations

import itertools
import re
import sys
from pathlib import Path

from nlp.model import Model
from posts import texts

CHUNK = 512
"""As many as `earful read` holds at once."""


def main() -> None:
    """Start, read, and say what it took."""
    count = int(sys.argv[1])
    model = Model(cache=Path(sys.argv[2]))
    model.read(["my parcel is late and nobody answers"])
    print("read", flush=True)
    some, _ = texts()
    endless = itertools.cycle(some)
    for done in range(0, count, CHUNK):
        model.read([f"{text} {done}" for text in itertools.islice(endless, min(CHUNK, count - done))])
    print(f"{peak():.1f}")


def peak() -> float:
    """MB that this program held at most; getrusage would count what its parent held when it forked, too."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]


if __name__ == "__main__":
    main()
