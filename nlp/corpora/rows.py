"""From a published row to examples: one function a set. Their traps are listed in the data's own README."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from core.reading import EMOTIONS, SENTIMENTS, SEVERITIES, TOPICS
from nlp.corpora import topics as subjects
from nlp.corpora.example import ABSENT, PRESENT, Label, topics

Row = Mapping[str, Any]
Fields = dict[str, Any]
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_EMOTION = {"happiness": "joy", "joy": "joy", "anger": "anger", "sadness": "sadness"}
GOEMOTIONS = 28
_GOEMOTIONS_AS = {
    "anger": "anger",
    "annoyance": "anger",
    "disgust": "anger",
    "joy": "joy",
    "amusement": "joy",
    "excitement": "joy",
    "love": "joy",
    "optimism": "optimism",
    "sadness": "sadness",
    "disappointment": "sadness",
    "grief": "sadness",
    "remorse": "sadness",
}


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda m: chr(int(m.group(1), 16)), text).replace('""', '"')


def _given(**labels: Label | None) -> dict[str, Label]:
    return {head: label for head, label in labels.items() if label is not None}


def _severity(name: str) -> int | None:
    key = name.lower().replace(" ", "_")
    return SEVERITIES.index(key) if key in SEVERITIES else None


def _emotion(name: str | None) -> int | None:
    return EMOTIONS.index(_EMOTION[name]) if name in _EMOTION else None


def _sign(value: int) -> int:
    return (value > 0) - (value < 0) + 1


def sentiment(row: Row) -> Iterator[Fields]:
    """TweetEval sentiment (Barbieri et al. 2020)."""
    yield {"text": _unescaped(row["text"]), "labels": {"sentiment": row["label"]}}


def emotion(row: Row) -> Iterator[Fields]:
    """TweetEval emotion."""
    yield {"text": row["text"], "labels": {"emotion": EMOTIONS.index(row["label_name"])}}


def offensive(row: Row) -> Iterator[Fields]:
    """TweetEval offensive language."""
    yield {"text": row["text"], "labels": {"offensive": row["label"]}}


def irony(row: Row) -> Iterator[Fields]:
    """TweetEval irony."""
    yield {"text": row["text"], "labels": {"irony": row["label"]}}


def emoji(row: Row) -> Iterator[Fields]:
    """TweetEval emoji: which of twenty was in the tweet."""
    yield {"text": row["text"], "labels": {"emoji": row["label"]}}


def goemotions(row: Row) -> Iterator[Fields]:
    """GoEmotions (Demszky et al. 2020): 27 emotions and neutral; a clear one of ours besides."""
    ours = {_GOEMOTIONS_AS[name] for name in row["label_names"] if name in _GOEMOTIONS_AS}
    one = EMOTIONS.index(ours.pop()) if len(ours) == 1 else None
    several = tuple(PRESENT if i in row["labels"] else ABSENT for i in range(GOEMOTIONS))
    yield {"text": row["text"], "labels": _given(goemotions=several, emotion=one)}


def airline(row: Row) -> Iterator[Fields]:
    """US airline tweets, as a text and as a text about the airline.

    A negative tweet with a stated reason is a complaint, a positive one is none; of the others, nobody said.
    """
    label = SENTIMENTS.index(row["airline_sentiment"])
    reason = row["negativereason"]
    subject = subjects.airline(reason, row["text"]) if reason else None
    labels = _given(
        sentiment=label,
        complaint=0 if label == SENTIMENTS.index("positive") else 1 if subject else None,
        topics=subject,
    )
    allowed = subjects.AIRLINE_ALLOWED.get(reason, ())
    yield {"text": row["text"], "labels": labels, "allowed": allowed}
    yield {"text": row["text"], "target": row["airline"], "labels": {**labels, "target": label}}


def extraction(row: Row) -> Iterator[Fields]:
    """Tweet sentiment extraction: the words that support the sentiment were marked."""
    marked = row["selected_text"].replace("`", "'") if row["sentiment"] != "neutral" else None
    labels = {"sentiment": SENTIMENTS.index(row["sentiment"])}
    yield {"text": row["text"].replace("`", "'"), "labels": labels, "reason": marked}


def distant(row: Row) -> Iterator[Fields]:
    """Sentiment140: labelled by the emoticons that were removed."""
    yield {"text": row["text"], "labels": {"sentiment": SENTIMENTS.index(row["label_name"])}}


def stars(row: Row) -> Iterator[Fields]:
    """Reviews with one to five stars; four are left out: they praise and grumble."""
    rating = row["rating"]
    if rating in (1, 2, 3, 5):
        yield {"text": row["text"], "labels": {"sentiment": _sign(int(rating) - 3)}}


def complaint(row: Row) -> Iterator[Fields]:
    """Complaints on Twitter (Preoţiuc-Pietro et al. 2019)."""
    part = "" if row["domain"].startswith("random") else "brand domains"
    yield {"text": row["text"], "labels": {"complaint": row["label"]}, "part": part}


def severity(row: Row) -> Iterator[Fields]:
    """The same tweets with severity, sentiment, emotion and the complaint's cause (Singh et al. 2023)."""
    yield {
        "text": row["text"],
        "labels": _given(
            complaint=row["label"],
            severity=_severity(row["severity_name"]),
            sentiment=SENTIMENTS.index(row["sentiment"]),
            emotion=_emotion(row["emotion"]),
        ),
        "reason": row["cause_span"] if row["label"] else None,
    }


