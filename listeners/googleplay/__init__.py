"""Google Play: reviews of one's own app through Google's API, or what its pages show of any app.

options.py          what a target can ask for, limits and terms
publisher.py        the API: service account, answers, known reviews again
public.py           the pages' own call, unofficial
read_publisher.py   the API's JSON to mentions; read_public.py the pages'; fields.py what both share
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from core.mention import Page
from core.target import Known, Listener, Reviewer
from listeners.base import Asked, Borrowed, Rate, Revisit, Source
from listeners.googleplay.options import TERMS, WEEK, GooglePlayOptions

if TYPE_CHECKING:
    from listeners.googleplay.publisher import Publisher


def _build(options: GooglePlayOptions, borrowed: Borrowed) -> Listener:
    if options.public:
        from listeners.googleplay.public import Public

        return Public(options, borrowed)
    return _publisher(options, borrowed)


def _publisher(options: GooglePlayOptions, borrowed: Borrowed) -> Publisher:
    from listeners.googleplay.publisher import Account, Publisher

    variable = options.service_account_env
    return Publisher(options, Account(variable, borrowed.secret(variable)), borrowed)


class _Nobody:
    """The pages have no way to ask for known reviews."""

    def look_again(self, _known: Sequence[Known]) -> Iterator[Page]:
        return iter(())


def _reviewer(options: GooglePlayOptions, borrowed: Borrowed) -> Reviewer:
    return _Nobody() if options.public else _publisher(options, borrowed)


def _asked(options: GooglePlayOptions) -> Asked:
    if options.public:
        languages = ", ".join(options.languages)
        return Asked(
            request=f"unofficial: what Google Play shows of {options.app} in {languages} ({options.country})",
            cannot=(
                "it cannot promise to go on working",
                "it cannot tell deleted reviews",
                "it cannot tell when a review was first written",
            ),
        )
    return Asked(
        request=f"Android Publisher API, reviews of {options.app}, all languages, newest first",
        cannot=(
            "it cannot list what was written or edited more than seven days ago",
            "it cannot show ratings without a text",
            "it cannot tell when a review was first written",
        ),
    )


SOURCE = Source(
    name="googleplay",
    options=GooglePlayOptions,
    build=_build,
    terms=TERMS,
    secrets=lambda options: () if options.public else (options.service_account_env,),
    rate=Rate(requests=200, seconds=60 * 60),
    at_once=2,
    asked=_asked,
    # Three looks at each review: the quota is for listening first.
    revisit=Revisit(build=_reviewer, every=timedelta(days=2), until=timedelta(days=6), batch=20),
    forgets_after=lambda options: None if options.public else WEEK,
)
