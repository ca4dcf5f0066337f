"""Looking again, through the real step, storage and client library."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flows.revisit import verdict
from flows.steps.listen import listen
from flows.steps.revisit import Revisited, revisit
from listeners.http import new_client
from storage.mentions import find_mentions
from storage.spending import AGAIN
from storage.windows import latest_windows
from tests.flows.conftest import House
from tests.listeners.scenarios.base import SECRET
from tests.listeners.scenarios.reddit import RedditScenario
from tests.replay import Answer, Replay, Seen


class Platform:
    """Reddit with three posts, which its users may change, and a team that listens to it."""

    def __init__(self, server: Replay, house: House, scenario: RedditScenario) -> None:
        self.server, self.house, self.scenario = server, house, scenario
        house.environment = {"REDDIT_CLIENT_ID": SECRET, "REDDIT_CLIENT_SECRET": SECRET}
        house.brands(
            {"name": "Acme", "targets": [{"source": "reddit", "name": "posts", **scenario.options()}]}
        )
        server.play("GET", "/api/info", self._info)
        scenario.publish(1, 2, 3)
        with house.open() as wiring:
            listen(wiring, wiring.targets()[0])

    def _info(self, seen: Seen) -> Answer:
        wanted = seen.query["id"].split(",")
        known = [child for child in self.scenario.records.values() if child["data"]["name"] in wanted]
        return Answer(body=self.scenario.envelope(known))

    def asked(self) -> list[str]:
        return [seen.query["id"] for seen in self.server.requests if seen.path.startswith("/api/info")]

    def look_again(self) -> Revisited:
        with self.house.open() as wiring:
            return revisit(wiring)

    def texts(self) -> dict[str, str]:
        with self.house.open() as wiring, wiring.database.reading() as tx:
            return {m.mention.external_id: m.mention.text for m in find_mentions(tx)}

    def bytes_on_disk(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.house.folder.glob("earful.db*"))


@pytest.fixture
def platform(house: House) -> Iterator[Platform]:
    with Replay() as server, new_client() as http:
        yield Platform(server, house, RedditScenario(server, house.config, http))


def test_nothing_is_asked_before_it_is_due(platform: Platform) -> None:
    assert platform.look_again() == Revisited()
    assert platform.asked() == []


def test_edits_are_taken_over_and_what_is_gone_is_forgotten(platform: Platform) -> None:
    records = platform.scenario.records
    records[1]["data"] |= {"selftext": "It works now.", "edited": 1_795_000_000}
    records[2]["data"] |= {"selftext": "[deleted]", "author": "[deleted]", "author_fullname": None}
    platform.house.clock.pass_(hours=25)
    done = platform.look_again()
    assert (done.asked, done.changed, done.expired, done.troubles) == (3, 2, 0, ())
    assert len(platform.asked()) == 1
    texts = platform.texts()
    assert texts["t3_a001"].endswith("It works now.")
    assert texts["t3_a002"] == ""
    assert texts["t3_a003"].endswith("It broke again.")
    assert platform.look_again().asked == 0


def test_one_that_vanished_is_forgotten(platform: Platform) -> None:
    del platform.scenario.records[3]
    platform.house.clock.pass_(hours=25)
    assert platform.look_again().changed == 1
    assert platform.texts()["t3_a003"] == ""


def test_trouble_is_told_and_what_was_not_seen_in_time_is_forgotten(platform: Platform) -> None:
    platform.server.play("GET", "/api/info", lambda _seen: Answer(status=503))
    platform.house.clock.pass_(hours=25)
    done = platform.look_again()
    assert (done.asked, done.expired) == (0, 0)
    assert "posts: Reddit: answered 503" in done.troubles[0]
    assert verdict(done).name == "Completed with warnings"
    platform.house.clock.pass_(hours=24)  # 49 hours: the platform's term is 48
    assert platform.look_again().expired == 3
    assert set(platform.texts().values()) == {""}
    assert b"It broke again" not in platform.bytes_on_disk()


def test_the_ledger_keeps_what_looking_cost(platform: Platform) -> None:
    platform.house.clock.pass_(hours=25)
    platform.look_again()
    with platform.house.open() as wiring, wiring.database.reading() as tx:
        (again,) = [window for window in latest_windows(tx) if window.target.endswith(AGAIN)]
    assert (again.state, again.fetched, again.spend_usd) == ("complete", 3, 0)
