"""YouTube: what a 403 and other errors mean, and when a quota begins anew."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.errors import AuthFailed, QuotaExhausted, RateLimited, SchemaChanged, SourceGone, SourceUnavailable
from listeners.youtube.client import classify, midnight_in_california
from tests.listeners.scenarios.youtube import YouTubeScenario
from tests.listeners.youtube_platform import refusal, used_up
from tests.listeners.youtube_platform import site as site
from tests.replay import Answer


class TestTrouble:
    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (refusal("quotaExceeded"), QuotaExhausted),
            (refusal("dailyLimitExceeded"), QuotaExhausted),
            (refusal("rateLimitExceeded"), RateLimited),
            (used_up("Search Queries", "per day", ""), QuotaExhausted),
            (used_up("Search Queries", "", "1/d/{project}"), QuotaExhausted),
            (used_up("Queries", "per minute", "1/min/{project}"), RateLimited),
            (Answer(status=429, body={"error": {"message": 7, "details": [7]}}), RateLimited),
            (refusal("forbidden"), AuthFailed),
            (refusal("forbidden", domain="youtube.commentThread"), SourceGone),
            (refusal("forbidden", domain="youtube.comment"), SourceGone),
            (refusal("accessNotConfigured", domain="youtube.commentThread"), AuthFailed),
            (refusal("accessNotConfigured"), AuthFailed),
            (refusal("keyInvalid", 400), AuthFailed),
            (refusal("videoNotFound", 404), SourceGone),
            (refusal("processingFailure", 400), SourceUnavailable),
            (refusal("invalidPageToken", 400), SchemaChanged),
            (Answer(status=403, body="<html>"), AuthFailed),
            (Answer(status=403, body={"error": {"errors": "none"}}), AuthFailed),
            (Answer(body={"items": [], "kind": "youtube#searchListResponse"}), SchemaChanged),
        ],
    )
    def test_each_is_named_by_what_to_do(
        self, site: YouTubeScenario, answer: Answer, error: type[Exception]
    ) -> None:
        site.fail(answer)
        with pytest.raises(error):
            list(site.listener().poll(None))
        assert len(site.server.requests) == 1

    @pytest.mark.parametrize(
        ("now", "midnight"),
        [
            (datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 11, 23, 8, tzinfo=UTC)),
            (datetime(2026, 11, 22, 7, 59, tzinfo=UTC), datetime(2026, 11, 22, 8, tzinfo=UTC)),
            (datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 7, 2, 7, tzinfo=UTC)),
        ],
    )
    def test_quotas_begin_anew_at_midnight_in_california(self, now: datetime, midnight: datetime) -> None:
        assert midnight_in_california(now) == midnight
        for answer in (refusal("quotaExceeded"), used_up("Search Queries", "per day", "1/d/{project}")):
            error = classify(answer.status, {}, answer.body, now, "KEY")
            assert isinstance(error, QuotaExhausted)
            assert error.resets_at == midnight
