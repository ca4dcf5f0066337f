from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from core.reading import Reading, Span

FULL = Reading(
    model="earful-0123456789ab",
    language="en",
    supported=True,
    sentiment={"negative": 0.9, "neutral": 0.07, "positive": 0.03},
    complaint=0.8,
    severity={"none": 0.1, "no_explicit_reproach": 0.2, "disapproval": 0.3, "accusation": 0.3, "blame": 0.1},
    topics={"delay": 0.7, "staff": 0.2},
    emotion={"anger": 0.6, "joy": 0.1, "optimism": 0.1, "sadness": 0.2},
    unsure=False,
    evidence=(Span(start=3, end=7, weight=0.5),),
)


def test_the_printed_form_is_the_agreed_one() -> None:
    assert FULL.as_json("r1") == {
        "id": "r1",
        "model": "earful-0123456789ab",
        "language": "en",
        "supported": True,
        "sentiment": {"negative": 0.9, "neutral": 0.07, "positive": 0.03},
        "complaint": 0.8,
        "severity": {
            "none": 0.1,
            "no_explicit_reproach": 0.2,
            "disapproval": 0.3,
            "accusation": 0.3,
            "blame": 0.1,
        },
        "topics": {"delay": 0.7, "staff": 0.2},
        "emotion": {"anger": 0.6, "joy": 0.1, "optimism": 0.1, "sadness": 0.2},
        "unsure": False,
        "evidence": [{"start": 3, "end": 7, "weight": 0.5}],
    }


def test_the_keys_come_in_the_agreed_order() -> None:
    assert list(FULL.as_json("r1")) == [
        *("id", "model", "language", "supported", "sentiment", "complaint"),
        *("severity", "topics", "emotion", "unsure", "evidence"),
    ]


def test_the_form_is_the_one_that_the_page_shows() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "architecture.md").read_text("utf-8")
    shown = json.loads(page.split("## A reading as JSON")[1].split("```json")[1].split("```")[0])
    assert list(replace(FULL, offensive=0.1, irony=0.2).as_json("1")) == list(shown)


def test_a_head_that_the_model_lacks_is_printed_empty() -> None:
    bare = Reading(model="m", language="und", supported=True, sentiment={"negative": 1.0}, complaint=0.0)
    shown = bare.as_json("1")
    assert (shown["severity"], shown["topics"], shown["emotion"], shown["evidence"]) == ({}, {}, {}, [])


def test_the_printed_form_survives_json() -> None:
    assert json.loads(json.dumps(FULL.as_json("r1"))) == FULL.as_json("r1")


def test_the_label_is_the_likeliest_sentiment() -> None:
    assert (FULL.label, FULL.negative) == ("negative", 0.9)
