"""Sets that are only measured: other platforms, trades, years and languages than those of training.

They tell more of how it will do with a new brand than any cut of the training sets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from core.reading import SENTIMENTS
from nlp.corpora import rows
from nlp.corpora.rows import Fields, Row


def out_of_ten(row: Row) -> Iterator[Fields]:
    """Reviews with one to ten points: 5 and 6 are neutral; 4 and 7 lean, and are left out like four stars."""
    rating = row["rating"]
    if rating is not None and rating not in (4, 7):
        label = "negative" if rating < 4 else "neutral" if rating < 7 else "positive"
        yield {"text": row["text"], "labels": {"sentiment": SENTIMENTS.index(label)}}


def features(row: Row) -> Iterator[Fields]:
    """Sentiment towards the features of an app (Dąbrowski et al. 2020)."""
    for label, sentiment in enumerate(SENTIMENTS):
        for name in row[f"features_{sentiment}"]:
            yield {"text": row["text"], "target": name, "labels": {"target": label}}


def strengths(row: Row) -> Iterator[Fields]:
    """Opinions on the features of a product, good or bad (Hu & Liu 2004)."""
    for each in row["opinions"]:
        label = "positive" if each["strength"] > 0 else "negative"
        yield {"text": row["text"], "target": each["feature"], "labels": {"target": SENTIMENTS.index(label)}}


ELSEWHERE: Mapping[str, Callable[[Mapping[str, Any]], Iterator[dict[str, Any]]]] = {
    "app_reviews_chatgpt_ios": rows.stars,
    "app_reviews_dabrowski_features": features,
    "hu_liu_customer_reviews": strengths,
    "reviews_british_airways": out_of_ten,
    "reviews_hotels_datafiniti": rows.stars,
    "umsab_multilingual_sentiment": rows.distant,
}
"""Set -> reader of its rows."""
