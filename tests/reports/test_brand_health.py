from __future__ import annotations

import re
import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.brand_health import SIZE_LIMIT, artifact_key, compact, full
from reports.figures import AlertLine, BrandHealth, Complaint, Counts, Coverage

END = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def a_target(**more: Any) -> Coverage:
    facts: dict[str, Any] = {
        "target": "larkspur-reddit",
        "state": "ok",
        "whole": True,
        "last_success": END,
        **more,
    }
    return Coverage(**facts)


def health(**more: Any) -> BrandHealth:
    facts: dict[str, Any] = {"now": Counts(), "coverage": (a_target(),), **more}
    return BrandHealth(
        brand="Larkspur Rail",
        start=END - timedelta(days=1),
        end=END,
        as_of=END + timedelta(minutes=5),
        **facts,
    )


BUSY = health(
    now=Counts(
        mentions=410,
        negative=130,
        neutral=200,
        positive=70,
        complaints=54,
        unread=4,
        unsupported=6,
        alerts_opened=9,
    ),
    before=Counts(
        mentions=300, negative=60, neutral=160, positive=70, complaints=20, unsupported=10, alerts_opened=3
    ),
    alerts_open=3,
    coverage=(
        a_target(new=300, rejected=2),
        a_target(
            target="larkspur-x",
            state="quota_exhausted",
            whole=False,
            new=110,
            note="budget | spent",
            spend_usd=1.5,
            health="broken",
            heard=3,
            usual=12.5,
        ),
        a_target(target="larkspur-reviews", state="auth_failed", whole=False, last_success=None),
    ),
    alerts=(
        AlertLine(
            id=12,
            status="in_progress",
            priority="high",
            headline="Unhappy: Larkspur Rail",
            opened_at=END,
            link="https://x.example/1",
        ),
    ),
    complaints=(
        Complaint(text="Two hours late! @larkspur www.evil.example", source="x", posted_at=END, link=""),
    ),
)


def test_no_mentions() -> None:
    assert (
        compact(health())
        == """\
Nobody was heard mentioning **Larkspur Rail** from 2026-11-21 10:00 UTC to 2026-11-22 10:00 UTC.

|  | This period | Period before | Change |
| :--- | ---: | ---: | :--- |
| Mentions | 0 | not known | nothing to compare with yet |
| Negative | 0 | not known | nothing to compare with yet |
| Complaints | 0 | not known | nothing to compare with yet |

No alert is open.

Everything that was asked for was collected (1 target).

As of 2026-11-22 10:05 UTC."""
    )


def test_one_mention() -> None:
    text = compact(health(now=Counts(mentions=1, negative=1, complaints=1), before=Counts(), alerts_open=1))
    assert (
        text
        == """\
**Larkspur Rail** was mentioned once from 2026-11-21 10:00 UTC to 2026-11-22 10:00 UTC; the model read 1 \
text and found 1 negative and 1 complaint.

|  | This period | Period before | Change |
| :--- | ---: | ---: | :--- |
| Mentions | 1 | 0 | too few to tell |
| Negative | 1 (100 %) | 0 | too few to tell |
| Complaints | 1 | 0 | too few to tell |

**1** alert is open.

Everything that was asked for was collected (1 target).

As of 2026-11-22 10:05 UTC."""
    )


def test_nothing_read_and_nothing_collected() -> None:
    text = compact(health(now=Counts(mentions=3, unread=3), coverage=()))
    assert "was mentioned 3 times" in text
    assert "; the model has read none of it." in text
    assert "**Nothing was collected in this period.**" in text


def test_busy() -> None:
    assert (
        compact(BUSY)
        == """\
**Larkspur Rail** was mentioned 410 times from 2026-11-21 10:00 UTC to 2026-11-22 10:00 UTC; the model read \
400 texts and found 32 % negative and 54 complaints.

|  | This period | Period before | Change |
| :--- | ---: | ---: | :--- |
| Mentions | 410 | 300 | up 37 % |
| Negative | 130 (32 %) | 60 (21 %) | up 11 points |
| Complaints | 54 | 20 | up 170 % |

**3** alerts are open.

**Not everything was collected**, so figures are too low. Holes in 2 of 3 targets: \
larkspur\\-x (quota exhausted), larkspur\\-reviews (auth failed).

As of 2026-11-22 10:05 UTC."""
    )


