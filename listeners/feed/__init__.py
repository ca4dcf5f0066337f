"""Feeds: RSS, Atom and JSON Feed, of news sites, blogs, forums and Google Alerts.

options.py   what a target can ask for, and what may be done with what it brings
fetch.py     one address to one document: conditional requests, redirects, what statuses mean
document.py  bytes to entries: encodings, feedparser, JSON Feed, what is no feed at all
read.py      entries to mentions
poll.py      what is new in a document that has no pages and no "since"
"""

from __future__ import annotations

from core.target import Listener
from listeners.base import Asked, Borrowed, Source
from listeners.feed.options import TERMS, FeedOptions


def _build(options: FeedOptions, borrowed: Borrowed) -> Listener:
    from listeners.feed.poll import Feed

    return Feed(options, borrowed)


def _asked(options: FeedOptions) -> Asked:
    return Asked(
        request=f"GET {options.url}",
        cannot=(
            "it cannot see what the feed no longer shows: feeds hold their newest entries only",
            "it cannot search: everything in the feed comes and counts as about the brand, or, with "
            "'relevance: words', what lacks the brand's words is sorted out",
            "it cannot tell that an article was deleted",
        ),
    )


SOURCE = Source(name="feed", options=FeedOptions, build=_build, terms=TERMS, asked=_asked, at_once=16)
"""Feeds are of many hosts: none is asked more often because others are asked at the same time."""
