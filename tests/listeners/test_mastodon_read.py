"""Mastodon: exact rows of statuses, and that what is not public is not kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.mention import Kind, Mention, Visibility
from listeners.mastodon.options import TERMS
from listeners.mastodon.read import read_status, read_statuses
from tests.listeners.any_json import JSON, check, like
from tests.listeners.mastodon_platform import ACCOUNT, STATUS
from tests.listeners.scenarios.base import NOW


def read(**change: Any) -> Mention:
    return read_status(STATUS | change, "toots.example", NOW)


class TestRows:
    def test_a_post(self) -> None:
        mention = read()
        own_id = "toots.example/115580000000000000"
        assert (mention.source, mention.external_id, mention.kind) == ("mastodon", own_id, Kind.POST)
        assert mention.text == "Acme lost my parcel"
        assert mention.posted_at == datetime(2026, 11, 20, 10, 0, 0, 123000, tzinfo=UTC)
        assert (mention.thread_id, mention.parent_id) == (own_id, None)
        assert mention.url == "https://example.social/@ann/9"
        assert (mention.language, mention.visibility, mention.terms) == ("en", Visibility.LIVE, TERMS)
        assert (mention.engagement.likes, mention.engagement.replies, mention.engagement.shares) == (5, 2, 4)
        assert mention.author is not None
        assert mention.author.external_id == "https://example.social/users/ann"
        assert (mention.author.handle, mention.author.name) == ("ann@example.social", "Ann")
        assert (mention.author.url, mention.author.followers) == ("https://example.social/@ann", 5)

    def test_a_reply(self) -> None:
        mention = read(in_reply_to_id="12")
        assert (mention.kind, mention.parent_id) == (Kind.REPLY, "toots.example/12")
        assert mention.thread_id == "toots.example/12"

    @pytest.mark.parametrize(
        ("quote", "parent"),
        [
            ({"state": "accepted", "quoted_status": {"id": "12"}}, "toots.example/12"),
            ({"state": "accepted", "quoted_status_id": "12"}, "toots.example/12"),
            ({"state": "pending", "quoted_status": None}, None),
        ],
    )
    def test_a_quote(self, quote: dict[str, Any], parent: str | None) -> None:
        line = '<p class="quote-inline">RE: <a href="https://x.example/1">https://x.example/1</a></p>'
        mention = read(quote=quote, content=f"{line}<p>No.</p>")
        assert (mention.kind, mention.parent_id, mention.text) == (Kind.QUOTE, parent, "No.")
        assert read(quote=quote, in_reply_to_id="3").kind is Kind.REPLY
        assert read(quote=None).kind is Kind.POST

    def test_an_edit(self) -> None:
        mention = read(edited_at="2026-11-20T11:00:00.000Z")
        assert (mention.visibility, mention.edited_at) == (
            Visibility.EDITED,
            datetime(2026, 11, 20, 11, 0, tzinfo=UTC),
        )

    @pytest.mark.parametrize(
        ("content", "text"),
        [
            ("<p>One &amp; two<br>three</p><p>Four &lt;b&gt;</p>", "One & two\nthree\n\nFour <b>"),
            (
                '<p><span class="h-card"><a href="https://x.example/@acme" class="u-url mention">@<span>acme'
                '</span></a></span> <a href="https://x.example/tags/bus">#<span>bus</span></a></p>',
                "@acme #bus",
            ),
            (
                '<p><a href="https://www.shop.example/offers/winter"><span class="invisible">https://www.'
                '</span><span class="ellipsis">shop.example/off</span><span class="invisible">ers/winter'
                "</span></a></p>",
                "https://www.shop.example/offers/winter",
            ),
        ],
    )
    def test_markup_is_text(self, content: str, text: str) -> None:
        assert read(content=content).text == text

    def test_a_warning_comes_first(self) -> None:
        assert read(spoiler_text="Rant").text == "Rant\n\nAcme lost my parcel"

    def test_without_words_the_picture_speaks(self) -> None:
        pictures = [{"description": "A torn box"}, {"description": None}]
        assert read(content="", media_attachments=pictures).text == "A torn box"
        assert (
            read(content="<p></p>", poll={"options": [{"title": "Yes"}, {"title": "No"}]}).text == "Yes\nNo"
        )

    def test_a_suspended_account_is_gone(self) -> None:
        mention = read(account=ACCOUNT | {"suspended": True})
        assert (mention.visibility, mention.text, mention.author) == (Visibility.REMOVED, "", None)

    def test_an_account_is_called_the_same_on_its_own_server(self) -> None:
        called = {
            author.handle
            for server, acct in (("example.social", "ann"), ("toots.example", "ann@example.social"))
            if (author := read_status(STATUS | {"account": ACCOUNT | {"acct": acct}}, server, NOW).author)
        }
        assert called == {"ann@example.social"}

    def test_an_older_server_tells_less_of_an_author(self) -> None:
        old = {key: value for key, value in ACCOUNT.items() if key != "uri"}
        author = read(account=old).author
        assert author is not None
        assert author.external_id == "https://example.social/@ann"
        author = read(account={"id": "7", "acct": "ann", "url": "javascript:alert(1)"}).author
        assert author is not None
        assert (author.external_id, author.url) == ("toots.example/7", "")
        assert read(account={"acct": "ann"}).author is None
        assert read(account=None).author is None

    @pytest.mark.parametrize("visibility", ["unlisted", "private", "direct", "limited", "mutuals", None, 7])
    def test_what_is_not_public_is_told_and_its_text_is_not_kept(self, visibility: Any) -> None:
        secret = "only for you"
        status = STATUS | {"visibility": visibility, "content": secret, "spoiler_text": secret}
        mentions, (record,) = read_statuses([status], "toots.example", NOW, "tag acme")
        assert mentions == ()
        assert record.external_id == "toots.example/115580000000000000"
        assert "not public" in record.reason
        assert secret not in record.raw + record.reason
        assert "ann" not in record.raw + record.reason

    @pytest.mark.parametrize(
        "change",
        [
            {"id": 5},
            {"id": "../5"},
            {"created_at": None},
            {"created_at": "soon"},
            {"content": None},
            {"content": 4},
            {"content": "<p> </p>"},
        ],
    )
    def test_one_that_cannot_be_read_is_kept(self, change: dict[str, Any]) -> None:
        mentions, (record,) = read_statuses([STATUS | change], "toots.example", NOW, "here")
        assert mentions == ()
        assert (record.source, record.place) == ("mastodon", "here [0]")
        assert "ann" in record.raw


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        like(STATUS)
        | st.fixed_dictionaries(
            {key: st.just(value) for key, value in STATUS.items() if key not in ("account", "content")},
            optional={
                "account": like(ACCOUNT | {"suspended": True}),
                "quote": like({"quoted_status": {"id": "1"}}),
                "media_attachments": st.lists(like({"description": "x"}), max_size=2) | JSON,
                "poll": like({"options": [{"title": "x"}]}),
                "content": st.text(st.characters(), max_size=40) | JSON,
            },
        ),
        max_size=4,
    )
)
def test_whatever_comes_is_a_mention_or_a_rejected_record(statuses: list[Any]) -> None:
    mentions, rejected = read_statuses(statuses, "toots.example", NOW, "")
    assert len(mentions) + len(rejected) == len(statuses)
    check(mentions, rejected)
