from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.counts import Counts
from reports.coverage import Listened, Target
from reports.document import Jump, Strong, Table
from reports.start_here import BrandLine, StartHere, start_here
from tests.reports.rendered import HOSTILE, assert_harmless, many_of, plain_words

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BUSY = Counts(mentions=410, negative=130, neutral=200, positive=70, complaints=54)
CALM = Counts(mentions=300, negative=40, neutral=190, positive=70, complaints=20)


def target(name: str = "acme-x", **more: Any) -> Target:
    return Target(name=name, brand="Acme", source="x", **{"state": "complete", "health": "ok", **more})


def brand(name: str = "Acme", **more: Any) -> BrandLine:
    facts: dict[str, Any] = {
        "competitor": False,
        "now": BUSY,
        "before": CALM,
        "newest": date(2026, 11, 22),
        **more,
    }
    return BrandLine(name=name, **facts)


ALL_WELL = (target(),)


def report(*brands: BrandLine, targets: Any = ALL_WELL, stop: str = "", **more: Any) -> Any:
    facts: dict[str, Any] = {"as_of": NOW, "until": NOW, "heard_at": NOW - timedelta(minutes=7), **more}
    listened = Listened(as_of=NOW, zone=UTC, targets=targets, stop=stop)
    return start_here(StartHere(zone=UTC, brands=brands, listened=listened, **facts))


def rows(made: Any) -> Any:
    (table,) = [block for block in made.compact if isinstance(block, Table)]
    return table.rows


def test_how_every_brand_does() -> None:
    bolt = brand("Bolt", competitor=True, now=Counts(mentions=3, positive=3), before=None)
    jumps = (Jump("health", "brand-health-acme"), Jump("praise", "praise-acme"))
    acme, other = rows(report(bolt, brand(open_alerts=3, reports=jumps)))
    assert acme[0] == Strong("Acme"), "own brands first"
    assert acme[1] == "410"
    assert acme[2].startswith("\u221215 (\u2212")
    assert acme[3] == "54"
    assert acme[4] == "mentions: up 37 %; net sentiment: down 25 points; complaints: up 170 %"
    assert acme[5] == "3"
    assert acme[6] == [jumps[0], " \u00b7 ", jumps[1]]
    assert other == (
        "Bolt (competitor)",
        "3",
        "too few to tell (3 positive, 0 negative of 3)",
        "0",
        "nothing to compare with yet",
        "",
        [],
    )


def test_fresh_or_stale() -> None:
    text = plain_words(report(brand(), unread=12))
    assert "**As of 2026-11-22 12:00 UTC.** Last listened 7 min ago. 12 texts wait to be read." in text
    assert "**Nothing is missing:** all that was asked of 1 target is here." in text
    assert "Nobody was listened to yet." in plain_words(report(heard_at=None))
    silent = rows(
        report(brand(now=Counts(), newest=date(2015, 2, 24)), brand("Bolt", now=Counts(), newest=None))
    )
    assert [row[1] for row in silent] == ["0 (newest of 2015-02-24)", "0"]


def test_why_a_run_was_completed_with_warnings() -> None:
    deaf = target("acme-reddit", health="broken", state="auth_failed", note="the key is wrong")
    new = target("new", health="", state="never asked")
    made = report(
        brand(), targets=(deaf, new, target()), stop="80% is spent.", given_up=2, warnings=("read: gave up",)
    )
    text = plain_words(made)
    assert "Not heard as it should be: acme-reddit (broken), new (never asked) (2 of 3 targets)." in text
    assert "- **acme-reddit** (broken, its last poll auth failed): the key is wrong" in text
    assert "- **new** (never asked)\n" in text
    assert "- 80% is spent." in text
    assert "2 messages could not be delivered" in text
    assert "- read: gave up" in text
    assert "Warnings of the last run\n\nNone." in plain_words(report(brand()))


def test_how_to_go_on() -> None:
    text = plain_words(
        report(brand(), reports=(Jump("Coverage", "coverage"), Jump("Open alerts", "open-alerts")))
    )
    assert "All brands: [Coverage](/v2/artifacts/key/coverage) \u00b7 [Open alerts](" in text
    for word in ("**report**", "**listen**", "Schedules".lower(), "Completed with warnings"):
        assert word in text


def test_nothing_at_all() -> None:
    text = plain_words(report(targets=(), heard_at=None))
    assert "**Nothing is listened to.**" in text
    assert "Mentions" not in text


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_harmless_whatever_is_said(text: str) -> None:
    count = many_of(text)
    many = [target(f"{n}{text[:90]}", note=text, health="late") for n in range(count)]
    brands = [
        brand(f"{n} {text}", reports=(Jump(text[:90], "brand-health-acme"),)) for n in range(min(count, 500))
    ]
    assert_harmless(report(*brands, targets=many, stop=text, warnings=(text,) * 9, reports=brands[0].reports))


def test_ten_thousand_brands() -> None:
    made = report(
        *(brand(f"Brand {n}", reports=(Jump("health", f"brand-health-{n}"),)) for n in range(10_000))
    )
    assert_harmless(made)
    assert "more, left out here" in plain_words(made)
