"""X (formerly Twitter) through tweepy: own mentions and recent search, paid per post.

options.py     what a target can ask for, prices and limits with the addresses of the rules
query.py       a brand's query in X's syntax
client.py      tweepy, and what its trouble means
read.py        JSON to mentions
authors.py     who wrote them, each paid for once
checkpoint.py  what a target remembers
answers.py     what one answer says about the walk
budget.py      what a target may cost, and what answers do
poll.py        the walk: holes, past spans
gone.py        what X no longer shows
review.py      known posts looked at again
compliance.py  the same in bulk
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from core.target import Listener, Reviewer
from listeners.base import Borrowed, Rate, Revisit, Source, usable_secret
from listeners.x.options import TERMS, XOptions
from listeners.x.query import asked, compile_query

if TYPE_CHECKING:
    from listeners.x.client import Api


def _api(options: XOptions, borrowed: Borrowed) -> Api:
    from listeners.x.client import Api

    token = usable_secret(options.bearer_token_env, borrowed.secret(options.bearer_token_env))
    return Api(options, token, borrowed)


def _build(options: XOptions, borrowed: Borrowed) -> Listener:
    from listeners.x.poll import X

    return X(options, _api(options, borrowed), borrowed)


def _reviewer(options: XOptions, borrowed: Borrowed) -> Reviewer:
    from listeners.x.review import XReviewer

    return XReviewer(options, _api(options, borrowed), borrowed)


SOURCE = Source(
    name="x",
    options=XOptions,
    build=_build,
    terms=TERMS,
    secrets=lambda options: (options.bearer_token_env,),
    rate=Rate(requests=450, seconds=15 * 60),
    compile=compile_query,
    asked=asked,
    # A lookup asks for a hundred; a compliance job takes as many as it is given.
    revisit=Revisit(
        build=_reviewer, every=timedelta(hours=24), until=timedelta(days=7), batch=1000, anywhere=True
    ),
    # Own mentions reach back 800 posts, however old.
    forgets_after=lambda options: timedelta(days=7) if options.query is not None else None,
    essential=lambda options: options.user is not None,
)
