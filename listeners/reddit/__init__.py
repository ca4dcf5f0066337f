"""Reddit through praw: new posts, comments and search of a community.

options.py  what a target can ask for, limits and terms with the addresses of the rules
client.py   praw, and what its trouble means
read.py     JSON to mentions
poll.py     the walk from the newest to what is known
"""

from __future__ import annotations

from core.target import Listener
from listeners.base import Borrowed, Rate, Source, usable_secret
from listeners.reddit.options import TERMS, RedditOptions


def _build(options: RedditOptions, borrowed: Borrowed) -> Listener:
    from listeners.reddit.client import Api
    from listeners.reddit.poll import Reddit

    names = (options.client_id_env, options.client_secret_env)
    client_id, client_secret = (usable_secret(name, borrowed.secret(name)) for name in names)
    return Reddit(options, Api(options, client_id, client_secret, borrowed), borrowed.clock)


SOURCE = Source(
    name="reddit",
    options=RedditOptions,
    build=_build,
    terms=TERMS,
    secrets=lambda options: (options.client_id_env, options.client_secret_env),
    rate=Rate(requests=100, seconds=60),
)
