"""What is new at Trustpilot, what was there in a past span, and known reviews as they are now.

Reviews come by page number, newest first. New ones push the others on, so that some come twice; a deletion
pulls them up, so that a walk that goes on later begins one page earlier than where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.errors import SchemaChanged
from core.mention import Mention, Page, Visibility
from core.target import Known
from listeners import newest_first
from listeners.base import Borrowed
from listeners.gone import gone
from listeners.newest_first import Listing
from listeners.patience import Patience
from listeners.trustpilot.client import Api
from listeners.trustpilot.options import TERMS, TrustpilotOptions
from listeners.trustpilot.read import read_review, read_reviews
from listeners.values import Unreadable, mapping, rejected

WALL = 100_000
"""Reviews that can be asked for by page number (business-units-api)."""
_PLACE = "GET reviews"


class Trustpilot:
    """Listens to the reviews of one business unit, and looks at known ones again.

    Args:
        options: which one.
        borrowed: client, clock, permit, secrets.
    """

    def __init__(self, options: TrustpilotOptions, borrowed: Borrowed) -> None:
        self._options, self._clock = options, borrowed.clock
        self._api = Api(options, borrowed)

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what came since the checkpoint, newest first."""
        yield from newest_first.poll(self._listing(), since)

    def past(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        """Yield what was posted in a span, newest first; the page where it begins is found in leaps."""
        token = str(self._page_of(end)) if since is None else None
        for page in newest_first.between(self._listing(), start, token, since):
            yield replace(page, mentions=tuple(m for m in page.mentions if m.posted_at < end))

    def look_again(self, known: Sequence[Known]) -> Iterator[Page]:
        """Yield known reviews as they are now: from the pages that hold them, the missing ones one by one.

        A page shows a hundred reviews for the price of one. What is on none is asked for by its id, and only
        what is not there either is gone.

        Raises:
            SourceError: SourceUnavailable and SchemaChanged of single ones after the others have come.
        """
        left = {review.external_id: review for review in known}
        if not left:
            return
        times = [review.posted_at for review in known]
        number, alive = self._page_of(max(times)), ""
        for _ in range(len(known)):  # by then it would have been cheaper to ask for each by itself
            reviews, more = self._api.page(number)
            mentions, _unread = read_reviews(reviews, self._clock(), _PLACE)
            alive = alive or next((m.external_id for m in mentions), "")
            found = tuple(m for m in mentions if left.pop(m.external_id, None) is not None)
            if found:
                yield Page(mentions=found)
            number += 1
            if not left or not more or (mentions and mentions[-1].posted_at < min(times)):
                break
        patience = Patience()
        for review in patience.until_over(list(left.values())):
            with patience.one(f"the review {review.external_id}"):
                yield self._single(review, alive)
        patience.tell()

    def _single(self, review: Known, alive: str) -> Page:
        answer = self._api.review(review.external_id)
        if answer is None:
            if not alive:
                return Page()  # with nothing to compare, silence proves nothing
            if self._api.review(alive) is None:
                raise SchemaChanged(
                    "Trustpilot: knows no single review any more, not even one that it lists; what is gone "
                    "cannot be told"
                )
            return Page(mentions=(gone(review, "trustpilot", TERMS, self._clock(), Visibility.DELETED),))
        try:
            return Page(mentions=(self._same(answer, review),))
        except Unreadable as error:
            place = "GET review"
            return Page(
                rejected=(rejected("trustpilot", error, answer, place=place, external_id=review.external_id),)
            )

    def _same(self, answer: object, review: Known) -> Mention:
        mention = read_review(answer, self._clock())
        if mention.external_id != review.external_id:
            raise Unreadable(f"expected the review {review.external_id}, found {mention.external_id}")
        return mention

    def _listing(self) -> Listing:
        return Listing(
            source="Trustpilot",
            question=f"{self._options.business_unit} {self._options.language}",
            fetch=_Pages(self._api).fetch,
            read=lambda reviews: read_reviews(reviews, self._clock(), _PLACE),
            clock=self._clock,
            overlap=timedelta(hours=self._options.overlap_hours),
            max_pages=self._options.max_pages,
            wall=_wall,
        )

    def _page_of(self, time: datetime) -> int:
        """The first page that is not wholly newer than a time."""
        low, high = 1, 1
        while high * self._options.page_size < WALL and self._newer(high, time):
            low, high = high + 1, high * 2
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self._newer(middle, time) else (low, middle)
        return low

    def _newer(self, number: int, time: datetime) -> bool:
        reviews, _ = self._api.page(number)
        mentions, _unread = read_reviews(reviews, self._clock(), _PLACE)
        return bool(mentions) and mentions[-1].posted_at > time


class _Pages:
    """Pages by number, as tokens. Notices a platform that gives the same page for every number."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._began = False
        self._last: list[Any] = []

    def fetch(self, token: str | None) -> tuple[Sequence[Any], str | None]:
        number = _number(token)
        before: list[Any] = []
        if number > 1 and not self._began:  # taken up again: deletions may have pulled reviews up a page
            before, _ = self._api.page(number - 1)
        self._began = True
        reviews, more = self._api.page(number)
        ids = [mapping(review).get("id") for review in reviews]
        if ids and ids == self._last:
            raise SchemaChanged(
                "Trustpilot: the next page is the one that was already read; stopped instead of asking on"
            )
        self._last = ids
        return [*before, *reviews], str(number + 1) if more else None


def _number(token: str | None) -> int:
    if token is None:
        return 1
    if not (token.isascii() and token.isdigit() and len(token) < 10):
        raise SchemaChanged("Trustpilot: the stored checkpoint of this target names no page")
    return int(token)


def _wall(seen: int) -> str:
    if seen < WALL:
        return ""
    return f"Trustpilot lists only the newest {WALL:,} reviews by page; older ones cannot be had this way"
