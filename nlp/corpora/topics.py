"""What the sets call the subject of a complaint, in Earful's topics."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nlp.corpora.example import topics

# Airline tweets: one reason was chosen by several people, so the other topics count as absent.
AIRLINE: Mapping[str, tuple[int, ...]] = {
    "Late Flight": topics("delay", unknown=()),
    "longlines": topics("delay", unknown=()),
    "Cancelled Flight": topics("cancellation", unknown=("delay",)),
    "Lost Luggage": topics("lost_or_damaged", unknown=()),
    "Damaged Luggage": topics("lost_or_damaged", unknown=()),
    "Bad Flight": topics("quality", unknown=()),
    "Flight Booking Problems": topics("booking", unknown=("app", "outage")),
    "Flight Attendant Complaints": topics("staff", unknown=()),
    "Customer Service Issue": topics(perhaps=("staff", "unreachable"), unknown=()),
}
AIRLINE_ALLOWED: Mapping[str, tuple[str, ...]] = {
    "Late Flight": ("delay",),
    "longlines": ("delay",),
    "Cancelled Flight": ("cancellation",),
    "Customer Service Issue": ("staff", "unreachable"),
    "Lost Luggage": ("lost_or_damaged",),
    "Damaged Luggage": ("lost_or_damaged",),
    "Flight Attendant Complaints": ("staff",),
    "Bad Flight": ("quality",),
    "Flight Booking Problems": ("booking",),
}
"""What counts as right when the likeliest topic is measured; "Can't Tell" is not measured."""

_UNREACHABLE = re.compile(
    r"\b(on hold|hold (?:for|time)|hung up|hang(?:s|ing)? up|no (?:answer|response|reply)|not answering|"
    r"answer (?:the|your|my) (?:phone|call)|(?:can'?t|cannot) get (?:through|a hold)|phone|"
    r"call(?:ed|ing)? back|disconnect\w*|respond|reply|replied|speak to|hours? on|"
    r"waiting for (?:a|your) (?:call|response|reply))\b",
    re.IGNORECASE,
)


def airline(reason: str, text: str) -> tuple[int, ...] | None:
    """The topics of a negative airline tweet; None where the annotators could not tell.

    "Customer Service Issue" is two of ours: who speaks of holding or answering could reach nobody.
    """
    if reason == "Customer Service Issue" and _UNREACHABLE.search(text):
        return topics("unreachable", unknown=("staff",))
    return AIRLINE.get(reason)


CESAMARD = {
    "quality": "quality",
    "fabric": "quality",
    "hardware": "quality",
    "taste": "quality",
    "texture": "quality",
    "battery": "quality",
    "price": "price",
    "packaging": "lost_or_damaged",
    "software": "app",
}
"""Aspect of a product review -> topic; its other aspects are none of ours."""

APP_REVIEW = {
    "Bug": "app",
    "bug report": "app",
    "Feature": "feature_request",
    "feature request": "feature_request",
}

RESTAURANT = {"service": "staff", "price": "price", "food": "quality", "ambience": "quality"}

_BANKING = (
    ("lost_or_stolen|compromised|not_recognised", "safety"),
    ("fee|charge$|charged$|exchange_rate", "price"),
    ("refund|charged_twice|extra_charge|wrong_amount|reverted|balance_not|direct_debit", "billing"),
    ("arrival|delivery|pending|not_received|timing", "delay"),
    ("declined|failed|not_working|swallowed", "outage"),
    ("verify|passcode|pin|terminate_account|edit_personal|activate|card_linking", "account"),
    ("age_limit|country_support|limits|supported|fiat|visa_or|beneficiary_not", "policy"),
    ("exchange_via_app|apple_pay", "app"),
    ("get_|getting|order_", "booking"),
)


def banking(intent: str) -> tuple[int, ...] | None:
    """The topics of a question to a bank, from its intent; None where it is none of ours."""
    for pattern, key in _BANKING:
        if re.search(pattern, intent):
            near = {"price": ("billing",), "billing": ("price", "delay"), "safety": ("account", "billing")}
            return topics(key, unknown=near.get(key, ("app", "outage")))
    return None
