from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError
from core.period import Period, period_of

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("name", "first", "last", "slug", "words"),
    [
        ("today", "2026-11-25", "2026-11-25", "2026-11-25", "Wednesday 25 November 2026"),
        ("yesterday", "2026-11-24", "2026-11-24", "2026-11-24", "Tuesday 24 November 2026"),
        ("last 7 days", "2026-11-18", "2026-11-24", "2026-11-18--2026-11-24", "18 to 24 November 2026"),
        (
            "last 28 days", "2026-10-28", "2026-11-24", "2026-10-28--2026-11-24",
            "28 October to 24 November 2026",
        ),
        ("last month", "2026-10-01", "2026-10-31", "2026-10", "1 to 31 October 2026"),
    ],
)  # fmt: skip
def test_by_name(name: str, first: str, last: str, slug: str, words: str) -> None:
    period = period_of(name, TODAY)
    assert (period.first.isoformat(), period.last.isoformat(), period.slug, period.words) == (
        first, last, slug, words,
    )  # fmt: skip


def test_months_and_years_turn() -> None:
    assert period_of("last month", date(2026, 1, 31)) == Period(date(2025, 12, 1), date(2025, 12, 31))
    assert period_of("last month", date(2024, 3, 1)).days == 29
    assert Period(date(2025, 12, 30), date(2026, 1, 2)).words == "30 December 2025 to 2 January 2026"


def test_a_week_is_named_by_its_number() -> None:
    week = Period.week_before(TODAY)
    assert week == Period(date(2026, 11, 16), date(2026, 11, 22))
    assert week.slug == "2026-W47"
    assert Period.week_of(date(2027, 1, 1)).slug == "2026-W53"
    assert Period.week_before(date(2026, 11, 23)) == week


def test_given_days() -> None:
    assert period_of("given days", TODAY, date(2026, 11, 1)) == Period(date(2026, 11, 1), TODAY)
    same = period_of("given days", TODAY, date(2015, 2, 17), date(2015, 2, 17))
    assert same.slug == "2015-02-17"


@pytest.mark.parametrize(
    ("name", "first", "last", "said"),
    [
        ("given days", None, None, "needs a first day"),
        ("given days", "0001-01-01", "0001-01-02", "before there were any posts"),
        ("given days", "2026-11-26", None, "2026-11-26 is in the future: today is 2026-11-25"),
        ("given days", "2026-11-01", "2026-11-26", "last day: 2026-11-26 is in the future"),
        ("given days", "2026-11-20", "2026-11-19", "before the first day, 2026-11-20; exchange them"),
        ("given days", "2020-01-01", "2026-01-01", "longer than a year"),
        ("yesterday", "2026-11-20", None, "count for 'given days' only"),
        ("last 7 days", None, "2026-11-20", "count for 'given days' only"),
        ("for ever", None, None, "expected one of today, yesterday, last 7 days"),
    ],
)
def test_what_makes_no_period_says_what_to_do(
    name: str, first: str | None, last: str | None, said: str
) -> None:
    days = [date.fromisoformat(text) if text else None for text in (first, last)]
    with pytest.raises(ConfigError, match=said):
        period_of(name, TODAY, *days)


DAYS = st.dates(date(1991, 1, 1), date(2091, 1, 1))


@given(DAYS, DAYS)
def test_names_of_files_differ_as_periods_do(a: date, b: date) -> None:
    one, other = Period(min(a, b), max(a, b)), Period.week_of(a)
    assert (one.slug == other.slug) == (one == other)
    assert one.before.days == one.days
    assert (one.first - one.before.last).days == 1
