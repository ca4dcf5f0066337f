"""Google Play: answers that were recorded from the real pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import SourceUnavailable
from core.mention import Visibility
from core.target import Archivist
from listeners.googleplay.read_public import answer_of, read_rows
from tests.listeners.contract import ids
from tests.listeners.googleplay_platform import scenario_fixture  # noqa: F401
from tests.listeners.scenarios.base import NOW
from tests.listeners.scenarios.googleplay import CALL_PATH, PublicScenario
from tests.replay import Answer


class TestWire:
    def texts(self, wire: Path, name: str) -> list[str]:
        steps = json.loads((wire / f"googleplay/{name}.json").read_text(encoding="utf-8"))
        return [step["response"]["body"] for step in steps]

    def test_everything_parses(self, wire: Path) -> None:
        one, two, blocked, empty = self.texts(wire, "reviews_two_pages")
        (relevant,) = self.texts(wire, "review_relevant")
        for text, count, more in ((one, 20, True), (two, 20, False), (relevant, 40, True)):
            found, token, _ = answer_of(text)
            assert (len(found), token is not None) == (count, more)
            mentions, rejected, _ = read_rows(found, NOW, "", app="com.twitter.android", language="en")
            assert (len(mentions), rejected) == (count, ())
            for mention in mentions:
                assert mention.rating is not None
                assert mention.engagement.likes is not None
                assert mention.author is not None
                assert mention.author.external_id.isdigit()
                assert mention.posted_at.utcoffset() == timedelta()
        assert any(m.visibility is Visibility.EDITED for m in mentions)
        with pytest.raises(SourceUnavailable):
            answer_of(blocked)
        assert answer_of(empty) == ([], None, True)

    def test_a_history_is_one_review(self, wire: Path) -> None:
        (text,) = self.texts(wire, "review_history")
        found, _, _ = answer_of(text)
        (mention,), rejected, _ = read_rows(found, NOW, "", app="com.twitter.android", language="en")
        assert rejected == ()
        assert mention.edited_at == mention.posted_at == datetime.fromtimestamp(1621216120, UTC)

    def test_two_pages_over_the_socket(self, scenario: PublicScenario, wire: Path) -> None:
        one, two, _, _ = self.texts(wire, "reviews_two_pages")
        scenario.server.on("POST", CALL_PATH, Answer(body=one), Answer(body=two))
        listener = scenario.listener()
        assert isinstance(listener, Archivist)
        pages = list(listener.past(datetime(2015, 1, 1, tzinfo=UTC), NOW, None))
        assert len(set(ids(pages))) == 40
        assert [record for page in pages for record in page.rejected] == []
