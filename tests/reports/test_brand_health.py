from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.counts import Counts
from reports import brand_health
from reports.document import Block, Folded, Picture, Table
from reports.figures import (
    BrandHealth,
    Comparison,
    Coverage,
    Day,
    Example,
    Frame,
    Span,
    Topic,
    Waiting,
)
from reports.markdown import SIZE_LIMIT, markdown

NOW = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")
TODAY = date(2026, 11, 22)


def a_target(**more: Any) -> Coverage:
    facts: dict[str, Any] = {"target": "larkspur-reddit", "state": "ok", "whole": True, "last_success": NOW}
    return Coverage(**facts | more)


def compared(now: Counts, before: Counts | None, title: str = "", **more: Any) -> Comparison:
    earlier = None if before is None else Span(name="before", counts=before, **more)
    name = "today until 10:05" if title else "in the last 7 days"
    return Comparison(now=Span(name=name, counts=now), before=earlier, title=title)


def health(**more: Any) -> BrandHealth:
    frame: dict[str, Any] = {
        "brand": "Larkspur Rail",
        "as_of": NOW,
        "zone": MADRID,
        "coverage": (a_target(),),
        "heard_from": date(2026, 1, 1),
        **more.pop("frame", {}),
    }
    day = more.pop("day", Counts())
    facts: dict[str, Any] = {
        "today": (compared(Counts(), Counts(), "Yesterday until then"),),
        "week": compared(Counts(), Counts()),
        "days": [Day(day=TODAY - timedelta(days=n), counts=day, partial=n == 0) for n in range(27, -1, -1)],
    }
    return BrandHealth(frame=Frame(**frame), **facts | more)


def shown(blocks: Sequence[Block]) -> str:
    """As text, without what charts draw."""
    seen = [block for block in blocks if not isinstance(block, Picture | Folded)]
    return re.sub(r"\\(.)|\u00a0", r"\1", markdown(seen))


def compact(figures: BrandHealth) -> str:
    return shown(brand_health.report(figures).compact)


def full(figures: BrandHealth) -> str:
    return shown(brand_health.report(figures).full)


BUSY = health(
    day=Counts(mentions=15, negative=5, neutral=5, positive=5),
    today=(
        compared(
            Counts(mentions=40, negative=8, neutral=12, positive=20, complaints=6),
            Counts(mentions=10, negative=5, neutral=5),
            "Yesterday until then",
        ),
        compared(Counts(mentions=40), None, "Sun 15 Nov until then"),
        compared(Counts(mentions=40), Counts(mentions=90), "Sun 23 Nov 2025 until then"),
    ),
    week=compared(
        Counts(mentions=410, texts=400, negative=130, neutral=200, positive=70, complaints=54, unread=4),
        Counts(mentions=300, negative=60, neutral=160, positive=80, complaints=20),
        topics={"delay": Topic(complaints=4)},
    ),
    topic_days={"lost_or_damaged": [1] * 28, "delay": [0] * 27 + [40]},
    alerts_open=3,
    unanswered=2,
    waiting=(Waiting(id=12, priority="high", headline="Late", waited=timedelta(hours=30), link=""),),
    complaints=(Example(text="Two hours late! @larkspur", source="x", posted_at=NOW, posts=7),),
)


def test_a_sentence_comes_first() -> None:
    assert compact(BUSY).startswith(
        "**Larkspur Rail** was mentioned 410 times (400 different texts) in the last 7 days; of 400 texts "
        "that could be read, 32 % are negative and 18 % positive, and 54 are complaints. "
        "Today until 10:05: 40 mentions.\n"
    )


def test_what_changed_stands_above_the_figures() -> None:
    text = compact(BUSY)
    assert "- **Mentions: up 37 %.** 410 in the last 7 days, 300 before." in text
    assert "- **Complaints: up 170 %.** 54 in the last 7 days, 20 before." in text
    assert "**Mentions: up 300 %.** 40 today until 10:05, 10 before." in text
    assert (
        "Today until 10:05, against yesterday until the same time: too few to tell in net sentiment" in text
    )
    assert text.index("Complaints: up") < text.index("| Complaints")


