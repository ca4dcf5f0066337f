"""Reddit through praw: new posts, comments, search of a community, and whole threads.

options.py  what a target can ask for, limits and terms with the addresses of the rules
query.py    a brand's query in Reddit's syntax
client.py   praw, and what its trouble means
read.py     JSON to mentions
tree.py     comment trees, and what they fold away
poll.py     the walk from the newest to what is known, and known items seen again
threads.py  the comments below what a search finds
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from core.target import Listener, Reviewer
from listeners.base import Borrowed, Rate, Revisit, Source, usable_secret
from listeners.reddit.options import TERMS, RedditOptions
from listeners.reddit.query import asked, compile_query

if TYPE_CHECKING:
    from listeners.reddit.client import Api


def _api(options: RedditOptions, borrowed: Borrowed) -> Api:
    from listeners.reddit.client import Api

    names = (options.client_id_env, options.client_secret_env)
    client_id, client_secret = (usable_secret(name, borrowed.secret(name)) for name in names)
    return Api(options, client_id, client_secret, borrowed)


def _build(options: RedditOptions, borrowed: Borrowed) -> Listener:
    from listeners.reddit.poll import Reddit
    from listeners.reddit.threads import Threads

    kind = Threads if options.listing == "threads" else Reddit
    return kind(options, _api(options, borrowed), borrowed.clock)


def _reviewer(options: RedditOptions, borrowed: Borrowed) -> Reviewer:
    from listeners.reddit.poll import Reviewer

    return Reviewer(_api(options, borrowed), borrowed.clock)


SOURCE = Source(
    name="reddit",
    options=RedditOptions,
    build=_build,
    terms=TERMS,
    secrets=lambda options: (options.client_id_env, options.client_secret_env),
    rate=Rate(requests=100, seconds=60),
    compile=compile_query,
    asked=asked,
    # Every day, so that no text is older than the 48 hours of TERMS since it was last seen.
    revisit=Revisit(
        build=_reviewer, every=timedelta(hours=24), until=timedelta(days=365), batch=100, anywhere=True
    ),
)
