"""Google Play: the pages' own call, through the same suite as the API."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import islice
from urllib.parse import parse_qs

import pytest

from core.errors import AuthFailed, RateLimited, SourceGone, SourceUnavailable
from core.mention import Page
from core.target import Archivist
from listeners.googleplay import SOURCE
from listeners.googleplay.options import GooglePlayOptions
from tests.listeners.contract import Pagination, Records, Trouble, checkpoint, ids
from tests.listeners.googleplay_platform import BLOCKED, network_fixture, scenario_fixture  # noqa: F401
from tests.listeners.scenarios.base import posted
from tests.listeners.scenarios.googleplay import APP, CALL_PATH, PAGE_PATH, PublicScenario
from tests.replay import Answer, Seen


class TestPublicPagination(Pagination):
    pass


class TestPublicRecords(Records):
    pass


class TestPublicTrouble(Trouble):
    pass


class TestPublic:
    def test_the_request(self, scenario: PublicScenario) -> None:
        scenario.publish(*range(1, 6))
        list(scenario.listener(languages=["pt-BR"], country="BR").poll(None))
        first, second = scenario.server.requests
        assert first.query == {"hl": "pt-BR", "gl": "br"}
        sent = [json.loads(parse_qs(seen.body)["f.req"][0]) for seen in (first, second)]
        assert sent[0][0][0][0] == "oCPfdb"
        assert json.loads(sent[0][0][0][1]) == [None, [2, 2, [100], None, [None] * 9], [APP, 7]]
        assert json.loads(sent[1][0][0][1])[1][2] == [100, None, "below-3"]

    def test_off_unless_asked_for(self, scenario: PublicScenario) -> None:
        options = GooglePlayOptions(app=APP)
        assert SOURCE.secrets(options) == ("GOOGLE_PLAY_SERVICE_ACCOUNT",)
        assert SOURCE.secrets(GooglePlayOptions(app=APP, public=True)) == ()

    def test_a_failed_second_page_is_no_end(self, scenario: PublicScenario) -> None:
        for failure in (scenario.said(None, BLOCKED), scenario.said([])):
            scenario.records.clear()
            scenario.publish(*range(1, 8))
            scenario.fail(Answer(body=failure), after_pages=1)
            got: list[Page] = []
            with pytest.raises(SourceUnavailable):
                got.extend(scenario.listener().poll(None))
            assert len(got) == 1
            scenario.heal()
            got.extend(scenario.listener().poll(checkpoint(got)))
            assert set(ids(got)) == {scenario.external_id(n) for n in range(1, 8)}

    def test_a_place_that_is_no_longer_known_is_given_up(self, scenario: PublicScenario) -> None:
        """A token that Google has forgotten is refused for ever: the walk begins once more at the top."""
        scenario.publish(*range(1, 8))
        first = list(islice(scenario.listener().poll(None), 1))
        for failure in (scenario.said(None, BLOCKED), scenario.said([])):

            def forgetful(seen: Seen, failure: str = failure) -> Answer:
                return Answer(body=failure if "below-5" in seen.body else scenario.page(seen))

            scenario.server.play("POST", CALL_PATH, forgetful)
            scenario.server.requests.clear()
            got: list[Page] = []
            with suppress(SourceUnavailable):  # the forgotten place is met on the way down again
                got.extend(scenario.listener().poll(checkpoint(first)))
            assert len(got) == 1
            assert "below" not in scenario.server.requests[1].body

    def test_blocked_from_the_first_page_on(self, scenario: PublicScenario) -> None:
        scenario.fail(Answer(body=scenario.said(None, BLOCKED)))
        with pytest.raises(SourceUnavailable):
            list(scenario.listener().poll(None))

    def test_an_app_that_does_not_exist(self, scenario: PublicScenario) -> None:
        scenario.server.on("GET", PAGE_PATH, Answer(status=404))
        with pytest.raises(SourceGone, match=APP):
            list(scenario.listener().poll(None))

    def test_none_where_there_were_some_is_said(self, scenario: PublicScenario) -> None:
        scenario.publish(1, 2, 3)
        first = list(scenario.listener().poll(None))
        scenario.records.clear()
        (empty,) = scenario.listener().poll(checkpoint(first))
        assert "there were some before" in empty.truncated
        scenario.publish(4)
        assert ids(scenario.listener().poll(empty.checkpoint)) == [scenario.external_id(4)]

    def test_languages_side_by_side(self, scenario: PublicScenario) -> None:
        def platform(seen: Seen) -> Answer:
            return Answer(status=503) if seen.query["hl"] == "de" else Answer(body=scenario.page(seen))

        scenario.server.play("POST", CALL_PATH, platform)
        scenario.publish(1, 2)
        got: list[Page] = []
        with pytest.raises(SourceUnavailable, match=r"Google Play \(de\)"):
            got.extend(scenario.listener(languages=["de", "en"]).poll(None))
        assert {m.language for page in got for m in page.mentions} == {"en"}

    def test_a_past_span(self, scenario: PublicScenario) -> None:
        scenario.publish(*range(1, 13))
        listener = scenario.listener()
        assert isinstance(listener, Archivist)
        wanted = {scenario.external_id(n) for n in (3, 4, 5)}
        assert set(ids(listener.past(posted(3), posted(6), None))) == wanted

    def test_too_many_and_refused(self, scenario: PublicScenario) -> None:
        scenario.fail(Answer(status=429, body="<html>captcha</html>"))
        with pytest.raises(RateLimited):
            list(scenario.listener().poll(None))
        scenario.fail(Answer(status=403, body="<html>captcha</html>"))
        with pytest.raises(AuthFailed, match="ask less often"):
            list(scenario.listener().poll(None))