def test_full() -> None:
    assert (
        full(BUSY).split("## How to read this")[0]
        == """\
# Larkspur Rail: brand health

**Larkspur Rail** was mentioned 410 times from 2026-11-21 10:00 UTC to 2026-11-22 10:00 UTC; the model read \
400 texts and found 32 % negative and 54 complaints.

**Not everything was collected**, so figures are too low. Holes in 2 of 3 targets: \
larkspur\\-x (quota exhausted), larkspur\\-reviews (auth failed). As of 2026-11-22 10:05 UTC.

## Figures

|  | This period | Period before | Change |
| :--- | ---: | ---: | :--- |
| Mentions | 410 | 300 | up 37 % |
| Negative | 130 (32 %) | 60 (21 %) | up 11 points |
| Neutral | 200 (50 %) | 160 (55 %) | no clear change |
| Positive | 70 (18 %) | 70 (24 %) | down 6 points |
| Complaints | 54 | 20 | up 170 % |
| Not read yet | 4 | 0 |  |
| In languages that cannot be read | 6 | 10 | too few to tell |
| Alerts opened | 9 | 3 | too few to tell |

## Clearest complaints

| In their words | Posts | Source | Posted | Post |
| :--- | ---: | :--- | :--- | :--- |
| Two hours late\\! \u2060\\@\u2060larkspur w\u2060ww\\.evil\\.example | 1 | x | \
2026-11-22 10:00 UTC | no link |

## Latest alerts

**3** alerts are open.

| Number | Status | Priority | What | Opened | Post |
| ---: | :--- | :--- | :--- | :--- | :--- |
| 12 | in progress | high | Unhappy\\: Larkspur Rail | 2026-11-22 10:00 UTC | [open](https://x.example/1) |

## What was collected

| Target | State | Heard (24 h, usual) | Last success | New | Unreadable | US dollars | Note |
| :--- | :--- | :--- | :--- | ---: | ---: | ---: | :--- |
| larkspur\\-x | **quota exhausted** | **broken** (3, 12) | 2026-11-22 10:00 UTC | 110 | 0 | 1.50 | budget \\| spent |
| larkspur\\-reviews | **auth failed** |  | never | 0 | 0 | 0.00 |  |
| larkspur\\-reddit | ok |  | 2026-11-22 10:00 UTC | 300 | 2 | 0.00 |  |

"""  # noqa: E501 - a row of a table
    )


def test_the_same_text_posted_often_is_one_voice() -> None:
    """What is thought is counted by text, how often it was said by post."""
    counts = Counts(mentions=620, texts=131, negative=40, neutral=60, positive=25, unread=6, complaints=12)
    earlier = Counts(mentions=100, texts=100, negative=50, neutral=50)
    text = compact(health(now=counts, before=earlier))
    assert "was mentioned 620 times (131 different texts) from" in text
    assert "read 125 texts and found 32 % negative and 12 complaints." in text
    assert "| Mentions | 620 (131 different texts) | 100 | up 520 % |" in text
    assert "(1 different text)" in compact(health(now=Counts(mentions=9, texts=1, negative=1)))


def test_times_are_in_utc() -> None:
    there = timezone(timedelta(hours=9))
    assert "As of 2026-11-22 10:05 UTC." in compact(replace(BUSY, as_of=BUSY.as_of.astimezone(there)))


@pytest.mark.parametrize("text", ["<@|&" * 5_000, "x" * 10**6, "![x](http://evil.example/p.png)" * 100])
def test_small_and_harmless_whatever_comes_in(text: str) -> None:
    many = 10_000
    link = "https://x.example/" + "a" * 400
    flood = BrandHealth(
        brand=text,
        start=END,
        end=END,
        as_of=END,
        now=Counts(mentions=10**12, negative=10**12, complaints=10**12),
        before=Counts(mentions=1),
        alerts_open=10**9,
        coverage=tuple(
            a_target(target=f"{text[:99]}{i}", state=text[:99], whole=i % 2 == 0, note=text[:999])
            for i in range(many)
        ),
        alerts=tuple(
            AlertLine(id=i, status=text[:99], priority=text[:99], headline=text, opened_at=END, link=link)
            for i in range(many)
        ),
        complaints=(Complaint(text=text, source=text, posted_at=END, link=text),) * many,
    )
    for written in (compact(flood), full(flood)):
        assert len(written.encode()) <= SIZE_LIMIT
        assert not re.search(r"(?<!\\)!\[|<|(?i:https?://(?!x\.example/a))", written)
    assert full(flood).count("more, left out here.") == 3
    assert "4,995 more" in compact(flood)


@pytest.mark.parametrize(
    ("brand", "key"),
    [
        ("Larkspur Rail", "brand-health-larkspur-rail"),
        ("Acme", "brand-health-acme"),
        ("acme", "brand-health-acme--822b33ad87c148a0"),
        ("日本", "brand-health--cf2abf0c5be326cb"),
    ],
)
def test_key(brand: str, key: str) -> None:
    assert artifact_key(brand) == key


near = st.text(alphabet="aA1 -_.é", min_size=1, max_size=6)


@given(near | st.text(min_size=1), near | st.text(min_size=1))
def test_no_two_brands_share_a_key(one: str, other: str) -> None:
    keys = artifact_key(one), artifact_key(other)
    assert (keys[0] == keys[1]) == (one == other)
    for key in keys:
        assert set(key) <= set(string.ascii_lowercase + string.digits + "-")
        assert len(key) < 100
