"""What a Reddit target asks, in Reddit's own words.

Syntax: Lucene's: quotes, AND, OR, NOT, parentheses, and, in a `query` of the target's own, `author:name`,
`title:word`, `subreddit:name` (support.reddithelp.com, "How to use Reddit search").
"""

from __future__ import annotations

import re

from core.query import Compiled, Query
from listeners.base import Asked
from listeners.reddit.options import LONGEST_QUERY, WALL, RedditOptions
from listeners.syntax import Syntax

_WORD = re.compile(r"\w+\Z")
_OPERATORS = frozenset({"AND", "OR", "NOT"})

_CANNOT_SEARCH = (
    "Reddit searches posts, not comments",
    "the search index is late, and lacks some posts",
)


def compile_query(query: Query) -> Compiled:
    """A brand's query in Reddit's search syntax."""
    return _SYNTAX.compile(query)


def asked(options: RedditOptions) -> Asked:
    """What a target really asks, for `earful check`."""
    wall = f"of more than about {WALL} new items between two polls, the oldest cannot be had"
    if options.query is None:
        return Asked(request=f"GET /r/{options.subreddit}/{options.listing}", cannot=(wall,))
    where = "all of Reddit" if options.everywhere else f"r/{options.subreddit}"
    cannot: tuple[str, ...] = (*_CANNOT_SEARCH, wall)
    if options.listing == "threads":
        days = f"{options.follow_days:g}"
        cannot = (
            "the comments of posts that the search does not find",
            f"comments on a post that is {days} days older than the newest one found",
            *(() if options.max_more else ("comments that Reddit folds away in long threads (max_more: 0)",)),
            *_CANNOT_SEARCH[1:],
            wall,
        )
    return Asked(request=f"{options.query} (in {where}, newest first)", cannot=cannot)


def _word(text: str) -> str | None:
    """Reddit looks at words: the sign before a handle or a tag says nothing to it."""
    text = text.lstrip("@#").replace('"', "").replace("\\", "").strip()
    if not text:
        return None
    return text if _WORD.match(text) and text not in _OPERATORS else f'"{text}"'


_SYNTAX = Syntax(platform="Reddit", word=_word, both=" AND ", minus="NOT ", longest=LONGEST_QUERY)
