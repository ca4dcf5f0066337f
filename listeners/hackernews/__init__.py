"""Hacker News through its public search, which Algolia runs: stories and comments that hold some words.

options.py  what a target can ask for, how a brand's query is written, limits and terms
read.py     JSON to mentions
poll.py     the walk from the newest to what is known, and through a past span
revisit.py  known items as they are now
"""

from __future__ import annotations

from datetime import timedelta

from core.target import Listener, Reviewer
from listeners.base import Borrowed, Rate, Revisit, Source
from listeners.hackernews.options import REVISIT_BATCH, TERMS, HackerNewsOptions, asked, compile_query


def _build(options: HackerNewsOptions, borrowed: Borrowed) -> Listener:
    from listeners.hackernews.poll import HackerNews

    return HackerNews(options, borrowed)


def _review(options: HackerNewsOptions, borrowed: Borrowed) -> Reviewer:
    from listeners.hackernews.revisit import HackerNewsReviewer

    return HackerNewsReviewer(options, borrowed)


SOURCE = Source(
    name="hackernews",
    options=HackerNewsOptions,
    build=_build,
    terms=TERMS,
    rate=Rate(requests=10_000, seconds=3600),
    at_once=16,
    compile=compile_query,
    asked=asked,
    revisit=Revisit(
        build=_review, every=timedelta(days=1), until=timedelta(days=30), batch=REVISIT_BATCH, anywhere=True
    ),
)
