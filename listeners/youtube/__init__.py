"""YouTube through its Data API: the comments under videos, with their replies.

options.py  what a target can ask for, how a brand's query is written, limits and terms
client.py   the API, and what its errors mean
read.py     JSON to mentions
poll.py     finding videos, and the walk through each one's comments
closed.py   those that cannot be asked
replies.py  the replies to them
revisit.py  known comments as they are now
"""

from __future__ import annotations

from datetime import timedelta

from core.target import Listener, Reviewer
from listeners.base import Borrowed, Rate, Revisit, Source
from listeners.youtube.options import REVISIT_BATCH, TERMS, YouTubeOptions, asked, compile_query


def _build(options: YouTubeOptions, borrowed: Borrowed) -> Listener:
    from listeners.youtube.poll import YouTube

    return YouTube(options, borrowed)


def _review(options: YouTubeOptions, borrowed: Borrowed) -> Reviewer:
    from listeners.youtube.revisit import YouTubeReviewer

    return YouTubeReviewer(options, borrowed)


SOURCE = Source(
    name="youtube",
    options=YouTubeOptions,
    build=_build,
    terms=TERMS,
    secrets=lambda options: (options.api_key_env,),
    rate=Rate(requests=10_000, seconds=86_400),
    compile=compile_query,
    by_words=lambda _options: False,  # words find videos; a comment under one need not repeat them
    asked=asked,
    revisit=Revisit(
        build=_review, every=timedelta(days=7), until=timedelta(days=90), batch=REVISIT_BATCH, anywhere=True
    ),
)
