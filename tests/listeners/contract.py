"""What every source must keep to, whatever its platform does. Run by test_contract.py for each source."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterable
from datetime import timedelta
from itertools import islice

import pytest

from core.errors import AuthFailed, RateLimited, SchemaChanged, SourceError, SourceUnavailable
from core.mention import Page, Visibility
from tests.listeners.scenarios.base import NOW, RETRY_SECONDS, SECRET, Scenario
from tests.replay import Answer

SEVEN = range(1, 8)

PASSING_TROUBLE = {
    "503 JSON": Answer(status=503, body={"title": "Service Unavailable"}),
    "503 HTML": Answer(status=503, body="<html><h1>503</h1></html>", headers={"content-type": "text/html"}),
    "503 with a JSON list": Answer(status=503, body=["down"]),
    "reset": Answer(fault="reset"),
    "cut body": Answer(body={"data": ["x" * 4000]}, fault="cut"),
    "slow": Answer(body={}, fault="slow"),
    "drip": Answer(body={"data": ["x" * 4000]}, fault="drip", seconds=0.05),
    "HTML instead of JSON": Answer(body="<html>sign in</html>", headers={"content-type": "text/html"}),
    "broken JSON": Answer(body='{"data": [{"id": "1", "te'),
}

OTHER_SHAPES = {
    "list": Answer(body=[1, 2]),
    "text": Answer(body='"hello"'),
    "null": Answer(body="null"),
    "other keys": Answer(body={"items": [], "paging": {}}),
    "parts of another type": Answer(body={"data": {"children": 3}, "meta": 7}),
}


def ids(pages: Iterable[Page]) -> list[str]:
    return [mention.external_id for page in pages for mention in page.mentions]


def until_trouble(pages: Iterable[Page]) -> tuple[list[Page], SourceError | None]:
    """The pages, and what they ended with."""
    got: list[Page] = []
    try:
        got.extend(pages)
    except SourceError as trouble:
        return got, trouble
    return got, None


def checkpoint(pages: Iterable[Page]) -> str | None:
    """What is stored after these pages: the last checkpoint that was not None."""
    return next((page.checkpoint for page in reversed(list(pages)) if page.checkpoint is not None), None)


class Pagination:
    """Nothing lost, nothing asked twice."""

    def test_first_poll_reads_all_pages_and_ends(self, scenario: Scenario) -> None:
        scenario.publish(*SEVEN)
        pages = list(scenario.listener().poll(None))
        assert sorted(ids(pages)) == [scenario.external_id(n) for n in SEVEN]
        assert len(pages) >= (3 if scenario.paged else 1)
        assert pages[-1].checkpoint is not None
        assert not any(page.truncated for page in pages)

    def test_second_poll_yields_only_what_is_newer(self, scenario: Scenario) -> None:
        scenario.publish(*SEVEN)
        first = list(scenario.listener().poll(None))
        scenario.publish(8, 9)
        second = list(scenario.listener().poll(checkpoint(first)))
        new = {scenario.external_id(8), scenario.external_id(9)}
        assert new <= set(ids(second)) <= new | {scenario.external_id(7)}  # the newest known one: overlap
        third = list(scenario.listener().poll(checkpoint(second)))
        assert set(ids(third)) <= {scenario.external_id(9)}

    @pytest.mark.parametrize("stored", range(4))
    def test_a_crash_between_pages_loses_nothing(self, scenario: Scenario, stored: int) -> None:
        scenario.publish(*SEVEN)
        before = list(islice(scenario.listener().poll(None), stored))
        scenario.publish(8, 9)
        after = list(scenario.listener().poll(checkpoint(before)))
        assert set(ids([*before, *after])) == {scenario.external_id(n) for n in range(1, 10)}
        assert set(ids(scenario.listener().poll(checkpoint(after)))) <= {scenario.external_id(9)}

    def test_nothing_there_is_no_error(self, scenario: Scenario) -> None:
        pages = list(scenario.listener().poll(None))
        assert len(pages) == 1
        assert ids(pages) == []
        scenario.publish(1)
        assert ids(scenario.listener().poll(checkpoint(pages))) == [scenario.external_id(1)]

    def test_nothing_new_is_cheap_and_keeps_the_checkpoint(self, scenario: Scenario) -> None:
        scenario.publish(1, 2)
        first = list(scenario.listener().poll(None))
        scenario.server.requests.clear()
        second = list(scenario.listener().poll(checkpoint(first)))
        assert len(second) == 1
        assert len(scenario.server.requests) <= scenario.idle_requests + scenario.login_requests
        scenario.publish(3)
        assert scenario.external_id(3) in ids(scenario.listener().poll(checkpoint([*first, *second])))

    def test_a_checkpoint_that_is_garbage_is_named(self, scenario: Scenario) -> None:
        scenario.publish(1)
        for garbage in ("", "{", "[]", "7", '{"offset": "x"}'):
            with pytest.raises(SchemaChanged, match="checkpoint"):
                list(scenario.listener().poll(garbage))


class Records:
    """One bad record costs one record."""

    def test_an_unreadable_record_is_kept_and_the_others_too(self, scenario: Scenario) -> None:
        scenario.publish(1, 2)
        scenario.publish(3, kind="broken")
        scenario.publish(4)
        pages = list(scenario.listener().poll(None))
        assert sorted(ids(pages)) == [scenario.external_id(n) for n in (1, 2, 4)]
        (rejected,) = [record for page in pages for record in page.rejected]
        assert rejected.source == scenario.source
        assert rejected.reason
        assert rejected.raw
        assert rejected.place

    def test_a_deleted_text_is_not_taken_over(self, scenario: Scenario) -> None:
        if not scenario.tells_deletions:
            pytest.skip("it has no way to say that something was deleted")
        scenario.publish(1, kind="deleted")
        (mention,) = [m for page in scenario.listener().poll(None) for m in page.mentions]
        assert mention.visibility in (Visibility.DELETED, Visibility.REMOVED)
        assert mention.text == ""

    def test_times_are_aware_and_utc_and_sources_are_named(self, scenario: Scenario) -> None:
        scenario.publish(*SEVEN)
        for page in scenario.listener().poll(None):
            for mention in page.mentions:
                assert mention.posted_at.utcoffset() == timedelta()
                assert mention.fetched_at == NOW
                assert mention.source == scenario.source


class Trouble:
    """What goes wrong on the way is named by what to do, quickly, and costs only what it must."""

    @pytest.mark.parametrize("trouble", PASSING_TROUBLE)
    def test_passing_trouble(self, network: Scenario, trouble: str) -> None:
        network.publish(*SEVEN)
        network.fail(PASSING_TROUBLE[trouble], after_pages=1 if network.paged else 0)
        began = time.monotonic()
        got: list[Page] = []
        with pytest.raises(SourceUnavailable):
            got.extend(network.listener().poll(None))
        if trouble in ("slow", "drip"):  # the others do not take their time
            assert time.monotonic() - began < 5
        network.heal()
        got.extend(network.listener().poll(checkpoint(got)))
        assert set(ids(got)) == {network.external_id(n) for n in SEVEN}

    @pytest.mark.parametrize("shape", OTHER_SHAPES)
    def test_another_shape(self, network: Scenario, shape: str) -> None:
        network.fail(OTHER_SHAPES[shape])
        with pytest.raises(SchemaChanged):
            list(network.listener().poll(None))

    def test_the_same_token_for_ever(self, network: Scenario) -> None:
        network.fail(network.looping())
        with pytest.raises(SchemaChanged, match="already read"):
            list(network.listener().poll(None))
        assert len(network.server.requests) < 5

    def test_too_many_requests_is_raised_with_the_time_and_not_slept_over(self, network: Scenario) -> None:
        network.fail(network.too_many())
        with pytest.raises(RateLimited) as raised:
            list(network.listener().poll(None))
        assert raised.value.retry_at == NOW + timedelta(seconds=RETRY_SECONDS)

    def test_every_request_asks_leave(self, network: Scenario) -> None:
        network.publish(*SEVEN)
        list(network.listener().poll(None))
        assert network.permits == len(network.server.requests) > 0

    def test_without_leave_nothing_is_asked(self, network: Scenario) -> None:
        network.publish(*SEVEN)
        network.closed = True
        with pytest.raises(RateLimited):
            list(network.listener().poll(None))
        assert network.server.requests == []

    def test_refused_credentials(self, network: Scenario) -> None:
        network.fail(Answer(status=401, body={"title": "Unauthorized", "status": 401}))
        with pytest.raises(AuthFailed):
            list(network.listener().poll(None))

    def test_redirects_are_not_followed(self, network: Scenario) -> None:
        if network.follows_redirects:
            pytest.skip("it follows them, without a key and within one host: see its own tests")
        target = f"{network.server.url}{getattr(network, 'path', '')}?again=1"
        network.fail(Answer(status=302, headers={"location": target}))
        with pytest.raises(SourceError):
            list(network.listener().poll(None))
        assert not any("again" in seen.query for seen in network.server.requests)

    @pytest.mark.parametrize("status", [301, 400, 401, 402, 403, 404, 410, 418, 429, 451, 500, 520, 599])
    def test_no_secret_is_told(
        self, network: Scenario, status: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        network.fail(Answer(status=status, body={"error": status}))
        with pytest.raises(SourceError) as raised:
            list(network.listener().poll(None))
        told = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
        assert SECRET not in told
        assert SECRET not in caplog.text
        if network.needs_secret:
            assert any(SECRET in str(seen.headers) for seen in network.server.requests)
        assert not any(SECRET in str(seen.query) for seen in network.server.requests)  # addresses are logged
