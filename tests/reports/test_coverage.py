from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reports.coverage import Brought, Listened, Missing, Target, coverage
from reports.document import Strong, Table
from tests.reports.rendered import HOSTILE, assert_harmless, many_of, plain_words

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def target(name: str = "acme-x", **more: Any) -> Target:
    facts: dict[str, Any] = {
        "brand": "Acme", "source": "x", "state": "complete", "health": "ok", "lag": timedelta(minutes=42),
        "last_success": NOW - timedelta(minutes=42), **more,
    }  # fmt: skip
    return Target(name=name, **facts)


def hole(*, permanent: bool, **more: Any) -> Missing:
    facts: dict[str, Any] = {"target": "acme-x", "start": None, "until": NOW, "why": "the wall", **more}
    return Missing(permanent=permanent, **facts)


def report(*targets: Target, **more: Any) -> Any:
    return coverage(Listened(as_of=NOW, zone=UTC, targets=targets, **more))


def table(made: Any, first: str, column: int = 0) -> Table:
    return next(b for b in made.full if isinstance(b, Table) and b.header[column] == first)


def test_nothing_is_missing() -> None:
    text = plain_words(
        report(target(), target("acme-reddit", health="quiet"), target("now", state="running"))
    )
    assert "**Nothing is missing:** all that was asked of 3 targets is here." in text
    assert "Something is missing" not in text


def test_what_is_missing() -> None:
    deaf = target("acme-reddit", health="broken", state="auth_failed", note="the key is wrong")
    made = report(target(), deaf, target("new", state="never asked", health="", last_success=None, lag=None),
                  missing=[hole(permanent=True), hole(permanent=False, why="a back-fill")])  # fmt: skip
    text = plain_words(made)
    assert "**Something is missing**, so figures are too low." in text
    assert "Not heard as it should be: acme-reddit (broken), new (never asked) (2 of 3 targets)." in text
    assert "Missing for good: 1 span, the latest of acme-x until 2026-11-22." in text
    assert "Being filled: 1 span." in text
    states = table(made, "Target")
    assert [row[0] for row in states.rows] == ["acme-reddit", "new", "acme-x"], "trouble first"
    assert states.rows[0][3:8] == (
        Strong("broken"), Strong("auth failed"), "2026-11-22 11:18 UTC", "42 min", "the key is wrong"
    )  # fmt: skip
    assert states.rows[1][3:8] == (Strong("never asked"), Strong("never asked"), "never", "", "")
    missing = table(made, "From", 1)
    assert missing.rows[0] == (
        "acme-x",
        "the beginning",
        "2026-11-22 12:00 UTC",
        Strong("for good"),
        "the wall",
    )
    assert missing.rows[1][3] == "being filled"
    deaf_until = report(deaf, missing=[hole(permanent=False, unheard=True)])
    assert table(deaf_until, "From", 1).rows[0][3] == "until it is heard again"
    assert "Being filled" not in plain_words(deaf_until)


def test_amounts_and_what_was_cut_short() -> None:
    made = report(
        target(day=Brought(new=3, duplicate=1_500), week=Brought(new=30, rejected=2), cut_short=("limit",))
    )
    assert table(made, "New, 24 h", 1).rows == [("acme-x", "3", "1,500", "0", "30", "0", "2")]
    assert "Polls of the last 7 days that brought less than was asked" in plain_words(made)


def test_money() -> None:
    made = report(
        target(spent_usd=4.5, budget_usd=20.0), target("free"), spent_usd=84.5, monthly_usd=100, stop="Stop."
    )
    assert "Spent this month: 84.50 of 100.00 US dollars. Stop." in plain_words(made)
    assert table(made, "Spent, USD", 1).rows == [("acme-x", "4.50", "20.00", "22 %")]
    assert "Spent this month: 0.00 US dollars." in plain_words(report(target()))


def test_nothing_at_all() -> None:
    assert "**Nothing is listened to.** Name targets in brands.yaml." in plain_words(report())


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_harmless_whatever_platforms_say(text: str) -> None:
    count = many_of(text)
    many = [target(f"{n}{text[:90]}", note=text, health="broken", cut_short=(text,)) for n in range(count)]
    assert_harmless(
        report(*many, missing=[hole(permanent=n % 2 == 0, why=text) for n in range(count)], stop=text)
    )


def test_ten_thousand_targets() -> None:
    made = report(*(target(f"t{n}", health="late") for n in range(10_000)))
    assert_harmless(made)
    assert "9,995 more (10,000 of 10,000 targets)" in plain_words(made)
