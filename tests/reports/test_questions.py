from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reports.document import Block, Folded, Picture, Table
from reports.figures import Example, Frame
from reports.markdown import SIZE_LIMIT, markdown
from reports.question_figures import Answered, AskedQuestion, Questions, Rate
from reports.questions import NO_LABEL, report

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAYS = tuple(date(2026, 10, 26) + timedelta(days=n) for n in range(28))
HOSTILE = (
    "<script>alert(1)</script>",
    "![x](https://evil.example/t.png)",
    "[x](javascript:alert(1))",
    "| a | b |\n| --- | --- |",
    "\u202eevil\u202c",
    "</details><img src=x onerror=alert(1)>",
    "a" * 1_000_000,
)


def asked(number: int = 1, **changes: object) -> AskedQuestion:
    example = Example(text="where is it?", source="x", posted_at=NOW, link="https://posts.example/1")
    values = {
        "label": "where is my parcel?",
        "words": ("parcel", "late"),
        "now": 40,
        "before": 12,
        "asking": 75,
        "days": (0,) * 14 + (2,) * 14,
        "topic": "lost_or_damaged",
        "first_seen": date(2026, 10, 1),
        "examples": (example,),
    }
    return AskedQuestion(**{**values, "number": number, **changes})  # type: ignore[arg-type]


def answered(**changes: object) -> Answered:
    values = {
        "url": "https://acme.example/faq",
        "published_at": NOW - timedelta(days=10),
        "by": "ann",
        "note": "",
        "before": Rate(texts=80, of=1_000, days=28),
        "after": Rate(texts=10, of=500, days=9),
    }
    return Answered(**{**values, **changes})  # type: ignore[arg-type]


def found(*rows: AskedQuestion, **changes: object) -> Questions:
    frame = Frame(brand="Acme", as_of=NOW, zone=ZoneInfo("Europe/Madrid"))
    return Questions(**{"frame": frame, "days": DAYS, "holes": (), "asked": rows, **changes})  # type: ignore[arg-type]


def texts(questions: Questions) -> tuple[str, str]:
    """Compact and full, without escapes."""
    made = report(questions)
    plain = [re.sub(" +", " ", markdown(blocks).replace("\\", "")) for blocks in (made.compact, made.full)]
    return plain[0], plain[1]


def test_the_most_frequent_stands_on_top_with_its_numbers() -> None:
    compact, full = texts(found(asked(7), asked(3, now=5, before=4)))
    assert "Asked or complained about most in the last 7 days: **where is my parcel?**" in compact
    assert "(no. 7, 40 texts; up 233 %). No answer is recorded yet." in compact
    assert "| 3 | where is my parcel? | 5 | 4 | too few to tell | no |" in full
    assert "topic: lost or damaged. distinctive words: parcel, late." in full
    assert "[open](https://posts.example/1)" in full
    assert report(found()).key == "questions-acme"


def test_before_and_after_an_answer() -> None:
    compact, full = texts(found(asked(answer=answered())))
    assert "1 question has an answer; 1 is asked clearly less since." in compact
    assert "[12 Nov 2026](https://acme.example/faq) | down 75 %" in compact
    assert "80.0 (80 of 1,000 in 28 days) | 20.0 (10 of 500 in 9 days) | down 75 %" in full


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"after": None}, "too early to tell"),
        ({"before": None}, "not known: nothing was collected before"),
        ({"after": Rate(texts=1, of=20, days=1)}, "too few to tell"),
        ({"after": Rate(texts=75, of=1_000, days=9)}, "no clear change"),
        ({"after": Rate(texts=0, of=0, days=1)}, "too few to tell"),
    ],
)
def test_small_samples_and_no_change_are_told_as_such(changes: dict[str, object], said: str) -> None:
    compact, full = texts(found(asked(answer=answered(**changes))))
    assert said in compact
    assert said in full
    assert "clearly less" not in compact


def test_a_week_in_which_nobody_listened_is_not_known() -> None:
    compact, _ = texts(found(asked(before=None)))
    assert "| 40 | not known | | no" in compact
    assert "40 texts)." in compact


def test_what_was_left_out_is_said() -> None:
    compact, full = texts(found(asked(), more=3, waiting=1_234, left_out=1, alone=9))
    assert "1,234 posts will be looked at by the next run." in compact
    assert "1 text of the last 28 days could not be compared with the others" in compact
    assert "3 more questions came up" in full
    assert "9 posts of the last 28 days asked or complained about what fewer than three people did." in full


def test_nothing_to_tell_is_told() -> None:
    compact, full = texts(found())
    assert "Nobody was heard asking Acme the same thing as others" in compact
    assert "Each question" not in full


def test_words_that_are_gone_leave_a_place() -> None:
    _, full = texts(found(asked(label="", examples=())))
    assert NO_LABEL in full
    assert "None to show." in full


def test_the_picture_shows_what_the_table_says() -> None:
    made = report(found(asked(1), asked(2, days=(0,) * 28), asked(3)))
    (picture,) = [block for block in made.full if isinstance(block, Picture)]
    assert "2 most frequent questions, over 28 days" in picture.alt
    assert tables(made.full)


def tables(blocks: object) -> list[Table]:
    several: list[Table] = []
    for block in blocks:  # type: ignore[attr-defined]
        if isinstance(block, Table):
            several.append(block)
        if isinstance(block, Folded):
            several += tables(block.blocks)
    return several


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    example = Example(text=words, source=words[:50], posted_at=NOW, link=words)
    row = asked(
        label=words[:160],
        words=(words[:30],),
        topic=words[:40],
        examples=(example,),
        answer=answered(url=words, by=words[:60], note=words),
    )
    made = report(replace(found(row), frame=replace(found().frame, brand=words[:80])))
    for blocks in (made.compact, made.full):
        shown = markdown(blocks)
        assert "<script" not in shown
        assert "<img" not in shown
        assert "](javascript" not in shown
        assert "](https://evil" not in shown
        assert "\u202e" not in shown
        assert len(shown.encode()) <= SIZE_LIMIT


def test_many_questions_fit() -> None:
    rows = [asked(n, label="é" * 160, answer=answered(note="ö" * 160)) for n in range(60)]
    made = report(found(*rows))
    both: list[list[Block]] = [list(made.compact), list(made.full)]
    assert all(len(markdown(blocks).encode()) <= SIZE_LIMIT for blocks in both)
