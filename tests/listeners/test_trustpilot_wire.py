"""Trustpilot: recorded answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.errors import AuthFailed, RateLimited, SourceError
from listeners.base import Borrowed
from listeners.registry import SOURCES
from listeners.trustpilot.options import TrustpilotOptions
from tests.listeners.any_json import check
from tests.listeners.scenarios.base import SECRET
from tests.listeners.scenarios.trustpilot import TrustpilotScenario
from tests.listeners.trustpilot_platform import trustpilot as trustpilot
from tests.replay import Answer, Replay


class TestRecorded:
    def poll(self, server: Replay, http: httpx.Client, wire: Path, **more: Any) -> list[Any]:
        recording = wire / "trustpilot/business_unit_reviews.json"
        for step in json.loads(recording.read_text(encoding="utf-8")):
            reply, url = step["response"], httpx.URL(step["request"]["url"])
            if reply["status"] == 200:
                answer = Answer(body=reply["body"], headers=reply["headers"])
                server.on("GET", url.path, answer, cursor=url.params["page"])
        unit = url.path.split("/")[3]
        options = TrustpilotOptions(business_unit=unit, base_url=f"{server.url}/v1", page_size=6, **more)
        borrowed = Borrowed(
            clock=lambda: datetime(2022, 10, 15, tzinfo=UTC), secret=lambda _name: SECRET, http=http
        )
        return list(SOURCES["trustpilot"].build(options, borrowed).poll(None))

    def test_all_pages(self, server: Replay, http: httpx.Client, wire: Path) -> None:
        pages = self.poll(server, http, wire)
        mentions = [mention for page in pages for mention in page.mentions]
        assert [record for page in pages for record in page.rejected] == []
        assert len(mentions) == 18 - sum(m.posted_at < datetime(2022, 10, 8, tzinfo=UTC) for m in mentions)
        assert {mention.language for mention in mentions} >= {"en", "es"}
        assert all(mention.rating and mention.author and mention.text for mention in mentions)
        check(mentions, [])

    @pytest.mark.parametrize(("index", "error"), [(4, AuthFailed), (5, RateLimited)])
    def test_errors(
        self, trustpilot: TrustpilotScenario, wire: Path, index: int, error: type[SourceError]
    ) -> None:
        recording = json.loads((wire / "trustpilot/business_unit_reviews.json").read_text())[index][
            "response"
        ]
        trustpilot.fail(
            Answer(status=recording["status"], body=recording["body"], headers=recording["headers"])
        )
        with pytest.raises(error):
            list(trustpilot.listener().poll(None))

    def test_its_rate_is_what_trustpilot_recommends(self) -> None:
        rate = SOURCES["trustpilot"].rate
        assert rate is not None
        assert (rate.requests, rate.seconds) == (833, 300)
