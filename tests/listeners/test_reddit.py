"""Reddit: exact rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from core.mention import Kind, Mention, Visibility
from listeners.reddit.options import TERMS, RedditOptions
from listeners.reddit.read import read_item
from tests.listeners.scenarios.base import NOW

POST: dict[str, Any] = {
    "id": "1abc",
    "title": "Acme lost my parcel",
    "selftext": "And nobody answers.\n",
    "author": "ann_b",
    "author_fullname": "t2_77",
    "created_utc": 1795000000.0,
    "permalink": "/r/acme/comments/1abc/acme_lost_my_parcel/",
    "score": 12,
    "num_comments": 4,
    "edited": False,
}
COMMENT: dict[str, Any] = {
    "id": "k1",
    "body": "Same here & worse",
    "author": "ann_b",
    "created_utc": 1795000000.0,
    "link_id": "t3_1abc",
    "parent_id": "t1_k0",
    "score": 2,
    "edited": 1795000100.0,
}


def read_post(**change: Any) -> Mention:
    return read_item({"kind": "t3", "data": POST | change}, NOW)


def read_comment(**change: Any) -> Mention:
    return read_item({"kind": "t1", "data": COMMENT | change}, NOW)


class TestRows:
    def test_a_post(self) -> None:
        mention = read_post()
        assert (mention.source, mention.external_id, mention.kind) == ("reddit", "t3_1abc", Kind.POST)
        assert mention.text == "Acme lost my parcel\n\nAnd nobody answers."
        assert mention.posted_at == datetime.fromtimestamp(1795000000, UTC)
        assert (mention.thread_id, mention.parent_id) == ("t3_1abc", None)
        assert mention.url == "https://www.reddit.com/r/acme/comments/1abc/acme_lost_my_parcel/"
        assert (mention.engagement.likes, mention.engagement.replies) == (12, 4)
        assert mention.author is not None
        assert (mention.author.external_id, mention.author.handle) == ("t2_77", "ann_b")
        assert mention.author.url == "https://www.reddit.com/user/ann_b"
        assert (mention.visibility, mention.edited_at, mention.terms) == (Visibility.LIVE, None, TERMS)

    def test_a_comment(self) -> None:
        mention = read_comment()
        assert (mention.external_id, mention.kind) == ("t1_k1", Kind.REPLY)
        assert (mention.thread_id, mention.parent_id) == ("t3_1abc", "t1_k0")
        assert mention.url == "https://www.reddit.com/comments/1abc/_/k1/"
        assert (mention.visibility, mention.edited_at) == (
            Visibility.EDITED,
            datetime.fromtimestamp(1795000100, UTC),
        )
        assert mention.author is not None
        assert mention.author.external_id == "ann_b"
        assert read_comment(parent_id="t3_1abc").kind is Kind.COMMENT
        assert read_comment(score_hidden=True).engagement.likes is None

    @pytest.mark.parametrize(
        ("change", "visibility"),
        [
            ({"selftext": "[deleted]"}, Visibility.DELETED),
            ({"selftext": "[removed]"}, Visibility.REMOVED),
            ({"title": "[ Removed by Reddit ]", "selftext": "[ Removed by Reddit ]"}, Visibility.REMOVED),
            ({"title": "[ Removed by Reddit ]", "selftext": ""}, Visibility.REMOVED),
            ({"removed_by_category": "deleted"}, Visibility.DELETED),
            ({"removed_by_category": "moderator"}, Visibility.REMOVED),
        ],
    )
    def test_gone(self, change: dict[str, Any], visibility: Visibility) -> None:
        mention = read_post(**change)
        assert (mention.visibility, mention.text, mention.author) == (visibility, "", None)

    def test_a_comment_that_is_gone(self) -> None:
        assert read_comment(body="[deleted]", author="[deleted]").visibility is Visibility.DELETED
        assert read_comment(body="[removed]").visibility is Visibility.REMOVED

    @pytest.mark.parametrize("why", ["", "in response to a copyright notice. ", "under the [rules](/r). "])
    def test_a_comment_that_reddit_took_down(self, why: str) -> None:
        mention = read_comment(body=f"[ Removed by Reddit {why}]", edited=False)
        assert (mention.visibility, mention.text, mention.author) == (Visibility.REMOVED, "", None)

    def test_one_that_speaks_of_it_is_there(self) -> None:
        said = "[Removed by Reddit] stood there, and now nothing"
        assert read_comment(body=said).text == said

    def test_a_deleted_account_keeps_its_text(self) -> None:
        mention = read_post(author="[deleted]")
        assert (mention.author, mention.visibility) == (None, Visibility.LIVE)
        assert mention.text


class TestOptions:
    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"subreddit": "acme", "query": "parcel"},
            {"listing": "search"},
            {"subreddit": "../api/v1/me"},
            {"subreddit": "acme", "user_agent": "bad\r\nheader"},
        ],
    )
    def test_wrong_ones_are_refused(self, options: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            RedditOptions.model_validate(options)

    def test_threads_are_those_of_a_search(self) -> None:
        assert RedditOptions(listing="threads", query="acme").everywhere
        with pytest.raises(ValidationError, match="need a 'query'"):
            RedditOptions(listing="threads", subreddit="acme")

    def test_search_needs_no_community(self) -> None:
        assert RedditOptions(listing="search", query="acme").subreddit == "all"
        assert RedditOptions(subreddit="r/acme").subreddit == "acme"
