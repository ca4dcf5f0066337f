"""Labelled sets played as if they were a team's own topics: a sentence of ours, examples from the set itself.

The sentences are written for this file; the texts stay in the data folder. What is left out: the airline
reason "Can't Tell", which is no topic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

AIRLINE = {
    "Late Flight": "My flight was late and I had to wait for hours.",
    "Cancelled Flight": "My flight was cancelled.",
    "Customer Service Issue": "Customer service is bad: nobody answers, helps or calls back.",
    "Lost Luggage": "My bag did not arrive and nobody knows where it is.",
    "Damaged Luggage": "My suitcase came back broken or damaged.",
    "Bad Flight": "The flight itself was bad: seat, food, wifi, entertainment, cold cabin.",
    "Flight Booking Problems": "I cannot book, change or check in to my flight on the website.",
    "Flight Attendant Complaints": "The crew, a gate agent or a flight attendant was rude or unhelpful.",
    "longlines": "The queue at the counter or at the gate is far too long.",
}

BANKING = {
    "Refund_not_showing_up": "My refund has not arrived on my statement.",
    "activate_my_card": "How do I activate my card?",
    "age_limit": "How old must one be to open an account?",
    "apple_pay_or_google_pay": "I want to use Apple Pay or Google Pay.",
    "atm_support": "At which cash machines can I use the card?",
    "automatic_top_up": "I want my account to top up automatically.",
    "balance_not_updated_after_bank_transfer": "I made a bank transfer and my balance did not change.",
    "balance_not_updated_after_cheque_or_cash_deposit": "I paid in cash and my balance is the same.",
    "beneficiary_not_allowed": "I am not allowed to send money to this beneficiary.",
    "cancel_transfer": "I want to cancel a transfer that I made.",
    "card_about_to_expire": "My card expires soon, how do I get the next one?",
    "card_acceptance": "Where is my card accepted?",
    "card_arrival": "I ordered a card and it has not come yet.",
    "card_delivery_estimate": "How long does the delivery of a card take?",
    "card_linking": "How do I link my card to the app?",
    "card_not_working": "My card does not work.",
    "card_payment_fee_charged": "I was charged a fee for paying by card.",
    "card_payment_not_recognised": "There is a card payment that I did not make.",
    "card_payment_wrong_exchange_rate": "The exchange rate of my card payment is wrong.",
    "card_swallowed": "The cash machine kept my card.",
    "cash_withdrawal_charge": "I was charged a fee for taking out cash.",
    "cash_withdrawal_not_recognised": "There is a cash withdrawal that I did not make.",
    "change_pin": "How do I change my PIN?",
    "compromised_card": "Somebody else may be using my card details.",
    "contactless_not_working": "Contactless payment does not work.",
    "country_support": "In which countries is the service available?",
    "declined_card_payment": "My card payment was declined.",
    "declined_cash_withdrawal": "The cash machine declined my withdrawal.",
    "declined_transfer": "My transfer was declined.",
    "direct_debit_payment_not_recognised": "There is a direct debit that I did not set up.",
    "disposable_card_limits": "How many disposable cards can I make?",
    "edit_personal_details": "I want to change my name, address or other details.",
    "exchange_charge": "What does it cost to exchange currencies?",
    "exchange_rate": "What exchange rate do you use?",
    "exchange_via_app": "Can I exchange currencies in the app?",
    "extra_charge_on_statement": "There is a small extra charge on my statement.",
    "failed_transfer": "My transfer failed.",
    "fiat_currency_support": "Which currencies can I hold?",
    "get_disposable_virtual_card": "How do I get a disposable virtual card?",
    "get_physical_card": "Where do I find the PIN of my physical card?",
    "getting_spare_card": "I would like a second card for my account.",
    "getting_virtual_card": "How do I get a virtual card?",
    "lost_or_stolen_card": "My card is lost or stolen.",
    "lost_or_stolen_phone": "My phone is lost or stolen.",
    "order_physical_card": "I want to order a real card.",
    "passcode_forgotten": "I forgot my passcode and cannot log in.",
    "pending_card_payment": "My card payment is still pending.",
    "pending_cash_withdrawal": "My cash withdrawal is still pending.",
    "pending_top_up": "My top-up is still pending.",
    "pending_transfer": "My transfer is still pending.",
    "pin_blocked": "My PIN is blocked.",
    "receiving_money": "How do I receive money or my salary?",
    "request_refund": "I want my money back for something I bought.",
    "reverted_card_payment?": "A card payment was returned to my account.",
    "supported_cards_and_currencies": "Which cards and currencies can I top up with?",
    "terminate_account": "I want to close my account.",
    "top_up_by_bank_transfer_charge": "Is there a fee for topping up by bank transfer?",
    "top_up_by_card_charge": "Is there a fee for topping up by card?",
    "top_up_by_cash_or_cheque": "Can I top up with cash or a cheque?",
    "top_up_failed": "My top-up failed.",
    "top_up_limits": "How much can I top up at most?",
    "top_up_reverted": "My top-up was taken back.",
    "topping_up_by_card": "How do I top up with my card?",
    "transaction_charged_twice": "I was charged twice for one payment.",
    "transfer_fee_charged": "I was charged a fee for a transfer.",
    "transfer_into_account": "How do I transfer money into my account?",
    "transfer_not_received_by_recipient": "The person I sent money to did not receive it.",
    "transfer_timing": "How long does a transfer take?",
    "unable_to_verify_identity": "The app cannot verify my identity.",
    "verify_my_identity": "What do I need to verify my identity?",
    "verify_source_of_funds": "How do I prove where my money comes from?",
    "verify_top_up": "How do I verify my top-up?",
    "virtual_card_not_working": "My virtual card does not work.",
    "visa_or_mastercard": "Can I choose between Visa and Mastercard?",
    "why_verify_identity": "Why do you need to verify my identity?",
    "wrong_amount_of_cash_received": "The cash machine gave me the wrong amount.",
    "wrong_exchange_rate_for_cash_withdrawal": "The exchange rate of my cash withdrawal is wrong.",
}

RESTAURANT = {
    "food": "What the food tasted like.",
    "service": "How attentive, slow or rude the service was.",
    "price": "What the meal cost and whether it was worth it.",
    "ambience": "The mood of the room: music, light, noise, decoration.",
}

MEAL = {
    "food": "What the food tasted like.",
    "service": "How attentive or slow the service was.",
    "staff": "The waiter, the host, the manager or the owner as a person.",
    "price": "What the meal cost and whether it was worth it.",
    "ambience": "The mood of the room: music, light, noise, decoration.",
    "menu": "What is on the menu and how much choice there is.",
    "place": "The place itself: where it is, how big, which tables.",
}

APP = {
    "bug report": "The app crashes, freezes or does something wrong since the update.",
    "feature request": "Please add this feature, I wish the app could do it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One labelled set as own topics; everything that is not of a topic is its `other`."""

    name: str
    split: str
    topics: Mapping[str, str]
    """The set's label -> a team's sentence."""
    labels: Callable[[Mapping[str, Any]], frozenset[str]]


def _categories(row: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(part["category"] for part in row["aspect_categories"])


TRIALS = (
    Trial(
        name="us_airline_sentiment",
        split="all",
        topics=AIRLINE,
        labels=lambda row: frozenset({row["negativereason"] or ""}),
    ),
    Trial(
        name="banking77_glean_split",
        split="train",
        topics=BANKING,
        labels=lambda row: frozenset({row["intent"]}),
    ),
    Trial(name="semeval2014_absa_restaurants", split="train", topics=RESTAURANT, labels=_categories),
    Trial(name="mams_acsa", split="train", topics=MEAL, labels=_categories),
    Trial(
        name="app_reviews_google_play_4class",
        split="all",
        topics=APP,
        labels=lambda row: frozenset({row["label_name"]}),
    ),
)
