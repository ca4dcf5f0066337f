"""Files with texts that were captured elsewhere: JSONL or CSV, as they are or compressed with gzip.

options.py  what a target can ask for
lines.py    physical lines of a file, in constant memory
rows.py     lines to records, and where each one ends
read.py     a record to a mention
poll.py     pages and checkpoints
"""

from __future__ import annotations

from core.target import Listener
from listeners.archive.options import TERMS, ArchiveOptions
from listeners.base import Borrowed, Source


def _build(options: ArchiveOptions, borrowed: Borrowed) -> Listener:
    from listeners.archive.poll import Archive

    return Archive(options, borrowed.clock)


SOURCE = Source(name="archive", options=ArchiveOptions, build=_build, terms=TERMS)
