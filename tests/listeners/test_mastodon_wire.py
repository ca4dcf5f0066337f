"""Mastodon: answers that were recorded from real servers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.errors import AuthFailed, SchemaChanged, SourceError, SourceGone
from listeners.mastodon.read import read_statuses
from tests.listeners.any_json import check
from tests.listeners.contract import ids
from tests.listeners.mastodon_platform import (
    NOTIFICATIONS,
    TAG,
    Server,
    mastodon_fixture,  # noqa: F401
)
from tests.listeners.scenarios.base import NOW
from tests.replay import Answer


def steps(path: Path) -> list[Any]:
    found: list[Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def statuses_of(step: Any) -> list[Any]:
    """Whatever statuses an answer holds."""
    body = step["response"]["body"]
    records = body.get("statuses", [body]) if isinstance(body, dict) else body
    found = [record.get("status") or record for record in records if isinstance(record, dict)]
    return [record for record in found if "visibility" in record]


class TestWire:
    """What was recorded from real servers."""

    @pytest.mark.parametrize(
        ("recording", "public"),
        [
            ("tag_timeline_public", 5),
            ("public_timeline", 10),
            ("tag_timeline_auth", None),
            ("notifications", None),
            ("notifications_mentions_only", None),
            ("fetch_next_previous", None),
            ("min_max_id", None),
            ("search", None),
        ],
    )
    def test_all_parse(self, wire: Path, recording: str, public: int | None) -> None:
        for step in steps(wire / f"mastodon/{recording}.json"):
            if step["request"]["method"] == "DELETE":  # answers without the text
                continue
            found = statuses_of(step)
            mentions, rejected = read_statuses(found, "toots.example", NOW, "")
            assert len(mentions) + len(rejected) == len(found)
            check(mentions, rejected)
            assert all("is not public" in record.reason for record in rejected)
            assert public is None or len(mentions) == public
            for mention in mentions:
                assert mention.author is not None
                assert mention.author.followers is not None
                assert mention.url.startswith("http")
                assert mention.engagement.likes is not None
                assert "<" not in mention.text or "&lt;" in str(found)

    def test_a_tag(self, wire: Path, mastodon: Server) -> None:
        (step,) = steps(wire / "mastodon/tag_timeline_public.json")
        reply = step["response"]
        mastodon.replay.on("GET", TAG, Answer(body=reply["body"], headers=reply["headers"]), Answer(body=[]))
        pages = mastodon.past(datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
        assert len(ids(pages)) == 5
        assert mastodon.asked(TAG)[1].query["max_id"] == "114869144089828147"

    def test_notifications(self, wire: Path, mastodon: Server) -> None:
        recorded = [s for s in steps(wire / "mastodon/notifications.json") if "GET" in s["request"]["method"]]
        reply = next(s["response"] for s in recorded if isinstance(s["response"]["body"], list))
        mastodon.replay.on(
            "GET", NOTIFICATIONS, Answer(body=reply["body"], headers=reply["headers"]), Answer(body=[])
        )
        mastodon.now = datetime(2026, 8, 2, tzinfo=UTC)
        (mention, *_) = [m for page in mastodon.poll(mentions=True) for m in page.mentions]
        assert mention.text == "@mastodonpy_test hello!"

    @pytest.mark.parametrize(("index", "error"), [(0, AuthFailed), (1, SourceGone), (2, SchemaChanged)])
    def test_errors(self, wire: Path, mastodon: Server, index: int, error: type[SourceError]) -> None:
        reply = steps(wire / "mastodon/errors.json")[index]["response"]
        mastodon.replay.on(
            "GET", TAG, Answer(status=reply["status"], body=reply["body"], headers=reply["headers"])
        )
        with pytest.raises(error):
            mastodon.poll()
