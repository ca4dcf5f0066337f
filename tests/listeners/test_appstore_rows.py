"""The App Store: what becomes of reviews and answers, of the feed's and of the API's, whatever they hold."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SchemaChanged
from core.mention import Kind, Mention, Visibility
from listeners.appstore.options import TERMS
from listeners.appstore.read_connect import answers_of, read_reviews, replies_to, reviews_of
from listeners.appstore.read_feed import entries_of, read_feed
from tests.listeners.any_json import JSON, check, like
from tests.listeners.appstore_reviews import ANSWER, ENTRY, REVIEW
from tests.listeners.scenarios.appstore import APP, label
from tests.listeners.scenarios.base import NOW

THE_APP = {"im:name": label("Acme Travel"), "id": label("https://itunes.apple.com/gb/app/id1234567890")}
AT = datetime(2026, 11, 20, 17, 25, 34, tzinfo=UTC)


def changed(attributes: Any) -> Any:
    return REVIEW | {"attributes": attributes}


def answered(attributes: Any) -> Any:
    return ANSWER | {"attributes": attributes}


def read_entry(**change: Any) -> Mention:
    (mention,), rejected = read_feed([ENTRY | change], NOW, "", app=APP, country="gb")
    assert rejected == ()
    return mention


class TestFeedRows:
    def test_a_review(self) -> None:
        mention = read_entry()
        assert (mention.source, mention.external_id, mention.kind) == ("appstore", "8044879", Kind.REVIEW)
        assert mention.text == "Lost my booking\n\nAnd nobody answers <at all> & so on."
        assert (mention.posted_at, mention.fetched_at) == (AT, NOW)
        assert (mention.rating, mention.engagement.likes) == (2.0, 3)
        assert mention.url == "https://apps.apple.com/gb/app/id1234567890?see-all=reviews"
        assert mention.author is not None
        assert (mention.author.external_id, mention.author.handle) == ("77", "ann_b")
        assert mention.author.url == "https://itunes.apple.com/gb/reviews/id77"
        assert (mention.thread_id, mention.parent_id, mention.terms) == ("8044879", None, TERMS)
        assert (mention.visibility, mention.edited_at, mention.language) == (Visibility.LIVE, None, None)

    def test_what_may_be_missing(self) -> None:
        bare = {key: ENTRY[key] for key in ("id", "updated", "content")}
        (mention,), _ = read_feed([bare], NOW, "", app=APP, country="gb")
        assert (mention.text, mention.rating, mention.author) == (
            "And nobody answers <at all> & so on.",
            None,
            None,
        )

    def test_markup_where_the_feed_says_so(self) -> None:
        content = {"label": "One &amp; <b>two</b>", "attributes": {"type": "html"}}
        assert read_entry(content=content, title=label("")).text == "One & two"

    @pytest.mark.parametrize("rating", ["0", "6", "-1", "1.5", "five", "", None, [], "٣"])
    def test_no_such_rating(self, rating: Any) -> None:
        assert read_entry(**{"im:rating": {"label": rating}}).rating is None

    @pytest.mark.parametrize(
        "change",
        [
            {"id": label("")},
            {"id": "8044879"},
            {"updated": label("yesterday")},
            {"updated": None},
            {"title": label(" "), "content": label("\n")},
            {"content": label(["a"])},  # type: ignore[arg-type]
        ],
    )
    def test_unreadable(self, change: dict[str, Any]) -> None:
        mentions, (rejected,) = read_feed([ENTRY | change], NOW, "page 1", app=APP, country="gb")
        assert (mentions, rejected.place) == ((), "page 1 entry[0]")

    def test_shapes_of_a_page(self) -> None:
        assert entries_of({"feed": {"entry": [ENTRY, ENTRY]}}) == [ENTRY, ENTRY]
        assert entries_of({"feed": {"entry": ENTRY}}) == [ENTRY]
        assert entries_of({"feed": {}}) == []
        assert entries_of({"feed": {"entry": [THE_APP, ENTRY]}}) == [ENTRY]
        assert entries_of({"feed": {"entry": THE_APP}}) == []
        for body in ({}, [], None, {"feed": None}, {"feed": {"entry": "x"}}, {"feed": []}):
            with pytest.raises(SchemaChanged):
                entries_of(body)


class TestConnectRows:
    def test_a_review_with_an_answer(self) -> None:
        body = {"data": [REVIEW], "included": [ANSWER]}
        answers = answers_of(body)
        (mention,), rejected = read_reviews(reviews_of(body), answers, NOW, "", app=APP)
        assert rejected == ()
        assert (mention.external_id, mention.kind) == ("00000028-b08c-0014-729e-fbd500000000", Kind.REVIEW)
        assert mention.text == "Lost my booking\n\nAnd nobody answers."
        assert (mention.posted_at, mention.rating, mention.engagement.replies) == (AT, 1.0, 1)
        assert mention.author is not None
        assert (mention.author.external_id, mention.author.handle) == ("ann_b", "ann_b")
        assert mention.url == "https://apps.apple.com/gb/app/id1234567890?see-all=reviews"
        (reply,), _ = replies_to([mention], answers, "acme_care", "")
        assert (reply.external_id, reply.kind, reply.text) == ("r1", Kind.REPLY, "We are sorry.")
        assert (reply.parent_id, reply.thread_id) == (mention.external_id, mention.external_id)
        assert reply.author is not None
        assert reply.author.handle == "acme_care"

    def test_an_answer_that_nobody_can_see_yet_is_none(self) -> None:
        pending = ANSWER | {"attributes": ANSWER["attributes"] | {"state": "PENDING_PUBLISH"}}
        assert answers_of({"data": [REVIEW], "included": [pending]}) == {}

    def test_an_unreadable_answer_is_kept(self) -> None:
        (mention,), _ = read_reviews([REVIEW], {}, NOW, "", app=APP)
        broken = {"id": "r1", "attributes": {"responseBody": "We are sorry."}}
        assert replies_to([mention], {mention.external_id: broken}, "acme", "")[1][0].source == "appstore"

    def test_an_unknown_territory(self) -> None:
        said = REVIEW["attributes"] | {"territory": "XYZ"}
        (mention,), _ = read_reviews([REVIEW | {"attributes": said}], {}, NOW, "", app=APP)
        assert mention.url == "https://apps.apple.com/app/id1234567890?see-all=reviews"

    @pytest.mark.parametrize("missing", ["createdDate", "id"])
    def test_unreadable(self, missing: str) -> None:
        said = {key: value for key, value in REVIEW["attributes"].items() if key != missing}
        review = {key: value for key, value in REVIEW.items() if key != missing} | {"attributes": said}
        mentions, (rejected,) = read_reviews([review], {}, NOW, "GET", app=APP)
        assert (mentions, rejected.place) == ((), "GET data[0]")


class TestAnyJson:
    @settings(max_examples=150, deadline=None)
    @given(st.lists(like(ENTRY), max_size=4))
    def test_feed(self, entries: list[Any]) -> None:
        mentions, rejected = read_feed(entries, NOW, "", app=APP, country="gb")
        assert len(mentions) + len(rejected) == len(entries)
        check(mentions, rejected)

    @settings(max_examples=150, deadline=None)
    @given(
        st.lists(
            like(REVIEW | {"attributes": None}) | st.builds(changed, like(REVIEW["attributes"])), max_size=4
        ),
        JSON,
    )
    def test_connect(self, reviews: list[Any], included: Any) -> None:
        answers = answers_of({"data": reviews, "included": included})
        mentions, rejected = read_reviews(reviews, answers, NOW, "", app=APP)
        assert len(mentions) + len(rejected) == len(reviews)
        check(mentions, rejected)

    @settings(max_examples=100, deadline=None)
    @given(st.lists(like(ANSWER) | st.builds(answered, like(ANSWER["attributes"])), max_size=3) | JSON)
    def test_answers(self, included: Any) -> None:
        answers = answers_of({"data": [REVIEW], "included": included})
        (mention,), _ = read_reviews([REVIEW], answers, NOW, "", app=APP)
        replies, rejected = replies_to([mention], answers, "acme", "")
        assert len(replies) + len(rejected) == len(answers) == mention.engagement.replies
        check(replies, rejected)

    @settings(max_examples=100, deadline=None)
    @given(
        JSON
        | st.fixed_dictionaries({"feed": JSON})
        | st.fixed_dictionaries({"feed": st.fixed_dictionaries({"entry": JSON})})
    )
    def test_pages(self, body: Any) -> None:
        for shape in (entries_of, reviews_of):
            with suppress(SchemaChanged):
                assert isinstance(shape(body), list)
        answers_of(body)
