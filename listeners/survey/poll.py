"""The files of a survey, one after the other, each from where it was left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from core.clock import Clock
from core.errors import SchemaChanged, SourceError, SourceGone, SourceUnavailable
from core.mention import Page
from listeners.files.growing import Batch, GrowingFile, Place, place_of
from listeners.files.naming import ending
from listeners.survey.options import SurveyOptions
from listeners.survey.read import Answers, columns_of


class Survey:
    """Listens to a file or a folder of files, which may grow.

    Args:
        options: where they are and how to read them.
        clock: gives the time.
    """

    def __init__(self, options: SurveyOptions, clock: Clock) -> None:
        self._options, self._clock = options, clock
        self._reader = Answers(options=options, columns=columns_of(options))

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what was added since the checkpoint; every page carries one.

        A file that cannot be read does not keep the others from being read: its error comes last.
        """
        files = self._files()
        known = _load(since)
        places = {path.name: known[path.name] for path in files if path.name in known}
        trouble: SourceError | None = None
        told = False
        for path in files:
            try:
                for batch in self._file(path).batches(places.get(path.name, Place())):
                    if not _empty(batch, places.get(path.name)):
                        places[path.name] = batch.place
                        told = True
                        yield Page(
                            mentions=tuple(batch.mentions),
                            rejected=tuple(batch.rejected),
                            checkpoint=_dump(places),
                        )
            except SourceError as error:
                trouble = trouble or error
        if trouble is not None:
            raise trouble
        if not told:
            yield Page(checkpoint=_dump(places))

    def _files(self) -> list[Path]:
        """The file, or those of the folder; dot files and others' endings are none of ours.

        Raises:
            SourceGone: there is nothing of that name.
        """
        path = self._options.path
        try:
            if not path.is_dir():
                return [path]
            found = [each for each in path.iterdir() if _ours(each)]
        except OSError as error:
            raise SourceUnavailable(f"survey: {path} cannot be read ({error.strerror or error})") from error
        if ending(path) is not None:
            raise SourceGone(f"survey: {path} is a folder, though it is named like a file")
        return sorted(found)

    def _file(self, path: Path) -> GrowingFile:
        options, columns = self._options, self._reader.columns
        own = options.id_from or (columns.name("id"),)
        return GrowingFile(
            source="survey",
            path=path,
            reader=self._reader,
            read_as=options.read_as,
            needed=[*own, columns.name("score"), *options.columns.values(), *options.where],
            page_size=options.page_size,
            clock=self._clock,
        )


def _ours(path: Path) -> bool:
    return not path.name.startswith(".") and ending(path) is not None and path.is_file()


def _empty(batch: Batch, before: Place | None) -> bool:
    """Whether a batch says nothing, not even that more of the file was read."""
    begun = bool(batch.place.offset or batch.place.unfinished)
    return not batch.mentions and not batch.rejected and (batch.place == before or not begun)


def _dump(places: dict[str, Place]) -> str | None:
    if not places:
        return None
    return json.dumps({name: asdict(place) for name, place in places.items()}, separators=(",", ":"))


def _load(text: str | None) -> dict[str, Place]:
    if text is None:
        return {}
    try:
        return {str(name): place_of(place) for name, place in json.loads(text).items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SchemaChanged(
            "survey: the stored checkpoint of this target cannot be read; rename the target to start anew"
        ) from error
