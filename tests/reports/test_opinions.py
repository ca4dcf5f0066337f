"""Complaints and praise, by topic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.counts import Counts
from reports import complaints, praise
from reports.document import Block, Folded, Picture, Report, Table
from reports.figures import (
    Comparison,
    Coverage,
    Day,
    Example,
    Frame,
    Opinions,
    Span,
    TopicFigures,
)
from reports.markdown import SIZE_LIMIT, markdown

NOW = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
DAYS = [date(2026, 11, 22) - timedelta(days=n) for n in range(27, -1, -1)]


def example(text: str, **more: Any) -> Example:
    facts: dict[str, Any] = {"source": "x", "posted_at": NOW, "link": "https://x.example/1", "author": "ann"}
    return Example(text=text, **facts | more)


def topic(name: str, now: int, before: int | None = 0, *examples: Example) -> TopicFigures:
    return TopicFigures(name=name, now=now, before=before, days=[0] * 27 + [now], examples=examples)


def found(**more: Any) -> Opinions:
    week = Comparison(
        now=Span(
            name="in the last 7 days",
            counts=Counts(mentions=300, negative=120, neutral=80, positive=80, complaints=110),
        ),
        before=Span(
            name="in the 7 days before",
            counts=Counts(mentions=200, negative=60, neutral=80, positive=60, complaints=50),
        ),
    )
    facts: dict[str, Any] = {
        "frame": Frame(
            brand="Larkspur Rail",
            as_of=NOW,
            zone=ZoneInfo("Europe/Madrid"),
            coverage=(Coverage(target="x", state="ok", whole=True, last_success=NOW),),
            heard_from=date(2026, 1, 1),
        ),
        "week": week,
        "days": [Day(day=day, counts=Counts(mentions=9, positive=9)) for day in DAYS],
        "topics": (
            topic("delay", 60, 14, example("Two hours late"), example("Late again")),
            topic("lost_or_damaged", 20, 19, example("Where is my bag?")),
            topic("price", 3, 4),
        ),
        "examples": (example("Never again"),),
        "severity": {"blame": 40, "accusation": 60},
        "emotion": {"anger": 9},
    }
    return Opinions(**facts | more)


def shown(blocks: Sequence[Block]) -> str:
    seen = [block for block in blocks if not isinstance(block, Picture | Folded)]
    return re.sub(r"\\(.)|\u00a0", r"\1", markdown(seen))


def test_a_sentence_comes_first_then_what_moved() -> None:
    text = shown(complaints.report(found()).compact)
    assert text.startswith(
        "**110 complaints** about Larkspur Rail in the last 7 days, of 280 texts that could be read (39 %); "
        "most often about delay (60).\n"
    )
    assert "- All complaints together: **up 120 %** (110 in the last 7 days, 50 before)" in text
    assert "- **delay: up 329 %** (60 complaints in the last 7 days, 14 in the 7 days before)" in text
    assert "| delay | 60 | 14 | **up 329 %** |" in text
    assert "| lost or damaged | 20 | 19 | no clear change |" in text
    assert "| price | 3 | 4 | too few to tell |" in text


def test_of_many_topics_one_must_move_more_to_stand_out() -> None:
    """29 against 14 is a change of one count, and chance among twenty."""
    alone = found(topics=[topic("delay", 29, 14)])
    many = found(topics=[topic("delay", 29, 14), *(topic(f"t{n}", 20, 20) for n in range(19))])
    assert "**delay: up 107 %**" in shown(complaints.report(alone).compact)
    assert "No topic changed more than it does by chance." in shown(complaints.report(many).compact)


def test_examples_stand_under_their_topics() -> None:
    text = shown(complaints.report(found()).full)
    assert "### Delay (60)\n" in text
    assert "### About no topic that is known\n" in text
    assert "### Price" not in text
    assert "| Two hours late | 1 | x | 2026-11-22 10:05 CET | [open](https://x.example/1) |" in text
    assert "| blame | 40 | 40 % |" in text
    assert "| anger | 9 | too few to tell |" in text
    assert "ann" not in text


def test_praise_says_whom_to_thank() -> None:
    report = praise.report(found())
    assert report.key == "praise-larkspur-rail"
    assert shown(report.compact).startswith("**80 happy texts** about Larkspur Rail")
    assert "| Two hours late | ann | 1 | x | 2026-11-22" in shown(report.full)
    assert "| Never again | ann |" in shown(report.full)
    assert "Severity" not in shown(report.full)


@pytest.mark.parametrize("make", [complaints.report, praise.report])
def test_nothing_to_compare_with(make: Any) -> None:
    begun = found(
        week=replace(found().week, before=None), topics=[topic("delay", 5, None)], examples=(), severity={}
    )
    text = shown(make(begun).compact)
    assert "together: nothing to compare with yet." in text
    assert "| delay | 5 |" in text
    assert "up" not in text.split("By topic")[0].split("What changed")[1]


@pytest.mark.parametrize("make", [complaints.report, praise.report])
def test_nothing_at_all(make: Any) -> None:
    silence = Span(name="in the last 7 days", counts=Counts())
    quiet = found(
        week=Comparison(now=silence, before=silence), topics=(), examples=(), severity={}, emotion={}
    )
    report: Report = make(quiet)
    assert shown(report.compact).startswith("No ")
    assert "None to show." in shown(report.full)
    assert "\n\nNo " in shown(report.full)
    assert "The model was not asked for it." not in shown(report.full), "it was, and had nothing to say"
    never = replace(quiet, days=[Day(day=day, counts=Counts()) for day in DAYS])
    old = replace(never, frame=replace(never.frame, newest=date(2015, 2, 24)))
    assert "The newest mention is from 24 February 2015." in shown(make(old).compact)


def test_what_the_model_was_not_asked_for_is_said() -> None:
    assert "The model was not asked for it." in shown(complaints.report(found(severity={})).full)


def test_the_picture_has_its_figures_beneath() -> None:
    blocks = complaints.report(found()).compact
    (place,) = (n for n, block in enumerate(blocks) if isinstance(block, Picture))
    below = blocks[place + 1]
    assert isinstance(below, Folded)
    (table,) = below.blocks
    assert isinstance(table, Table)
    assert table.rows[0] == ["Sun 22 Nov", "60", "20", "3"]
    assert len(table.rows) == 28


@pytest.mark.parametrize("make", [complaints.report, praise.report])
def test_small_and_harmless_whatever_comes_in(make: Any) -> None:
    text = ("![x](http://evil.example/p.png)<script>alert(1)</script>| a " * 6)[:300]
    shouted = example(text, source=text, author=text, link=text)
    flood = found(
        frame=replace(found().frame, brand=text * 20),
        topics=[topic(f"{text}{n}", 9**9, 1, *[shouted] * 3) for n in range(120)],
        examples=[shouted] * 50,
        emotion={f"{text}{n}": 5 for n in range(50)},
    )
    report = make(flood)
    for written in (markdown(report.compact), markdown(report.full)):
        assert len(written.encode()) <= SIZE_LIMIT
        rest = re.sub(r"!\[[^\n]*\]\(data:image/svg\+xml;base64,[A-Za-z0-9+/=]+\)", "", written)
        assert not re.search(r"(?<!\\)!\[|<(?!/?(details|summary)>)|(?i:https?://)", rest)