def test_today_beside_earlier_days() -> None:
    (table,) = (
        block
        for block in brand_health.report(BUSY).compact
        if isinstance(block, Table) and "Today so far" in block.header
    )
    assert table.header == (
        "", "Today so far", "Yesterday until then", "Sun 15 Nov until then", "Sun 23 Nov 2025 until then",
    )  # fmt: skip
    assert table.rows[0] == ["Mentions", "40", "10; today up 300 %", "not known", "90; today down 56 %"]
    assert table.rows[1][:3] == [
        "Net sentiment",
        "+30 (+5 to +53)",
        "too few to tell (0 positive, 5 negative of 10)",
    ]
    quiet = replace(BUSY, today=(*BUSY.today[:2], compared(Counts(mentions=40), Counts(), "last year")))
    assert "last year" not in compact(quiet), "nothing was heard then"


def test_the_week_beside_the_one_before() -> None:
    text = compact(BUSY)
    assert "| Mentions | 410 (400 different texts) | 300 | up 37 % |" in text
    assert "| Negative | 130 (32 %) | 60 (20 %) | up 12 points |" in text
    net = "| Net sentiment | -15 (-22 to -8) | +7 (-1 to +14) | down 22 points |"
    assert net in text.replace("\u2212", "-")
    assert "| Not read yet | 4 | 0 |" in full(BUSY)


def test_every_picture_has_its_figures_beneath() -> None:
    report = brand_health.report(BUSY)
    for blocks, pictures in ((report.compact, 1), (report.full, 2)):
        found = [n for n, block in enumerate(blocks) if isinstance(block, Picture)]
        assert len(found) == pictures
        for n in found:
            below = blocks[n + 1]
            assert isinstance(below, Table) or isinstance(below.blocks[0], Table)  # type: ignore[union-attr]
    days = next(block for block in report.compact if isinstance(block, Folded)).blocks[0]
    assert isinstance(days, Table)
    assert days.rows[0] == ["Sun 22 Nov (so far)", "15", "5", "5", "5", "0"]
    assert len(days.rows) == 28
    first, *rest = BUSY.days
    begun = brand_health.report(replace(BUSY, days=[replace(first, known=False), *rest])).compact
    folded = next(block for block in begun if isinstance(block, Folded)).blocks[0]
    assert isinstance(folded, Table)
    assert str(folded.rows[-1][0]).endswith("(nobody listened yet)"), "its noughts say nothing"


def test_a_day_with_a_handful_of_texts_has_no_net_sentiment() -> None:
    """A single happy text would be a swing to +100."""
    days = [*BUSY.days[:-1], replace(BUSY.days[-1], counts=Counts(mentions=9, positive=9))]
    found = [each for each in brand_health.report(replace(BUSY, days=days)).full if isinstance(each, Folded)]
    (table,) = found[0].blocks
    assert isinstance(table, Table)
    assert table.rows[0] == ["Sun 22 Nov (so far)", "9", "too few to tell", ""]
    assert table.rows[1] == ["Sat 21 Nov", "15", "0", "\u221240 to +40"]
    assert "No day has 10 texts that could be read." in full(health())


def test_holes_are_named_and_hatched() -> None:
    days = [replace(day, hole=day.day.day in (3, 4)) for day in BUSY.days]
    late = a_target(target="larkspur-x", state="quota_exhausted", whole=False)
    frame = replace(BUSY.frame, coverage=(a_target(), late), holes=["larkspur-x: nothing from A to B: wall"])
    text = compact(replace(BUSY, days=days, frame=frame))
    assert (
        "**Not everything was collected**, so figures are too low. Holes in 1 of 2 targets: larkspur-x"
        in text
    )
    assert "2 of the last 28 days are incomplete, and hatched in the charts." in text
    frame_of_late = replace(BUSY.frame, coverage=(a_target(whole=False, health="late"),))
    assert "larkspur-reddit (late)." in compact(replace(BUSY, frame=frame_of_late))
    once = replace(BUSY.frame, coverage=(a_target(whole=False, health="ok"),))
    assert "larkspur-reddit (a hole)." in compact(replace(BUSY, frame=once))
    assert "- larkspur-x: nothing from A to B: wall" in full(replace(BUSY, frame=frame))
    assert "| larkspur-x | **quota exhausted** |" in full(replace(BUSY, frame=frame))
    report = brand_health.report(replace(BUSY, days=days, frame=frame))
    whole = brand_health.report(BUSY)
    for one, other in ((report.compact, whole.compact), (report.full, whole.full)):
        for with_hole, without in zip(pictures(one), pictures(other), strict=True):
            assert with_hole.svg != without.svg


