from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from reports.document import Table
from reports.voices import Author, Returning, Voices, voices
from tests.reports.rendered import HOSTILE, LINK, assert_harmless, many_of, plain_words

BUSY = Returning(
    before=400, back=120, back_happy=40, back_unhappy=30, turned_happy=12, turned_unhappy=9, complained=80,
    quiet=50, since=300,
)  # fmt: skip


def author(handle: str, **more: Any) -> Author:
    facts: dict[str, Any] = {"source": "x", "followers": 1_200, "posts": 4, "days": 3, **more}
    return Author(handle=handle, happy=(0, 2), unhappy=(1, 0), last=date(2026, 11, 20), **facts)


def found(**more: Any) -> Voices:
    facts: dict[str, Any] = {"brand": "Larkspur Rail", "returning": BUSY, **more}
    days = {"start": date(2026, 9, 28), "middle": date(2026, 10, 26)}
    return Voices(as_of=datetime(2026, 11, 22, 12, tzinfo=UTC), zone=UTC, **days, **facts)


def test_do_they_come_back() -> None:
    made = voices(found())
    text = plain_words(made)
    assert (
        "Of 400 authors who mentioned **Larkspur Rail** in the 28 days before (2026-09-28 to 2026-10-25), "
        "120 came back in the last 28 days: 30 % (between 26 and 35 %)." in text
    )
    assert "Came back happy: 40; unhappy: 30." in text
    assert "Unhappy before and happy now: 12; the other way round: 9." in text
    assert "not heard since: 50 of 80. Quiet is not content: nobody knows." in text
    assert "| … of them not in the days before | 180 |" in text
    assert made.key == "voices-larkspur-rail"


def test_few_are_counted_and_not_turned_into_a_share() -> None:
    text = plain_words(voices(found(returning=Returning(before=1, back=1, since=1))))
    assert "Of 1 author who mentioned" in text
    assert "1 came back in the last 28 days (too few for a percentage)." in text
    assert " %" not in text.split("How to read")[0]


def test_nobody() -> None:
    text = plain_words(voices(found(returning=Returning())))
    assert "There is no answer yet" in text
    assert "0 authors were." in text
    assert "Came back happy" not in text


def test_what_makes_the_figure_too_low_is_said() -> None:
    assert "hole" not in plain_words(voices(found())).split("How to read")[0]
    text = plain_words(voices(found(holes=2, heard_since=date(2026, 10, 12))))
    assert "There are 2 holes in what was collected ([coverage](/v2/artifacts/key/coverage))" in text
    assert "The first mention that is known is of 2026-10-12" in text


def test_lists() -> None:
    made = voices(found(reach=[author("loud", link=LINK)], loyal=[author("ann", followers=None)] * 3))
    tables = {
        block.header[2]: block for block in made.full if isinstance(block, Table) and len(block.header) > 2
    }
    assert [str(cell) for cell in tables["Followers"].rows[0][:7]] == [
        "loud", "x", "1,200", "4", "2", "0", "2026-11-20"
    ]  # fmt: skip
    assert len(tables["Days"].rows) == 3
    assert list(tables["Days"].rows[0][:6]) == ["ann", "x", "3", "4", "0, 2", "1, 0"]
    assert f"[open]({LINK})" in plain_words(made)


def test_rules_of_the_sources() -> None:
    text = plain_words(voices(found(counted=("bluesky", "mastodon"), left_out=[("reddit", "its policies")])))
    assert "Counted, and never named: bluesky, mastodon." in text
    assert "Not looked at: reddit (its policies)." in text
    hidden = plain_words(voices(found(competitor=True, reach=(), loyal=())))
    assert "A competitor's customers are counted and not named." in hidden


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_harmless_whatever_people_call_themselves(text: str) -> None:
    many = [author(f"{text}{n}", source=text[:50], link=LINK) for n in range(many_of(text))]
    many += [author(text, link=text)] * 2
    made = voices(
        found(brand=text, reach=many, loyal=many, counted=[text] * 30, left_out=[(text, text)] * 30)
    )
    assert_harmless(made)
