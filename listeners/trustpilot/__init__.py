"""Trustpilot: the reviews of one business unit, through its public API.

options.py  what a target can ask for, limits and terms with the addresses of the rules
client.py   the questions that are asked, and what the answers mean
read.py     JSON to mentions
poll.py     what is new, what was in a past span, and known reviews as they are now
"""

from __future__ import annotations

from datetime import timedelta

from core.target import Listener, Reviewer
from listeners.base import Asked, Borrowed, Rate, Revisit, Source
from listeners.trustpilot.options import TERMS, TrustpilotOptions


def _build(options: TrustpilotOptions, borrowed: Borrowed) -> Listener:
    from listeners.trustpilot.poll import Trustpilot

    return Trustpilot(options, borrowed)


def _reviewer(options: TrustpilotOptions, borrowed: Borrowed) -> Reviewer:
    from listeners.trustpilot.poll import Trustpilot

    return Trustpilot(options, borrowed)


def _asked(options: TrustpilotOptions) -> Asked:
    only = f", language={options.language}" if options.language else ""
    return Asked(
        request=f"reviews of {options.business_unit}, newest first{only}",
        cost="no charge per call; the API module of a paid plan has 200,000 calls a year or more, of which "
        "a poll of a quiet business unit takes one",
        cannot=(
            "it cannot search reviews for words",
            "it cannot see what Trustpilot hides while a report is looked into",
            "it cannot tell in a reading whether a review is verified",
        ),
    )


SOURCE = Source(
    name="trustpilot",
    options=TrustpilotOptions,
    build=_build,
    terms=TERMS,
    secrets=lambda options: (options.api_key_env,),
    rate=Rate(requests=833, seconds=300),
    asked=_asked,
    revisit=Revisit(build=_reviewer, every=timedelta(days=7), until=timedelta(days=365), batch=500),
    essential=lambda _options: True,
)
