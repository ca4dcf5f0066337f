"""Known posts as they are now. A server answers for those that are there; the others are gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from core.clock import Clock
from core.mention import Page, Visibility
from core.target import Known
from listeners.gone import gone
from listeners.mastodon.client import Api
from listeners.mastodon.options import STATUSES_AT_ONCE, TERMS, MastodonOptions
from listeners.mastodon.poll import list_of
from listeners.mastodon.read import id_of, read_statuses


class MastodonReviewer:
    """Looks at known posts again.

    Args:
        options: say which server is asked; posts of another one are left alone.
        api: Mastodon.py, wrapped; closed at the end.
        clock: gives the time.
    """

    def __init__(self, options: MastodonOptions, api: Api, clock: Clock) -> None:
        self._server = options.server
        self._api = api
        self._clock = clock

    def look_again(self, known: Sequence[Known]) -> Iterator[Page]:
        """Yield known posts as they are now.

        One that does not come was deleted, or is no longer for us to see, or this server, which keeps what
        others wrote for a while only, has forgotten it: in each case it goes.
        """
        begin = f"{self._server}/"
        ours = {i.external_id.removeprefix(begin): i for i in known if i.external_id.startswith(begin)}
        with closing(self._api):
            for start in range(0, len(ours), STATUSES_AT_ONCE):
                yield self._page(dict(list(ours.items())[start : start + STATUSES_AT_ONCE]))

    def _page(self, known: dict[str, Known]) -> Page:
        statuses = list_of(self._api.statuses(list(known)), "the posts")
        now = self._clock()
        mentions, unread = read_statuses(statuses, self._server, now, f"{self._server} statuses")
        came = {id_of(status) for status in statuses}
        # One without an id might be any of them: then nobody is taken for deleted.
        absent = [] if None in came else [item for own_id, item in known.items() if own_id not in came]
        lost = (gone(item, "mastodon", TERMS, now, Visibility.DELETED) for item in absent)
        return Page(mentions=(*mentions, *lost), rejected=unread)
