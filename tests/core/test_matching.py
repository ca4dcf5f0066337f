"""Whether a text has what is asked for: whole words, in any script, however people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.matching import matches
from core.query import Not, Words, parse
from tests.core.test_query import PHRASES, TREES

FOUND = [
    ("acme", "My ACME ticket"),
    ("acme", "Acme's fault"),
    ("acme", "why,acme!why"),
    ("acme", "@acme is late"),
    ("acme", "#Acme"),
    ("acme", "see https://acme.example/help"),
    ("acme", "\uff21\uff23\uff2d\uff25"),
    ("acme", "ac\u200bme"),
    ("acme", "acmeは最悪"),
    ("アクメ", "昨日アクメ鉄道に乗った"),
    ("阿克米", "坐阿克米列车"),
    ("citroën", "my Citroen"),
    ("citroen", "my CITROËN and Citroe\u0308n"),
    ("sainsbury's", "Sainsbury\u2019s"),
    ("istanbul", "İSTANBUL"),
    ("straße", "STRASSE"),
    ("acme rail", "the Acme\n  Rail app"),
    ("acme rail", "so late #AcmeRail"),
    ("@acme", "hey @Acme, help"),
    ("@acme", ".@acme"),
    ("#acme", "#ACME!"),
    ("c++", "I like C++, really"),
    ("🚂", "no🚂today"),
    ("एक्मे", "यह एक्मे है"),
]
MISSED = [
    ("acme", "acmes"),
    ("acme", "pacme"),
    ("acme", "acme2go"),
    ("acme", "acme_fan"),
    ("acme", "a c m e"),
    ("acme rail", "acme and rail"),
    ("acme rail", "acmerail"),
    ("acme rail", "#acmerails"),
    ("@acme", "acme"),
    ("@acme", "help@acme.example"),
    ("@acme", "@acme_fan"),
    ("#acme", "acme"),
    ("एक्म", "यह एक्मे है"),
    ("", "anything"),
]


@pytest.mark.parametrize(("wanted", "text"), FOUND)
def test_what_is_found(wanted: str, text: str) -> None:
    assert matches(Words(wanted), text)
    assert not matches(Not(Words(wanted)), text)


@pytest.mark.parametrize(("wanted", "text"), MISSED)
def test_what_is_another_word(wanted: str, text: str) -> None:
    assert not matches(Words(wanted), text)


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("(acme OR rail) ticket -coyote", "acme ticket", True),
        ("(acme OR rail) ticket -coyote", "acme", False),
        ("(acme OR rail) ticket -coyote", "acme ticket for a coyote", False),
        ("NOT (acme rail)", "acme", True),
        ("NOT (acme rail)", "rail, acme", False),
    ],
)
def test_the_whole_tree(query: str, text: str, found: bool) -> None:
    assert matches(parse(query), text) is found


def test_what_stands_around_helps_and_excludes_nothing() -> None:
    query = parse("acme -coyote")
    assert not matches(query, "it is late again")
    assert matches(query, "it is late again", ["Acme Rail @acme"])
    assert matches(query, "it is late again", ["acme and the coyote"])
    assert not matches(query, "acme and the coyote", ["acme"])
    assert matches(parse("NOT NOT acme"), "late", ["acme"]), "twice not is asked for again"


@given(PHRASES, st.text(max_size=10), st.text(max_size=10))
def test_a_phrase_between_spaces_is_found(wanted: str, before: str, after: str) -> None:
    assert matches(Words(wanted), f"{before} {wanted} {after}")


@given(TREES, st.text(max_size=40))
def test_not_is_the_opposite(tree: object, text: str) -> None:
    assert matches(tree, text) is not matches(Not(tree), text)
