"""Each rule's threshold for a brand, moved from its default by what people said about flagged mentions.

A threshold of 0.55 is a wish: what lies just above it is to be rightly flagged 55 times in 100. It comes true
where the model's probabilities do, which the model card says for each set: there are sets on which they are
too high, and others on which they are too low. Verdicts make up for that, brand by brand. In the words of
Elkan (The foundations of cost-sensitive learning, IJCAI 2001) the wish says that a false alarm costs 0.55 and
a missed customer 0.45. So, counted in those costs:

- raising the threshold gains 0.55 for each wrongly flagged mention that it leaves out, and loses 0.45 for
  each rightly flagged one;
- lowering it gains 0.45 for each mention that was rightly flagged or reported as missed, and loses 0.55
  for each wrong one;
- moving by k hundredths costs ENTRY + PSEUDO * k * k / 200.

The threshold is where gain minus cost is highest, no further away than FURTHEST_UP and FURTHEST_DOWN; of
equals, the nearest to the default. The cost is a prior: each hundredth begins with PSEUDO verdicts that are
right as often as their probability says (a beta prior on each bin of scores), and crossing the wish with
that prior is what isotonic regression would find (Zadrozny and Elkan, KDD 2002), less the price of moving
at all. So few verdicts move nothing, and more move it gradually. One wrong verdict more never lowers a
threshold, one right verdict more never raises it, whatever the others are: it only adds to, or takes from,
the gain of all thresholds above it, or of all below it.

Verdicts are biased, and that is allowed for: below the threshold nobody sees a mention unless it was
missed, so a report from there counts half (MISSED_WEIGHT). What is flagged after a threshold was lowered is
judged like everything else, and takes it back up if it was wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alerts.decisions import Decision, Score, decisions_on, lead
from core.alerting import Rule
from core.shares import wilson
from core.verdict import Case

STEP = 0.01
PSEUDO = 10.0
"""Verdicts that each STEP begins with; they agree with the model."""
ENTRY = 1.0
"""What moving at all has to gain first: about two unanimous verdicts."""
FURTHEST_UP, FURTHEST_DOWN = 0.15, 0.10
"""Bounds of the way from the default; and never more than half of what is left up to 1, or down to 0."""
MISSED_WEIGHT = 0.5
_TINY = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One rule's threshold for one brand, and what speaks for it."""

    rule: str
    score: Score | None
    """The probability that it bounds; None: the rule asks for stars or followers only."""
    default: float | None
    """As in alerts.yaml."""
    value: float | None
    """In use."""
    fixed: bool = False
    """alerts.yaml says that verdicts change nothing."""
    at_bound: bool = False
    """As far from the default as verdicts may move it."""
    judged: int = 0
    """Decisions on what the rule flagged: an alert counts once, however many mentions it holds."""
    right: int = 0
    """Of those, rightly flagged."""
    between: int = 0
    """Decisions between default and value, flagged or missed."""
    between_right: int = 0

    @property
    def moved(self) -> bool:
        """Whether verdicts changed it."""
        return self.value != self.default

    @property
    def precision(self) -> float | None:
        """Share of rightly flagged among judged; None: nobody has judged any."""
        return self.right / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the precision lies, with 95 % confidence."""
        return wilson(self.right, self.judged)


def calibrate(rules: Sequence[Rule], cases: Sequence[Case]) -> tuple[Threshold, ...]:
    """Give every rule its threshold for a brand.

    Args:
        rules: as configured.
        cases: the brand's standing verdicts, with probabilities by the model that is in use.

    Returns:
        One for each rule, in their order. Without cases, every value is its default.
    """
    return tuple(_calibrate(rule, list(decisions_on(rule, cases))) for rule in rules)


def apply(rules: Sequence[Rule], thresholds: Sequence[Threshold]) -> tuple[Rule, ...]:
    """The rules with these thresholds in place of their own."""
    return tuple(
        rule.model_copy(update={found.score: found.value}) if found.score and found.moved else rule
        for rule, found in zip(rules, thresholds, strict=True)
    )


def explain(found: Threshold, brand: str) -> str:
    """One sentence for the person who wonders why."""
    if found.value is None or found.default is None:
        return f"{found.rule}: asks for no probability, so there is no threshold that verdicts could move"
    if found.fixed:
        return f"{found.rule}: {_number(found.value)} for {brand}, fixed in alerts.yaml"
    if not found.moved:
        why = f"{found.judged} verdicts are no reason to move it" if found.judged else "no verdicts yet"
        return f"{found.rule}: {_number(found.value)} for {brand}, as in alerts.yaml: {why}"
    low, high = sorted((found.default, found.value))
    if found.value > found.default:
        share = f"{found.between - found.between_right} of {found.between}"
        why = f"{share} flagged between {_number(low)} and {_number(high)} were dismissed or judged wrong"
    else:
        share = f"{found.between_right} of {found.between}"
        why = f"{share} judged between {_number(low)} and {_number(high)} were unhappy customers"
    bound = "; verdicts move it no further" if found.at_bound else ""
    return (
        f"{found.rule}: {_number(found.value)} for {brand} instead of {_number(found.default)}, "
        f"because {why}{bound}"
    )


def _calibrate(rule: Rule, decisions: Sequence[Decision]) -> Threshold:
    score = lead(rule)
    default = None if score is None else rule.complaint if score == "complaint" else rule.negative
    flagged = [d for d in decisions if d.flagged]
    steps = 0 if default is None or rule.fixed else _best(default, decisions)
    value = None if default is None else _at(default, steps)
    between = [] if default is None or value is None else _between(decisions, default, value)
    return Threshold(
        rule=rule.name,
        score=score,
        default=default,
        value=value,
        fixed=rule.fixed,
        at_bound=default is not None and steps != 0 and steps in _ends(default),
        judged=len(flagged),
        right=sum(d.right for d in flagged),
        between=len(between),
        between_right=sum(d.right for d in between),
    )


def _best(default: float, decisions: Sequence[Decision]) -> int:
    """By how many steps to move: the nearest to none among those that gain most."""
    down, up = _ends(default)
    best, most = 0, 0.0
    for steps in sorted(range(down, up + 1), key=lambda k: (abs(k), -k)):
        gain = _gain(default, steps, decisions)
        if gain > most + _TINY:
            best, most = steps, gain
    return best


def _gain(default: float, steps: int, decisions: Sequence[Decision]) -> float:
    touched = _between(decisions, default, _at(default, steps))
    wrong = default * sum(not d.right for d in touched)
    cost = (ENTRY if steps else 0.0) + PSEUDO * STEP * steps * steps / 2
    if steps > 0:
        return wrong - (1 - default) * sum(d.right for d in touched) - cost
    return (1 - default) * sum(_weight(d) for d in touched if d.right) - wrong - cost


def _weight(missed_or_right: Decision) -> float:
    return 1.0 if missed_or_right.flagged else MISSED_WEIGHT


def _between(decisions: Iterable[Decision], one: float, other: float) -> list[Decision]:
    """Those that one of the two thresholds flags and the other does not."""
    low, high = min(one, other), max(one, other)
    return [d for d in decisions if low <= d.score < high]


def _ends(default: float) -> tuple[int, int]:
    """The furthest steps down (negative) and up."""
    down, up = min(FURTHEST_DOWN, default / 2), min(FURTHEST_UP, (1 - default) / 2)
    return -int(down / STEP + _TINY), int(up / STEP + _TINY)


def _at(default: float, steps: int) -> float:
    return round(default + steps * STEP, 6) if steps else default


def _number(value: float) -> str:
    return f"{value:.2f}" if abs(round(value, 2) - value) < _TINY else f"{value:g}"
