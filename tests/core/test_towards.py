"""Towards which brand the sentiment of a mention is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.brand_query import BrandQuery
from core.config import Brand
from core.matching import matches
from core.query import Words
from core.towards import towards
from tests.core.test_relevance import target

ACME = Brand(
    name="Acme Rail", handles=("acme_rail",), query=BrandQuery(any=("acme", "#acme")), targets=(target(),)
)
GLOBEX = Brand(name="Globex", competitor=True, targets=(target(brand="Globex"),))
BOLT = Brand(name="Bolt", targets=(target(brand="Bolt"),))
BIKES = Brand(name="Bolt Bikes", targets=(target(brand="Bolt Bikes"),))
ASKED = Brand(name="Acme", query=BrandQuery(boolean="acme AND ticket"), targets=(target(brand="Acme"),))

WRITTEN = (
    "Acme",
    "acme rail",
    "@acme_rail",
    "#acme",
    "GLOBEX",
    "bolt",
    "bolted",
    "ticket",
    "late",
    "\u202e",
    "é",
)


@pytest.mark.parametrize(
    ("text", "brands", "wanted"),
    [
        ("Late again, Acme Rail", (ACME,), "Acme Rail"),
        ("so glad I left ACME for Globex", (ACME,), "acme"),
        ("so glad I left acme for globex", (ACME, GLOBEX), "acme"),
        ("so glad I left acme for globex", (GLOBEX, ACME), "acme"),
        ("so glad I left acme for globex", (GLOBEX,), "Globex"),
        ("acme or bolt?", (ACME, BOLT), None),
        ("@acme_rail late again", (ACME,), None),
        ("late again @acme_rail", (ACME,), None),
        ("late again!\n@acme_rail #trains http://x.example", (ACME,), None),
        ('Nobody knows where it is. @acme_rail your desk says "Monday".', (ACME,), None),
        ("thanks @acme_rail for nothing", (ACME,), "@acme_rail"),
        ("finally cancelled @acme_rail, best decision ever", (ACME,), "@acme_rail"),
        ("@acme_rail @Acme_Rail late again", (ACME,), None),
        ("@acme_rail late again, globex never is", (ACME, GLOBEX), "@acme_rail"),
        ("@acme_rail is rude, @globex is great", (ACME,), "@acme_rail"),
        ("@globex take a lesson from @ACME_RAIL", (ACME,), "@acme_rail"),
        ("so glad I left @acme_rail for globex", (ACME,), "@acme_rail"),
        ("so glad I left @acme_rail.bsky.social for globex", (ACME,), "@acme_rail"),
        ("so glad I left @acme_rail@toots.example for globex", (ACME,), "@acme_rail"),
        ("so glad I left @acme_rail's app for globex", (ACME,), "@acme_rail"),
        ("@acme_rail.bsky.social late again", (ACME,), None),
        ("late again @acme_rail@toots.example", (ACME,), None),
        ("so glad I left @Bolt Bikes for globex", (BIKES,), None),
        ("so glad I left #AcmeRail for globex", (ACME,), "Acme Rail"),
        ("so glad I left @globex for acme", (GLOBEX,), "@Globex"),
        ("@acme_rail acme is late again", (ACME,), "acme"),
        ("late again #acme", (ACME,), "acme"),
        ("late again", (ACME,), None),
        ("acmeology is a science", (ACME,), None),
        ("globex is fine", (ACME, GLOBEX), None),
        ("my ticket is wrong", (ASKED,), None),
        ("an acme ticket", (ASKED,), "Acme"),
        ("acme", (), None),
        ("", (ACME,), None),
    ],
)
def test_by_the_name_that_the_text_has(text: str, brands: tuple[Brand, ...], wanted: str | None) -> None:
    assert towards(text, brands) == wanted


@given(st.lists(st.sampled_from(WRITTEN)), st.sets(st.integers(0, 3)))
def test_whoever_it_is_towards_is_named(words: list[str], found_for: set[int]) -> None:
    text, brands = " ".join(words), [(ACME, GLOBEX, BOLT, ASKED)[i] for i in sorted(found_for)]
    name = towards(text, brands)
    assert name is None or any(matches(Words(called), text) for called in (name, "#acme"))
