"""The list of reports: every one stands under the key of its row, and can be taken back."""

from __future__ import annotations

from flows.steps.custom import Request, answer, understand
from flows.steps.daily import count_days
from flows.steps.kinds import OF_A_BRAND, OF_ALL, keys, reports_of
from flows.steps.once import run_once
from flows.steps.start_here import gather, start_here
from reports.keys import key_of
from tests.flows.conftest import House


def test_every_report_is_made_linked_to_and_taken_back_under_one_key(house: House) -> None:
    path = house.mentions("m.jsonl", {"id": "1", "text": "bad and late", "author": "ann"})
    house.brands({"name": "Acme", "targets": [house.archive("acme", path)]})
    with house.open() as wiring:
        run_once(wiring)
        count_days(wiring)
        now = wiring.clock()
        of_acme = {each.kind: each.make(wiring, "Acme", now) for each in OF_A_BRAND}
        of_all = {each.key: each.make(wiring, now) for each in OF_ALL}
        made = [*of_acme.values(), *of_all.values()]
        found = gather(wiring, made, now)
        others = [start_here(wiring, made, now), answer(wiring, understand(wiring, Request()))]
        taken_back = keys(wiring.catalogue.brands)
    assert [report.key for report in of_acme.values()] == [key_of(kind, "Acme") for kind in of_acme]
    assert [report.key for report in of_all.values()] == list(of_all)
    assert [jump.key for jump in found.brands[0].reports] == [report.key for report in of_acme.values()]
    assert [jump.key for jump in found.reports] == list(of_all)
    assert sorted(report.key for report in (*made, *others)) == sorted(taken_back)


def test_of_a_competitor_less_is_told_and_all_taken_back(house: House) -> None:
    target = house.archive("bolt", house.mentions("m.jsonl"))
    house.brands({"name": "Bolt", "competitor": True, "targets": [target]})
    with house.open() as wiring:
        bolt = wiring.brand("Bolt")
    assert [each.kind for each in reports_of(bolt)] == ["brand-health", "complaints", "praise"]
    assert key_of("voices", "Bolt") in keys([bolt]), "it may have been a brand of ours"
