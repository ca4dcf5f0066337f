from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.document import Table
from reports.open_alerts import Open, OpenAlerts, Pace, Waiting, open_alerts, quantile
from tests.reports.rendered import HOSTILE, LINK, assert_harmless, many_of, plain_words

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def hours(*many: float) -> list[timedelta]:
    return [timedelta(hours=n) for n in many]


def one_open(status: str = "new", priority: str = "normal", age: int = 0, alerts: int = 1) -> Open:
    opened = NOW - timedelta(hours=30)
    unseen = alerts if status == "new" else 0
    return Open(status=status, priority=priority, age=age, alerts=alerts, unseen=unseen, oldest_at=opened)


def waiting(number: int, **more: Any) -> Waiting:
    facts: dict[str, Any] = {
        "brand": "Acme", "headline": "they lost my bag", "priority": "urgent", "status": "in_progress",
        "opened_at": NOW - timedelta(hours=30), "link": LINK, **more,
    }  # fmt: skip
    return Waiting(id=number, **facts)


def found(**more: Any) -> OpenAlerts:
    facts: dict[str, Any] = {
        "ages": hours(1, 24), "priorities": ("urgent", "high", "normal", "low"),
        "statuses": ("new", "acknowledged", "in_progress"), **more,
    }  # fmt: skip
    return OpenAlerts(as_of=NOW, zone=UTC, days=28, **facts)


def tables(made: Any) -> dict[str, Table]:
    return {block.header[0]: block for block in (*made.full, *made.compact) if isinstance(block, Table)}


def test_what_waits() -> None:
    counts = [one_open(alerts=3), one_open("in_progress", "urgent", 1, 2), one_open("new", "low", 2)]
    made = open_alerts(found(open=counts, waiting=[waiting(12, mentions=4)], opened=9))
    text = plain_words(made)
    assert (
        "**6 alerts are open**; 4 of them were not acknowledged yet; the oldest was opened 30 h ago." in text
    )
    assert "9 alerts were opened in the last 28 days." in text
    by = tables(made)
    assert [tuple(row) for row in by["Priority"].rows] == [
        ("urgent", "2", "33 %"), ("normal", "3", "50 %"), ("low", "1", "17 %")
    ]  # fmt: skip
    assert [tuple(row[:2]) for row in by["Age"].rows] == [
        ("up to 1 h", "3"), ("1 h to 24 h", "2"), ("older than 24 h", "1")
    ]  # fmt: skip
    assert [tuple(row[:2]) for row in by["Status"].rows] == [("new", "4"), ("in progress", "2")]
    (row,) = by["Alert"].rows
    assert row[:7] == ("12", "Acme", "they lost my bag", "4", "30 h", "in progress", "urgent")
    assert len(row) == 8, "a wider table does not fit beside what Prefect sets on the right"
    assert f"[open]({LINK})" in text
    assert "The first 1 of 6." in text


def test_pace() -> None:
    took = hours(*range(1, 21))
    made = open_alerts(found(seen=Pace(took=took[::-1], not_yet=3, never=2), touched=Pace(took=hours(2, 50))))
    seen, touched = tables(made)[""].rows
    assert seen == ("Acknowledged", "10 h", "18 h", "20", "3", "2")
    assert touched == ("First step by a person", "2 h", "too few to tell", "2", "0", "0")
    assert "Answers are not kept yet" in plain_words(made)


@given(st.lists(st.integers(0, 10**6), min_size=1), st.sampled_from([0.5, 0.9]))
def test_a_quantile_is_the_shortest_time_within_which_so_many_were_done(
    took: list[int], share: float
) -> None:
    rising = [timedelta(seconds=n) for n in sorted(took)]
    value = quantile(rising, share)
    assert sum(each <= value for each in rising) >= share * len(rising)
    assert value == rising[0] or sum(each < value for each in rising) < share * len(rising)


def test_outcomes() -> None:
    text = plain_words(
        open_alerts(found(ended=[("resolved", 5)], outcomes=[("gone_quiet", 4), ("unknown", 1)]))
    )
    assert "| resolved | 5 |" in text
    assert "| gone quiet | 4 |" in text


def test_nothing_and_one() -> None:
    text = plain_words(open_alerts(found()))
    assert "**No alert is open.** 0 alerts were opened in the last 28 days." in text
    assert "nothing to tell" in text
    alone = plain_words(open_alerts(found(open=[one_open("acknowledged")], opened=1)))
    assert "**1 alert is open**; all of them were acknowledged" in alone
    assert "1 alert was opened" in alone
    assert "none of them was acknowledged yet" in plain_words(open_alerts(found(open=[one_open()])))
    gone = plain_words(open_alerts(found(open=[one_open()], waiting=[waiting(1, headline="", link="")])))
    assert "(the text is gone)" in gone
    assert "no link" in gone


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_harmless_whatever_people_write(text: str) -> None:
    many = [waiting(n, headline=text, brand=text[:90], link=text) for n in range(many_of(text))]
    assert_harmless(open_alerts(found(open=[one_open(alerts=10**9)], waiting=many)))


def test_ten_thousand() -> None:
    made = open_alerts(found(open=[one_open(alerts=10_000)], waiting=[waiting(n) for n in range(10_000)]))
    assert_harmless(made)
    assert "more, left out here" in plain_words(made)
