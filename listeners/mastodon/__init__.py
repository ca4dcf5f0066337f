"""Mastodon, any server, through Mastodon.py: tags, what is said to our own account, and search.

options.py  what a target can ask for, how a brand's query is written, limits and terms
client.py   Mastodon.py, and what its trouble means
read.py     JSON to mentions; what is not public
poll.py     the walk from the newest to what is known, and through a past span
revisit.py  known posts as they are now
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from core.target import Listener, Reviewer
from listeners.base import Borrowed, Rate, Revisit, Source, usable_secret
from listeners.mastodon.options import STATUSES_AT_ONCE, TERMS, MastodonOptions, asked, compile_query

if TYPE_CHECKING:
    from listeners.mastodon.client import Api


def _api(options: MastodonOptions, borrowed: Borrowed) -> Api:
    from listeners.mastodon.client import Api

    name = options.access_token_env
    token = usable_secret(name, borrowed.secret(name)) if name is not None else None
    return Api(options, token, borrowed)


def _build(options: MastodonOptions, borrowed: Borrowed) -> Listener:
    from listeners.mastodon.poll import Mastodon

    return Mastodon(options, _api(options, borrowed), borrowed.clock)


def _review(options: MastodonOptions, borrowed: Borrowed) -> Reviewer:
    from listeners.mastodon.revisit import MastodonReviewer

    return MastodonReviewer(options, _api(options, borrowed), borrowed.clock)


SOURCE = Source(
    name="mastodon",
    options=MastodonOptions,
    build=_build,
    terms=TERMS,
    secrets=lambda options: options.secrets,
    rate=Rate(requests=300, seconds=5 * 60),
    compile=compile_query,
    by_words=lambda options: not options.mentions,
    asked=asked,
    revisit=Revisit(
        build=_review,
        every=timedelta(days=1),
        until=timedelta(days=30),
        batch=STATUSES_AT_ONCE,
        anywhere=True,
    ),
    essential=lambda options: options.mentions,
)
