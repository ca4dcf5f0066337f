"""X (formerly Twitter) through tweepy: own mentions and recent search, paid per post.

options.py  what a target can ask for, prices and limits with the addresses of the rules
client.py   tweepy, and what its trouble means
read.py     JSON to mentions
poll.py     the walk: checkpoints, budget, holes
"""

from __future__ import annotations

from core.target import Listener
from listeners.base import Borrowed, Rate, Source, usable_secret
from listeners.x.options import TERMS, XOptions


def _build(options: XOptions, borrowed: Borrowed) -> Listener:
    from listeners.x.client import Api
    from listeners.x.poll import X

    token = usable_secret(options.bearer_token_env, borrowed.secret(options.bearer_token_env))
    return X(options, Api(options, token, borrowed), borrowed.clock, borrowed.spent_usd)


SOURCE = Source(
    name="x",
    options=XOptions,
    build=_build,
    terms=TERMS,
    secrets=lambda options: (options.bearer_token_env,),
    rate=Rate(requests=450, seconds=15 * 60),
)
