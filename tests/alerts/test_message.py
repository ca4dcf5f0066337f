from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.defuse import JOINER
from alerts.message import ago, compose, render
from core.alert import EXCERPT_LIMIT, Flag, Happening, Message, Priority, Reason
from core.mention import Author, Mention
from core.reading import Reading, Span

POSTED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def a_reading(**more: Any) -> Reading:
    facts: dict[str, Any] = {"supported": True, **more}
    return Reading(
        model="m",
        language="en",
        sentiment={"negative": 1.0, "neutral": 0.0, "positive": 0.0},
        complaint=1.0,
        **facts,
    )


def composed(
    mention: Mention | None = None, reading: Reading | None = None, flag: Flag | None = None, **more: Any
) -> Message:
    mention = mention or Mention(
        source="x",
        external_id="1",
        text="My train was late.",
        posted_at=POSTED,
        fetched_at=POSTED,
        author=Author(source="x", external_id="7", handle="jo_b", name="Jo"),
        url="https://x.example/jo_b/status/1",
    )
    flag = flag or Flag(
        reasons=(Reason(rule="loud", explanation="Rated 1 of 5 stars (flagged up to 2)"),),
        priority=Priority.HIGH,
    )
    return compose(
        alert_id=12, brand="Larkspur Rail", mention=mention, reading=reading or a_reading(), flag=flag, **more
    )


def test_composed() -> None:
    assert composed() == Message(
        alert_id=12,
        headline="Unhappy customer: Larkspur Rail, high priority",
        brand="Larkspur Rail",
        priority=Priority.HIGH,
        reasons=("Rated 1 of 5 stars (flagged up to 2)",),
        excerpt="My train was late.",
        author="Jo (jo_b), on x",
        link="https://x.example/jo_b/status/1",
        posted_at=POSTED,
        post="1",
        mentions=1,
        next_step="earful alerts ack 12",
    )


def test_it_says_what_the_post_is_about_likeliest_first(now: datetime) -> None:
    topics = {"delay": 0.6, "lost_or_damaged": 0.9, "staff": 0.49}
    told = composed(reading=replace(a_reading(), topics=topics))
    assert told.about == "lost or damaged, delay"
    assert "About: lost or damaged, delay" in render(told, now=now).body


def test_what_a_text_in_another_language_is_about_is_not_said() -> None:
    reading = replace(a_reading(), topics={"delay": 0.9}, supported=False)
    assert composed(reading=reading).about == ""


def test_one_condition_of_two_rules_is_said_once_though_their_thresholds_differ() -> None:
    both = (
        "The text reads as a complaint (96 %, flagged from 75 %), and the text reads as negative (83 %, {})"
    )
    reasons = (
        Reason(rule="complaint", explanation=both.format("flagged from 20 %")),
        Reason(rule="unhappy", explanation="The text reads as negative (83 %, flagged from 55 %)"),
    )
    told = composed(flag=Flag(reasons=reasons, priority=Priority.NORMAL))
    assert told.reasons == (reasons[0].explanation,)


def test_it_quotes_the_words_that_speak_for_it(now: datetime) -> None:
    reading = replace(a_reading(), evidence=(Span(start=13, end=17, weight=0.9),))
    told = composed(reading=reading)
    assert told.words == "late"
    assert "In their words: “late”" in render(told, now=now).body


def test_words_that_are_the_whole_text_are_not_said_twice() -> None:
    assert composed(reading=replace(a_reading(), evidence=(Span(start=0, end=17, weight=0.9),))).words == ""


@pytest.mark.parametrize(
    ("happening", "headline", "step"),
    [
        (
            Happening.JOINED,
            "Unhappy customer wrote again: Larkspur Rail, high priority",
            "earful alerts show 12",
        ),
        (
            Happening.REOPENED,
            "Customer is unhappy again: Larkspur Rail, high priority",
            "earful alerts show 12",
        ),
    ],
)
def test_says_what_happened(happening: Happening, headline: str, step: str) -> None:
    message = composed(happening=happening, mentions=2)
    assert (message.headline, message.next_step) == (headline, step)


@pytest.mark.parametrize(
    ("author", "shown"),
    [
        (None, "unknown, on x"),
        (Author(source="x", external_id="7", handle="jo"), "jo, on x"),
        (Author(source="x", external_id="7", handle="jo", name="jo"), "jo, on x"),
        (Author(source="x", external_id="7", handle="", name="Jo"), "Jo, on x"),
        (Author(source="x", external_id="7", handle="\u202e", name=""), "unknown, on x"),
    ],
)
def test_who(author: Author | None, shown: str) -> None:
    mention = Mention(
        source="x", external_id="1", text="t", posted_at=POSTED, fetched_at=POSTED, author=author
    )
    assert composed(mention).author == shown


def test_doubts_are_told() -> None:
    assert "unsure" in composed(reading=a_reading(unsure=True)).reasons[-1]
    assert "cannot read this language" in composed(reading=a_reading(supported=False)).reasons[-1]


