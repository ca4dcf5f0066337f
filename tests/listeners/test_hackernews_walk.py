"""Hacker News: the walk by time, past spans, a recorded listing, and what each error means."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import httpx
import pytest

from core.errors import AuthFailed, RateLimited, SchemaChanged, SourceGone, SourceUnavailable
from core.target import Archivist, Listener
from listeners.base import Borrowed
from listeners.hackernews import SOURCE
from listeners.hackernews.options import HackerNewsOptions
from tests.listeners.contract import checkpoint, ids
from tests.listeners.hackernews_platform import site as site
from tests.listeners.scenarios.base import posted
from tests.listeners.scenarios.hackernews import HackerNewsScenario
from tests.replay import Answer, Replay, Seen


class TestWalk:
    def test_it_goes_by_time_beyond_the_wall_of_a_thousand(self, site: HackerNewsScenario) -> None:
        site.publish(*range(1, 41))
        pages = list(site.listener(max_pages=100).poll(None))
        assert set(ids(pages)) == {site.external_id(n) for n in range(1, 41)}
        assert len(ids(pages)) == 40  # a page ends before a second that may go on on the next one

    def test_ten_thousand_hits_and_a_crash(self, site: HackerNewsScenario) -> None:
        newest = int(posted(1).timestamp())
        hits = [
            site.record(1, "good") | {"objectID": str(number), "created_at_i": newest - 7 * (number // 2)}
            for number in range(10_000)
        ]

        def search(seen: Seen) -> Answer:
            bound = int(seen.query.get("numericFilters", f"<={newest}").partition("<=")[2])
            first = max(0, -((bound - newest) // 7)) * 2
            return Answer(body=site.envelope(hits[first : first + 101], len(hits) - first))

        site.server.play("GET", "/search_by_date", search)
        before = list(islice(self.patient(site).poll(None), 50))
        after = list(self.patient(site).poll(checkpoint(before)))
        assert {str(number) for number in range(10_000)} == set(ids([*before, *after]))
        assert len(site.server.requests) < 120

    def patient(self, site: HackerNewsScenario) -> Listener:
        return site.listener(page_size=101, max_pages=500, timeout_seconds=30)

    def test_no_page_number_is_needed(self, site: HackerNewsScenario) -> None:
        site.publish(*range(1, 41))
        list(site.listener().poll(None))
        assert not any("page" in seen.query for seen in site.server.requests)

    def test_a_second_that_fills_pages(self, site: HackerNewsScenario) -> None:
        site.publish(*range(1, 12))
        for number in range(3, 11):
            site.records[number]["created_at_i"] = int(posted(3).timestamp())
        assert set(ids(site.listener().poll(None))) == {site.external_id(n) for n in range(1, 12)}

    def test_each_alternative_is_asked_on_its_own(self, site: HackerNewsScenario) -> None:
        site.publish(1, 2)
        site.records[3] = site.record(3, "good") | {"comment_text": "roadrunner"}
        pages = list(site.listener(query='"acme lost" OR roadrunner').poll(None))
        assert set(ids(pages)) == {site.external_id(n) for n in (1, 2, 3)}
        assert {seen.query["query"] for seen in site.server.requests} == {'"acme lost"', "roadrunner"}
        site.server.requests.clear()
        site.publish(4)
        assert site.external_id(4) in ids(
            site.listener(query='"acme lost" OR roadrunner').poll(checkpoint(pages))
        )
        assert {seen.query["query"] for seen in site.server.requests} == {'"acme lost"', "roadrunner"}

    def test_another_query_starts_anew(self, site: HackerNewsScenario) -> None:
        site.publish(1, 2)
        stored = checkpoint(site.listener().poll(None))
        assert len(ids(site.listener(query="parcel").poll(stored))) == 2

    def test_what_is_asked(self, site: HackerNewsScenario) -> None:
        list(site.listener(listing="comments", page_size=50).poll(None))
        (seen,) = site.server.requests
        assert (seen.query["tags"], seen.query["hitsPerPage"]) == ("comment", "50")
        assert (seen.query["typoTolerance"], seen.query["queryType"]) == ("false", "prefixNone")

    def test_past(self, site: HackerNewsScenario) -> None:
        site.publish(*range(1, 20))
        listener = site.listener()
        assert isinstance(listener, Archivist)
        pages = list(listener.past(posted(5), posted(12), None))
        assert sorted(ids(pages)) == [site.external_id(n) for n in range(5, 12)]
        first = pages[0]
        rest = list(listener.past(posted(5), posted(12), first.checkpoint))
        assert set(ids([first, *rest])) == set(ids(pages))
        assert list(listener.past(posted(5), posted(12), checkpoint(pages))) == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(status=403, body={"message": "blocked"}), AuthFailed),
        (Answer(status=404, body={}), SourceGone),
        (Answer(status=429, body=""), RateLimited),
        (Answer(status=400, body={"message": "invalid numericFilters"}), SchemaChanged),
        (Answer(status=520, body="<html>"), SourceUnavailable),
        (Answer(body={"hits": {}}), SchemaChanged),
        (Answer(body={"hits": [{"objectID": str(n)} for n in range(100)], "nbHits": 900}), SchemaChanged),
    ],
)
def test_each_trouble_is_named_by_what_to_do(
    site: HackerNewsScenario, answer: Answer, error: type[Exception]
) -> None:
    site.fail(answer)
    with pytest.raises(error):
        list(site.listener().poll(None))
    assert len(site.server.requests) == 1


def test_recorded_listing(server: Replay, wire: Path, http: httpx.Client) -> None:
    server.load(wire / "hackernews/algolia.json")
    options = HackerNewsOptions(query="apple", base_url=f"{server.url}/api/v1")
    borrowed = Borrowed(clock=lambda: datetime(2014, 6, 20, 4, tzinfo=UTC), secret=lambda _: "", http=http)
    (page,) = SOURCE.build(options, borrowed).poll(None)
    assert len(page.mentions) == 1
    assert page.rejected == ()
