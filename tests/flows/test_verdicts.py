"""From what support says about alerts to the thresholds that flag the next posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from alerts.lifecycle import Step
from core.errors import NotAllowed, NotFound
from core.reading import Reading
from core.verdict import Said
from flows.steps.follow_up import act, judge
from flows.steps.once import run_once
from flows.steps.thresholds import brand_thresholds
from storage.alert_files import list_alerts, show_alert
from storage.mentions import find_mentions
from storage.verdicts import cases
from tests.flows.conftest import House, Words

ACME, BOLT = "Acme", "Bolt"


class Graded(Words):
    """A reader for tests: a text ends with its probability."""

    def _reading(self, text: str) -> Reading:
        p = float(text.split()[-1])
        sentiment = {"negative": p, "neutral": 1 - p, "positive": 0.0}
        return replace(super()._reading(text), model=self.revision, sentiment=sentiment, complaint=0.0)


@pytest.fixture
def graded(house: House) -> House:
    house.reader = Graded()
    return house


def hear(house: House, name: str, scores: Sequence[float], *brands: str) -> None:
    """New posts with these probabilities, by different authors, and one pass over them."""
    records = [
        {"id": f"{name}{i}", "text": f"post {name}{i} {score}", "author": f"{name}{i}"}
        for i, score in enumerate(scores)
    ]
    path = house.mentions(f"{name}.jsonl", *records)
    house.brands(
        *({"name": brand, "targets": [house.archive(f"{brand}-{name}", path)]} for brand in brands or (ACME,))
    )
    with house.open() as wiring:
        run_once(wiring)


def alerts_of(house: House, name: str, brand: str = ACME) -> list[int]:
    """The alerts about posts of one pass, in the order of the posts."""
    with house.open() as wiring, wiring.database.reading() as tx:
        found = {
            show_alert(tx, alert.id).mentions[0].mention.external_id: alert.id
            for alert in list_alerts(tx, brand=brand, limit=1_000)
        }
    return [found[key] for key in sorted(found) if key.startswith(name)]


def step(house: House, numbers: Sequence[int], step: Step, note: str = "") -> None:
    with house.open() as wiring:
        for number in numbers:
            act(wiring.database, number, step, by="kim", now=house.clock(), note=note)


def threshold(house: House, brand: str = ACME) -> float | None:
    """Of the rule `unhappy`."""
    with house.open() as wiring, wiring.database.reading() as tx:
        rules, revision = wiring.catalogue.alerting.rules, house.reader.revision
        found = brand_thresholds(tx, rules, brand, revision, house.clock())
    return next(each.value for each in found if each.rule == "unhappy")


def said(house: House) -> list[Said]:
    with house.open() as wiring, wiring.database.reading() as tx:
        return [
            case.said for case in cases(tx, ACME, house.reader.revision, house.clock.now.replace(year=2000))
        ]


MARGIN = [0.555 + 0.01 * (i % 6) for i in range(12)]


def test_dismissals_move_the_threshold_for_that_brand_and_the_next_posts_are_judged_by_it(
    graded: House,
) -> None:
    hear(graded, "a", MARGIN, ACME, BOLT)
    assert len(alerts_of(graded, "a")) == len(alerts_of(graded, "a", BOLT)) == 12
    step(graded, alerts_of(graded, "a"), Step.DISMISS, "not-a-complaint: fans")
    assert (threshold(graded), threshold(graded, BOLT)) == (0.61, 0.55)
    hear(graded, "b", [0.58, 0.62], ACME, BOLT)
    (number,) = alerts_of(graded, "b")
    assert len(alerts_of(graded, "b", BOLT)) == 2
    with graded.open() as wiring, wiring.database.reading() as tx:
        (post,) = show_alert(tx, number).mentions
    assert [reason.explanation for reason in post.reasons] == [
        "The text reads as negative (62 %, flagged from 61 %)"
    ]


@pytest.mark.parametrize(
    "reason", ["spam", "a duplicate of alert 3", "they are praising us, not complaining"]
)
def test_dismissals_for_other_reasons_move_nothing(graded: House, reason: str) -> None:
    hear(graded, "a", MARGIN)
    step(graded, alerts_of(graded, "a"), Step.ACKNOWLEDGE)
    assert said(graded) == [Said.UNHAPPY] * 12
    step(graded, alerts_of(graded, "a"), Step.DISMISS, reason)
    assert said(graded) == []
    assert threshold(graded) == 0.55


def test_what_was_taken_on_speaks_for_the_threshold(graded: House) -> None:
    """Dismissals come first, as they take a minute; whoever acknowledges must not wait to be heard."""
    hear(graded, "a", MARGIN)
    numbers = alerts_of(graded, "a")
    step(graded, numbers[:6], Step.DISMISS, "not-a-complaint")
    before = threshold(graded)
    assert before is not None
    assert before > 0.55
    step(graded, numbers[6:], Step.ACKNOWLEDGE)
    assert threshold(graded) == 0.55
    step(graded, numbers[6:], Step.RESOLVE)
    assert threshold(graded) == 0.55


def test_reopening_a_dismissed_alert_takes_the_verdict_back(graded: House) -> None:
    hear(graded, "a", MARGIN)
    numbers = alerts_of(graded, "a")
    step(graded, numbers, Step.DISMISS, "not-a-complaint")
    step(graded, numbers, Step.REOPEN)
    assert said(graded) == [Said.UNHAPPY] * 12
    assert threshold(graded) == 0.55


def test_a_note_says_nothing(graded: House) -> None:
    hear(graded, "a", MARGIN[:1])
    step(graded, alerts_of(graded, "a"), Step.NOTE, "not-a-complaint")
    assert said(graded) == []


def test_reports_of_missed_customers_lower_it_and_the_next_ones_are_flagged(graded: House) -> None:
    hear(graded, "a", [0.45 + 0.0025 * i for i in range(40)])
    assert alerts_of(graded, "a") == []
    with graded.open() as wiring:
        with wiring.database.reading() as tx:
            numbers = [stored.id for stored in find_mentions(tx, limit=100)]
        for number in numbers:
            judge(
                wiring.database, number, None, said=Said.COMPLAINT, by="kim", now=graded.clock(), why="cries"
            )
    lowered = threshold(graded)
    assert lowered is not None
    assert 0.45 <= lowered < 0.5
    hear(graded, "b", [0.44, 0.52])
    assert len(alerts_of(graded, "b")) == 1


def test_a_threshold_that_the_team_fixed_stays(graded: House) -> None:
    graded.alerts(rules=[{"name": "unhappy", "negative": 0.55, "fixed": True}])
    hear(graded, "a", MARGIN)
    step(graded, alerts_of(graded, "a"), Step.DISMISS, "not-a-complaint")
    assert threshold(graded) == 0.55
    hear(graded, "b", [0.56])
    assert len(alerts_of(graded, "b")) == 1


def test_after_a_year_it_is_as_if_nobody_had_said_anything(graded: House) -> None:
    hear(graded, "a", MARGIN)
    step(graded, alerts_of(graded, "a"), Step.DISMISS, "not-a-complaint")
    graded.clock.pass_(days=364)
    assert threshold(graded) == 0.61
    graded.clock.pass_(days=2)
    assert threshold(graded) == 0.55


def test_another_model_is_judged_by_what_it_makes_of_the_same_posts(graded: House) -> None:
    hear(graded, "a", MARGIN)
    step(graded, alerts_of(graded, "a"), Step.DISMISS, "not-a-complaint")

    class Other(Graded):
        revision = "words-2"

        def _reading(self, text: str) -> Reading:
            better = super()._reading(text)
            return replace(better, sentiment={"negative": 0.1, "neutral": 0.9, "positive": 0.0})

    graded.reader = Other()
    assert threshold(graded) == 0.55, "it has read none of them"
    with graded.open() as wiring:
        run_once(wiring)
    assert threshold(graded) == 0.55, "and would have flagged none"
    assert said(graded) == [Said.FINE] * 12


def test_a_mention_of_two_brands_is_judged_for_one(graded: House) -> None:
    hear(graded, "a", [0.3], ACME, BOLT)
    with graded.open() as wiring:
        with wiring.database.reading() as tx:
            (stored,) = find_mentions(tx)

        def say(brand: str | None) -> str:
            return judge(
                wiring.database, stored.id, brand, said=Said.FINE, by="kim", now=graded.clock(), why="x"
            ).brand

        with pytest.raises(NotAllowed, match="found for Acme, Bolt: say for which"):
            say(None)
        with pytest.raises(NotFound, match="no mention 1 of Core"):
            say("Core")
        assert say(BOLT) == BOLT
