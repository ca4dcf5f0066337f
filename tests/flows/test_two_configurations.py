"""Two processes with different configurations: each has an end, though it undoes the other's work."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.steps import analyse as reading
from flows.steps import relevance
from flows.steps.listen import listen
from flows.wiring import Wiring
from tests.flows.conftest import House, Words
from tests.flows.test_relevance import found

TEXTS = 10


class Other(Words):
    """The same with another list of topics."""

    revision = "words-2"


@pytest.fixture
def house(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(reading, "BATCH", 4)
    monkeypatch.setattr(relevance, "BATCH", 4)
    found(house, *({"id": n, "text": f"acme is bad {n}", "language": "en"} for n in range(TEXTS)))
    return house


def other(wiring: Wiring) -> Wiring:
    (brand,) = wiring.catalogue.brands
    assert brand.query is not None
    query = brand.query.model_copy(update={"exclude": ("roadrunner",)})
    brands = (brand.model_copy(update={"query": query}),)
    catalogue = wiring.catalogue.model_copy(update={"brands": brands})
    return replace(wiring, reader=Other(), catalogue=catalogue)


def test_each_reads_what_waited_for_it_and_ends(house: House) -> None:
    with house.open() as wiring:
        listen(wiring, wiring.targets()[0])
        relevance.sort_out(wiring)
        theirs = other(wiring)
        read: list[int] = []

        def meanwhile(count: int) -> None:
            read.append(count)
            assert sum(read) < 2 * TEXTS
            reading.analyse(theirs)

        assert reading.analyse(wiring, meanwhile) == sum(read) == 12
        assert reading.analyse(wiring) == TEXTS


def test_each_sorts_out_what_waited_for_it_and_ends(house: House) -> None:
    with house.open() as wiring:
        listen(wiring, wiring.targets()[0])
        theirs = other(wiring)
        judged: list[int] = []

        def meanwhile(count: int) -> None:
            judged.append(count)
            assert sum(judged) < 2 * TEXTS
            relevance.sort_out(theirs)

        assert relevance.sort_out(wiring, meanwhile).judged == sum(judged) == 12