def test_a_reason_that_an_earlier_one_holds_is_not_said_again() -> None:
    reasons = (
        Reason(rule="complaint", explanation="The text reads as a complaint, and the text reads as negative"),
        Reason(rule="unhappy", explanation="The text reads as negative"),
        Reason(rule="low-rating", explanation="Rated 1 of 5 stars"),
    )
    said = composed(flag=Flag(reasons=reasons, priority=Priority.NORMAL)).reasons
    assert said == (reasons[0].explanation, reasons[2].explanation)


def test_without_a_text_nothing_is_quoted(message: Message, now: datetime) -> None:
    assert "“" not in render(replace(message, excerpt=""), now=now).body


def test_laid_out_for_a_person(message: Message, now: datetime) -> None:
    rendered = render(replace(message, mentions=3), now=now)
    assert rendered.title == "Unhappy customer: Larkspur Rail, high priority"
    assert (
        rendered.body
        == """\
Why: The text reads as a complaint (93 %, flagged from 80 %)
Also: Rated 1 of 5 stars (flagged up to 2)

“My train was two hours late and nobody told us.”

Who: Jo Bloggs (jo_b), on x
Posted: 2026-11-22 12:00 UTC (2 hours ago)
Posts in this alert: 3
Post: https://x.example/jo_b/status/1
Next: earful alerts ack 12
Alert number: 12"""
    )


NO_LINK = "Post: no link is known; its id there is "


def test_hostile_text_and_author(
    hostile: str, message: Message, now: datetime, inert: Callable[[str], None]
) -> None:
    ours = render(replace(message, excerpt="", author=""), now=now).body
    rendered = render(
        replace(message, excerpt=hostile, words=hostile, author=hostile, post=hostile, link="javascript:x"),
        now=now,
    )
    lines = rendered.body.splitlines()
    assert len(lines) <= len(ours.splitlines()) + 3, "a stranger cannot add lines of their own"
    for line in lines:
        quoting = next(
            (at for at in ("“", "Who: ", "In their words: ", NO_LINK) if line.startswith(at)), None
        )
        if quoting:
            inert(line.removeprefix(quoting))
    assert any(line.startswith(NO_LINK.partition(";")[0]) for line in lines)


def test_a_post_without_a_link_is_named_by_its_id(message: Message, now: datetime) -> None:
    told = render(replace(message, link="", post="answer-17"), now=now).body.splitlines()
    assert f"{NO_LINK}answer-17" in told


def test_hostile_mention_is_composed_small(hostile: str) -> None:
    author = Author(source="x", external_id="7", handle=hostile, name=hostile)
    mention = Mention(
        source="x",
        external_id="1",
        text=hostile,
        posted_at=POSTED,
        fetched_at=POSTED,
        author=author,
        url=hostile,
    )
    message = composed(mention)
    assert len(message.excerpt) <= EXCERPT_LIMIT
    assert len(message.author) <= 160
    assert message.link == ""
    (message.excerpt + message.author).encode()


@pytest.mark.parametrize("limit", [40, 100, 160, 300, 400, 500, 1000, 2000])
def test_fits_and_says_what_was_cut(message: Message, now: datetime, limit: int) -> None:
    whole = render(replace(message, excerpt="word " * 400), now=now).body
    body = render(replace(message, excerpt="word " * 400), now=now, body_limit=limit).body
    assert len(body) <= limit
    if len(whole) > limit:
        assert "ut to fit this channel.)" in body
    if limit >= 100:
        assert "Next: earful alerts ack 12" in body
        assert "Post: https://x.example/jo_b/status/1\n" in body, "whole or not at all"


def test_a_cut_quote_stays_harmless(message: Message, now: datetime, inert: Callable[[str], None]) -> None:
    text = "@here http://evil.example " * 40
    for limit in range(330, 420):
        body = render(replace(message, excerpt=text), now=now, body_limit=limit).body
        for line in body.splitlines():
            if line.startswith("“"):
                inert(line)
                assert JOINER in line


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=-90), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=119), "1 hour ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=1500), "1,500 days ago"),
    ],
)
def test_ago(before: timedelta, words: str) -> None:
    assert ago(POSTED - before, POSTED) == words


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"mentions": 2, "copies": 1, "authors": 2}, "2, by 2 authors; 1 is a copy of another one"),
        ({"mentions": 1200, "copies": 1199, "authors": 1100}, "1,200, by 1,100 authors; 1,199 are copies of"),
        ({"mentions": 3, "copies": 2, "authors": 1}, "3; 2 are copies of another one"),
        ({"mentions": 3, "copies": 0, "authors": 2}, "3, by 2 authors\n"),
    ],
)
def test_how_many_say_the_same_is_said(message: Message, counts: dict[str, int], words: str) -> None:
    body = render(replace(message, **counts), now=POSTED).body
    assert f"Posts in this alert: {words}" in body


def test_what_the_operator_is_told_is_about_no_alert() -> None:
    told = Message(
        headline="Earful: 2 holes that nothing will fill",
        brand="Acme",
        priority=Priority.HIGH,
        reasons=("one: nothing from a to b", "two: nothing from c to d"),
        posted_at=POSTED,
        next_step="earful status",
    )
    card = render(told, now=POSTED)
    assert card.title == told.headline
    assert card.body == "one: nothing from a to b\ntwo: nothing from c to d\nNext: earful status"
    assert len(render(told, now=POSTED, body_limit=60).body) <= 60
