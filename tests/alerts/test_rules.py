from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules import judge, written_after
from core.alert import Priority
from core.alerting import DEFAULT_RULES, Rule
from core.mention import Author, Mention, Visibility
from core.reading import Reading

T = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def a_mention(followers: int | None = None, **more: Any) -> Mention:
    author = Author(source="x", external_id="7", handle="jo", followers=followers)
    return Mention(source="x", external_id="1", text="late", posted_at=T, fetched_at=T, author=author, **more)


def a_reading(negative: float = 0.0, complaint: float = 0.0, *, supported: bool = True) -> Reading:
    rest = (1 - negative) / 2
    return Reading(
        model="m",
        language="en",
        supported=supported,
        sentiment={"negative": negative, "neutral": rest, "positive": rest},
        complaint=complaint,
    )


SENTENCES = [
    (Rule(name="r", complaint=0.8), "The text reads as a complaint (93 %, flagged from 80 %)"),
    (Rule(name="r", complaint=0.855), "The text reads as a complaint (93.0 %, flagged from 85.5 %)"),
    (Rule(name="r", complaint=0.0), "The text reads as a complaint (93 %, flagged from 0 %)"),
    (Rule(name="r", negative=0.5), "The text reads as negative (99 %, flagged from 50 %)"),
    (Rule(name="r", rating=2), "Rated 1 of 5 stars (flagged up to 2)"),
    (Rule(name="r", reach=10_000), "The author has 25,000 followers (flagged from 10,000)"),
    (
        Rule(name="r", complaint=0.8, reach=1),
        "The text reads as a complaint (93 %, flagged from 80 %), and the author has 25,000 followers "
        "(flagged from 1)",
    ),
]


@pytest.mark.parametrize(("rule", "sentence"), SENTENCES)
def test_says_why(rule: Rule, sentence: str) -> None:
    flag = judge(a_mention(25_000, rating=1), a_reading(0.9999, 0.93), [rule])
    assert flag is not None
    assert [r.explanation for r in flag.reasons] == [sentence]


@pytest.mark.parametrize(
    ("rule", "mention", "reading"),
    [
        (Rule(name="r", complaint=0.8), a_mention(), a_reading(complaint=0.7999)),
        (Rule(name="r", complaint=0.8), a_mention(), a_reading(complaint=math.nan)),
        (Rule(name="r", complaint=0.5, negative=0.5), a_mention(), a_reading(0.4, 0.9)),
        (Rule(name="r", rating=2), a_mention(), a_reading(1, 1)),
        (Rule(name="r", rating=2), a_mention(rating=2.5), a_reading(1, 1)),
        (Rule(name="r", reach=10), a_mention(), a_reading(1, 1)),
        (Rule(name="r", reach=10), a_mention(9), a_reading(1, 1)),
        (Rule(name="r", negative=0.0, rating=5), a_mention(rating=1), a_reading(1, 1, supported=False)),
    ],
)
def test_does_not_hold(rule: Rule, mention: Mention, reading: Reading) -> None:
    assert judge(mention, reading, [rule]) is None


def test_a_threshold_itself_holds() -> None:
    assert judge(a_mention(), a_reading(0.6), [Rule(name="r", negative=0.6)])
    assert judge(a_mention(rating=2), a_reading(), [Rule(name="r", rating=2)])


def test_without_the_model_stars_and_followers_still_count() -> None:
    flag = judge(a_mention(20_000, rating=1), a_reading(1, 1, supported=False), DEFAULT_RULES)
    assert flag is not None
    assert [r.rule for r in flag.reasons] == ["low-rating"]


def test_no_followers_known_without_an_author() -> None:
    nobody = Mention(source="x", external_id="1", text="late", posted_at=T, fetched_at=T)
    assert judge(nobody, a_reading(1, 1), [Rule(name="r", reach=1)]) is None


@pytest.mark.parametrize("visibility", [v for v in Visibility if v.gone])
def test_what_is_gone_is_never_flagged(visibility: Visibility) -> None:
    assert judge(a_mention(10**9, rating=1, visibility=visibility), a_reading(1, 1), DEFAULT_RULES) is None


def test_the_first_names_the_flag_and_the_highest_priority_wins() -> None:
    rules = [
        Rule(name="a", negative=0.1, priority=Priority.LOW),
        Rule(name="b", negative=0.1, priority=Priority.URGENT),
        Rule(name="c", negative=1, priority=Priority.HIGH),
    ]
    flag = judge(a_mention(), a_reading(0.9), rules)
    assert flag is not None
    assert (flag.rule, flag.priority) == ("a", Priority.URGENT)
    assert [r.rule for r in flag.reasons] == ["a", "b"]


share = st.floats(0, 1)
maybe = st.none() | share
rule_lists = st.lists(
    st.builds(
        lambda c, n, rating, reach, p: Rule.model_construct(
            name="r", complaint=c, negative=n, rating=rating, reach=reach, priority=p
        ),
        maybe, maybe, st.none() | st.floats(1, 5), st.none() | st.integers(1, 10**9),
        st.sampled_from(Priority),
    ),
    max_size=5,
)  # fmt: skip
mentions = st.builds(
    lambda f, r: a_mention(f, rating=r), st.none() | st.integers(0, 10**9), st.none() | st.floats(1, 5)
)


@given(mentions, share, share, share, rule_lists)
def test_more_negative_never_removes_a_flag(
    mention: Mention, one: float, other: float, complaint: float, rules: list[Rule]
) -> None:
    less, more = sorted((one, other))
    before = judge(mention, a_reading(less, complaint), rules)
    after = judge(mention, a_reading(more, complaint), rules)
    assert before is None or after is not None
    if before and after:
        assert len(after.reasons) >= len(before.reasons)


@given(mentions, share, share, st.booleans(), rule_lists, st.randoms(use_true_random=False))
def test_order_decides_the_name_only(
    mention: Mention, negative: float, complaint: float, supported: bool, rules: list[Rule], chance: Any
) -> None:
    shuffled = list(rules)
    chance.shuffle(shuffled)
    reading = a_reading(negative, complaint, supported=supported)
    one, other = judge(mention, reading, rules), judge(mention, reading, shuffled)
    assert (one is None) == (other is None)
    if one and other:
        assert one.priority == other.priority
        assert sorted(r.explanation for r in one.reasons) == sorted(r.explanation for r in other.reasons)


@pytest.mark.parametrize(
    ("posted", "edited", "after"),
    [
        (-1, None, False),
        (0, None, False),
        (1, None, True),
        (-48, 1, True),
        (-48, -1, False),
        (-12, None, True),  # the midnight before, as of a source that knows the day alone
        (-36, None, False),
    ],
)
@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5))])
def test_written_after(posted: int, edited: int | None, after: bool, zone: timezone) -> None:
    mention = replace(
        a_mention(),
        posted_at=(T + timedelta(hours=posted)).astimezone(zone),
        edited_at=None if edited is None else (T + timedelta(hours=edited)).astimezone(zone),
    )
    assert written_after(mention, T) is after
