"""X: exact rows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from core.mention import Author, Kind, Mention, Page, Visibility
from listeners.base import Borrowed
from listeners.registry import SOURCES
from listeners.x.options import TERMS, XOptions
from listeners.x.read import read_posts
from tests.listeners.scenarios.base import NOW
from tests.replay import Replay

SEARCH = "/2/tweets/search/recent"
MENTIONS = "/2/users/4242/mentions"

POST: dict[str, Any] = {
    "id": "1990000000000000001",
    "text": "@acme where is my parcel &amp; my refund?",
    "author_id": "77",
    "created_at": "2026-11-21T08:15:30.000Z",
    "conversation_id": "1980000000000000000",
    "lang": "en",
    "referenced_tweets": [{"type": "replied_to", "id": "1980000000000000000"}],
    "edit_history_tweet_ids": ["1990000000000000001"],
    "public_metrics": {
        "retweet_count": 2,
        "reply_count": 1,
        "like_count": 9,
        "quote_count": 1,
        "impression_count": 400,
    },
}
USER = {"id": "77", "username": "ann_b", "name": "Ann B.", "public_metrics": {"followers_count": 12}}


def read_one(post: dict[str, Any], users: list[Any] | None = None) -> Mention:
    body = {"data": [post], "includes": {"users": [USER] if users is None else users}}
    mentions, rejected = read_posts(body, NOW, "GET search")
    assert rejected == ()
    return mentions[0]


def poll(
    server: Replay, since: str | None = None, spent: float = 0.0, now: datetime = NOW, **options: Any
) -> list[Page]:
    source = SOURCES["x"]
    asked = {"base_url": server.url, "timeout_seconds": 1, **options}
    if "user" not in options:
        asked.setdefault("query", "acme")
    borrowed = Borrowed(clock=lambda: now, secret=lambda _: "token", http=None, spent_usd=spent)  # type: ignore[arg-type]
    return list(source.build(source.options.model_validate(asked), borrowed).poll(since))


class TestRows:
    def test_every_field(self) -> None:
        mention = read_one(POST)
        assert mention.source == "x"
        assert mention.external_id == "1990000000000000001"
        assert mention.text == "@acme where is my parcel & my refund?"
        assert mention.posted_at == datetime(2026, 11, 21, 8, 15, 30, tzinfo=UTC)
        assert mention.fetched_at == NOW
        assert mention.kind is Kind.REPLY
        assert mention.thread_id == mention.parent_id == "1980000000000000000"
        assert mention.url == "https://x.com/ann_b/status/1990000000000000001"
        assert mention.language == "en"
        assert mention.visibility is Visibility.LIVE
        assert mention.edited_at is None
        assert mention.terms == TERMS
        assert mention.author is not None
        assert (mention.author.external_id, mention.author.handle, mention.author.name) == (
            "77",
            "ann_b",
            "Ann B.",
        )
        assert (mention.author.url, mention.author.followers) == ("https://x.com/ann_b", 12)
        counts = mention.engagement
        assert (counts.likes, counts.replies, counts.shares, counts.views) == (9, 1, 3, 400)

    def test_an_edited_post_keeps_its_first_id_and_time(self) -> None:
        history = ["1990000000000000001", "1990000600000000001"]
        first = datetime.fromtimestamp(((int(history[0]) >> 22) + 1288834974657) // 1000, UTC)
        mention = read_one(POST | {"id": history[1], "edit_history_tweet_ids": history})
        assert mention.external_id == history[0]
        assert mention.url.endswith(history[1])
        assert mention.posted_at == first
        assert mention.edited_at is not None
        assert mention.edited_at > first
        assert mention.visibility is Visibility.EDITED

    def test_a_missing_author_does_not_lose_the_post(self) -> None:
        gone = {"resource_type": "user", "title": "Forbidden", "detail": "User has been suspended: [77]."}
        mentions, rejected = read_posts({"data": [POST], "includes": {}, "errors": [gone]}, NOW, "")
        assert mentions[0].author == Author(source="x", external_id="77", handle="")
        assert mentions[0].author.called == "77"
        assert mentions[0].url == "https://x.com/i/status/1990000000000000001"
        assert rejected == ()

    @pytest.mark.parametrize("number", [None, 77, "", "jane"])
    def test_without_an_authors_number_there_is_no_author(self, number: object) -> None:
        mentions, _ = read_posts({"data": [POST | {"author_id": number}]}, NOW, "")
        assert mentions[0].author is None

    def test_what_x_could_not_show_is_reported(self) -> None:
        error = {"resource_type": "tweet", "title": "Not Found Error", "resource_id": "1"}
        mentions, rejected = read_posts({"data": [POST], "errors": [error]}, NOW, "GET search")
        assert len(mentions) == 1
        assert rejected[0].reason == "X could not show it: Not Found Error"
        assert rejected[0].place == "GET search errors[0]"

    def test_the_whole_text_of_a_long_post(self) -> None:
        assert read_one(POST | {"note_tweet": {"text": "a long story &lt;3"}}).text == "a long story <3"

    def test_a_quote_and_a_plain_post(self) -> None:
        quote = read_one(POST | {"referenced_tweets": [{"type": "quoted", "id": "5"}]})
        assert (quote.kind, quote.parent_id) == (Kind.QUOTE, "5")
        plain = read_one({key: POST[key] for key in ("id", "text", "created_at")}, users=[])
        assert (plain.kind, plain.parent_id, plain.thread_id, plain.language) == (Kind.POST, None, None, None)

    @pytest.mark.parametrize(
        ("code", "language"), [("qme", None), ("und", None), ("zxx", None), ("iw", "he"), ("de", "de")]
    )
    def test_languages(self, code: str, language: str | None) -> None:
        assert read_one(POST | {"lang": code}).language == language

    def test_withheld_somewhere_and_everywhere(self) -> None:
        assert read_one(POST | {"withheld": {"country_codes": ["IN"]}}).visibility is Visibility.LIVE
        everywhere = read_one(POST | {"withheld": {"country_codes": ["XY"]}})
        assert (everywhere.visibility, everywhere.text) == (Visibility.REMOVED, "")

    def test_what_no_database_takes_is_removed(self) -> None:
        assert read_one(POST | {"text": "a\x00b\ud800c"}).text == "ab?c"

    @pytest.mark.parametrize(
        "change", [{"id": 5}, {"id": ""}, {"text": None}, {"created_at": "yesterday"}, {"created_at": None}]
    )
    def test_unreadable_posts_say_why(self, change: dict[str, Any]) -> None:
        mentions, rejected = read_posts({"data": [POST | change, POST]}, NOW, "GET search")
        assert len(mentions) == 1
        assert next(iter(change)) in rejected[0].reason
        assert rejected[0].place == "GET search data[0]"
        assert json.loads(rejected[0].raw) == POST | change


class TestOptions:
    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"user": "1", "query": "a"},
            {"query": "x" * 513},
            {"query": " "},
            {"user": "a b"},
            {"user": "1", "typo": 1},
        ],
    )
    def test_wrong_ones_are_refused(self, options: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            XOptions.model_validate(options)

    def test_numbers_and_handles(self) -> None:
        assert XOptions.model_validate({"user": 12345}).account_id == "12345"
        assert XOptions.model_validate({"user": "@acme"}).account_id is None
