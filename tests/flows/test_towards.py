"""The sentiment of a mention is asked for towards its brand, where the text names that brand."""

from __future__ import annotations

from collections.abc import Sequence

from core.reading import Reading
from flows.steps.once import run_once
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
