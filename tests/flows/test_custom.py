"""Questions asked by hand: from real mentions in a real database to the answer, on both databases."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigError
from core.mention import Visibility
from core.reading import Reading
from flows.steps.brand_page import write_brand_page
from flows.steps.custom import Request, answer, gather, understand
from flows.steps.pages import take_back
from reports.custom import CustomFigures
from reports.plain_lines import plain_lines
from storage.erasure import forget
from tests.flows.conftest import Words
from tests.flows.on_both import BothHouse, on_both
from tests.reports.test_page import assert_inert

__all__ = ["on_both"]


class Topical(Words):
    """Texts with 'late' in them are about delays."""

    def _reading(self, text: str) -> Reading:
        return replace(super()._reading(text), topics={"delay": 0.9 if "late" in text else 0.1, "staff": 0.2})


def post(number: int, text: str, at: str, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "text": f"{text} {number}", "posted_at": at, "author": f"a{number}", **more}


POSTS = (
    post(1, "bad and late", "2026-11-14T22:59:59Z"),  # in Madrid still the 14th
    post(2, "bad and late", "2026-11-14T23:00:00Z", url="https://x.example/2"),
    post(3, "good though late", "2026-11-18T10:00:00Z"),
    post(4, "bad", "2026-11-18T11:00:00Z"),
    post(5, "good", "2026-11-21T22:59:59Z", url="javascript:alert(1)"),
    post(6, "bad and late", "2026-11-21T23:00:00Z"),  # in Madrid the 22nd
    post(7, "so so", "2026-11-10T10:00:00Z"),
)
THEIRS = (post(8, "good", "2026-11-17T10:00:00Z"), post(9, "bad", "2026-11-01T10:00:00Z"))


@pytest.fixture
def house(on_both: BothHouse) -> BothHouse:
    on_both.reader = Topical()
    ours = on_both.archive("acme", on_both.mentions("ours.jsonl", *POSTS))
    theirs = on_both.archive("globex", on_both.mentions("theirs.jsonl", *THEIRS))
    on_both.configure(
        {"name": "Globex", "competitor": True, "targets": [theirs]},
        {"name": "Acme", "targets": [ours]},
        timezone="Europe/Madrid",
    )
    on_both.run()
    return on_both


def answered(house: BothHouse, **question: Any) -> CustomFigures:
    with house.open() as wiring:
        return gather(wiring, understand(wiring, Request(**question)))


def test_the_figures_are_those_of_an_independent_query(house: BothHouse) -> None:
    now = answered(house).now
    span = ("2026-11-14T23:00:00+00:00", "2026-11-21T23:00:00+00:00")
    rows = {
        "mentions": "1 = 1",
        "negative": "r.label = 'negative'",
        "positive": "r.label = 'positive'",
        "complaints": "r.complaint >= 0.5",
    }
    found = {name: getattr(now.counts, name) for name in rows}
    assert found == {name: count_of(house, *span, where) for name, where in rows.items()}
    assert found == {"mentions": 4, "negative": 2, "positive": 2, "complaints": 2}
    assert [day.counts.mentions for day in now.days] == [1, 0, 0, 2, 0, 0, 1]
    assert now.topics["delay"].complaints == 1


def count_of(house: BothHouse, start: str, end: str, where: str) -> int:
    inside = "julianday(m.posted_at) >= julianday(:start) AND julianday(m.posted_at) < julianday(:end)"
    if "postgresql" in house.settings.database_url:
        inside = "m.posted_at >= cast(:start AS timestamptz) AND m.posted_at < cast(:end AS timestamptz)"
    return house.one(
        "SELECT count(*) FROM mentions m JOIN sightings s ON s.mention_id = m.id AND s.brand = 'Acme' "  # noqa: S608
        f"JOIN readings r ON r.mention_id = m.id WHERE {inside} AND {where}",
        start=start,
        end=end,
    )


def test_the_period_before_is_compared_with_where_somebody_listened(house: BothHouse) -> None:
    found = answered(house)
    assert found.before is None, "the oldest mention is of the 10th, the week before began on the 8th"
    early = answered(house, period="given days", first=date(2026, 11, 16), last=date(2026, 11, 21))
    assert early.before is not None
    assert (early.before.period, early.before.counts.mentions) == ("10 to 15 November 2026", 3)


def test_about_one_topic(house: BothHouse) -> None:
    found = answered(house, topic="Delay")
    assert [example.text for example in found.complaints] == ["bad and late 2"]
    assert [example.text for example in found.praise] == ["good though late 3"]
    assert {day.isoformat(): (t.complaints, t.positive) for day, t in found.topic_days.items()} == {
        "2026-11-15": (1, 0),
        "2026-11-18": (0, 1),
    }


def test_beside_another_brand(house: BothHouse) -> None:
    found = answered(house, competitor="Globex")
    assert found.rival is not None
    assert (found.rival.brand, found.rival.counts.mentions, found.rival.counts.positive) == ("Globex", 1, 1)


def test_the_first_brand_that_is_no_competitor_is_meant(house: BothHouse) -> None:
    assert answered(house).now.brand == "Acme"


def test_today_is_not_over(house: BothHouse) -> None:
    found = answered(house, period="today").now
    assert found.incomplete
    assert [day.partial for day in found.days] == [True]
    assert found.counts.mentions == 1


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"brand": "Acne"}, "has no brand 'Acne'; it has: Globex, Acme"),
        ({"competitor": "Initech"}, "has no brand 'Initech'"),
        ({"competitor": "Acme"}, "'Acme' is the brand itself"),
        ({"topic": "weather"}, "there is no topic 'weather'; there are: delay, cancellation"),
        ({"period": "given days", "first": date(2026, 11, 23)}, "is in the future: today is 2026-11-22"),
    ],
)
def test_a_wrong_word_is_answered_by_what_to_do(
    house: BothHouse, question: dict[str, Any], said: str
) -> None:
    with house.open() as wiring, pytest.raises(ConfigError, match=said):
        understand(wiring, Request(**question))


def test_each_question_has_a_page_of_its_own(house: BothHouse, tmp_path: Path) -> None:
    house.settings = house.settings.model_copy(update={"reports": str(tmp_path / "pages")})
    with house.open() as wiring:

        def written(latest: bool = False, **question: Any) -> str:
            return write_brand_page(wiring, understand(wiring, Request(**question)), latest=latest).address

        names = [
            written(latest=True),
            written(topic="delay"),
            written(topic="delay", competitor="Globex"),
            written(period="yesterday"),
        ]
        assert written() == names[0]
    folder = tmp_path / "pages" / "acme"
    assert names == [
        f"{folder}/2026-11-15--2026-11-21.html",
        f"{folder}/2026-11-15--2026-11-21-delay.html",
        f"{folder}/2026-11-15--2026-11-21-delay-beside-globex.html",
        f"{folder}/2026-11-21.html",
    ]
    assert len(list(folder.iterdir())) == 5
    text = Path(names[0]).read_text("utf-8")
    assert (folder / "latest.html").read_text("utf-8") == text
    assert "bad and late 2" in text
    assert "javascript" not in text
    assert 'href="https://x.example/2"' in text


def test_the_answer_in_words(house: BothHouse) -> None:
    with house.open() as wiring:
        report = answer(wiring, understand(wiring, Request(topic="delay", competitor="Globex")))
    assert plain_lines(report.compact)[:2] == (
        "Acme was mentioned 4 times (15 to 21 November 2026); of 4 texts that the model could read, 2 are "
        "negative and 2 are complaints.",
        "About delay: 1 complaint and 1 positive text.",
    )


def test_nothing_was_heard(house: BothHouse) -> None:
    with house.open() as wiring:
        day = date(2026, 11, 12)
        question = Request(period="given days", first=day, last=day)
        report = answer(wiring, understand(wiring, question))
    assert plain_lines(report.compact)[0] == (
        "Nobody was heard mentioning Acme in this period (Thursday 12 November 2026)."
    )


def test_a_post_that_is_gone_is_taken_off_every_page(house: BothHouse, tmp_path: Path) -> None:
    house.settings = house.settings.model_copy(update={"reports": str(tmp_path / "pages")})
    with house.open() as wiring:
        written = write_brand_page(wiring, understand(wiring, Request()), latest=True)
        assert take_back(wiring).pages == 0, "all are still there"
        gone = house.rows("SELECT id FROM mentions WHERE url = 'https://x.example/2'")
        with wiring.database.transaction() as tx:
            forget(tx, [id_ for (id_,) in gone], wiring.clock(), Visibility.DELETED)
        assert take_back(wiring).pages == 2
        assert take_back(wiring).pages == 0
    for address in (written.address, written.latest):
        text = Path(address).read_text("utf-8")
        assert "bad and late 2" not in text
        assert "x.example/2" not in text
        assert "good though late 3" in text
        assert_inert(text)


def test_pages_of_another_database_are_left_alone(house: BothHouse, tmp_path: Path) -> None:
    house.settings = house.settings.model_copy(update={"reports": str(tmp_path / "pages")})
    with house.open() as wiring:
        written = write_brand_page(wiring, understand(wiring, Request()))
    page = Path(written.address)
    other = re.sub(
        '"earful-origin" content="[0-9a-f]{32}"', '"earful-origin" content="x"', page.read_text("utf-8")
    )
    page.write_text(other, "utf-8")
    with house.open() as wiring:
        with wiring.database.transaction() as tx:
            forget(tx, range(1, 20), wiring.clock(), Visibility.DELETED)
        assert take_back(wiring).pages == 0
    assert page.read_text("utf-8") == other
    assert 'content="x"' in other
