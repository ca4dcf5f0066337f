"""Any Discourse forum through its JSON interface: all new posts, or those that a search finds.

options.py  what a target can ask for, how a brand's query is written, limits and terms
client.py   the interface, and what its errors mean
read.py     JSON to mentions
poll.py     the walk through new posts and through a search
revisit.py  known posts as they are now
"""

from __future__ import annotations

from datetime import timedelta

from core.target import Listener, Reviewer
from listeners.base import Borrowed, Rate, Revisit, Source
from listeners.discourse.options import REVISIT_BATCH, TERMS, DiscourseOptions, asked, compile_query


def _build(options: DiscourseOptions, borrowed: Borrowed) -> Listener:
    from listeners.discourse.poll import Discourse

    return Discourse(options, borrowed)


def _review(options: DiscourseOptions, borrowed: Borrowed) -> Reviewer:
    from listeners.discourse.revisit import DiscourseReviewer

    return DiscourseReviewer(options, borrowed)


SOURCE = Source(
    name="discourse",
    options=DiscourseOptions,
    build=_build,
    terms=TERMS,
    secrets=lambda options: (options.api_key_env,) if options.api_key_env else (),
    rate=Rate(requests=200, seconds=60),  # a visitor's; with a key it may be less, and the forum says so
    at_once=2,
    compile=compile_query,
    asked=asked,
    revisit=Revisit(build=_review, every=timedelta(days=1), until=timedelta(days=30), batch=REVISIT_BATCH),
)
