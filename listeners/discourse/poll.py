"""The walks through a forum: all new posts by their numbers, a search by pages and days.

Forums differ in what `before` means: today's Discourse shows the fifty posts below a number, older ones
what is left of the fifty numbers up to and with it, which may be few or none. Which one it is shows when the
number itself comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core.errors import SchemaChanged, SourceGone
from core.mention import Mention, Page, Rejected
from listeners import newest_first
from listeners.base import Borrowed
from listeners.discourse.client import Hidden, found_of, latest_of, open_api
from listeners.discourse.options import DiscourseOptions
from listeners.discourse.read import identity, number_of, read_posts
from listeners.discourse.topics import posts_of, topic_of
from listeners.newest_first import Listing
from listeners.patience import LASTS, PASSING, Patience, given_up
from listeners.several import Places, load
from listeners.times import from_iso
from listeners.values import mapping

_OVERLAP = timedelta(minutes=15)
"""Posts that wait for approval appear late; those that waited longer are not found."""
_WINDOW = 50
_LAST_PAGE = 10
"""A search has no further pages, of 50 results each."""

_Step = Callable[[Listing, str | None], Iterator[Page]]


class Discourse:
    """Listens to one Discourse target.

    Args:
        options: what to listen to.
        borrowed: client, clock, permit, and key if one is named.
    """

    def __init__(self, options: DiscourseOptions, borrowed: Borrowed) -> None:
        self._options = options
        self._api = open_api(options, borrowed)
        self._clock = borrowed.clock
        self._patience = Patience()
        self._late: dict[str, list[str]] = {}
        self._failing: dict[str, float] = {}
        self._given_up: dict[str, float] = {}
        """Post -> when the search showed it last, in Unix seconds."""

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what came since the checkpoint, newest first."""
        yield from self._each(since, newest_first.poll)

    def past(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        """Yield what was posted in a span; all newer posts are walked through on the way there."""
        day = (end.astimezone(UTC) + timedelta(days=1)).date()
        token = f"{day.isoformat()}:1" if self._options.listing == "search" else None

        def step(listing: Listing, at: str | None) -> Iterator[Page]:
            for page in newest_first.between(listing, start, token, at):
                yield replace(page, mentions=tuple(m for m in page.mentions if m.posted_at < end))

        yield from self._each(since, step)

    def _each(self, since: str | None, step: _Step) -> Iterator[Page]:
        search = self._options.listing == "search"
        names = self._options.queries if search else ("latest",)
        places = load(since, "Discourse", f"{self._options.site} {names} {self._options.category}")

        def walk(name: str, at: str | None) -> Iterator[Page]:
            return self._search(name, at, step) if search else self._latest(at, step)

        late = self._remembered(places)
        yield from places.each(names, walk)
        if self._forgot():
            yield Page(checkpoint=places.text())
        for topic in late:
            if not self._patience.over:
                page = self._come_late(topic, self._late[topic])
                yield replace(page, checkpoint=places.text())
        self._patience.tell()

    def _remembered(self, places: Places) -> list[str]:
        """The topics that failed; their posts still to be had are from here on part of the checkpoint."""
        kept = mapping(places.more.get("late")).items()
        self._late = {str(topic): [str(own_id) for own_id in ids] for topic, ids in kept}
        since = mapping(places.more.get("failing")).items()
        self._failing = {str(topic): float(began) for topic, began in since if topic in self._late}
        given_up = mapping(places.more.get("given_up")).items()
        self._given_up = {str(own_id): float(shown) for own_id, shown in given_up}
        places.more |= {"late": self._late, "failing": self._failing, "given_up": self._given_up}
        return list(self._late)

    def _forgot(self) -> bool:
        """Forget given-up posts that the search has not shown for days; True: there were some.

        Not after the first poll without them: its walk may have been broken off above them.
        """
        edge = (self._clock() - LASTS).timestamp()
        old = [own_id for own_id, shown in self._given_up.items() if shown < edge]
        for own_id in old:
            del self._given_up[own_id]
        return bool(old)

    def _latest(self, at: str | None, step: _Step) -> Iterator[Page]:
        elsewhere: set[str | None] = set()

        def fetch(token: str | None) -> tuple[list[Any], str | None]:
            posts, following = self._below(token)
            elsewhere.update(identity(post, self._options) for post in posts if self._outside(post))
            return posts, following

        listing = self._listing("latest", fetch, "GET posts.json")
        for page in step(listing, at):
            yield replace(
                page,
                mentions=tuple(m for m in page.mentions if m.external_id not in elsewhere),
                rejected=tuple(r for r in page.rejected if r.external_id not in (elsewhere - {None})),
            )

    def _outside(self, post: object) -> bool:
        category = mapping(post).get("category_id")
        wanted = self._options.category
        return bool(wanted) and isinstance(category, int) and category not in wanted

    def _below(self, token: str | None) -> tuple[list[Any], str | None]:
        """Posts, newest first, and the next token: a number, with "w" where windows of numbers come."""
        before, window = _number(token), bool(token and token.endswith("w"))
        posts = latest_of(self._api.get("/posts.json", before=before))
        numbers = [number for post in posts if (number := number_of(post)) is not None]
        if before is None:
            return posts, _below_all(numbers)
        if numbers and max(numbers) > before:
            raise SchemaChanged(
                "Discourse: answered with a page that was already read instead of an older one; stopped. "
                "If it happens again, please report it as a bug"
            )
        if not window and before not in numbers:
            return posts, _below_all(numbers)
        lower = min(numbers) - 1 if numbers else before - _WINDOW
        if not window:  # the number itself is known already
            posts = [post for post in posts if number_of(post) != before]
        return posts, f"{lower}w" if lower > 0 else None

    def _search(self, query: str, at: str | None, step: _Step) -> Iterator[Page]:
        titles: dict[int, Any] = {}
        full: list[str] = []

        def fetch(token: str | None) -> tuple[list[Any], str | None]:
            day, number = _day_and_page(token)
            asked = f"{query} before:{day.isoformat()}" if day else query
            posts, more = found_of(self._api.get("/search.json", q=asked, page=number))
            for post in posts:
                if isinstance(topic := mapping(post).get("topic_id"), int):
                    titles[topic] = mapping(post).get("topic_title")
            if not more:
                return posts, None
            if number < _LAST_PAGE:
                return posts, f"{day or ''}:{number + 1}"
            below = _day_after_oldest(posts)
            if below is None or (day is not None and below >= day):
                full.append("its search shows 500 results at most, and one day has more; some are missing")
                return posts, None
            return posts, f"{below.isoformat()}:1"

        listing = self._listing(query, fetch, "GET search.json")
        listing = replace(listing, wall=lambda _seen: full[0] if full else "", wall_in_sight=True)
        for page in step(listing, at):
            yield self._complete(page, titles)

    def _listing(self, question: str, fetch: newest_first.Fetch, place: str) -> Listing:
        return Listing(
            source="Discourse",
            question=question,
            fetch=fetch,
            read=lambda posts: read_posts(posts, self._options, self._clock(), place),
            clock=self._clock,
            overlap=_OVERLAP,
            max_pages=self._options.max_pages,
        )

    def _complete(self, page: Page, titles: dict[int, Any]) -> Page:
        """A search shows the beginning of a text; the rest is asked for topic by topic."""
        topics: dict[int, list[Mention]] = {}
        for mention in page.mentions:
            if mention.external_id in self._given_up:
                self._given_up[mention.external_id] = self._clock().timestamp()
            else:
                topics.setdefault(int((mention.thread_id or "/0").rpartition("/")[2]), []).append(mention)
        mentions: list[Mention] = []
        unread: list[Rejected] = []
        for topic, cut in topics.items():
            read, bad = self._had(topic, cut, titles.get(topic)) if topic else (cut, ())
            mentions.extend(read)
            unread.extend(bad)
        mentions.sort(key=lambda mention: mention.posted_at, reverse=True)
        return replace(page, mentions=tuple(mentions), rejected=(*page.rejected, *unread))

    def _had(
        self, topic: int, cut: list[Mention], title: object
    ) -> tuple[list[Mention], tuple[Rejected, ...]]:
        """Posts in full. What fails is left to the next polls: a beginning may replace a stored text."""
        if not self._patience.over and str(topic) not in self._late:
            with self._patience.one(f"the topic {topic}"):
                return self._full(topic, cut, title)
        known = self._late.pop(str(topic), [])
        self._late[str(topic)] = list(dict.fromkeys([*known, *(one.external_id for one in cut)]))
        return [], ()

    def _come_late(self, topic: str, ids: list[str]) -> Page:
        """Posts of a topic that failed in an earlier poll."""
        title, posts, why, lost = None, list[Any](), "", None
        try:
            title, posts = topic_of(self._api.get, int(topic), ids, self._options)
        except (SourceGone, Hidden):
            pass  # deleted meanwhile
        except PASSING as error:
            if (lost := given_up(self._failing, topic, self._clock())) is None:
                self._late[topic] = self._late.pop(topic)
                self._patience.failed(f"the topic {topic}", error)
                return Page()
            self._given_up |= dict.fromkeys(ids, self._clock().timestamp())
            why = f"posts of the topic {topic} could not be had for {LASTS.days} days: {error}"
        self._patience.answered()
        self._late.pop(topic)
        self._failing.pop(topic, None)
        titled = [{"topic_title": title, **post} for post in posts]
        mentions, unread = read_posts(titled, self._options, self._clock(), f"topic {topic}")
        return Page(mentions=mentions, rejected=unread, truncated=why, lost=lost)

    def _full(
        self, topic: int, cut: list[Mention], title: object
    ) -> tuple[list[Mention], tuple[Rejected, ...]]:
        try:
            posts = posts_of(self._api.get, topic, [mention.external_id for mention in cut])
        except (SourceGone, Hidden):  # deleted since the search knew it
            return [], ()
        titled = [{"topic_title": title, **post} if isinstance(post, dict) else post for post in posts]
        read, bad = read_posts(titled, self._options, self._clock(), f"topic {topic}")
        whole = {mention.external_id: mention for mention in read}
        failed = {record.external_id for record in bad}
        kept = [whole.get(one.external_id, one) for one in cut if one.external_id not in failed]
        return kept, tuple(record for record in bad if record.external_id in {m.external_id for m in cut})


def _below_all(numbers: list[int]) -> str | None:
    return str(min(numbers)) if numbers and min(numbers) > 1 else None


def _number(token: str | None) -> int | None:
    if token is None:
        return None
    try:
        return int(token.removesuffix("w"))
    except ValueError:
        raise _unreadable() from None


def _day_and_page(token: str | None) -> tuple[date | None, int]:
    if token is None:
        return None, 1
    day, _, number = token.partition(":")
    try:
        return (date.fromisoformat(day) if day else None), int(number)
    except ValueError:
        raise _unreadable() from None


def _unreadable() -> SchemaChanged:
    return SchemaChanged(
        "Discourse: the stored checkpoint of this target cannot be read; rename the target to start anew"
    )


def _day_after_oldest(posts: list[Any]) -> date | None:
    """`before:` takes days: the one after the oldest post's, so that none of that day is passed over."""
    times = [time for post in posts if (time := from_iso(mapping(post).get("created_at"))) is not None]
    return min(times).date() + timedelta(days=1) if times else None
