"""Hacker News: exact rows, of ours and of recorded answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.mention import Kind, Mention, Visibility
from listeners.hackernews.read import read_hit, read_hits
from listeners.values import Unreadable
from tests.listeners.any_json import JSON, check, like
from tests.listeners.scenarios.base import NOW

STORY: dict[str, Any] = {
    "objectID": "9",
    "created_at": "2026-11-20T10:00:00Z",
    "created_at_i": 1795168800,
    "author": "ann",
    "title": "Acme &amp; the <lost> parcel",
    "url": "https://acme.example/blog",
    "story_text": "It&#x27;s gone.<p>Twice",
    "points": 12,
    "num_comments": 3,
    "children": [10, 11],
    "story_id": 9,
    "updated_at": "2026-11-21T10:00:00Z",
    "_tags": ["story", "author_ann", "story_9", "ask_hn"],
}
COMMENT: dict[str, Any] = {
    "objectID": "11",
    "created_at": "2026-11-20T11:00:00Z",
    "created_at_i": 1795172400,
    "author": "bob",
    "comment_text": 'Same &lt;here&gt;, see <a href="https:&#x2F;&#x2F;acme.example" rel="nofollow">acme</a>',
    "story_title": "Acme",
    "story_id": 9,
    "parent_id": 10,
    "points": None,
    "children": [12],
    "_tags": ["comment", "author_bob", "story_9"],
}


def read(record: dict[str, Any], **change: Any) -> Mention:
    return read_hit(record | change, NOW)


class TestRows:
    def test_a_story(self) -> None:
        mention = read(STORY)
        assert (mention.source, mention.external_id, mention.kind) == ("hackernews", "9", Kind.POST)
        assert mention.text == "Acme & the <lost> parcel\n\nIt's gone.\n\nTwice"
        assert mention.posted_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
        assert (mention.thread_id, mention.parent_id) == ("9", None)
        assert mention.url == "https://news.ycombinator.com/item?id=9"
        assert (mention.engagement.likes, mention.engagement.replies) == (12, 3)
        assert mention.author is not None
        assert (mention.author.handle, mention.author.url) == (
            "ann",
            "https://news.ycombinator.com/user?id=ann",
        )
        assert (mention.visibility, mention.edited_at) == (Visibility.LIVE, None)

    def test_a_reply(self) -> None:
        mention = read(COMMENT)
        assert (mention.kind, mention.thread_id, mention.parent_id) == (Kind.REPLY, "9", "10")
        assert mention.text == "Same <here>, see acme"
        assert (mention.engagement.likes, mention.engagement.replies) == (None, 1)

    def test_a_comment_on_the_story_itself(self) -> None:
        assert read(COMMENT, parent_id=9).kind is Kind.COMMENT

    def test_an_item(self) -> None:
        mention = read_hit(
            {
                "id": 11,
                "type": "comment",
                "author": "bob",
                "text": "<p>Same",
                "created_at": "2026-11-20T11:00:00.000Z",
            }
            | {"story_id": 9, "parent_id": 9, "children": []},
            NOW,
        )
        assert (mention.external_id, mention.kind, mention.text) == ("11", Kind.COMMENT, "Same")

    def test_paragraphs_are_not_run_together(self) -> None:
        assert read(COMMENT, comment_text="One<p>Two<pre><code>  x &lt; 1\n</code></pre>").text.startswith(
            "One\n\nTwo"
        )

    @pytest.mark.parametrize(
        ("change", "visibility"),
        [
            ({"comment_text": None, "author": None}, Visibility.DELETED),
            ({"comment_text": "[deleted]"}, Visibility.DELETED),
            ({"deleted": True}, Visibility.DELETED),
            ({"comment_text": "[dead]"}, Visibility.REMOVED),
            ({"comment_text": "[flagged]"}, Visibility.REMOVED),
            ({"dead": True}, Visibility.REMOVED),
        ],
    )
    def test_gone(self, change: dict[str, Any], visibility: Visibility) -> None:
        mention = read(COMMENT, **change)
        assert (mention.visibility, mention.text, mention.author) == (visibility, "", None)

    @pytest.mark.parametrize(
        "change",
        [
            {"objectID": None},
            {"created_at_i": None, "created_at": "yesterday"},
            {"comment_text": ""},
            {"comment_text": 7},
            {"author": []},
        ],
    )
    def test_what_cannot_be_read_is_kept(self, change: dict[str, Any]) -> None:
        with pytest.raises(Unreadable):
            read(COMMENT, **change)
        mentions, (kept,) = read_hits([COMMENT | change, COMMENT], NOW, "here")
        assert len(mentions) == 1
        assert kept.place == "here [0]"
        assert kept.reason

    @settings(max_examples=100, deadline=None)
    @given(st.lists(like(STORY) | like(COMMENT) | JSON, max_size=4))
    def test_any_json(self, hits: list[Any]) -> None:
        mentions, rejected = read_hits(hits, NOW, "")
        assert len(mentions) + len(rejected) == len(hits)
        check(mentions, rejected)


def test_recorded_answers(wire: Path) -> None:
    kinds = set()
    for step in json.loads((wire / "hackernews/algolia.json").read_text(encoding="utf-8")):
        body, url = step["response"]["body"], step["request"]["url"]
        if "/users/" in url:
            continue
        hits = body["hits"] if "hits" in body else [body, *body["children"]]
        mentions, rejected = read_hits(hits, NOW, url)
        assert rejected == ()
        for mention in mentions:
            kinds.add(mention.kind)
            assert mention.author is not None
            assert mention.thread_id
            assert mention.posted_at < NOW - timedelta(days=365)
            assert "&#x" not in mention.text
            assert "<p>" not in mention.text
            assert (mention.engagement.likes or 0) > 0
    assert kinds == {Kind.POST, Kind.COMMENT, Kind.REPLY}
