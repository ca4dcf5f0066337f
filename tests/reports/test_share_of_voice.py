from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from core.counts import Counts
from reports.document import Picture, Strong, Table
from reports.share_of_voice import BrandVoice, Said, ShareOfVoice, share_of_voice
from tests.reports.rendered import HOSTILE, assert_harmless, many_of, plain_words

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MUCH = Said(
    counts=Counts(mentions=400, texts=380, negative=120, neutral=160, positive=80, complaints=90),
    topic="lost_or_damaged",
    topic_complaints=31,
)
LITTLE = Said(counts=Counts(mentions=20, texts=18, negative=5, neutral=9, positive=3, complaints=4))


def brand(
    name: str, *, competitor: bool = False, week: Said = LITTLE, month: Said = MUCH, **more: Any
) -> BrandVoice:
    return BrandVoice(name=name, competitor=competitor, week=week, month=month, **more)


def report(*brands: BrandVoice) -> Any:
    return share_of_voice(ShareOfVoice(as_of=NOW, zone=UTC, brands=brands))


def test_shares_own_brands_and_competitors() -> None:
    bolt = brand("Bolt", competitor=True, month=Said(counts=Counts(mentions=100, texts=100, neutral=100)))
    made = report(bolt, brand("Acme"))
    text = plain_words(made)
    assert (
        "Of 500 mentions in the last 28 days, 80 % were about **Acme**; 20 % were about Bolt (competitor)."
        in text
    )
    picture = next(block for block in made.compact if isinstance(block, Picture))
    ElementTree.fromstring(picture.svg)  # noqa: S314 - our own
    assert "Acme" in picture.svg
    assert "80 % (400)" in picture.svg
    (month,) = [b for b in made.full if isinstance(b, Table) and b.header[0] == "Last 28 days"]
    acme, competitor = month.rows
    assert acme[0] == Strong("Acme")
    assert competitor[0] == "Bolt (competitor)"
    assert acme[1:4] == ("400", "80 %", "380")
    assert acme[4].startswith("\u221211 (\u2212")
    assert acme[5] == "25 % (21 to 30; 90 of 360)"
    assert acme[6] == "lost or damaged (31)"
    assert competitor[4].startswith("0 (")
    assert competitor[5].startswith("0 % (0 to ")


def test_small_samples_are_shown_as_such() -> None:
    (week,) = [
        b for b in report(brand("Acme"), brand("Bolt", week=Said(counts=Counts(mentions=1, texts=1)))).compact
        if isinstance(b, Table)
    ]  # fmt: skip
    assert week.rows[0][2:6] == ("too few", "18", "too few to tell (3 positive, 5 negative of 17)", "4 of 17")
    assert week.rows[1][1:6] == ("1", "too few", "1", "nothing read", "nothing read")
    few = report(brand("Acme", month=LITTLE), brand("Bolt", month=Said(counts=Counts(mentions=1))))
    assert "20 were about **Acme**; 1 was about **Bolt**. That is too little to compare." in plain_words(few)


def test_one_brand_alone_is_told_how_to_compare() -> None:
    text = plain_words(report(brand("Acme")))
    assert "Add a competitor to brands.yaml: a brand with **competitor: true**" in text
    assert "data:image" not in text, "one bar compares nothing"
    assert "Add a competitor" not in plain_words(report(brand("Acme"), brand("Bolt")))


def test_brands_that_are_not_listened_to_alike() -> None:
    alike = report(brand("Acme", sources=("x", "reddit")), brand("Bolt", sources=("reddit", "x")))
    assert "same sources: compare" not in plain_words(alike)
    assert "same sources: compare" in plain_words(report(brand("Acme", sources=("x",)), brand("Bolt")))


def test_nothing_at_all() -> None:
    assert "No brand is listened to." in plain_words(report())
    silent = report(*(brand(name, week=Said(), month=Said()) for name in ("Acme", "Bolt")))
    assert "nobody was heard mentioning any of 2 brands" in plain_words(silent)
    assert "data:image" not in plain_words(silent)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_harmless_whatever_brands_and_topics_are_called(text: str) -> None:
    said = Said(
        counts=Counts(mentions=10**9, texts=10**9, negative=10**9, complaints=1),
        topic=text,
        topic_complaints=1,
    )
    assert_harmless(
        report(
            *(
                brand(f"{n} {text}", week=said, month=said, sources=(text,))
                for n in range(min(200, many_of(text)))
            )
        )
    )


def test_ten_thousand_brands() -> None:
    made = report(*(brand(f"Brand {n}", competitor=n % 2 == 0) for n in range(10_000)))
    assert_harmless(made)
    assert "9,997 more brands below" in plain_words(made)
