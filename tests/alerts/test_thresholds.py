from __future__ import annotations

import math
import random
import re
import statistics
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.thresholds import apply, calibrate, explain
from core.alerting import DEFAULT_RULES, Rule
from core.verdict import Case, Said

UNHAPPY = Rule(name="unhappy", negative=0.55)
COMPLAINT = Rule(name="complaint", complaint=0.8, negative=0.55)


def case(score: float, said: Said, *rules: str, **more: object) -> Case:
    values = {"negative": score, "complaint": score, "rules": frozenset(rules)}
    return Case(said=said, **{**values, **more})  # type: ignore[arg-type]


def spread(count: int, wrong: int, low: float, high: float, rule: str = "unhappy") -> list[Case]:
    """Flagged cases at even distances in [low, high), the wrong ones evenly among them."""
    return [
        case(
            low + (high - low) * (i + 0.5) / count,
            Said.FINE if i * wrong // count != (i + 1) * wrong // count else Said.UNHAPPY,
            rule,
        )
        for i in range(count)
    ]


def missed(count: int, low: float, high: float) -> list[Case]:
    return [case(low + (high - low) * (i + 0.5) / count, Said.COMPLAINT) for i in range(count)]


def value(rule: Rule, cases: Sequence[Case]) -> float:
    found = calibrate([rule], cases)[0].value
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("count", "wrong", "high", "expected"),
    [
        (0, 0, 0.61, 0.55),
        (1, 1, 0.56, 0.55),  # one person's word moves nothing
        (2, 2, 0.56, 0.56),
        (3, 3, 0.61, 0.55),
        (5, 5, 0.61, 0.55),
        (6, 6, 0.61, 0.60),
        (31, 31, 0.61, 0.61),
        (31, 22, 0.61, 0.61),
        (31, 14, 0.61, 0.55),  # 17 of 31 right: what 0.55 to 0.61 promises
        (10, 10, 0.70, 0.55),
        (20, 20, 0.70, 0.63),
        (40, 28, 0.70, 0.61),
        (80, 56, 0.70, 0.70),
        (1_000, 1_000, 1.0, 0.70),  # the furthest
        (1_000, 0, 1.0, 0.55),  # nothing but praise for what is flagged says nothing about what is not
    ],
)
def test_so_many_move_it_so_far(count: int, wrong: int, high: float, expected: float) -> None:
    assert value(UNHAPPY, spread(count, wrong, 0.55, high) if count else []) == expected


@pytest.mark.parametrize(("count", "expected"), [(5, 0.55), (20, 0.55), (25, 0.50), (40, 0.46), (400, 0.45)])
def test_reports_of_missed_customers_lower_it_slowly(count: int, expected: float) -> None:
    assert value(UNHAPPY, missed(count, 0.45, 0.55)) == expected


def test_a_lowered_threshold_that_flags_wrongly_goes_back() -> None:
    reported = missed(40, 0.45, 0.55)
    lower = value(UNHAPPY, reported)
    assert lower < 0.5
    assert value(UNHAPPY, [*reported, *spread(20, 20, lower, 0.55)]) > lower
    assert value(UNHAPPY, [*reported, *spread(40, 40, lower, 0.55)]) == 0.55


def test_what_a_raised_threshold_hides_and_people_report_brings_it_back() -> None:
    dismissed = spread(20, 20, 0.55, 0.60)
    assert value(UNHAPPY, dismissed) == 0.60
    assert value(UNHAPPY, [*dismissed, *missed(25, 0.55, 0.60)]) == 0.55


def test_false_alarms_far_above_the_threshold_do_not_move_it() -> None:
    """Raising it as far as it goes would not have kept them out, and would lose customers."""
    assert value(UNHAPPY, spread(200, 200, 0.9, 1.0)) == 0.55


def test_a_good_part_above_a_bad_one_is_not_thrown_away() -> None:
    cases = spread(30, 30, 0.55, 0.58) + spread(20, 0, 0.58, 0.70)
    assert value(UNHAPPY, cases) == 0.58


def test_an_alert_is_one_decision_however_many_posts_it_holds() -> None:
    posts = [replace(each, alert_id=7) for each in spread(30, 30, 0.55, 0.61)]
    (found,) = calibrate([UNHAPPY], posts)
    assert (found.value, found.judged, found.right) == (0.55, 1, 0)


def test_an_alert_counts_where_its_highest_post_is() -> None:
    """The alert would have been raised for that one, whatever the threshold for the others."""
    alerts = [
        [case(0.555, Said.FINE, "unhappy", alert_id=n), case(0.95, Said.FINE, "unhappy", alert_id=n)]
        for n in range(20)
    ]
    assert value(UNHAPPY, [each for posts in alerts for each in posts]) == 0.55
    assert value(UNHAPPY, [posts[0] for posts in alerts]) > 0.55


def test_negative_without_a_complaint_is_right_for_one_rule_and_wrong_for_the_other() -> None:
    cases = [case(0.81, Said.NEGATIVE, "complaint", "unhappy") for _ in range(12)]
    complaint, unhappy = calibrate([COMPLAINT, UNHAPPY], cases)
    assert (complaint.score, complaint.right, complaint.judged) == ("complaint", 0, 12)
    assert (unhappy.score, unhappy.right, unhappy.judged) == ("negative", 12, 12)
    assert complaint.value == 0.82
    assert unhappy.value == 0.55


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        (COMPLAINT, {"negative": 0.4, "complaint": 0.81}),
        (Rule(name="r", negative=0.8, reach=10), {"followers": 9}),
        (Rule(name="r", negative=0.8, reach=10), {"followers": None}),
        (Rule(name="r", negative=0.8, rating=2), {"rating": 3.0}),
        (Rule(name="r", negative=0.8, rating=2), {"rating": None}),
    ],
)
def test_only_what_the_rules_other_conditions_let_through_counts(rule: Rule, more: dict[str, float]) -> None:
    through = {"negative": 0.81, "complaint": 0.81, "followers": 10, "rating": 2.0}
    for values, moves in ((through, True), ({**through, **more}, False)):
        found = value(rule, [case(0.0, Said.FINE, **values) for _ in range(20)])
        assert (found > 0.8) is moves


