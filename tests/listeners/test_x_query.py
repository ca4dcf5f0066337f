"""X: a brand's query in its search syntax, and what `earful check` is told."""

from __future__ import annotations

import pytest

from core.query import All, AnyOf, Not, Query, Words, parse
from listeners.syntax import Syntax
from listeners.x import SOURCE
from listeners.x.options import LONGEST_QUERY, XOptions
from listeners.x.query import asked, compile_query


def words(*texts: str) -> tuple[Words, ...]:
    return tuple(Words(text) for text in texts)


class TestCompile:
    @pytest.mark.parametrize(
        ("query", "text"),
        [
            (Words("acme"), "acme"),
            (Words("acme air"), '"acme air"'),
            (Words("@acme"), "@acme"),
            (Words("#acme"), "#acme"),
            (Words("OR"), '"OR"'),
            (Words("from:acme"), '"from:acme"'),  # a text to look for; operators go into a target's own query
            (Words("acme.example"), '"acme.example"'),
            (Words("-acme"), '"-acme"'),
            (Words("(acme)"), '"(acme)"'),
            (Words('the "acme" way'), '"the acme way"'),
            (Words("アクメ"), "アクメ"),
            (All(words("acme", "parcel")), "acme parcel"),
            (AnyOf(words("acme", "acme air")), 'acme OR "acme air"'),
            (All((AnyOf(words("a", "b")), AnyOf(words("c", "d")))), "(a OR b) (c OR d)"),
            (All((Not(Words("c d")), Words("a"))), 'a -"c d"'),
            (All((Words("a"), Not(AnyOf(words("b", "c"))))), "a -b -c"),
            (AnyOf((All((Words("a"), Not(Words("b")))), Words("c"))), "(a -b) OR c"),
            (Not(AnyOf((Not(Words("a")), Words("b")))), "a -b"),
        ],
    )
    def test_each(self, query: Query, text: str) -> None:
        compiled = compile_query(query)
        assert (compiled.text, compiled.cannot) == (text, ())

    def test_what_a_team_writes(self) -> None:
        query = parse('(acme OR "acme rail" OR @acme) AND (late OR lost) -coyote')
        assert compile_query(query).text == '(acme OR "acme rail" OR @acme) (late OR lost) -coyote'

    @pytest.mark.parametrize(
        "query",
        [
            All((Words("a"), AnyOf((Words("b"), Not(Words("c")))))),
            All((Words("a"), Not(All(words("b", "c"))))),
        ],
    )
    def test_what_it_cannot_say_finds_more_and_never_less(self, query: Query) -> None:
        compiled = compile_query(query)
        assert compiled.text == "a"
        assert compiled.cannot == ("X cannot ask for 'this, or not that'; more than that is found",)

    @pytest.mark.parametrize("query", [Not(Words("a")), Words("!?"), All(()), AnyOf(words("a", "!"))])
    def test_nothing_to_look_for_is_an_error(self, query: Query) -> None:
        with pytest.raises(ValueError, match="could look for"):
            compile_query(query)

    def test_too_long_is_an_error_with_the_length_and_a_way_out(self) -> None:
        query = All((AnyOf(words(*(f"brand{n:05}" for n in range(60)))), Not(Words("song"))))
        with pytest.raises(ValueError, match=r"is 844 characters long .* takes 512; give 2 targets a part"):
            compile_query(query)
        with pytest.raises(ValueError, match="name fewer words"):
            compile_query(All(words(*(f"brand{n:05}" for n in range(60)))))

    def test_just_as_long_as_it_may_be(self) -> None:
        assert len(compile_query(All(words("a" * 500, "b" * 11))).text) == LONGEST_QUERY
        with pytest.raises(ValueError, match="513"):
            compile_query(All(words("a" * 500, "b" * 12)))

    def test_parts_find_together_what_the_whole_does(self) -> None:
        syntax = Syntax(platform="S", word=lambda text: text, both=" ", minus="-", longest=40)
        names = [f"name{n}" for n in range(20)]
        parts = syntax.split(All((AnyOf(words(*names)), Words("must"), Not(Words("not")))))
        assert all(len(part.text) <= 40 for part in parts)
        assert all("must" in part.text and "-not" in part.text for part in parts)
        found = {word.strip("()") for part in parts for word in part.text.split() if "name" in word}
        assert found == set(names)


class TestAsked:
    def test_a_search_and_own_mentions(self) -> None:
        search = asked(XOptions(query="acme -is:retweet"))
        assert search.request == "acme -is:retweet"
        assert "$0.005 a post and $0.010 an author" in search.cost
        assert "$20.00 a month" in search.cost
        own = asked(XOptions(user="@acme", authors=False))
        assert own.request == "the mentions of @acme"
        assert "$0.001 a post;" in own.cost

    @pytest.mark.parametrize(
        ("query", "authors", "told"),
        [("acme", False, True), ("acme -from:acme_care", False, False), ("acme", True, False)],
    )
    def test_whose_own_posts_count_as_customers_is_told(self, query: str, authors: bool, told: bool) -> None:
        cannot = asked(XOptions(query=query, authors=authors)).cannot
        assert any("-from:YOUR_ACCOUNT" in reason for reason in cannot) is told

    def test_own_mentions_stop_last(self) -> None:
        assert SOURCE.essential(XOptions(user="@acme"))
        assert not SOURCE.essential(XOptions(query="acme"))
