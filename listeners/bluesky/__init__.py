"""Bluesky through atproto: a search, and what is said to our own account.

options.py  what a target can ask for, how a brand's query is written, limits and terms
client.py   atproto, its session, and what its trouble means
read.py     JSON to mentions
poll.py     the walk from the newest to what is known, and through a past span
revisit.py  known posts as they are now
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from core.target import Listener, Reviewer
from listeners.base import Borrowed, Rate, Revisit, Source, usable_secret
from listeners.bluesky.options import POSTS_AT_ONCE, TERMS, BlueskyOptions, asked, compile_query

if TYPE_CHECKING:
    from listeners.bluesky.client import Api


def _api(options: BlueskyOptions, borrowed: Borrowed) -> Api:
    from listeners.bluesky.client import Api

    *named, password = (usable_secret(name, borrowed.secret(name)) for name in options.secrets)
    account = options.handle or named[0].removeprefix("@")
    return Api(options, account, password, borrowed)


def _build(options: BlueskyOptions, borrowed: Borrowed) -> Listener:
    from listeners.bluesky.poll import Bluesky

    return Bluesky(options, _api(options, borrowed), borrowed.clock)


def _review(options: BlueskyOptions, borrowed: Borrowed) -> Reviewer:
    from listeners.bluesky.revisit import BlueskyReviewer

    return BlueskyReviewer(_api(options, borrowed), borrowed.clock)


SOURCE = Source(
    name="bluesky",
    options=BlueskyOptions,
    build=_build,
    terms=TERMS,
    secrets=lambda options: options.secrets,
    rate=Rate(requests=3000, seconds=5 * 60),
    compile=compile_query,
    asked=asked,
    revisit=Revisit(
        build=_review, every=timedelta(days=1), until=timedelta(days=30), batch=POSTS_AT_ONCE, anywhere=True
    ),
    essential=lambda options: options.handle is not None,
)
