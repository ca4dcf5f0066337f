"""A file, page by page, from where the last poll stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from core.clock import Clock
from core.errors import SchemaChanged
from core.mention import Page
from listeners.archive.options import ArchiveOptions
from listeners.files.growing import GrowingFile, Place, place_of
from listeners.files.record import Columns, Rated


class Archive:
    """Listens to one file, which may grow.

    Args:
        options: the file and how to read it.
        clock: gives the time.
    """

    def __init__(self, options: ArchiveOptions, clock: Clock) -> None:
        columns = Columns(
            source="archive",
            dataset=options.dataset,
            names=options.columns,
            where=options.where,
            date_format=options.date_format,
            terms=options.terms,
        )
        self._file = GrowingFile(
            source="archive",
            path=options.path,
            reader=Rated(columns=columns, scale=options.rating_scale),
            read_as=options.read_as,
            needed=[columns.name("id"), columns.name("text"), *options.columns.values(), *options.where],
            page_size=options.page_size,
            clock=clock,
        )

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what was appended since the checkpoint, in the order of the file.

        So every page carries a checkpoint. A file that was replaced or cut, or is to be read otherwise than
        before, is read from its beginning.
        """
        for batch in self._file.batches(_load(since)):
            yield Page(
                mentions=tuple(batch.mentions),
                rejected=tuple(batch.rejected),
                checkpoint=_dump(batch.place),
            )


def _dump(place: Place) -> str | None:
    if not place.offset and not place.unfinished:
        return None
    return json.dumps(asdict(place), separators=(",", ":"))


def _load(text: str | None) -> Place:
    if text is None:
        return Place()
    try:
        return place_of(json.loads(text))
    except (ValueError, TypeError, KeyError) as error:
        raise SchemaChanged(
            "archive: the stored checkpoint of this target cannot be read; rename the target to start anew"
        ) from error
