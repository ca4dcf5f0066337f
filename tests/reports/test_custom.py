"""Reports that were asked for: they say what the regular ones say, in the same words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.counts import Counts
from reports import brand_health
from reports.custom import CustomFigures, Side, custom_report
from reports.document import Block, Folded, Report, Strong, Table
from reports.figures import Day, Topic
from tests.reports.rendered import plain_words
from tests.reports.test_brand_health import BUSY

DAYS = [
    Day(day=date(2026, 11, 21), counts=Counts(mentions=40, negative=40), hole=True),
    Day(day=date(2026, 11, 22), counts=Counts(mentions=5, positive=5), partial=True),
]
NOW = Side(
    brand="Acme",
    period="21 to 22 November 2026",
    days=DAYS,
    counts=Counts(mentions=100, texts=90, negative=60, neutral=20, positive=10, complaints=45, unread=2),
    topics={"delay": Topic(complaints=40, positive=1), "staff": Topic(positive=3)},
)
BEFORE = replace(
    NOW,
    period="19 to 20 November 2026",
    counts=Counts(mentions=100, texts=100, negative=20, neutral=20, positive=60, complaints=15),
    topics={"delay": Topic(complaints=4), "price": Topic(complaints=1)},
)


def report(now: Side = NOW, before: Side | None = BEFORE, **more: Any) -> Report:
    as_of = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
    return custom_report(
        CustomFigures(now=now, before=before, as_of=as_of, zone=ZoneInfo("Europe/Madrid"), **more)
    )


def tables(blocks: list[Block] | Any) -> dict[str, Table]:
    """By the first column's name."""
    flat = [each for block in blocks for each in (block.blocks if isinstance(block, Folded) else [block])]
    return {f"{table.header[0]}": table for table in flat if isinstance(table, Table)}


def test_a_period_against_the_one_before() -> None:
    table = tables(report().compact)[""]
    assert table.header == ("", "This period", "Before (19 to 20 November 2026)", "Change")
    assert table.rows == [
        ["Mentions", "100 (90 different texts)", "100", "no clear change"],
        ["Net sentiment", "\u221256 (\u221269 to \u221240)", "+40 (+24 to +55)", "down 96 points"],
        ["Negative", "60 (67 %)", "20 (20 %)", "up 47 points"],
        ["Positive", "10 (11 %)", "60 (60 %)", "down 49 points"],
        ["Complaints", "45 (50 %)", "15 (15 %)", "up 200 %"],
    ]


def test_counts_of_a_period_that_is_not_over_are_compared_with_nothing() -> None:
    made = report(replace(NOW, incomplete=True))
    changes = {row[0]: row[3] for row in tables(made.compact)[""].rows}
    assert changes["Mentions"] == changes["Complaints"] == "the last day is not over"
    assert changes["Negative"] == "up 47 points"
    assert tables(made.full)["Complaints"].rows == [["delay", "40", "4", "the last day is not over"]]


def test_nobody_listened_before() -> None:
    made = report(before=None)
    assert tables(made.compact)[""].header == ("", "This period")
    assert tables(made.full)["Complaints"].rows == [["delay", "40"]]
    assert "There is nothing to compare with" in plain_words(made)


@pytest.mark.parametrize(
    ("heard_from", "whole"),
    [(date(2026, 11, 21), True), (date(2026, 11, 22), False), (date(2026, 11, 30), False)],
)
def test_days_before_anybody_listened_are_not_called_whole(heard_from: date, whole: bool) -> None:
    said = plain_words(report(replace(NOW, heard_from=heard_from)))
    assert ("No hole is known" in said) is whole
    assert (
        f"listened to Acme since {heard_from:%d} November 2026. What was posted before" in said
    ) is not whole


def test_topics_of_complaints_and_of_praise() -> None:
    found = tables(report().full)
    assert found["Complaints"].rows == [["delay", "40", "4", Strong("up 900 %")]]
    assert found["Positive texts"].rows == [
        ["staff", "3", "0", "too few to tell"],
        ["delay", "1", "0", "too few to tell"],
    ]


def test_one_topic() -> None:
    made = report(topic="delay", topic_days={date(2026, 11, 21): Topic(complaints=40)})
    assert tables(made.compact)["About delay"].rows == [
        ["complaints", "40", "4", Strong("up 900 %")],
        ["positive texts", "1", "0", "too few to tell"],
    ]
    assert tables(made.full)["Day"].rows == [
        ("Sun 22 Nov (so far)", "0", "0"),
        ("Sat 21 Nov (not all collected)", "40", "0"),
    ]


def test_beside_another_brand_only_shares_are_compared() -> None:
    table = tables(report(topic="delay", rival=replace(BEFORE, brand="Globex")).full)[""]
    assert table.header == ("", "Acme", "Globex", "Acme is")
    assert [row[3] for row in table.rows] == [
        "", "96 points lower", "47 points higher", "49 points lower", "35 points higher", "40 points higher"
    ]  # fmt: skip


def test_one_page_has_one_word_for_one_thing() -> None:
    asked, health = report(), brand_health.report(BUSY)
    assert tables(asked.full)["Day"].header == tables(health.compact)["Day"].header
    assert tables(asked.full)["Day"].rows[0][0] == tables(health.compact)["Day"].rows[0][0]
    assert [row[0] for row in tables(asked.compact)[""].rows] == [
        "Mentions", "Net sentiment", "Negative", "Positive", "Complaints"
    ]  # fmt: skip
