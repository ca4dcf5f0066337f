"""The App Store: reviews of any app from the public feed, of one's own through App Store Connect.

options.py       what a target can ask for, limits and terms
feed.py          the public feed: country by country, ten pages each
connect.py       the API: signed requests, answers, known reviews again
read_feed.py     the feed's JSON to mentions; read_connect.py the API's; fields.py what both share
territories.py   Apple's storefronts
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from core.mention import Page
from core.target import Known, Listener, Reviewer
from listeners.appstore.options import TERMS, AppStoreOptions
from listeners.base import Asked, Borrowed, Rate, Revisit, Source

if TYPE_CHECKING:
    from listeners.appstore.connect import Connect


def _build(options: AppStoreOptions, borrowed: Borrowed) -> Listener:
    if options.key_id is None:
        from listeners.appstore.feed import Feed

        return Feed(options, borrowed)
    return _connect(options, borrowed)


def _connect(options: AppStoreOptions, borrowed: Borrowed) -> Connect:
    from listeners.appstore.connect import Connect
    from listeners.signing import Signer

    variable = options.private_key_env
    return Connect(options, Signer(variable, borrowed.secret(variable), "ES256"), borrowed)


class _Nobody:
    """The feed has no way to ask for known reviews."""

    def look_again(self, _known: Sequence[Known]) -> Iterator[Page]:
        return iter(())


def _reviewer(options: AppStoreOptions, borrowed: Borrowed) -> Reviewer:
    return _Nobody() if options.key_id is None else _connect(options, borrowed)


def _asked(options: AppStoreOptions) -> Asked:
    countries = ", ".join(options.countries) or "all countries"
    if options.key_id is not None:
        return Asked(
            request=f"App Store Connect, customerReviews of app {options.app}, {countries}, newest first",
            cannot=("it cannot tell when a review was edited", "it cannot show the app's version"),
        )
    return Asked(
        request=f"feed of the newest 500 reviews of app {options.app} in each of: {countries}",
        cannot=(
            "it cannot go back further than 500 reviews of a country",
            "it cannot tell deleted or edited reviews, or show the developer's answers",
        ),
    )


SOURCE = Source(
    name="appstore",
    options=AppStoreOptions,
    build=_build,
    terms=TERMS,
    secrets=lambda options: () if options.key_id is None else (options.private_key_env,),
    # Of App Store Connect; the feed's own is unknown.
    rate=Rate(requests=3500, seconds=60 * 60),
    at_once=2,
    asked=_asked,
    revisit=Revisit(build=_reviewer, every=timedelta(days=3), until=timedelta(days=60), batch=20),
)
