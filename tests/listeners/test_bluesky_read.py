"""Bluesky: exact rows of posts, and that whatever comes is a mention or a rejected record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.mention import Kind, Mention, Visibility
from listeners.bluesky.options import TERMS
from listeners.bluesky.read import read_post, read_posts
from tests.listeners.any_json import JSON, check, like
from tests.listeners.bluesky_platform import PARENT, POST, RECORD, ROOT
from tests.listeners.scenarios.base import NOW
from tests.listeners.scenarios.bluesky import ANN, uri

QUOTED = uri(3)


def read(post: dict[str, Any] | None = None, **record: Any) -> Mention:
    return read_post(POST | {"record": RECORD | record} | (post or {}), NOW)


def label(value: str, **more: Any) -> dict[str, Any]:
    return {"src": "did:plc:mod", "uri": uri(9), "val": value, **more}


def link(text: str, shown: str, address: str) -> dict[str, Any]:
    start = text.encode().index(shown.encode())
    return {
        "index": {"byteStart": start, "byteEnd": start + len(shown.encode())},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": address}],
    }


class TestRows:
    def test_a_post(self) -> None:
        mention = read()
        assert (mention.source, mention.external_id, mention.kind) == ("bluesky", uri(9), Kind.POST)
        assert mention.text == "Acme lost my parcel"
        assert mention.posted_at == datetime(2026, 11, 20, 10, 0, 0, 123456, tzinfo=UTC)
        assert (mention.thread_id, mention.parent_id) == (uri(9), None)
        assert mention.url == f"https://bsky.app/profile/{ANN}/post/3k{9:011d}"
        assert (mention.language, mention.visibility, mention.terms) == ("en", Visibility.LIVE, TERMS)
        assert (mention.engagement.likes, mention.engagement.replies, mention.engagement.shares) == (5, 2, 4)
        assert mention.author is not None
        assert (mention.author.external_id, mention.author.handle) == (ANN, "ann.example.com")
        assert (mention.author.name, mention.author.url) == ("Ann", f"https://bsky.app/profile/{ANN}")

    def test_a_reply(self) -> None:
        mention = read(reply={"root": {"uri": ROOT}, "parent": {"uri": PARENT}})
        assert (mention.kind, mention.thread_id, mention.parent_id) == (Kind.REPLY, ROOT, PARENT)

    @pytest.mark.parametrize(
        "embed",
        [
            {"$type": "app.bsky.embed.record", "record": {"uri": QUOTED, "cid": "x"}},
            {
                "$type": "app.bsky.embed.recordWithMedia",
                "record": {"$type": "app.bsky.embed.record", "record": {"uri": QUOTED, "cid": "x"}},
                "media": {"$type": "app.bsky.embed.images", "images": []},
            },
        ],
    )
    def test_a_quote(self, embed: dict[str, Any]) -> None:
        mention = read(embed=embed)
        assert (mention.kind, mention.thread_id, mention.parent_id) == (Kind.QUOTE, uri(9), QUOTED)
        both = read(embed=embed, reply={"root": {"uri": ROOT}, "parent": {"uri": PARENT}})
        assert (both.kind, both.parent_id) == (Kind.REPLY, PARENT)

    def test_an_embedded_feed_is_no_quote(self) -> None:
        feed = f"at://{ANN}/app.bsky.feed.generator/acme"
        assert read(embed={"$type": "app.bsky.embed.record", "record": {"uri": feed}}).kind is Kind.POST

    @pytest.mark.parametrize("value", ["!hide", "!takedown", "!suspend"])
    def test_what_moderation_hides_is_gone(self, value: str) -> None:
        for mention in (
            read({"labels": [label(value)]}),
            read({"author": POST["author"] | {"labels": [label(value)]}}),
        ):
            assert (mention.visibility, mention.text, mention.author) == (Visibility.REMOVED, "", None)
        assert read({"labels": [label(value), label(value, neg=True)]}).visibility is Visibility.LIVE

    def test_other_labels_hide_nothing(self) -> None:
        labels = [label("!no-unauthenticated"), label("porn"), label("!warn")]
        assert read({"labels": labels}).visibility is Visibility.LIVE

    def test_links_that_the_app_cut_are_whole_again(self) -> None:
        text = "Grüße 😀 shop.example/off... and shop.example, see help.example/…"
        facets = [
            link(text, "help.example/…", "https://help.example/return"),
            link(text, "shop.example/off...", "https://shop.example/offers?a=1"),
            link(text, "shop.example,", "https://shop.example"),
        ]
        expected = (
            "Grüße 😀 https://shop.example/offers?a=1 and shop.example, see https://help.example/return"
        )
        assert read(text=text, facets=facets).text == expected

    @pytest.mark.parametrize(
        "index",
        [
            {"byteStart": 4, "byteEnd": 900},
            {"byteStart": 7, "byteEnd": 3},
            {"byteStart": -4, "byteEnd": 3},
            {"byteStart": 1, "byteEnd": 6},
            {},
        ],
    )
    def test_a_facet_beside_the_text_changes_nothing(self, index: dict[str, Any]) -> None:
        features = [{"uri": "https://shop.example"}]
        assert read(text="ä... b…", facets=[{"index": index, "features": features}]).text in (
            "ä... b…",
            "ähttps://shop.example b…",
        )

    @pytest.mark.parametrize(
        ("embed", "text"),
        [
            ({"images": [{"alt": "A torn box"}, {"alt": ""}]}, "A torn box"),
            ({"media": {"images": [{"alt": "A torn box"}]}}, "A torn box"),
            ({"alt": "The box falls", "video": {}}, "The box falls"),
            ({"external": {"title": "Acme", "uri": "https://acme.example"}}, "Acme\nhttps://acme.example"),
        ],
    )
    def test_without_words_the_picture_speaks(self, embed: dict[str, Any], text: str) -> None:
        assert read(text="", embed=embed).text == text
        assert read(text="Look", embed=embed).text == "Look"

    def test_a_time_of_the_future_is_taken_back_to_when_it_was_seen(self) -> None:
        assert read(createdAt="2031-01-01T00:00:00Z").posted_at == datetime(
            2026, 11, 20, 10, 0, 2, tzinfo=UTC
        )

    @pytest.mark.parametrize("claim", ["no time", "0001-01-01T00:00:00Z", "1601-01-01T06:30:00Z"])
    def test_a_claim_that_cannot_be_is_passed_over_for_when_it_was_seen(self, claim: str) -> None:
        assert read(createdAt=claim).posted_at == datetime(2026, 11, 20, 10, 0, 2, tzinfo=UTC)

    def test_offsets_are_taken_into_account(self) -> None:
        assert read(createdAt="2026-11-20T12:00:00+05:00").posted_at.hour == 7

    def test_two_languages_are_none(self) -> None:
        assert read(langs=["en", "de"]).language is None
        assert read(langs=[]).language is None
        assert read(langs=["pt-BR"]).language == "pt-BR"

    def test_an_author_that_cannot_be_read_costs_the_author(self) -> None:
        assert read({"author": {"did": ANN}}).author is None

    @pytest.mark.parametrize(
        "post",
        [
            {"uri": "https://bsky.app/x"},
            {"uri": None},
            {"record": None},
            {"record": RECORD | {"text": ""}},
            {"record": RECORD | {"text": 7}},
            {"record": {"text": "x"}, "indexedAt": None},
        ],
    )
    def test_one_that_cannot_be_read_is_kept(self, post: dict[str, Any]) -> None:
        mentions, (record,) = read_posts([POST | post], NOW, "here")
        assert mentions == ()
        assert (record.source, record.place) == ("bluesky", "here [0]")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"record": like(RECORD | {"facets": [link("a…", "a…", "https://a.example")], "text": "a…"})},
            optional={
                "uri": st.just(uri(9)) | JSON,
                "author": like(POST["author"]),
                "indexedAt": st.just(POST["indexedAt"]) | JSON,
                "labels": st.lists(st.just(label("!hide")) | JSON, max_size=2) | JSON,
                "likeCount": JSON,
            },
        )
        | like(POST),
        max_size=4,
    )
)
def test_whatever_comes_is_a_mention_or_a_rejected_record(posts: list[Any]) -> None:
    mentions, rejected = read_posts(posts, NOW, "")
    assert len(mentions) + len(rejected) == len(posts)
    check(mentions, rejected)
