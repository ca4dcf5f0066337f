"""Trustpilot: exact rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.mention import Kind, Mention, Visibility
from listeners.trustpilot.options import TERMS
from listeners.trustpilot.read import read_review, read_reviews
from tests.listeners.any_json import check, like
from tests.listeners.scenarios.base import NOW

REVIEW: dict[str, Any] = {
    "id": "63497c66377e522e314f2434",
    "consumer": {"id": "c7", "displayName": "ann", "displayLocation": "Leeds, GB", "numberOfReviews": 2},
    "stars": 1,
    "title": "Never again",
    "text": "Two hours late & nobody answered.",
    "language": "en",
    "createdAt": "2026-11-20T10:00:00Z",
    "updatedAt": None,
    "companyReply": None,
    "isVerified": True,
    "numberOfLikes": 3,
    "status": "active",
    "reportData": None,
}


def read(**change: Any) -> Mention:
    return read_review(REVIEW | change, NOW)


class TestRows:
    def test_a_review(self) -> None:
        mention = read()
        assert (mention.source, mention.external_id) == ("trustpilot", "63497c66377e522e314f2434")
        assert (mention.kind, mention.rating, mention.language) == (Kind.REVIEW, 1.0, "en")
        assert mention.text == "Never again\n\nTwo hours late & nobody answered."
        assert mention.posted_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
        assert mention.url == "https://www.trustpilot.com/reviews/63497c66377e522e314f2434"
        assert mention.author is not None
        assert (mention.author.external_id, mention.author.handle) == ("c7", "ann")
        assert mention.author.url == "https://www.trustpilot.com/users/c7"
        assert (mention.engagement.likes, mention.engagement.replies) == (3, 0)
        assert (mention.edited_at, mention.visibility, mention.terms) == (None, Visibility.LIVE, TERMS)

    @pytest.mark.parametrize(
        ("updated", "edited_at"),
        [
            ("2026-11-21T10:00:00.250Z", datetime(2026, 11, 21, 10, 0, 0, 250_000, tzinfo=UTC)),
            ("2026-11-21T10:00:00", datetime(2026, 11, 21, 10, tzinfo=UTC)),  # without a zone: UTC
            ("2026-11-20T10:00:00Z", None),  # some answers repeat the time of creation
            ("soon", None),
        ],
    )
    def test_edited(self, updated: str, edited_at: datetime | None) -> None:
        mention = read(updatedAt=updated)
        assert mention.edited_at == edited_at
        assert mention.visibility is (Visibility.EDITED if edited_at else Visibility.LIVE)

    def test_the_company_has_replied(self) -> None:
        reply = {"text": "We are sorry.", "createdAt": "2026-11-21T10:00:00Z", "updatedAt": None}
        mention = read(companyReply=reply)
        assert mention.engagement.replies == 1
        assert "sorry" not in mention.text

    @pytest.mark.parametrize(
        ("change", "visibility"),
        [
            ({"status": "deleted"}, Visibility.DELETED),
            ({"status": "Blocked"}, Visibility.REMOVED),
            ({"reportData": {"reviewVisibility": "hidden"}}, Visibility.REMOVED),
        ],
    )
    def test_gone(self, change: dict[str, Any], visibility: Visibility) -> None:
        mention = read(**change)
        assert (mention.visibility, mention.text, mention.author) == (visibility, "", None)

    @pytest.mark.parametrize(
        "change", [{"status": "sparkling"}, {"reportData": {"reviewVisibility": "visible"}}]
    )
    def test_words_that_nobody_knows_take_no_text_away(self, change: dict[str, Any]) -> None:
        assert read(**change).text

    @pytest.mark.parametrize(
        ("title", "text", "whole"),
        [
            ("", "Late.", "Late."),
            ("Late", None, "Late"),
            ("Two hours late and…", "Two hours late and no word.", "Two hours late and no word."),
            ("…", "", "…"),
        ],
    )
    def test_texts(self, title: str, text: str | None, whole: str) -> None:
        assert read(title=title, text=text).text == whole

    @pytest.mark.parametrize(
        ("stars", "rating"), [(5, 5.0), (0, None), (6, None), (True, None), (None, None), ("4", None)]
    )
    def test_stars(self, stars: object, rating: float | None) -> None:
        assert read(stars=stars).rating == rating

    @pytest.mark.parametrize(
        "change", [{"id": ""}, {"id": 7}, {"createdAt": None}, {"title": "", "text": " "}]
    )
    def test_what_cannot_be_read_is_kept(self, change: dict[str, Any]) -> None:
        mentions, rejected = read_reviews([REVIEW | change, REVIEW, "x"], NOW, "GET reviews")
        assert len(mentions) == 1
        assert [record.place for record in rejected] == ["GET reviews"] * 2


@settings(max_examples=150, deadline=None)
@given(st.lists(like(REVIEW), max_size=4))
def test_any_reviews(reviews: list[Any]) -> None:
    mentions, rejected = read_reviews(reviews, NOW, "")
    assert len(mentions) + len(rejected) == len(reviews)
    check(mentions, rejected)
