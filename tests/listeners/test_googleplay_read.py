"""Google Play: exact rows of the API's reviews and the pages', and the pages' answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from core.errors import SchemaChanged, SourceUnavailable
from core.mention import Kind, Mention, Visibility
from listeners.googleplay.options import TERMS
from listeners.googleplay.read_public import answer_of, read_rows
from listeners.googleplay.read_publisher import read_reviews, reviews_of
from tests.listeners.googleplay_platform import ANSWERED, BLOCKED, REVIEW, ROW, SAID
from tests.listeners.scenarios.base import NOW
from tests.listeners.scenarios.googleplay import APP

AT = datetime.fromtimestamp(1795000000, UTC)


def read_one(**change: Any) -> Mention:
    review = REVIEW | {"comments": [{"userComment": SAID | change}]}
    (mention,), rejected, _ = read_reviews([review], NOW, "", app=APP)
    assert rejected == ()
    return mention


def read_row(change: Mapping[int, Any] | None = None) -> Mention:
    row = [(change or {}).get(index, value) for index, value in enumerate(ROW)]
    (mention,), rejected, _ = read_rows([row], NOW, "", app=APP, language="en")
    assert rejected == ()
    return mention


class TestPublisherRows:
    def test_a_review(self) -> None:
        mention = read_one()
        assert (mention.source, mention.external_id, mention.kind) == (
            "googleplay",
            "gp:AOqpTOE1",
            Kind.REVIEW,
        )
        assert mention.text == "Lost my booking\n\nAnd nobody answers & so on."
        assert (mention.posted_at, mention.fetched_at) == (AT, NOW)
        assert (mention.rating, mention.language) == (2.0, "pt-BR")
        assert (mention.engagement.likes, mention.engagement.replies) == (3, 0)
        assert (
            mention.url
            == "https://play.google.com/store/apps/details?id=com.example.travel&reviewId=gp%3AAOqpTOE1"
        )
        assert mention.author is not None
        assert (mention.author.external_id, mention.author.handle) == ("gp:AOqpTOE1", "ann b")
        assert (mention.visibility, mention.edited_at, mention.terms) == (Visibility.LIVE, None, TERMS)

    def test_people_of_one_name_are_not_one_person(self) -> None:
        other = REVIEW | {"reviewId": "gp:AOqpTOE2"}
        mentions, _, _ = read_reviews([REVIEW, other], NOW, "", app=APP)
        assert len({mention.author.external_id for mention in mentions if mention.author}) == 2

    def test_newer_than_the_answer_is_edited(self) -> None:
        (mention,), _, (reply,) = read_reviews([REVIEW], NOW, "", app=APP, own_handle="acme_care")
        assert (mention.visibility, mention.edited_at) == (Visibility.EDITED, AT)
        assert mention.engagement.replies == 1
        assert (reply.kind, reply.text, reply.parent_id) == (Kind.REPLY, "We are sorry.", "gp:AOqpTOE1")
        assert reply.posted_at == datetime.fromtimestamp(1794990000, UTC)
        assert reply.author is not None
        assert reply.author.handle == "acme_care"
        later = ANSWERED | {"lastModified": {"seconds": 1795000001}}
        review = REVIEW | {"comments": [{"userComment": SAID}, {"developerComment": later}]}
        (mention,), _, replies = read_reviews([review], NOW, "", app=APP)
        assert (mention.visibility, mention.edited_at, replies) == (Visibility.LIVE, None, ())

    def test_the_newest_of_several_comments_counts(self) -> None:
        older = SAID | {"text": "Fine.", "lastModified": {"seconds": "1794000000"}, "starRating": 5}
        review = REVIEW | {"comments": [{"userComment": older}, {"userComment": SAID}]}
        (mention,), _, _ = read_reviews([review], NOW, "", app=APP)
        assert (mention.rating, mention.posted_at) == (2.0, AT)

    def test_the_text_as_it_was_written(self) -> None:
        assert read_one(originalText="Perdeu tudo").text == "Perdeu tudo"
        assert read_one(text="\tOnly a body", originalText="").text == "Only a body"

    @pytest.mark.parametrize("stars", [0, 6, -1, None, "2", True, [], 1e400])
    def test_no_such_rating(self, stars: Any) -> None:
        assert read_one(starRating=stars).rating is None

    @pytest.mark.parametrize(
        "change",
        [{"text": " \t "}, {"text": 7}, {"lastModified": {}}, {"lastModified": {"seconds": "soon"}}],
    )
    def test_unreadable(self, change: dict[str, Any]) -> None:
        review = REVIEW | {"comments": [{"userComment": SAID | change}]}
        mentions, (rejected,), _ = read_reviews([review], NOW, "GET", app=APP)
        assert (mentions, rejected.place) == ((), "GET reviews[0]")

    def test_shapes_of_a_page(self) -> None:
        assert reviews_of({}) == ([], None)
        assert reviews_of({"reviews": [1]}) == ([1], None)
        assert reviews_of({"reviews": [], "tokenPagination": {"nextPageToken": "t"}}) == ([], "t")
        for body in ([], None, {"items": []}, {"reviews": 3}, {"tokenPagination": {"nextPageToken": 7}}):
            with pytest.raises(SchemaChanged):
                reviews_of(body)


class TestPublicRows:
    def test_a_review(self) -> None:
        mention = read_row()
        assert (mention.external_id, mention.kind, mention.text) == (
            "gp:AOqpTOE1",
            Kind.REVIEW,
            "Lost my booking & so on.",
        )
        assert (mention.posted_at, mention.rating, mention.language) == (AT, 2.0, "en")
        assert (mention.engagement.likes, mention.engagement.replies) == (3, 1)
        assert mention.author is not None
        assert (mention.author.external_id, mention.author.handle) == ("1143", "ann b")
        assert (mention.visibility, mention.edited_at) == (Visibility.EDITED, AT)
        assert mention.url.endswith("reviewId=gp%3AAOqpTOE1")

    def test_short_rows(self) -> None:
        (mention,), _, _ = read_rows([ROW[:6]], NOW, "", app=APP, language=None)
        assert (mention.visibility, mention.edited_at, mention.engagement.likes) == (
            Visibility.LIVE,
            None,
            None,
        )
        assert mention.author is not None
        assert mention.author.external_id == "gp:AOqpTOE1"

    def test_the_answer_is_kept_under_the_brands_handle(self) -> None:
        _, _, (reply,) = read_rows([ROW], NOW, "", app=APP, language="en", own_handle="acme_care")
        assert (reply.external_id, reply.kind, reply.text) == (
            "gp:AOqpTOE1:reply",
            Kind.REPLY,
            "We are sorry.",
        )

    @pytest.mark.parametrize("turned", [False, True])
    def test_of_versions_of_one_review_the_newest_counts(self, turned: bool) -> None:
        older = [*ROW[:4], "It was fine.", [1794000000, 0], *ROW[6:]]
        rows = [older, ROW] if turned else [ROW, older]
        (mention,), rejected, _ = read_rows(rows, NOW, "", app=APP, language="en")
        assert (mention.posted_at, mention.text, rejected) == (AT, "Lost my booking & so on.", ())

    @pytest.mark.parametrize(
        "row", [[], {}, None, "x", ROW[:4], ROW[:5], [None, *ROW[1:]], [*ROW[:4], "", ROW[5]]]
    )
    def test_unreadable(self, row: Any) -> None:
        mentions, (rejected,), _ = read_rows([row], NOW, "page", app=APP, language="en")
        assert (mentions, rejected.place) == ((), "page reviews[0]")


class TestAnswers:
    def wrapped(self, payload: str | None, call: str = "oCPfdb", problem: Any = None) -> str:
        return ")]}'\n\n" + json.dumps([["wrb.fr", call, payload, None, None, problem, "generic"]])

    def test_both_calls(self) -> None:
        for call in ("oCPfdb", "UsvDTd"):
            assert answer_of(self.wrapped(json.dumps([[ROW], [None, "t"]]), call)) == ([ROW], "t", False)

    @pytest.mark.parametrize(
        ("payload", "rows", "token", "empty"),
        [
            ([], [], None, True),
            ([[], [None, None], []], [], None, False),
            ([None, [None, None]], [], None, False),
            ([[ROW]], [ROW], None, False),
            ([[ROW], [None, "t"], []], [ROW], "t", False),
            ([[ROW], None, [None, "t"]], [ROW], "t", False),
        ],
    )
    def test_payloads(self, payload: Any, rows: list[Any], token: str | None, empty: bool) -> None:
        assert answer_of(self.wrapped(json.dumps(payload))) == (rows, token, empty)

    def test_errors_inside_of_an_answer(self) -> None:
        with pytest.raises(SourceUnavailable, match="PlayGatewayError"):
            answer_of(self.wrapped(None, problem=BLOCKED))
        for problem in ([3], None, "x"):
            with pytest.raises(SchemaChanged):
                answer_of(self.wrapped(None, problem=problem))

    @pytest.mark.parametrize("text", ["<html>consent</html>", "", ")]}'\n\n[[", ")]}'"])
    def test_what_is_no_data(self, text: str) -> None:
        with pytest.raises(SourceUnavailable):
            answer_of(text)

    @pytest.mark.parametrize("text", ["[]", "7", ")]}'\n{}", ")]}'\n[]", ')]}\'\n[["wrb.fr","other","[]"]]'])
    def test_what_is_something_else(self, text: str) -> None:
        with pytest.raises(SchemaChanged):
            answer_of(text)

    @pytest.mark.parametrize("payload", ["7", "{}", "null", "[7]", "[[", '["x"]'])
    def test_other_payloads(self, payload: str) -> None:
        with pytest.raises(SchemaChanged):
            answer_of(self.wrapped(payload))
