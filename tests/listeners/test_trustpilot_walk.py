"""Trustpilot: where a walk ends, past spans, and what each error means."""

from __future__ import annotations

import json

import pytest

from core.errors import AuthFailed, SourceError, SourceGone
from core.target import Archivist
from tests.listeners.contract import checkpoint, ids
from tests.listeners.scenarios.base import SECRET, posted
from tests.listeners.scenarios.trustpilot import TrustpilotScenario
from tests.listeners.trustpilot_platform import asked
from tests.listeners.trustpilot_platform import trustpilot as trustpilot
from tests.replay import Answer


class TestWalk:
    def test_it_stops_at_what_is_known(self, trustpilot: TrustpilotScenario) -> None:
        trustpilot.publish(*range(1, 31))
        stored = checkpoint(trustpilot.listener().poll(None))
        trustpilot.publish(31)
        trustpilot.server.requests.clear()
        new = ids(trustpilot.listener().poll(stored))
        assert set(new) == {trustpilot.external_id(30), trustpilot.external_id(31)}
        assert asked(trustpilot) == ["1", "2"]  # two known ones in a row end a walk, and page 1 shows one

    def test_what_changed_within_the_overlap_comes_again(self, trustpilot: TrustpilotScenario) -> None:
        trustpilot.publish(*range(1, 9))
        stored = checkpoint(trustpilot.listener(overlap_hours=1).poll(None))
        trustpilot.records[6]["companyReply"] = {"text": "Sorry.", "createdAt": "2026-11-22T00:00:00Z"}
        again = [m for page in trustpilot.listener(overlap_hours=1).poll(stored) for m in page.mentions]
        assert {m.external_id: m.engagement.replies for m in again} == {
            trustpilot.external_id(n): int(n == 6) for n in (5, 6, 7, 8)
        }

    def test_a_full_last_page_without_a_link_is_not_believed_to_be_the_last(
        self, trustpilot: TrustpilotScenario
    ) -> None:
        trustpilot.publish(*range(1, 7))
        for number, records in ((1, (6, 5, 4)), (2, (3, 2, 1)), (3, ())):
            body = trustpilot.envelope([trustpilot.records[n] for n in records])
            trustpilot.server.on("GET", trustpilot.path, Answer(body=body), cursor=str(number))
        assert len(ids(trustpilot.listener(page_size=3).poll(None))) == 6
        assert asked(trustpilot) == ["1", "2", "3"]

    def test_a_walk_taken_up_again_loses_nothing_to_deletions(self, trustpilot: TrustpilotScenario) -> None:
        trustpilot.publish(*range(1, 10))
        (first,) = trustpilot.listener(max_pages=1).poll(None)
        assert "stopped at page 1" in first.truncated
        for number in (9, 8):  # what was on page 2 moves up to page 1
            del trustpilot.records[number]
        rest = ids(trustpilot.listener().poll(first.checkpoint))
        assert {trustpilot.external_id(n) for n in range(1, 7)} <= set(rest)

    def test_it_asks_as_documented(self, trustpilot: TrustpilotScenario) -> None:
        list(trustpilot.listener(page_size=100, language="de").poll(None))
        (seen,) = trustpilot.server.requests
        assert seen.query == {"perPage": "100", "page": "1", "orderBy": "createdat.desc", "language": "de"}
        assert seen.headers["apikey"] == SECRET

    def test_another_unit_begins_anew(self, trustpilot: TrustpilotScenario) -> None:
        trustpilot.publish(1)
        stored = checkpoint(trustpilot.listener().poll(None))
        again = list(trustpilot.listener(language="en").poll(stored))
        assert ids(again) == [trustpilot.external_id(1)]

    def test_a_checkpoint_that_names_no_page_begins_at_the_top(self, trustpilot: TrustpilotScenario) -> None:
        trustpilot.publish(*range(1, 6))
        (page,) = trustpilot.listener(max_pages=1).poll(None)
        stored = json.loads(page.checkpoint or "")
        stored["walk"]["token"] = "x"
        assert len(set(ids(trustpilot.listener().poll(json.dumps(stored))))) == 5


class TestPast:
    def test_a_span(self, trustpilot: TrustpilotScenario) -> None:
        trustpilot.publish(*range(1, 101))
        listener = trustpilot.listener()
        assert isinstance(listener, Archivist)
        pages = list(listener.past(posted(20), posted(30), None))
        assert sorted(ids(pages)) == [trustpilot.external_id(n) for n in range(20, 30)]
        assert len(trustpilot.server.requests) < 20  # of 34 pages, found in leaps
        assert list(listener.past(posted(20), posted(30), pages[-1].checkpoint)) == []

    def test_a_span_is_taken_up_again(self, trustpilot: TrustpilotScenario) -> None:
        trustpilot.publish(*range(1, 31))
        listener = trustpilot.listener()
        assert isinstance(listener, Archivist)
        first = next(iter(listener.past(posted(5), posted(20), None)))
        again = trustpilot.listener()
        assert isinstance(again, Archivist)
        rest = list(again.past(posted(5), posted(20), first.checkpoint))
        assert set(ids([first, *rest])) == {trustpilot.external_id(n) for n in range(5, 20)}

    def test_before_the_first_review(self, trustpilot: TrustpilotScenario) -> None:
        trustpilot.publish(10)
        listener = trustpilot.listener()
        assert isinstance(listener, Archivist)
        assert ids(listener.past(posted(1), posted(5), None)) == []


class TestTrouble:
    @pytest.mark.parametrize(
        ("status", "error", "said"),
        [
            (401, AuthFailed, "TRUSTPILOT_API_KEY"),
            (403, AuthFailed, "API module"),
            (404, SourceGone, "check business_unit"),
        ],
    )
    def test_it_fails_loudly(
        self, trustpilot: TrustpilotScenario, status: int, error: type[SourceError], said: str
    ) -> None:
        trustpilot.fail(Answer(status=status, body={"message": "no"}))
        with pytest.raises(error, match=said):
            list(trustpilot.listener().poll(None))
