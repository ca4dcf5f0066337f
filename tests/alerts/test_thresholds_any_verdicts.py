"""Whatever people say: bounds, direction, order."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from alerts.thresholds import FURTHEST_DOWN, FURTHEST_UP, Threshold, calibrate
from core.alerting import Rule
from core.verdict import Case, Said

share = st.floats(0, 1)
any_rule = st.builds(
    lambda complaint, negative, both, fixed: Rule(
        name="r", complaint=complaint, negative=negative if both or complaint is None else None, fixed=fixed
    ),
    st.none() | share, share, st.booleans(), st.sampled_from([False, False, True]),
)  # fmt: skip
any_case = st.builds(
    lambda n, c, said, flagged: Case(
        said=said, negative=n, complaint=c, rules=frozenset({"r"} if flagged else ())
    ),
    share, share, st.sampled_from(Said), st.booleans(),
)  # fmt: skip
near = st.builds(
    lambda s, said, flagged: Case(
        said=said, negative=s, complaint=s, rules=frozenset({"r"} if flagged else ())
    ),
    st.floats(0.4, 0.75), st.sampled_from(Said), st.booleans(),
)  # fmt: skip
histories = st.lists(any_case | near, max_size=60)


def word(score: float, said: Said) -> Case:
    return Case(said=said, negative=score, complaint=score, rules=frozenset({"r"}))


def one(rule: Rule, cases: Sequence[Case]) -> Threshold:
    return calibrate([rule], cases)[0]


@given(any_rule, histories)
def test_it_never_leaves_its_bounds_and_never_disables_a_rule(rule: Rule, cases: list[Case]) -> None:
    found = one(rule, cases)
    assert found.default is not None
    assert found.value is not None
    assert found.default - FURTHEST_DOWN - 1e-6 <= found.value <= found.default + FURTHEST_UP + 1e-6
    assert found.default / 2 - 1e-6 <= found.value <= (1 + found.default) / 2 + 1e-6
    assert found.value == found.default or not rule.fixed
    low, high = found.interval
    assert 0 <= low <= (found.precision if found.precision is not None else low) <= high <= 1


@given(any_rule, histories, any_case | near)
def test_a_verdict_more_never_moves_it_the_wrong_way(rule: Rule, cases: list[Case], more: Case) -> None:
    before, after = one(rule, cases).value, one(rule, [*cases, more]).value
    assert before is not None
    assert after is not None
    if more.said.confirms(complaint=rule.complaint is not None):
        assert after <= before
    else:
        assert after >= before


@given(any_rule, histories, st.randoms(use_true_random=False))
def test_their_order_does_not_matter(rule: Rule, cases: list[Case], chance: object) -> None:
    shuffled = list(cases)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert one(rule, cases) == one(rule, shuffled)


@given(any_rule, st.integers(1, 3), share)
def test_three_verdicts_move_it_hardly(rule: Rule, count: int, score: float) -> None:
    for said in Said:
        found = one(rule, [word(score, said)] * count)
        assert found.value is not None
        assert found.default is not None
        assert abs(found.value - found.default) <= 0.07
    assert one(rule, [word(score, Said.FINE)]).moved is False


@given(histories)
def test_a_fixed_threshold_is_that_of_the_file(cases: list[Case]) -> None:
    assert not one(Rule(name="r", negative=0.5, fixed=True), cases).moved
