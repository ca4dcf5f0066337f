"""What is claimed about a change, and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from core.counts import Counts
from reports.document import Line, Link, Strong
from reports.figures import Campaign, Comparison, Span, Topic
from reports.why import changes


def said(line: Line) -> str:
    """As somebody reads it."""
    pieces: Sequence[Any] = [line] if isinstance(line, str | Strong | Link) else line  # type: ignore[list-item]
    return "".join(
        piece if isinstance(piece, str) else piece.label if isinstance(piece, Link) else piece.text
        for piece in pieces
    )


def counts(read: int = 0, negative: int = 0, positive: int = 0, **more: int) -> Counts:
    facts = {"mentions": read, **more}
    return Counts(negative=negative, positive=positive, neutral=read - negative - positive, **facts)


def compared(now: Counts, before: Counts, **more: Any) -> Comparison:
    present = {key: value for key, value in more.items() if key in ("sources", "topics", "holes")}
    earlier = {key[7:]: value for key, value in more.items() if key.startswith("before_")}
    return Comparison(
        now=Span(name="this week", counts=now, **present),
        before=Span(name="last week", counts=before, **earlier),
        campaigns=more.get("campaigns", ()),
    )


def test_nothing_is_claimed_of_a_handful_nor_of_chance() -> None:
    few = changes(compared(counts(9, 5, 1, complaints=4), counts(3, 1, 1, complaints=1)))
    assert (few.clear, few.unclear) == ([], [])
    assert few.too_few == ["mentions", "net sentiment", "complaints"]
    same = changes(compared(counts(200, 50, 40, complaints=40), counts(190, 45, 42, complaints=36)))
    assert same.clear == []
    assert same.unclear == ["mentions", "net sentiment", "complaints"]


def test_nothing_to_compare_with() -> None:
    found = changes(Comparison(now=Span(name="now", counts=counts(100, 90)), before=None))
    assert (found.clear, found.unclear, found.too_few) == ((), (), ())


def test_the_topic_that_explains_most_of_more_complaints() -> None:
    found = changes(
        compared(
            counts(400, 160, 40, complaints=150),
            counts(390, 100, 40, complaints=80),
            topics={"delay": Topic(complaints=85), "lost_or_damaged": Topic(complaints=20)},
            before_topics={"delay": Topic(complaints=25), "price": Topic(complaints=22)},
        )
    )
    line = said(found.clear[-1])
    assert line == (
        "Complaints: up 88 %. 150 this week, 80 last week. 60 of the 70 more (86 %) are about delay."
    )
    assert found.unclear == ["mentions"]


def test_a_part_that_moved_more_than_the_whole() -> None:
    found = changes(
        compared(
            counts(complaints=150),
            counts(complaints=100),
            topics={"delay": Topic(complaints=120)},
            before_topics={"delay": Topic(complaints=40), "staff": Topic(complaints=30)},
        )
    )
    assert "Those that are about delay alone are 80 more" in said(found.clear[-1])


def test_no_part_is_named_that_may_have_moved_by_chance() -> None:
    topics = {f"topic_{n}": Topic(complaints=9) for n in range(15)}
    earlier = {f"topic_{n}": Topic(complaints=5) for n in range(15)}
    found = changes(
        compared(counts(complaints=135), counts(complaints=75), topics=topics, before_topics=earlier)
    )
    assert said(found.clear[-1]).endswith("No single topic or source stands out in it.")


def test_fewer_complaints_of_one_source() -> None:
    found = changes(
        compared(
            counts(complaints=40),
            counts(complaints=130),
            sources={"x": counts(complaints=20), "reddit": counts(complaints=20)},
            before_sources={"x": counts(complaints=105), "reddit": counts(complaints=25)},
        )
    )
    assert said(found.clear[-1]).endswith("85 of the 90 fewer (94 %) came from x.")


CAMPAIGN = Campaign(text="t" * 200, source="x", link="https://x.example/1", posts=180, before=2)


def test_one_text_that_many_post() -> None:
    found = changes(compared(counts(500), counts(300), campaigns=[CAMPAIGN]))
    line = said(found.clear[0])
    assert line.startswith(
        "Mentions: up 67 %. 500 this week, 300 last week. 178 of the 200 more say the same: “ttt"
    )
    assert "…” (x)." in line
    assert Link("x", "https://x.example/1", otherwise="x") in found.clear[0]  # type: ignore[operator]


@pytest.mark.parametrize(("now", "before"), [(1_500, 300), (300, 500)])
def test_a_campaign_that_explains_little_is_not_named(now: int, before: int) -> None:
    found = changes(compared(counts(now), counts(before), campaigns=[CAMPAIGN]))
    assert "say the same" not in said(found.clear[0])


def test_net_sentiment_by_source_and_topic() -> None:
    """What sources contribute adds up to the change: here -30 points of x and none of reddit."""
    found = changes(
        compared(
            counts(200, 130, 20),
            counts(200, 70, 20),
            sources={"x": counts(100, 90, 10), "reddit": counts(100, 40, 10)},
            before_sources={"x": counts(100, 30, 10), "reddit": counts(100, 40, 10)},
            topics={"delay": Topic(complaints=80)},
            before_topics={"delay": Topic(complaints=20)},
        )
    )
    (line,) = (said(each) for each in found.clear if said(each).startswith("Net"))
    assert line == (
        "Net sentiment: down 30 points. \u221255 this week, \u221225 last week. "
        "30 points of that come from x. What grew most: complaints about delay (80, 20 before)."
    )


def test_a_hole_may_be_what_changed() -> None:
    found = changes(compared(counts(400), counts(200), before_holes=True))
    assert "part of this may be a hole and not a change" in said(found.clear[0])
    assert "hole" not in said(changes(compared(counts(400), counts(200))).clear[0])
