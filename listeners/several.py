"""One target, several listings: where the walk of each stands is one checkpoint.

A listing goes to the end of the line when its walk begins, so that a quota that ends halfway does not always
end before the same ones. One that fails does not keep the others from being read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from core.errors import SchemaChanged, SourceError, SourceGone, SourceUnavailable
from core.mention import Page


@dataclass(slots=True, kw_only=True)
class Places:
    """The state of a target's walks.

    Args:
        source: for messages.
        question: what is asked, in words of our own: another question starts from the beginning.
        places: a listing's name -> the checkpoint of its walk.
        more: what else a listener has to remember; JSON.
    """

    source: str
    question: str
    places: dict[str, str | None] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """As the checkpoint of a page."""
        stored = {"asked": self._fingerprint(), "places": self.places, "more": self.more}
        return json.dumps(stored, separators=(",", ":"))

    def _fingerprint(self) -> str:
        return hashlib.sha256(self.question.encode()).hexdigest()[:16]

    def each(
        self, names: tuple[str, ...], walk: Callable[[str, str | None], Iterator[Page]]
    ) -> Iterator[Page]:
        """Walk through these listings and no others, those waiting longest first.

        Args:
            names: of the listings.
            walk: (name, checkpoint of its last walk) -> its pages.

        Returns:
            Their pages, each with the checkpoint of all.

        Raises:
            SourceError: the first that a listing met. One that concerns them all (RateLimited, AuthFailed,
                QuotaExhausted) ends the poll at once, another only after every listing had its turn.
        """
        self._watch(names)
        trouble: SourceError | None = None
        for name in list(self.places):
            place = self.places[name] = self.places.pop(name)
            try:
                for page in walk(name, place):
                    self.places[name] = page.checkpoint or self.places[name]
                    yield replace(page, checkpoint=self.text())
            except (SourceUnavailable, SchemaChanged, SourceGone) as error:
                trouble = trouble or error
        if trouble is not None:
            raise trouble

    def _watch(self, names: tuple[str, ...]) -> None:
        new: dict[str, str | None] = {name: None for name in names if name not in self.places}
        self.places = new | {name: place for name, place in self.places.items() if name in names}


def load(text: str | None, source: str, question: str) -> Places:
    """What was stored; nothing where the target now asks something else.

    Raises:
        SchemaChanged: the checkpoint cannot be read.
    """
    places = Places(source=source, question=question)
    if text is None:
        return places
    try:
        stored = json.loads(text)
        if stored["asked"] != places._fingerprint():
            return places
        kept = {str(name): None if at is None else str(at) for name, at in stored["places"].items()}
        return replace(places, places=kept, more=dict(stored["more"]))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SchemaChanged(
            f"{source}: the stored checkpoint of this target cannot be read; rename the target to start anew"
        ) from error
