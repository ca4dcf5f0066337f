"""The posts that a search finds, and all comments below them.

Reddit's search finds no comments, so they are read from the trees of the posts that it does find. A tree is
read when its number of comments has changed since it was read last; for that, each walk goes over the posts
of the last days once more. The trees that are still to be read are part of the checkpoint, so that a crash
loses none; so is what a tree still folds away once a poll has asked for as much of it as it may (`max_more`),
or could not have: a tree that fails is asked for again after everything else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from core.errors import SchemaChanged, SourceGone, SourceUnavailable
from core.mention import Page
from listeners import newest_first
from listeners.patience import LASTS, PASSING, Patience, given_up
from listeners.reddit.poll import Reddit
from listeners.reddit.read import read_items
from listeners.reddit.tree import Found, comments_of, things_of

_AT_ONCE = 100
"""Comments in one request for folded ones."""
_MARGIN = timedelta(days=1)

_Rest = tuple[tuple[str, ...], tuple[str, ...]]
"""What a tree still folds away, as in tree.Found: `folded` and `continued`."""
_ALL: _Rest = ((), ())
"""Of a tree that was not read yet."""


@dataclass(slots=True)
class _State:
    posts: str | None = None
    """The checkpoint of the walk through the posts."""
    read: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Post without `t3_` -> its comments when its tree was read, and when it was posted, in Unix seconds."""
    waiting: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The same of those whose trees are still to be read."""
    rests: dict[str, _Rest] = field(default_factory=dict)
    """Post -> what is left of its tree."""
    failing: dict[str, float] = field(default_factory=dict)
    """Post whose rest cannot be had -> since when, in Unix seconds."""

    def text(self) -> str:
        stored = {
            "posts": self.posts,
            "read": self.read,
            "waiting": self.waiting,
            "rests": self.rests,
            "failing": self.failing,
        }
        return json.dumps(stored, separators=(",", ":"))


class Threads(Reddit):
    """Listens to the threads of one search."""

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield the trees that were left, then posts, each page followed by the trees that changed.

        At the end comes more of the trees that earlier polls did not read to their ends.

        Raises:
            SourceError: SourceUnavailable and SchemaChanged of single trees after the others have come.
        """
        with closing(self._api):
            yield from self._followed(since, lambda posts: newest_first.poll(self._listing(), posts))

    def past(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        """Yield the posts of a past span that the search still shows, and their comments."""
        with closing(self._api):
            yield from self._followed(since, lambda posts: self._span(start, end, posts))

    def _overlap(self) -> timedelta:
        return timedelta(days=self._options.follow_days)

    def _first_reach(self) -> timedelta:
        return max(newest_first.FIRST_REACH, self._overlap())  # each post of it takes a request

    def _followed(self, since: str | None, walk: Callable[[str | None], Iterator[Page]]) -> Iterator[Page]:
        state, left = _load(since), self._options.max_threads
        before, patience = dict(state.rests), Patience()
        for page in self._trees(state, left, patience):
            left -= 1
            yield page
        for page in walk(state.posts):
            state.posts = page.checkpoint
            self._take(state, page)
            yield replace(page, checkpoint=state.text())
            for tree in self._trees(state, left, patience):
                left -= 1
                yield tree
        # A tree that was read anew meanwhile has another rest, if any.
        rests = [post for post, rest in before.items() if state.rests.get(post) is rest]
        for post in rests[: max(0, left)]:
            if not patience.over:
                yield self._branch(state, post, state.rests[post], patience)
        late = len(state.waiting) + sum(state.rests.get(post) is rest for post, rest in before.items())
        if late:
            truncated = f"comments of some posts ({late}) are read by the next poll"
            yield Page(checkpoint=state.text(), truncated=truncated)
        patience.tell()

    def _take(self, state: _State, page: Page) -> None:
        """Note whose tree has changed, and forget posts that no walk comes back to."""
        for post in page.mentions:
            name, comments = post.external_id.removeprefix("t3_"), post.engagement.replies or 0
            if comments and state.read.get(name, (0, 0))[0] != comments:
                state.waiting[name] = (comments, int(post.posted_at.timestamp()))
        now = self._clock().timestamp()
        newest = max((posted for _, posted in state.read.values() if posted <= now), default=0)
        edge = newest - (self._overlap() + _MARGIN).total_seconds()
        state.read = {name: seen for name, seen in state.read.items() if seen[1] >= edge}

    def _trees(self, state: _State, most: int, patience: Patience) -> Iterator[Page]:
        for post in list(state.waiting)[: max(0, most)]:
            if patience.over:
                return
            state.read[post] = state.waiting.pop(post)
            yield self._branch(state, post, _ALL, patience)

    def _branch(self, state: _State, post: str, rest: _Rest, patience: Patience) -> Page:
        """As many comments of a post as a poll may ask for, and can have.

        Args:
            state: keeps what is left of the tree.
            post: without `t3_`.
            rest: what an earlier poll left.
            patience: notes it where a request fails.
        """
        found = Found(folded=list(rest[0]), continued=list(rest[1]))
        trouble = self._fill(post, rest, found)
        left = tuple(found.folded), tuple(found.continued)
        state.rests.pop(post, None)
        truncated, lost = "", None
        if trouble is None:
            patience.answered()
            if left != _ALL and self._options.max_more > 0:  # who wants no folded comments misses none
                state.rests[post] = left
                truncated = f"more comments of the post t3_{post} are read by the next poll (max_more)"
        elif lost := given_up(state.failing, post, self._clock()):
            truncated = f"comments of the post t3_{post} could not be had for {LASTS.days} days: {trouble}"
        else:
            state.rests[post] = left
            patience.failed(f"the post t3_{post}", trouble)
        if trouble is None or lost:
            state.failing.pop(post, None)
        mentions, rejected = read_items(found.items, self._clock(), f"GET comments/{post}")
        return Page(
            mentions=mentions, rejected=rejected, checkpoint=state.text(), truncated=truncated, lost=lost
        )

    def _fill(self, post: str, rest: _Rest, found: Found) -> SourceUnavailable | SchemaChanged | None:
        """Fill `found`, and leave in it what is left; nothing where the post cannot be seen any more."""
        done = set[str]()
        trouble = None
        try:
            if rest == _ALL:
                found.add(comments_of(self._api.tree(post)))
            for _ in range(self._options.max_more):
                if not self._unfold(post, found, done):
                    break
        except SourceGone:
            found.folded, found.continued = [], []
        except PASSING as error:
            trouble = error
        found.folded, found.continued = _without(done, found.folded), _without(done, found.continued)
        return trouble

    def _unfold(self, post: str, found: Found, done: set[str]) -> bool:
        """One request for what is folded; False: there is nothing left. What fails is asked for last."""
        folded, continued = _without(done, found.folded), _without(done, found.continued)
        if folded:
            asked, found.folded = folded[:_AT_ONCE], folded[_AT_ONCE:] + folded[:_AT_ONCE]
            things = things_of(self._api.more(post, asked))
        elif continued:
            asked, found.continued = continued[:1], continued[1:] + continued[:1]
            things = comments_of(self._api.tree(post, asked[0]))
        else:
            return False
        done.update(asked)
        found.add(things)
        return True


def _without(done: Set[str], names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name not in done]


def _load(text: str | None) -> _State:
    if text is None:
        return _State()
    try:
        stored: dict[str, Any] = json.loads(text)
        read, waiting = (
            {str(name): (int(seen[0]), int(seen[1])) for name, seen in stored[part].items()}
            for part in ("read", "waiting")
        )
        rests = {
            str(name): (tuple(map(str, folded)), tuple(map(str, continued)))
            for name, (folded, continued) in stored.get("rests", {}).items()
        }
        failing = {str(name): float(began) for name, began in stored.get("failing", {}).items()}
        posts = None if stored["posts"] is None else str(stored["posts"])
        return _State(posts=posts, read=read, waiting=waiting, rests=rests, failing=failing)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError) as error:
        raise SchemaChanged(
            "Reddit: the stored checkpoint of this target cannot be read; rename the target to start anew"
        ) from error