def test_a_fixed_rule_stays_and_is_still_measured() -> None:
    cases = spread(31, 22, 0.55, 0.61)
    (found,) = calibrate([UNHAPPY.model_copy(update={"fixed": True})], cases)
    assert (found.value, found.moved, found.judged, found.right) == (0.55, False, 31, 9)
    assert explain(found, "Acme") == "unhappy: 0.55 for Acme, fixed in alerts.yaml"


def test_a_rule_without_a_probability_is_measured_only() -> None:
    stars = Rule(name="stars", rating=2)
    (found,) = calibrate(
        [stars], [case(0.1, Said.FINE, "stars"), case(0.1, Said.COMPLAINT, "stars"), case(0.1, Said.FINE)]
    )
    assert (found.value, found.judged, found.right) == (None, 2, 1)
    assert apply([stars], [found]) == (stars,)


def test_the_rules_get_their_thresholds_and_nothing_else_changes() -> None:
    found = calibrate(DEFAULT_RULES, spread(31, 22, 0.55, 0.61))
    changed = apply(DEFAULT_RULES, found)
    assert [rule.negative for rule in changed] == [0.5, 0.3, 0.61, None]
    assert [rule.model_copy(update={"negative": None}) for rule in changed] == [
        rule.model_copy(update={"negative": None}) for rule in DEFAULT_RULES
    ]


SENTENCES = [
    (spread(31, 22, 0.55, 0.61),
     "unhappy: 0.61 for Acme instead of 0.55, because 22 of 31 flagged between 0.55 and 0.61 were dismissed "
     "or judged wrong"),
    (missed(40, 0.45, 0.55),
     "unhappy: 0.46 for Acme instead of 0.55, because 36 of 36 judged between 0.46 and 0.55 were unhappy "
     "customers"),
    (spread(100, 100, 0.55, 0.70),
     "unhappy: 0.70 for Acme instead of 0.55, because 100 of 100 flagged between 0.55 and 0.70 were "
     "dismissed or judged wrong; verdicts move it no further"),
    (spread(3, 1, 0.6, 0.7),
     "unhappy: 0.55 for Acme, as in alerts.yaml: 3 verdicts are no reason to move it"),
    ([], "unhappy: 0.55 for Acme, as in alerts.yaml: no verdicts yet"),
]  # fmt: skip


@pytest.mark.parametrize(("cases", "sentence"), SENTENCES)
def test_says_why(cases: list[Case], sentence: str) -> None:
    assert explain(calibrate([UNHAPPY], cases)[0], "Acme") == sentence


def test_without_verdicts_there_is_no_precision() -> None:
    assert calibrate([UNHAPPY], [])[0].precision is None


def test_the_table_of_the_documentation_is_what_happens() -> None:
    lines = (Path(__file__).parents[2] / "docs" / "verdicts.md").read_text("utf-8").splitlines()
    table = [
        [float(n) for n in re.findall(r"[\d.]+", line)] for line in lines if re.match(r"\| \d+ \|", line)
    ]
    assert [row[0] for row in table] == [10, 20, 30, 50, 100]
    for count, *expected in table:
        wrong = [round(count * part) for part in (1, 4 / 5, 2 / 3, 1 / 2)]
        assert [value(UNHAPPY, spread(int(count), each, 0.55, 0.70)) for each in wrong] == expected


def simulated(chance: random.Random, count: int, overconfidence: float) -> list[Case]:
    """Verdicts on flagged posts with scores that pile up at both ends; true log-odds are lower by so much."""
    found: list[Case] = []
    while len(found) < count:
        score = chance.betavariate(0.6, 0.6)
        if 0.55 <= score < 1:
            right = chance.random() < truth(score, overconfidence)
            found.append(case(score, Said.UNHAPPY if right else Said.FINE, "unhappy"))
    return found


def truth(score: float, overconfidence: float) -> float:
    return 1 / (1 + math.exp(overconfidence) * (1 - score) / score)


@pytest.mark.parametrize(("overconfidence", "expected"), [(0.0, 0.56), (1.0, 0.63)])
def test_it_follows_the_brand_and_not_the_noise(overconfidence: float, expected: float) -> None:
    found = [value(UNHAPPY, simulated(random.Random(seed), 300, overconfidence)) for seed in range(60)]
    assert statistics.mean(found) == pytest.approx(expected, abs=0.007)


def test_what_that_gains_and_costs() -> None:
    """By numerical integration over the same distribution of scores."""
    scores = [(n + 0.5) / 4_000 for n in range(4_000)]
    weights = [(s * (1 - s)) ** -0.4 for s in scores]
    unhappy = [w * truth(s, 1.0) for w, s in zip(weights, scores, strict=True)]

    def shares(threshold: float) -> tuple[float, float]:
        caught = sum(u for u, s in zip(unhappy, scores, strict=True) if s >= threshold)
        return (
            caught / sum(w for w, s in zip(weights, scores, strict=True) if s >= threshold),
            caught / sum(unhappy),
        )

    assert shares(0.55) == pytest.approx((0.67, 0.84), abs=0.01)
    assert shares(0.63) == pytest.approx((0.71, 0.79), abs=0.01)
