"""A competitor is listened to and counted; nobody follows its customers up."""

from __future__ import annotations

from flows.steps.once import run_once
from storage import alert_files, figures
from storage.opinions import by_source
from tests.flows.conftest import House


def two_brands(house: House, *, competitor: bool, more: int = 0) -> None:
    texts = ["a bad day", "bad bag", *(f"bad meal {n}" for n in range(more))]
    path = house.mentions(
        "m.jsonl", *({"id": str(n), "text": said, "author": f"a{n}"} for n, said in enumerate(texts))
    )
    house.brands(
        {"name": "Acme", "targets": [house.archive("acme", path)]},
        {"name": "Bolt", "competitor": competitor, "targets": [house.archive("bolt", path)]},
    )


def opened(house: House) -> list[str]:
    with house.open() as wiring, wiring.database.reading() as tx:
        return sorted(alert.brand for alert in alert_files.list_alerts(tx))


def unjudged(house: House) -> int:
    with house.open() as wiring:
        return run_once(wiring).raised.judged


def test_a_competitors_customers_open_no_alerts_and_are_counted(house: House) -> None:
    two_brands(house, competitor=True)
    with house.open() as wiring:
        done = run_once(wiring)
        assert (done.raised.judged, done.raised.opened) == (4, 2), "its sightings are judged all the same"
        with wiring.database.reading() as tx:
            counts = by_source(tx, "Bolt", wiring.clock().replace(year=2020), wiring.clock())["archive"]
            assert (counts.mentions, counts.negative) == (2, 2)
            assert figures.totals(tx, wiring.reader.revision).notifications
    assert opened(house) == ["Acme", "Acme"]
    assert unjudged(house) == 0, "nothing is left that would be looked at every hour"


def test_what_was_a_competitor_is_alerted_of_from_then_on(house: House) -> None:
    two_brands(house, competitor=True)
    with house.open() as wiring:
        run_once(wiring)
    two_brands(house, competitor=False, more=1)
    with house.open() as wiring:
        assert run_once(wiring).raised.opened == 2
    assert opened(house) == ["Acme", "Acme", "Acme", "Bolt"]
