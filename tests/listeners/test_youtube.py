"""YouTube: exact rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.mention import Kind, Mention, Visibility
from listeners.youtube.options import TERMS
from listeners.youtube.read import read_comments, read_threads
from tests.listeners.any_json import JSON, check, like
from tests.listeners.scenarios.base import NOW
from tests.listeners.scenarios.youtube import VIDEO
from tests.listeners.youtube_platform import CHANNEL

SNIPPET: dict[str, Any] = {
    "authorDisplayName": "@ann",
    "authorChannelUrl": "http://www.youtube.com/@ann",
    "authorChannelId": {"value": "UCann"},
    "videoId": VIDEO,
    "channelId": CHANNEL,
    "textDisplay": 'Late at <a href="https://youtu.be/x?a=1&amp;t=62">1:02</a> &amp; rude<br>It&#39;s &lt;3',
    "likeCount": 5,
    "publishedAt": "2026-11-20T10:00:00Z",
    "updatedAt": "2026-11-20T10:00:00Z",
}
COMMENT: dict[str, Any] = {"kind": "youtube#comment", "id": "Ug1", "snippet": SNIPPET}
THREAD: dict[str, Any] = {
    "kind": "youtube#commentThread",
    "id": "Ug1",
    "snippet": {"videoId": VIDEO, "topLevelComment": COMMENT, "totalReplyCount": 7, "isPublic": True},
}


def read(**change: Any) -> Mention:
    (mention,), rejected = read_comments([COMMENT | {"snippet": SNIPPET | change}], NOW, "")
    assert rejected == ()
    return mention


class TestRows:
    def test_a_thread(self) -> None:
        (mention,), _ = read_threads([THREAD], NOW, "")
        assert (mention.source, mention.external_id, mention.kind) == ("youtube", "Ug1", Kind.COMMENT)
        assert mention.text == "Late at 1:02 & rude\nIt's <3"
        assert mention.posted_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
        assert (mention.thread_id, mention.parent_id) == ("Ug1", VIDEO)
        assert mention.url == f"https://www.youtube.com/watch?v={VIDEO}&lc=Ug1"
        assert (mention.engagement.likes, mention.engagement.replies) == (5, 7)
        assert mention.author is not None
        assert (mention.author.external_id, mention.author.handle, mention.author.name) == (
            "UCann",
            "ann",
            "@ann",
        )
        assert mention.author.url == "https://www.youtube.com/channel/UCann"
        assert (mention.visibility, mention.edited_at, mention.terms) == (Visibility.LIVE, None, TERMS)
        assert TERMS.keep_for == timedelta(days=30)

    def test_a_reply(self) -> None:
        mention = read(parentId="Ug0", videoId=None)
        assert (mention.kind, mention.thread_id, mention.parent_id) == (Kind.REPLY, "Ug0", "Ug0")

    def test_the_original_text_is_preferred(self) -> None:
        assert read(textOriginal="a &amp; b").text == "a &amp; b"

    def test_an_edited_one(self) -> None:
        mention = read(updatedAt="2026-11-20T10:05:00Z")
        assert mention.visibility is Visibility.EDITED
        assert mention.edited_at == datetime(2026, 11, 20, 10, 5, tzinfo=UTC)

    def test_about_a_channel(self) -> None:
        assert read(videoId=None).url == f"https://www.youtube.com/channel/{CHANNEL}"

    def test_an_author_without_a_channel(self) -> None:
        author = read(authorChannelId=None).author
        assert author is not None
        assert (author.external_id, author.url) == ("ann", "http://www.youtube.com/@ann")
        assert read(authorChannelId=None, authorDisplayName="").author is None

    @pytest.mark.parametrize(
        ("status", "visibility"),
        [
            ("rejected", Visibility.REMOVED),
            ("heldForReview", Visibility.PROTECTED),
            ("likelySpam", Visibility.PROTECTED),
        ],
    )
    def test_moderated(self, status: str, visibility: Visibility) -> None:
        mention = read(moderationStatus=status)
        assert (mention.visibility, mention.text, mention.author) == (visibility, "", None)
        assert read(moderationStatus="published").visibility is Visibility.LIVE

    @pytest.mark.parametrize(
        "change", [{"publishedAt": "soon"}, {"textDisplay": " "}, {"textDisplay": 7}, {"videoId": 7}]
    )
    def test_what_cannot_be_read_is_kept(self, change: dict[str, Any]) -> None:
        mentions, (kept,) = read_comments([COMMENT | {"snippet": SNIPPET | change}, COMMENT], NOW, "here")
        assert len(mentions) == 1
        assert kept.place == "here items[0]"

    @settings(max_examples=100, deadline=None)
    @given(
        st.lists(
            st.fixed_dictionaries(
                {"id": JSON, "snippet": like(THREAD["snippet"])},
                optional={
                    "replies": st.fixed_dictionaries({"comments": st.lists(like(COMMENT), max_size=2)})
                },
            )
            | JSON,
            max_size=3,
        ),
        st.lists(
            st.fixed_dictionaries({"id": st.just("a") | JSON, "snippet": like(SNIPPET)}) | like(COMMENT),
            max_size=3,
        ),
    )
    def test_any_json(self, threads: list[Any], comments: list[Any]) -> None:
        for mapper, records in ((read_threads, threads), (read_comments, comments)):
            mentions, rejected = mapper(records, NOW, "")
            assert len(mentions) + len(rejected) == len(records)
            check(mentions, rejected)