def financial(row: Row) -> Iterator[Fields]:
    """X-FINCORP; its domains give the label away and are not read."""
    yield {
        "text": row["text"],
        "labels": _given(
            complaint=row["label"],
            severity=_severity(row["severity_name"]),
            emotion=_emotion(row["emotion"]) if row["label"] else None,
        ),
        "reason": row["cause_span"] if row["label"] else None,
    }


def product(row: Row) -> Iterator[Fields]:
    """CESAMARD-Aspect: product reviews with their aspects."""
    about = {a["aspect"] for a in row["aspects"]}
    found = [subjects.CESAMARD[a] for a in about if a in subjects.CESAMARD]
    left = ("staff", "delay", "unreachable", "lost_or_damaged", "quality", "billing", "policy")
    yield {
        "text": row["text"],
        "labels": _given(
            complaint=row["label"],
            severity=_severity(row["severity_name"]) if row["label"] else None,
            topics=topics(*found, unknown=left) if about else None,
        ),
    }


def app_review(row: Row) -> Iterator[Fields]:
    """App reviews, sorted into bugs, wishes and the rest."""
    names = row.get("labels") or [row["label_name"]]
    found = [subjects.APP_REVIEW[name] for name in names if name in subjects.APP_REVIEW]
    left = tuple(k for k in TOPICS if k not in ("app", "feature_request") or not found)
    yield {"text": row["text"], "labels": {"topics": topics(*found, unknown=left)} if found else {}}


def banking(row: Row) -> Iterator[Fields]:
    """Questions to a bank (Casanueva et al. 2020)."""
    found = subjects.banking(row["intent"])
    yield {"text": row["text"], "labels": _given(topics=found)}


def target(row: Row) -> Iterator[Fields]:
    """Sentiment of a tweet towards a target (Dong et al. 2014); SemEval-2017 calls it topic."""
    if "topic" in row:
        yield {"text": row["text"], "target": row["topic"], "labels": {"target": _sign(row["label"])}}
    else:
        yield {
            "text": row["text"],
            "target": row["target"],
            "labels": {"target": SENTIMENTS.index(row["label_name"])},
        }


def targets(row: Row) -> Iterator[Fields]:
    """Sentiment towards each marked name (Mitchell et al. 2013)."""
    for each in row["targets"]:
        yield {
            "text": row["text"],
            "target": each["target"],
            "labels": {"target": SENTIMENTS.index(each["polarity"])},
        }


def aspects(row: Row) -> Iterator[Fields]:
    """Sentiment towards the aspects of a review (SemEval-2014, MAMS); `conflict` is left out, as is usual."""
    known = {
        c["category"]: subjects.RESTAURANT[c["category"]]
        for c in row.get("aspect_categories") or ()
        if c["category"] in subjects.RESTAURANT
    }
    about = topics(*known.values(), unknown=tuple(k for k in TOPICS if k != "price")) if known else None
    for each in row["aspect_terms"]:
        if each["polarity"] in SENTIMENTS:
            yield {
                "text": row["text"],
                "target": each["term"],
                "labels": _given(target=SENTIMENTS.index(each["polarity"]), topics=about),
            }


def opinions(row: Row) -> Iterator[Fields]:
    """SemEval-2016: opinions on a target, or on an entity's attribute where none is named."""
    for each in row["opinions"]:
        name = each["target"] or each["category"].replace("#", " ").replace("_", " ").lower()
        yield {"text": row["text"], "target": name, "labels": {"target": SENTIMENTS.index(each["polarity"])}}


def own_topics(row: Row) -> Iterator[Fields]:
    """Our own sentences on each topic (tools/training)."""
    labels: dict[str, Label] = {"topics": topics(*row["topics"], unknown=())}
    yield {"text": row["text"], "labels": {**labels, "complaint": row["complaint"]}}


def own_targets(row: Row) -> Iterator[Fields]:
    """Our own sentences on two brands (tools/training)."""
    for name, label in row["targets"].items():
        yield {"text": row["text"], "target": name, "labels": {"target": SENTIMENTS.index(label)}}
