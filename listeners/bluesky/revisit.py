"""Known posts as they are now. Bluesky answers for those that are there; the others are gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.clock import Clock
from core.mention import Page, Visibility
from core.target import Known
from listeners.bluesky.client import Api
from listeners.bluesky.options import POSTS_AT_ONCE, TERMS
from listeners.bluesky.poll import list_of
from listeners.bluesky.read import read_posts, uri_of
from listeners.gone import gone


class BlueskyReviewer:
    """Looks at known posts again.

    Args:
        api: atproto, wrapped.
        clock: gives the time.
    """

    def __init__(self, api: Api, clock: Clock) -> None:
        self._api = api
        self._clock = clock

    def look_again(self, known: Sequence[Known]) -> Iterator[Page]:
        """Yield known posts as they are now.

        One that does not come was deleted, or its author has left, was suspended or has blocked us: what we
        may not see any more, we may not keep.
        """
        ours = [item for item in known if uri_of({"uri": item.external_id}) is not None]
        for start in range(0, len(ours), POSTS_AT_ONCE):
            yield self._page(ours[start : start + POSTS_AT_ONCE])

    def _page(self, known: Sequence[Known]) -> Page:
        posts = list_of(self._api.posts([item.external_id for item in known]), "posts")
        now = self._clock()
        mentions, unread = read_posts(posts, now, "GET getPosts")
        came = {uri_of(post) for post in posts}
        # One without an address might be any of them: then nobody is taken for deleted.
        absent = () if None in came else [item for item in known if item.external_id not in came]
        lost = (gone(item, "bluesky", TERMS, now, Visibility.DELETED) for item in absent)
        return Page(mentions=(*mentions, *lost), rejected=unread)
