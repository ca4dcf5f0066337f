"""Who wrote a page of posts: each author is charged for once, not on every page and every poll."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from core.errors import SchemaChanged, SourceError
from core.mention import Author, Rejected
from listeners.values import mapping, rejected
from listeners.x.client import Api, Refused
from listeners.x.options import USER_USD
from listeners.x.read import author_ids, read_authors

_AT_ONCE = 100


class Authors:
    """Knows authors, or looks them up.

    Args:
        api: asks X.
        stored: numbers -> those whom nobody has to ask X for.
        lookup: whether those that nobody knows are looked up.
    """

    def __init__(
        self, api: Api, stored: Callable[[Collection[str]], Mapping[str, Author]], *, lookup: bool
    ) -> None:
        self._api = api
        self._stored = stored
        self._lookup = lookup
        self._known: dict[str, Author] = {}
        self._asked: set[str] = set()

    def of(self, body: Mapping[str, Any]) -> tuple[Mapping[str, Author], float, SourceError | None]:
        """Those of an answer's posts, what finding them cost in US dollars, and why some are missing.

        Trouble is handed back, not raised: the posts are paid for. After it, nobody is looked up any more.
        """
        self._known |= read_authors(mapping(body.get("includes")).get("users"))
        self._known |= self._stored(self._unknown(body))
        spend = 0.0
        while self._lookup and (ids := [i for i in self._unknown(body) if i not in self._asked][:_AT_ONCE]):
            try:
                users = self._api.users(ids).get("data", [])
            except SourceError as error:
                self._lookup = False
                # What is refused here are not the page's parameters, which the walk could change.
                trouble = SchemaChanged(str(error)) if isinstance(error, Refused) else error
                return self._known, spend, trouble
            self._asked.update(ids)
            self._known |= read_authors(users)
            spend += len(users) * USER_USD
        return self._known, spend, None

    def _unknown(self, body: Mapping[str, Any]) -> list[str]:
        return [i for i in author_ids(body) if i not in self._known]


def without_authors(trouble: SourceError | None) -> tuple[Rejected, ...]:
    """Says that authors are missing, and why: their posts are there."""
    if trouble is None:
        return ()
    return (rejected("x", f"authors could not be looked up: {trouble}", {}, place="GET users"),)
