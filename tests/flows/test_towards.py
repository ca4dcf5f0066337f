"""The sentiment of a mention is asked for towards its brand, where the text names that brand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from core.reading import Reading
from flows.steps.once import Pass, run_once
from storage.alert_files import list_alerts
from storage.mentions import find_mentions
from tests.flows.conftest import House, Words


class Aiming(Words):
    """Keeps what it was asked to read towards."""

    aims = True

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[str, str | None] = {}

    def read(
        self,
        texts: Sequence[str],
        targets: Sequence[str | None] | None = None,
        sources: Sequence[str | None] | None = None,
    ) -> list[Reading]:
        self.asked |= dict(zip(texts, targets or [None] * len(texts), strict=True))
        return super().read(texts, targets, sources)


SAID = ("left acme for bolt", "acme is late", "bolt is late", "late again")


def asked(house: House, reader: Words) -> None:
    house.reader = reader
    path = house.mentions("m.jsonl", *({"id": str(n), "text": said} for n, said in enumerate(SAID)))
    house.brands(
        {"name": "Acme", "targets": [house.archive("acme", path)]},
        {"name": "Bolt", "competitor": True, "targets": [house.archive("bolt", path)]},
    )
    with house.open() as wiring:
        assert run_once(wiring).read == len(SAID)


def test_of_the_own_brand_before_a_competitor(house: House) -> None:
    reader = Aiming()
    asked(house, reader)
    assert reader.asked == {SAID[0]: "Acme", SAID[1]: "Acme", SAID[2]: None, SAID[3]: None}


def test_a_reader_of_whole_texts_is_asked_about_those(house: House) -> None:
    reader = Aiming()
    reader.aims = False
    asked(house, reader)
    assert set(reader.asked.values()) == {None}


class Torn(Aiming):
    """Finds every text bad for Acme, and counts how often it was loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded = 0

    def prepare(self) -> None:
        self.loaded += 1

    def read(
        self,
        texts: Sequence[str],
        targets: Sequence[str | None] | None = None,
        sources: Sequence[str | None] | None = None,
    ) -> list[Reading]:
        super().read(texts, targets, sources)
        towards = targets or [None] * len(texts)
        return [
            self._reading(f"{text}: {'bad' if target == 'Acme' else 'good'}")
            for text, target in zip(texts, towards, strict=True)
        ]


LEFT = "so glad i left acme for globex"
ACME: dict[str, Any] = {"name": "Acme", "query": {"any": ["acme"]}}
BETA: dict[str, Any] = {"name": "Beta", "query": {"any": ["glad"]}}
GLOBEX: dict[str, Any] = {"name": "Globex", "query": {"any": ["globex"]}, "competitor": True}


def hour(house: House, *brands: dict[str, Any], relevance: str = "all") -> Pass:
    """Listen for these brands: all of them find the same post."""
    path = house.mentions("m.jsonl", {"id": "1", "text": LEFT, "author": "ann", "language": "en"})
    archive = {"relevance": relevance, **house.archive("", path)}
    house.brands(*({**brand, "targets": [{**archive, "name": brand["query"]["any"][0]}]} for brand in brands))
    house.clock.pass_(hours=1)
    with house.open() as wiring:
        return run_once(wiring)


def label(house: House) -> str:
    """The sentiment that is kept of the post."""
    with house.open() as wiring, wiring.database.reading() as tx:
        (found,) = find_mentions(tx)
    assert found.reading is not None
    return found.reading.label


def alerts(house: House) -> list[str]:
    with house.open() as wiring, wiring.database.reading() as tx:
        return sorted(alert.brand for alert in list_alerts(tx))


@pytest.mark.parametrize("relevance", ["all", "words"])
def test_of_the_own_brand_though_a_competitor_found_it_first(house: House, relevance: str) -> None:
    house.reader = reader = Torn()
    assert hour(house, GLOBEX, relevance=relevance).read == 1
    assert (reader.asked[LEFT], label(house), alerts(house)) == ("Globex", "positive", [])
    assert hour(house, GLOBEX, ACME, relevance=relevance).read == 1
    assert (reader.asked[LEFT], label(house), alerts(house)) == ("Acme", "negative", ["Acme"])
    for _ in range(2):
        done = hour(house, GLOBEX, ACME, relevance=relevance)
        assert (done.read, done.raised.judged, reader.loaded) == (0, 0, 2), "nothing is new"
    assert alerts(house) == ["Acme"]


def test_a_competitor_that_finds_it_later_changes_nothing(house: House) -> None:
    house.reader = reader = Torn()
    assert hour(house, ACME).raised.opened == 1
    done = hour(house, ACME, GLOBEX)
    assert (done.raised.judged, done.raised.opened, done.raised.joined) == (2, 0, 0)
    assert (reader.asked[LEFT], label(house), alerts(house)) == ("Acme", "negative", ["Acme"])


def test_of_two_own_brands_neither_comes_first_whoever_found_it(house: House) -> None:
    house.reader = reader = Torn()
    hour(house, ACME)
    assert hour(house, ACME, BETA).read == 1
    assert (reader.asked[LEFT], label(house), alerts(house)) == (None, "positive", ["Acme"])


def test_found_by_two_in_the_same_hour_it_is_read_once(house: House) -> None:
    house.reader = reader = Torn()
    assert hour(house, GLOBEX, ACME, relevance="words").read == 1
    assert (reader.asked[LEFT], reader.loaded, alerts(house)) == ("Acme", 1, ["Acme"])
