"""The model card marks every figure that has a goal, as the terminal does."""

from __future__ import annotations

import pytest

from card import about, also, block, calibration, coverage, gain, line, promises
from nlp.evaluation.marks import MARKS_ARE_OF

RESULT = {
    "head": "sentiment",
    "set": "shop",
    "split": "mine",
    "part": "",
    "texts": 60,
    "measure": "macro-F1",
    "value": 0.8,
    "figures": {"macro-F1": {"value": 0.8}},
    "marks": {},
    "calibration": {"error": 0.06},
    "coverage": [{"share": 1.0, "value": 0.8}, {"share": 0.8, "value": 0.86}],
    "gain_at_80_percent": 0.06,
    "unsure": 0.1,
}


@pytest.mark.parametrize(("error", "shown"), [(0.05, "0.050 ✓"), (0.0504, "0.050 ✓"), (0.051, "0.051 ✗")])
def test_calibration_has_a_goal(error: float, shown: str) -> None:
    assert calibration({"calibration": {"error": error}}) == shown
    assert calibration({}) == "-"


@pytest.mark.parametrize(("share", "shown"), [(0.05, "+5.0 ✓"), (0.049, "+4.9 ✗"), (-0.01, "-1.0 ✗")])
def test_what_leaving_out_gains_has_a_goal(share: float, shown: str) -> None:
    assert gain({"gain_at_80_percent": share}) == shown


def test_the_tables_show_them() -> None:
    assert "| 80.0 | - | 0.060 ✗ |" in line(RESULT)
    *_, row = coverage([RESULT])
    assert row == "| shop/mine | 80.0 | 86.0 | +6.0 ✓ | - (10.0 % unsure) |"


def test_it_says_what_the_marks_are_of() -> None:
    assert MARKS_ARE_OF in about("earful-1", 3)


def test_the_probabilities_by_which_rules_flag_have_a_table() -> None:
    found = {"of": "negative", "error": 0.07, "said": 0.22, "true": 0.156, "threshold": 0.55, "above": 1200}
    above = {"said_above": 0.81, "true_above": 0.61}
    *_, one, none = promises(
        [{**RESULT, "class_calibration": c} for c in (found | above, found | {"above": 0})]
    )
    assert one == "| sentiment | shop/mine | negative | 0.070 ✗ | 22.0 | 15.6 | 1,200 from 55 | 81.0 | 61.0 |"
    assert none.endswith("| 0 from 55 | - | - |")
    assert list(promises([RESULT])) == []


def alerts(*counts: list[int]) -> dict[str, object]:
    rates = {"precision": {"value": 0.9}, "recall": {"value": 0.8}, "false-alarm rate": {"value": 0.2}}
    found = {"head": "alerts", "model": "earful", "measure": "precision", "value": 0.9, "texts": 200}
    return {**RESULT, **found, "figures": rates, "confusion": {"counts": counts}}


def test_the_precision_of_alerts_is_told_for_brands_with_fewer_unhappy_customers() -> None:
    (found,) = also([alerts([80, 20], [20, 80])])
    assert "precision 90.0, recall 80.0, false-alarm rate 20.0; 50.0 % of these texts are unhappy" in found
    assert found.endswith("precision is 63.2 where 30 % are, 30.8 where 10 % are.")


@pytest.mark.parametrize(("right", "shown"), [(19, False), (20, True)])
def test_few_alerts_say_nothing(right: int, shown: bool) -> None:
    results = [alerts([100, 0], [100 - right, right])]
    found = block({"models": {"earful": "earful-1"}, "files": [], "results": results}, [])
    assert ("| alerts |" in found) == ("- alerts on" in found) == shown
