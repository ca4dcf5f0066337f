"""Reddit: a brand's query in its search syntax, and what `earful check` is told."""

from __future__ import annotations

import pytest

from core.query import All, AnyOf, Not, Query, Words
from listeners.reddit.options import RedditOptions
from listeners.reddit.query import asked, compile_query


def words(*texts: str) -> tuple[Words, ...]:
    return tuple(Words(text) for text in texts)


class TestCompile:
    @pytest.mark.parametrize(
        ("query", "text"),
        [
            (Words("acme"), "acme"),
            (Words(" acme   air "), '"acme air"'),
            (Words("@acme"), "acme"),
            (Words("#acme"), "acme"),
            (Words("Not"), "Not"),
            (Words("OR"), '"OR"'),
            (Words('say "hi"'), '"say hi"'),
            (Words("acme.example"), '"acme.example"'),
            (Words("subreddit:acme"), '"subreddit:acme"'),
            (All(words("acme", "parcel")), "acme AND parcel"),
            (AnyOf(words("acme", "acme air")), 'acme OR "acme air"'),
            (All((AnyOf(words("a", "b")), Not(Words("c")))), "(a OR b) AND NOT c"),
            (All((Not(Words("c")), Words("a"))), "a AND NOT c"),
            (All((Words("a"), Not(AnyOf(words("b", "c"))))), "a AND NOT b AND NOT c"),
            (AnyOf((All(words("a", "b")), Words("c"))), "(a AND b) OR c"),
            (Not(Not(Words("a"))), "a"),
            (AnyOf((Words("a"),)), "a"),
        ],
    )
    def test_each(self, query: Query, text: str) -> None:
        compiled = compile_query(query)
        assert (compiled.text, compiled.cannot) == (text, ())

    @pytest.mark.parametrize(
        ("query", "text", "said"),
        [
            (All(words("acme", "#")), "acme", "'#'"),
            (All((Words("a"), AnyOf((Words("b"), Not(Words("c")))))), "a", "or not that"),
            (All((Words("a"), Not(All(words("b", "c"))))), "a", "or not that"),
            (All((Words("a"), AnyOf(words("b", "@")))), "a", "'@'"),
        ],
    )
    def test_what_it_cannot_say_finds_more_and_never_less(self, query: Query, text: str, said: str) -> None:
        compiled = compile_query(query)
        assert compiled.text == text
        assert any(said in reason for reason in compiled.cannot)

    @pytest.mark.parametrize("query", [Not(Words("a")), Words("@"), All(()), AnyOf(())])
    def test_nothing_to_look_for_is_an_error(self, query: Query) -> None:
        with pytest.raises(ValueError, match="could look for"):
            compile_query(query)

    def test_too_long_is_an_error_with_the_length(self) -> None:
        names = AnyOf(words(*(f"brand{n:05}" for n in range(100))))
        with pytest.raises(ValueError, match=r"is 1396 characters long .* takes 512; give 4 targets"):
            compile_query(names)


class TestAsked:
    def test_it_says_what_is_asked_and_what_cannot_be_had(self) -> None:
        new = asked(RedditOptions(subreddit="acme"))
        assert (new.request, new.cost) == ("GET /r/acme/new", "free")
        search = asked(RedditOptions(listing="search", query="acme air"))
        assert "acme air" in search.request
        assert any("not comments" in reason for reason in search.cannot)
        threads = asked(RedditOptions(listing="threads", query="acme", follow_days=2))
        assert not any("not comments" in reason for reason in threads.cannot)
        assert any("2 days" in reason for reason in threads.cannot)
        assert not any("folds away" in reason for reason in threads.cannot)
        shown_only = asked(RedditOptions(listing="threads", query="acme", max_more=0))
        assert any("folds away" in reason for reason in shown_only.cannot)
