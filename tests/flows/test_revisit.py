"""Looking again, through the real step, storage and client library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.revisit import state_of
from flows.steps.brand_page import write_brand_page
from flows.steps.custom import Request, understand
from flows.steps.listen import listen
from flows.steps.revisit import Revisited, revisit
from listeners.http import new_client
from storage.mentions import find_mentions
from storage.spending import AGAIN
from storage.windows import latest_windows
from tests.flows.conftest import House
from tests.flows.platforms import ask, budget, spend
from tests.flows.platforms import platform as on_platform
from tests.listeners.scenarios.base import SECRET
from tests.listeners.scenarios.reddit import RedditScenario
from tests.replay import Answer, Replay, Seen


class Platform:
    """Reddit with three posts, which its users may change, and a team that listens to it."""

    def __init__(self, server: Replay, house: House, scenario: RedditScenario) -> None:
        self.server, self.house, self.scenario = server, house, scenario
        house.environment = {"REDDIT_CLIENT_ID": SECRET, "REDDIT_CLIENT_SECRET": SECRET}
        patient = {**scenario.options(), "timeout_seconds": 60}  # some answers take as long as another run
        house.brands({"name": "Acme", "targets": [{"source": "reddit", "name": "posts", **patient}]})
        server.play("GET", "/api/info", self.answer)
        scenario.publish(1, 2, 3)
        with house.open() as wiring:
            listen(wiring, wiring.targets()[0])

    def answer(self, seen: Seen) -> Answer:
        wanted = seen.query["id"].split(",")
        known = [child for child in self.scenario.records.values() if child["data"]["name"] in wanted]
        return Answer(body=self.scenario.envelope(known))

    def asked(self) -> list[str]:
        return [seen.query["id"] for seen in self.server.requests if seen.path.startswith("/api/info")]

    def hear_more_than_are_asked_for_together(self) -> None:
        """103 posts in all; Reddit is asked for 100 at a time."""
        with self.house.open() as wiring:
            for first in range(4, 104, 20):
                self.scenario.publish(*range(first, first + 20))
                listen(wiring, wiring.targets()[0])

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


def test_what_reddit_took_down_is_forgotten_with_its_author(platform: Platform) -> None:
    platform.scenario.records[2]["data"] |= dict.fromkeys(("title", "selftext"), "[ Removed by Reddit ]")
    platform.house.clock.pass_(hours=25)
    assert platform.look_again().changed == 1
    with platform.house.open() as wiring, wiring.database.reading() as tx:
        (gone,) = [m.mention for m in find_mentions(tx) if m.mention.external_id == "t3_a002"]
    assert (gone.visibility.gone, gone.text, gone.author) == (True, "", None)


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
    assert "posts: looking again at 3: Reddit: answered 503" in done.troubles[0]
    assert state_of(done).name == "Completed with warnings"
    platform.house.clock.pass_(hours=24)  # 49 hours: the platform's term is 48
    assert platform.look_again().expired == 3
    assert set(platform.texts().values()) == {""}
    assert b"It broke again" not in platform.bytes_on_disk()


def test_what_was_done_before_trouble_is_told_and_taken_off_the_pages(
    platform: Platform, tmp_path: Path
) -> None:
    house, records = platform.house, platform.scenario.records
    house.settings = house.settings.model_copy(update={"reports": str(tmp_path / "pages")})
    platform.hear_more_than_are_asked_for_together()
    with house.open() as wiring:
        page = Path(write_brand_page(wiring, understand(wiring, Request())).address)
    address = f"https://www.reddit.com{records[2]['data']['permalink']}"
    page.write_text(page.read_text().replace("</body>", f"{link_to(address)}\n</body>"))
    records[2]["data"] |= {"selftext": "[deleted]", "author": "[deleted]", "author_fullname": None}
    platform.server.play(
        "GET",
        "/api/info",
        lambda seen: platform.answer(seen) if not platform.asked()[1:] else Answer(status=503),
    )
    house.clock.pass_(hours=25)
    done = platform.look_again()
    assert (done.asked, done.changed, len(done.troubles)) == (100, 1, 1)
    assert address not in page.read_text()


def test_a_page_that_could_not_be_cleaned_is_cleaned_by_the_next_run(
    platform: Platform, tmp_path: Path
) -> None:
    house = platform.house
    house.settings = house.settings.model_copy(update={"reports": str(tmp_path / "pages")})
    with house.open() as wiring:
        page = Path(write_brand_page(wiring, understand(wiring, Request())).address)
    address = f"https://www.reddit.com{platform.scenario.records[3]['data']['permalink']}"
    page.write_text(page.read_text().replace("</body>", f"{link_to(address)}\n</body>"))
    broken = tmp_path / "pages" / "acme" / "unreadable.html"
    broken.mkdir()
    del platform.scenario.records[3]
    house.clock.pass_(hours=25)
    assert "cannot be read" in platform.look_again().troubles[0]
    assert address in page.read_text()
    broken.rmdir()
    assert platform.look_again() == Revisited()
    assert address not in page.read_text()


def test_posts_of_a_target_that_was_renamed_are_looked_at_again(platform: Platform) -> None:
    platform.house.brands(
        {"name": "Acme", "targets": [{"source": "reddit", "name": "renamed", **platform.scenario.options()}]}
    )
    del platform.scenario.records[3]
    platform.house.clock.pass_(hours=25)
    done = platform.look_again()
    assert (done.asked, done.changed) == (3, 1)
    assert platform.texts()["t3_a003"] == ""


def test_posts_of_a_brand_that_is_gone_do_not_become_anothers(platform: Platform) -> None:
    platform.house.brands(
        {"name": "Globex", "targets": [{"source": "reddit", "name": "g", **platform.scenario.options()}]}
    )
    platform.house.clock.pass_(hours=25)
    assert platform.look_again().asked == 3
    with platform.house.open() as wiring, wiring.database.reading() as tx:
        assert {found.brands for found in find_mentions(tx)} == {("Acme",)}
        assert find_mentions(tx, brand="Globex") == []


def test_one_that_always_fails_keeps_no_other_from_being_forgotten(house: House) -> None:
    with on_platform(house, "hackernews", page_size=100) as scenario:
        scenario.publish(*range(1, 61))  # more than are looked at together
        assert ask(house).complete
        bad = scenario.external_id(1)
        scenario.records.clear()
        scenario.server.on("GET", f"/items/{bad}", Answer(status=500, body="down"))
        house.clock.pass_(hours=25)
        with house.open() as wiring:
            done = revisit(wiring)
        assert f"the item {bad}: Hacker News: answered 500" in done.troubles[0]
        with house.open() as wiring, wiring.database.reading() as tx:
            kept = [
                stored.mention.external_id for stored in find_mentions(tx, limit=100) if stored.mention.text
            ]
    assert kept == [bad]


def test_a_hundred_that_fail_keep_no_other_from_being_asked_for(platform: Platform) -> None:
    platform.hear_more_than_are_asked_for_together()
    platform.server.play(
        "GET",
        "/api/info",
        lambda seen: platform.answer(seen) if platform.asked()[1:] else Answer(status=503),
    )
    platform.house.clock.pass_(hours=25)
    done = platform.look_again()
    assert "looking again at 100: Reddit: answered 503" in done.troubles[0]
    assert (done.asked, len(platform.asked())) == (3, 2)
    assert platform.look_again().asked == 100, "they stay due"


def test_what_a_target_lets_be_kept_for_days_is_forgotten_after_them(house: House) -> None:
    house.mentions("m.jsonl", {"id": 1, "text": "a private mail"}, "no JSON, and private")
    house.brands({"name": "Acme", "targets": [house.archive("mails", "m.jsonl", keep_days=30)]})
    with house.open() as wiring:
        listen(wiring, wiring.targets()[0])
    house.clock.pass_(days=29)
    with house.open() as wiring:
        assert revisit(wiring).expired == 0
        house.clock.pass_(days=1)
        assert revisit(wiring).expired == 1
    assert b"private" not in b"".join(path.read_bytes() for path in house.folder.glob("earful.db*"))


def test_nothing_is_looked_at_again_for_money_that_is_spent(house: House) -> None:
    with on_platform(house, "x") as scenario:
        scenario.publish(1)
        budget(house, 10)
        assert ask(house).complete
        house.clock.pass_(hours=25)
        before = len(scenario.server.requests)
        with house.open() as wiring:
            spend(wiring, 10)
            done = revisit(wiring)
        assert (done.asked, len(scenario.server.requests)) == (0, before)
        assert "brands.yaml" in done.troubles[0]


def meanwhile(platform: Platform, minutes: int) -> list[Revisited]:
    """While the first answer is on its way so much time passes, and another run begins and ends."""
    others: list[Revisited] = []

    def answer(seen: Seen) -> Answer:
        if not platform.asked()[1:]:
            platform.house.clock.pass_(minutes=minutes)
            others.append(platform.look_again())
        return platform.answer(seen)

    platform.server.play("GET", "/api/info", answer)
    return others


def test_runs_that_overlap_ask_once(platform: Platform) -> None:
    others = meanwhile(platform, minutes=1)
    platform.house.clock.pass_(hours=25)
    assert platform.look_again().asked == 3
    assert (others, len(platform.asked())) == ([Revisited()], 1)
    platform.house.clock.pass_(hours=25)
    assert platform.look_again().asked == 3, "the lease was given back"


def test_what_another_run_took_over_is_left_to_it(platform: Platform) -> None:
    platform.hear_more_than_are_asked_for_together()
    others = meanwhile(platform, minutes=16)
    platform.house.clock.pass_(hours=25)
    assert platform.look_again().asked == 100
    assert [other.asked for other in others] == [103]
    assert len(platform.asked()) == 3
    with platform.house.open() as wiring, wiring.database.reading() as tx:
        (again,) = [window for window in latest_windows(tx) if window.target.endswith(AGAIN)]
    assert again.state == "complete", "the other's"


def link_to(address: str) -> str:
    return f'<a href="{address}" rel="noopener noreferrer nofollow" target="_blank">post</a>'


def test_the_ledger_keeps_what_looking_cost(platform: Platform) -> None:
    platform.house.clock.pass_(hours=25)
    platform.look_again()
    with platform.house.open() as wiring, wiring.database.reading() as tx:
        (again,) = [window for window in latest_windows(tx) if window.target.endswith(AGAIN)]
    assert (again.state, again.fetched, again.spend_usd) == ("complete", 3, 0)
