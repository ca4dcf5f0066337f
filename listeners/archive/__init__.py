"""Files with texts that were captured elsewhere: JSONL or CSV, as they are or compressed with gzip.

options.py  what a target can ask for
poll.py     pages and checkpoints; how files are read is in listeners/files/
"""

from __future__ import annotations

from core.target import Listener
from listeners.archive.options import ArchiveOptions
from listeners.base import Borrowed, Source
from listeners.files.owned import TERMS


def _build(options: ArchiveOptions, borrowed: Borrowed) -> Listener:
    from listeners.archive.poll import Archive

    return Archive(options, borrowed.clock)


# One file after the other: a disk gains nothing by more, and numbers follow the order of the files that way.
SOURCE = Source(
    name="archive",
    options=ArchiveOptions,
    build=_build,
    terms=TERMS,
    reads=lambda options: options.path,
    at_once=1,
)
