"""Known items as they are now.

The search has no filter for ids, but one for times, and hardly two items share a second: so known items are
asked for in bulk by the seconds in which they were posted. What does not come is asked for by its id, as the
search leaves out what was deleted, killed, or not understood yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from core.errors import SourceGone
from core.mention import Page, Visibility
from core.target import Known
from listeners.base import Borrowed
from listeners.gone import gone
from listeners.hackernews.options import REVISIT_BATCH, TERMS, HackerNewsOptions
from listeners.hackernews.poll import open_api
from listeners.hackernews.read import hits_of, identity, read_hits
from listeners.patience import Patience


class HackerNewsReviewer:
    """Looks at known items again.

    Args:
        options: any target's; where to ask.
        borrowed: client, clock and permit.
    """

    def __init__(self, options: HackerNewsOptions, borrowed: Borrowed) -> None:
        self._api = open_api(options, borrowed)
        self._clock = borrowed.clock

    def look_again(self, known: Sequence[Known]) -> Iterator[Page]:
        """Yield known items as they are now; one that is gone comes as deleted.

        Raises:
            SourceError: SourceUnavailable and SchemaChanged of single items after the others have come.
        """
        patience = Patience()
        for start in range(0, len(known), REVISIT_BATCH):
            yield self._page(known[start : start + REVISIT_BATCH], patience)
            if patience.over:
                break
        patience.tell()

    def _page(self, known: Sequence[Known], patience: Patience) -> Page:
        seconds = sorted({int(item.posted_at.timestamp()) for item in known})
        body = self._api.get(
            "/search_by_date",
            tags="(story,comment,poll,job)",
            numericFilters=json.dumps([[f"created_at_i={second}" for second in seconds]]),
            hitsPerPage=1000,
            attributesToHighlight="[]",
            analytics="false",
        )
        wanted = {item.external_id for item in known}
        found = {own_id: hit for hit in hits_of(body) if (own_id := identity(hit)) in wanted}
        absent: list[Known] = []
        missing = [item for item in known if item.external_id not in found and item.external_id.isdecimal()]
        for item in patience.until_over(missing):
            with patience.one(f"the item {item.external_id}"):
                one = self._item(item.external_id)
                if one is None:
                    absent.append(item)
                else:
                    found[item.external_id] = one
        now = self._clock()
        mentions, unread = read_hits(found.values(), now, "look again")
        lost = (gone(item, "hackernews", TERMS, now, Visibility.DELETED) for item in absent)
        return Page(mentions=(*mentions, *lost), rejected=unread)

    def _item(self, own_id: str) -> Any:
        try:
            return self._api.get(f"/items/{own_id}")
        except SourceGone:
            return None
