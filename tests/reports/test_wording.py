from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reports.wording import moment, percent, plural, signed, span, words


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "under a minute"), (59, "under a minute"), (60, "1 min"), (3_599, "59 min"), (3_600, "1 h"),
        (5_400, "1 h 30 min"), (172_799, "47 h 59 min"), (172_800, "2 days"), (180_000, "2 days 2 h"),
        (86_400 * 4_000, "4,000 days"),
    ],
)  # fmt: skip
def test_lengths_of_time(seconds: int, said: str) -> None:
    assert span(timedelta(seconds=seconds)) == said


def test_counts_shares_codes_and_times() -> None:
    assert (plural(1, "post"), plural(0, "post"), plural(2_000, "reply", "replies")) == (
        "1 post", "0 posts", "2,000 replies"
    )  # fmt: skip
    assert (percent(1, 3), percent(0, 5), percent(1, 0)) == ("33 %", "0 %", "none")
    assert [signed(value) for value in (12.6, 0.4, -0.4, -7.6, -1_000)] == [
        "+13", "0", "0", "\u22128", "\u22121,000"
    ]  # fmt: skip
    assert words("in_progress") == "in progress"
    when = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert moment(when, ZoneInfo("Europe/Madrid")) == "2026-03-29 03:30 CEST"
