"""Queries as people write them: read, written back, and complained about with the place."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.query import (
    DEEPEST,
    LONGEST,
    All,
    AnyOf,
    Not,
    Query,
    QueryError,
    Words,
    asks_for_something,
    parse,
    phrase,
    written,
)

ACME, RAIL, COYOTE = Words("acme"), Words("rail"), Words("coyote")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("acme", ACME),
        ('"acme"', ACME),
        ('"  acme \n rail "', Words("acme rail")),
        ("“acme rail”", Words("acme rail")),
        ("acme rail", All((ACME, RAIL))),
        ("acme AND rail", All((ACME, RAIL))),
        ("acme OR rail", AnyOf((ACME, RAIL))),
        ("acme rail OR coyote", AnyOf((All((ACME, RAIL)), COYOTE))),
        ("acme (rail OR coyote)", All((ACME, AnyOf((RAIL, COYOTE))))),
        ("acme -coyote", All((ACME, Not(COYOTE)))),
        ("acme NOT coyote", All((ACME, Not(COYOTE)))),
        ('acme -"wile coyote"', All((ACME, Not(Words("wile coyote"))))),
        ("acme -(rail OR coyote)", All((ACME, Not(AnyOf((RAIL, COYOTE)))))),
        ("((acme))", ACME),
        ("NOT NOT acme", Not(Not(ACME))),
        (
            "@acme #acme at&t acme.com o'reilly",
            All(tuple(map(Words, ("@acme", "#acme", "at&t", "acme.com", "o'reilly")))),
        ),
        ("jean-luc", Words("jean-luc")),
        ('"AND" "and" "a:b" "-x"', All((Words("AND"), Words("and"), Words("a:b"), Words("-x")))),
        ("🚂", Words("🚂")),
        (
            '(acme OR "acme rail" OR @acme) AND NOT coyote',
            All((AnyOf((ACME, Words("acme rail"), Words("@acme"))), Not(COYOTE))),
        ),
    ],
)
def test_what_is_read(text: str, tree: Query) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("", 1, "expected a word"),
        ("   ", 4, "expected a word"),
        ("acme AND", 9, "expected a word"),
        ("acme AND OR rail", 10, "expected a word"),
        ("OR acme", 1, "expected a word"),
        ("acme (rail", 6, "never closed; add )"),
        ("acme) rail", 5, "never opened; remove it"),
        ("acme ()", 7, "expected a word"),
        ('acme "rail', 6, "quotation mark is never closed"),
        ('acme ""', 6, "at least one letter"),
        ("acme !!!", 6, "at least one letter"),
        ("acme or rail", 6, 'write OR in capitals, or "or"'),
        ("acme - coyote", 6, "right before"),
        ("acme -", 6, "right before"),
        ("acme from:coyote", 6, "no operator such as from:"),
        ("acm*", 4, "list the words with OR"),
        ("(" * (DEEPEST + 2) + "acme", DEEPEST + 2, "write it simpler"),
        ("NOT " * 10_000, LONGEST + 1, "is longer than"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, position: int, said: str) -> None:
    with pytest.raises(QueryError, match=f"^at character {position:,}".replace(",", "")) as caught:
        parse(text)
    assert caught.value.position == position
    assert said in str(caught.value)


LETTERS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)


def _is_phrase(text: str) -> bool:
    try:
        return phrase(text).text == text
    except ValueError:
        return False


PHRASES = (LETTERS | st.sampled_from(["acme rail", "AND", "or", "-x", "a:b", "a*", "@acme", "(x)"])).filter(
    _is_phrase
)
TREES = st.recursive(
    PHRASES.map(Words),
    lambda below: st.one_of(
        below.map(Not),
        st.lists(below, min_size=2, max_size=4).map(tuple).map(All),
        st.lists(below, min_size=2, max_size=4).map(tuple).map(AnyOf),
    ),
    max_leaves=12,
)


@given(TREES)
def test_what_is_written_is_read_as_the_same(tree: Query) -> None:
    assert parse(written(tree)) == tree


@given(
    st.text()
    | st.lists(
        st.sampled_from(["acme", "(", ")", " ", "OR", "AND ", "NOT ", "-", '"', "”", "a:", "\x00"])
    ).map("".join)
)
@example("(" * 5_000)
@example("-" * 4_000 + "a")
def test_any_text_is_a_query_or_the_one_error(text: str) -> None:
    try:
        tree = parse(text)
    except QueryError as error:
        found = error.position
    else:
        assert parse(written(tree)) == tree
        found = 1
    assert 1 <= found <= len(text) + 1


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("acme", True),
        ("NOT acme", False),
        ("acme NOT coyote", True),
        ("NOT acme NOT coyote", False),
        ("acme OR NOT coyote", False),
        ("acme OR (rail -coyote)", True),
    ],
)
def test_a_query_of_nots_asks_for_the_whole_world(text: str, asks: bool) -> None:
    assert asks_for_something(parse(text)) is asks


@pytest.mark.parametrize("text", ["", " ", '""', 'a"b', "!!!", "\u00b4"])
def test_what_is_no_phrase(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        phrase(text)
