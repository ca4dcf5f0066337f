"""One target, several listings: where the walk of each stands is one checkpoint.

The listing that was walked last goes to the end of the line, so that a quota that ends halfway does not
always end before the same ones.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from core.errors import SchemaChanged
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

    def watch(self, names: tuple[str, ...]) -> None:
        """These listings and no others, those waiting longest first."""
        new: dict[str, str | None] = {name: None for name in names if name not in self.places}
        self.places = new | {name: place for name, place in self.places.items() if name in names}

    def walk(self, name: str, pages: Iterator[Page]) -> Iterator[Page]:
        """One listing's pages, each with the checkpoint of all."""
        for page in pages:
            if page.checkpoint is not None:
                self.places[name] = page.checkpoint
            yield replace(page, checkpoint=self.text())
        self.places[name] = self.places.pop(name)


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
            f"{source}: the stored checkpoint of this target cannot be read; remove it to start from the "
            "beginning"
        ) from error
