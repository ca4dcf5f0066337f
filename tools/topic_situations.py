"""Examples of our own for some topics of topic_trials.py, good ones and such as teams write by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a team might write under a topic's sentence."""

    clear: tuple[str, ...]
    """Short examples of the topic, as docs/topics.md advises."""
    rewordings: tuple[str, ...]
    """The sentence over again."""


FOREIGN = ("Mein Koffer ist nicht angekommen.", "Wo ist mein Gepäck?", "Das ist ein deutscher Satz.")
ODD = "brrrr"

WRITTEN: Mapping[str, Mapping[str, Written]] = {
    "us_airline_sentiment": {
        "Lost Luggage": Written(
            clear=(
                "Landed six hours ago, still no suitcase.",
                "You lost my luggage again and the desk cannot find it.",
                "Where is my bag? It never came off the plane.",
            ),
            rewordings=(
                "My bag has not arrived and nobody knows where it is.",
                "My bag didn't arrive and no one knows where it is.",
                "Our bags did not arrive and nobody knows where they are.",
            ),
        ),
        "Cancelled Flight": Written(
            clear=(
                "You cancelled my flight an hour before departure.",
                "Flight cancelled again and no rebooking.",
                "Our flight got cancelled because of snow.",
            ),
            rewordings=(
                "Our flight was cancelled.",
                "My flight has been cancelled.",
                "They cancelled my flight.",
            ),
        ),
        "Late Flight": Written(
            clear=(
                "Three hours late and still at the gate.",
                "We have been sitting on the runway for two hours.",
                "Delayed again, I missed my connection.",
            ),
            rewordings=(
                "My flight was delayed and I waited for hours.",
                "The flight was late, we had to wait for hours.",
                "I had to wait for hours because my flight was late.",
            ),
        ),
        "Flight Attendant Complaints": Written(
            clear=(
                "Your flight attendant shouted at my mother.",
                "The gate agent rolled her eyes at me.",
                "Rudest crew I ever flew with.",
            ),
            rewordings=(
                "The crew was rude and not helpful.",
                "Rude, unhelpful crew.",
                "The crew were unhelpful or rude.",
            ),
        ),
    },
    "banking77_glean_split": {
        "card_arrival": Written(
            clear=(
                "Still no card in the post.",
                "When will my new card get here?",
                "It's been two weeks and my card has not arrived.",
            ),
            rewordings=(
                "I ordered a card and it has not arrived yet.",
                "The card that I ordered has not come yet.",
                "I have ordered a card but it hasn't come.",
            ),
        ),
        "lost_or_stolen_card": Written(
            clear=(
                "I can't find my card anywhere.",
                "Somebody took my wallet with the card in it.",
                "I left my card in a taxi, please block it.",
            ),
            rewordings=(
                "My card was lost or stolen.",
                "My card has been stolen or lost.",
                "I lost my card or it was stolen.",
            ),
        ),
        "change_pin": Written(
            clear=(
                "I want a new PIN.",
                "Can I set another PIN at a cash machine?",
                "Where do I go to choose a different PIN?",
            ),
            rewordings=(
                "How can I change my PIN?",
                "How do I change the PIN?",
                "I'd like to change my PIN, how?",
            ),
        ),
        "exchange_rate": Written(
            clear=(
                "How good are your rates for dollars?",
                "Where does your exchange rate come from?",
                "Are the currency rates updated daily?",
            ),
            rewordings=(
                "Which exchange rate do you use?",
                "What is the exchange rate that you use?",
                "What exchange rates are used?",
            ),
        ),
    },
    "semeval2014_absa_restaurants": {
        "food": Written(
            clear=(
                "The pasta was delicious.",
                "Best sushi in town.",
                "My steak was dry and cold.",
            ),
            rewordings=(
                "How the food tasted.",
                "What the food was like.",
                "The taste of the food.",
            ),
        ),
        "service": Written(
            clear=(
                "Our waiter was rude.",
                "It took an hour until somebody took our order.",
                "Friendly and attentive staff.",
            ),
            rewordings=(
                "How slow, rude or attentive the service was.",
                "How rude or attentive or slow service was.",
                "Whether service was attentive, slow or rude.",
            ),
        ),
        "price": Written(
            clear=(
                "Way too expensive for what you get.",
                "Good value for the money.",
                "Cheap and you get a lot.",
            ),
            rewordings=(
                "What the meal cost, and if it was worth it.",
                "How much the meal cost and whether it was worth the price.",
                "Whether the meal was worth what it cost.",
            ),
        ),
    },
    "app_reviews_google_play_4class": {
        "bug report": Written(
            clear=(
                "It closes by itself every time I open it.",
                "Black screen after the last update.",
                "Cannot log in any more, it hangs.",
            ),
            rewordings=(
                "Since the update the app crashes, freezes or does something wrong.",
                "The app crashes or freezes since the update.",
                "After the update the app freezes or crashes.",
            ),
        ),
        "feature request": Written(
            clear=(
                "Please add a dark mode.",
                "Would be nice if I could sort my list.",
                "Needs an option to export.",
            ),
            rewordings=(
                "Please add this feature, I wish that the app did it.",
                "I wish the app could do it, please add the feature.",
                "Add this feature please, I wish this app had it.",
            ),
        ),
    },
}


def situations(sentence: str, ours: Written) -> Mapping[str, tuple[str, ...]]:
    """The examples of each situation, by its name."""
    return {
        "none": (),
        "one clear": ours.clear[:1],
        "three clear": ours.clear,
        "the sentence itself": (sentence,),
        "three rewordings": ours.rewordings,
        "three clear and the sentence": (*ours.clear, sentence),
        "one foreign": FOREIGN[:1],
        "three foreign": FOREIGN,
        "one odd": (ODD,),
        "three clear and a foreign": (*ours.clear, FOREIGN[0]),
        "three clear and an odd": (*ours.clear, ODD),
    }
