"""Discourse: exact rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.mention import Kind, Mention, Visibility
from listeners.discourse.options import DiscourseOptions
from listeners.discourse.read import read_post, read_posts
from listeners.values import Unreadable
from tests.listeners.any_json import JSON, check, like
from tests.listeners.discourse_platform import FORUM, SITE
from tests.listeners.scenarios.base import NOW

POST: dict[str, Any] = {
    "id": 71,
    "username": "ann_b",
    "name": "Ann",
    "user_id": 5,
    "created_at": "2026-11-20T10:00:00.123Z",
    "updated_at": "2026-11-20T10:30:00.000Z",
    "cooked": "<p>It&rsquo;s <strong>gone</strong> &amp; nobody answers.</p>\n<p>Twice.</p>",
    "raw": "It's **gone**",
    "post_number": 1,
    "post_type": 1,
    "topic_id": 9,
    "topic_slug": "parcels",
    "topic_title": "Parcels &amp; more",
    "category_id": 4,
    "version": 1,
    "reply_count": 2,
    "reads": 40,
    "locale": "pt_BR",
    "actions_summary": [{"id": 2, "count": 3}, {"id": 6, "count": 1}],
}
QUOTE = (
    '<aside class="quote no-group" data-username="bob"><blockquote><p>You are rude</p></blockquote></aside>'
)


def read(**change: Any) -> Mention:
    return read_post(POST | change, FORUM, NOW)


class TestRows:
    def test_a_first_post(self) -> None:
        mention = read()
        assert (mention.source, mention.external_id, mention.kind) == ("discourse", f"{SITE}/71", Kind.POST)
        assert mention.text == "Parcels & more\n\nIt\u2019s gone & nobody answers.\n\nTwice."
        assert mention.posted_at == datetime(2026, 11, 20, 10, 0, 0, 123000, tzinfo=UTC)
        assert (mention.thread_id, mention.parent_id) == (f"{SITE}/t/9", None)
        assert mention.url == "https://Forum.example.org/talk/t/parcels/9/1"
        assert (mention.engagement.likes, mention.engagement.replies, mention.engagement.views) == (3, 2, 40)
        assert mention.language == "pt-BR"
        assert mention.author is not None
        assert (mention.author.external_id, mention.author.handle, mention.author.name) == (
            f"{SITE}/u/5",
            "ann_b",
            "Ann",
        )
        assert mention.author.url == "https://Forum.example.org/talk/u/ann_b"
        assert (mention.visibility, mention.edited_at) == (Visibility.LIVE, None)

    def test_an_answer(self) -> None:
        assert read(post_number=2).kind is Kind.COMMENT
        reply = read(post_number=3, reply_to_post_number=2)
        assert reply.kind is Kind.REPLY
        assert reply.text == "It\u2019s gone & nobody answers.\n\nTwice."

    def test_two_forums_do_not_share_ids(self) -> None:
        other = DiscourseOptions(base_url="https://other.example.org")
        assert read_post(POST, other, NOW).external_id != read().external_id

    def test_what_others_wrote_is_left_out(self) -> None:
        onebox = '<aside class="onebox allowlistedgeneric"><article>Somebody: bad firm</article></aside>'
        text = read(post_number=2, cooked=f"{QUOTE}<p>No, you are</p>{onebox}").text
        assert text == "No, you are"
        assert read(post_number=2, cooked=QUOTE).text == "You are rude"

    def test_emoji_are_words(self) -> None:
        image = '<img src="/images/rage.png?v=12" title=":rage:" class="emoji" alt=":rage:" loading="lazy">'
        assert read(post_number=2, cooked=f"<p>Late again {image}</p>").text == "Late again :rage:"

    def test_a_post_that_is_only_a_picture(self) -> None:
        text = read(
            post_number=2, cooked='<p><img src="x.png"></p>', raw="![broken box](upload://x.png)"
        ).text
        assert text == "![broken box](upload://x.png)"

    def test_an_edited_one(self) -> None:
        mention = read(version=3)
        assert (mention.visibility, mention.edited_at) == (
            Visibility.EDITED,
            datetime(2026, 11, 20, 10, 30, tzinfo=UTC),
        )

    @pytest.mark.parametrize(
        ("change", "visibility"),
        [
            ({"user_deleted": True, "version": 2}, Visibility.DELETED),
            ({"hidden": True}, Visibility.REMOVED),
            ({"deleted_at": "2026-11-20T11:00:00Z"}, Visibility.REMOVED),
            ({"post_type": 4}, Visibility.PROTECTED),
        ],
    )
    def test_gone(self, change: dict[str, Any], visibility: Visibility) -> None:
        mention = read(**change)
        assert (mention.visibility, mention.text, mention.author) == (visibility, "", None)

    @pytest.mark.parametrize(
        "change",
        [
            {"id": "71"},
            {"id": True},
            {"created_at": None},
            {"cooked": "", "raw": "", "post_number": 2},
            {"cooked": 7},
        ],
    )
    def test_what_cannot_be_read_is_kept(self, change: dict[str, Any]) -> None:
        with pytest.raises(Unreadable):
            read(**change)
        mentions, (kept,) = read_posts([POST | change, POST], FORUM, NOW, "here")
        assert len(mentions) == 1
        assert kept.place == f"{SITE} here [0]"

    @settings(max_examples=100, deadline=None)
    @given(st.lists(like(POST) | JSON, max_size=4))
    def test_any_json(self, posts: list[Any]) -> None:
        mentions, rejected = read_posts(posts, FORUM, NOW, "")
        assert len(mentions) + len(rejected) == len(posts)
        check(mentions, rejected)