def pictures(blocks: Sequence[Block]) -> list[Picture]:
    return [block for block in blocks if isinstance(block, Picture)]


def test_alerts_that_wait() -> None:
    text = compact(BUSY)
    assert (
        "3 alerts are open, and nobody has acknowledged **2** of them; the oldest has waited for 30 h" in text
    )
    assert "| 12 | high | Late | 30 h | no link |" in full(BUSY)
    assert "1 alert is open; somebody has acknowledged each" in compact(
        replace(BUSY, alerts_open=1, unanswered=0)
    )
    assert "No alert is open." in compact(replace(BUSY, alerts_open=0, unanswered=0))
    rival = replace(BUSY, frame=replace(BUSY.frame, competitor=True))
    assert "Nobody is alerted of a competitor's customers." in compact(rival)


def test_topics_this_week_against_last() -> None:
    text = full(BUSY)
    assert "| lost or damaged | 0 | 0 | too few to tell |" in text
    grown = replace(BUSY.week, now=replace(BUSY.week.now, topics={"delay": Topic(complaints=40)}))
    assert "| delay | 40 | 4 | **up 900 %** |" in full(replace(BUSY, week=grown))


def test_one_mention() -> None:
    one = Counts(mentions=1, negative=1, complaints=1)
    text = compact(health(week=compared(one, Counts()), day=one))
    assert text.startswith(
        "**Larkspur Rail** was mentioned once in the last 7 days; of 1 text that could be read, 1 is "
        "negative, 0 positive, and 1 is a complaint."
    )
    assert "| Negative | 1 | 0 | too few to tell |" in text
    assert "%" not in text


def test_nothing_to_compare_with() -> None:
    begun = health(
        frame={"heard_from": date(2026, 11, 20)},
        week=compared(Counts(mentions=50), None),
        day=Counts(mentions=2),
    )
    text = compact(begun)
    assert "In the last 7 days: nothing to compare with yet." in text
    assert "Earful has listened to Larkspur Rail since 20 November 2026." in text
    assert "7 days before" not in text


def test_nothing_posted_for_long() -> None:
    text = compact(health(frame={"newest": date(2015, 2, 24)}))
    assert text.startswith("Nobody was heard mentioning Larkspur Rail in the last 28 days. **The newest")
    assert "is from 24 February 2015.** For a report of that time run the deployment “report”" in text
    assert "Today so far" not in text
    assert "No alert is open." in text
    assert compact(health()).startswith("Nothing about Larkspur Rail was collected so far.")
    assert "**Nothing was collected yet**" in compact(health(frame={"coverage": ()}))


def test_times_are_where_the_team_is() -> None:
    assert "As of 2026-11-22 10:05 CET." in compact(BUSY)
    assert "| 7 | x | 2026-11-22 10:05 CET |" in full(BUSY)


def test_small_and_harmless_whatever_comes_in() -> None:
    text = "![x](http://evil.example/p.png)<script>alert(1)</script>" * 50
    link = "https://x.example/" + "a" * 400
    flood = health(
        frame={
            "brand": text,
            "coverage": [
                a_target(target=f"{text[:99]}{n}", state=text[:99], whole=False) for n in range(500)
            ],
            "holes": [text] * 200,
        },
        day=Counts(mentions=10**12, negative=10**12),
        week=compared(Counts(mentions=10**12, negative=10**12, complaints=10**9), Counts(mentions=40)),
        topic_days={f"{text[:99]}{n}": [n] * 28 for n in range(200)},
        unanswered=5,
        alerts_open=9,
        waiting=[
            Waiting(id=n, priority=text, headline=text, waited=timedelta(1), link=link) for n in range(50)
        ],
        complaints=[Example(text=text[:300], source=text[:99], posted_at=NOW, link=text)] * 50,
    )
    report = brand_health.report(flood)
    for written in (markdown(report.compact), markdown(report.full)):
        assert len(written.encode()) <= SIZE_LIMIT
        rest = re.sub(r"!\[[^\n]*\]\(data:image/svg\+xml;base64,[A-Za-z0-9+/=]+\)", "", written)
        assert not re.search(r"(?<!\\)!\[|<(?!/?(details|summary)>)|(?i:https?://(?!x\.example/a))", rest)
