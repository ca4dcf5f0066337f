"""What goes wrong in looking again keeps nothing else from being looked at, or forgotten, pages included."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from core.errors import DatabaseBusy
from core.mention import Page
from core.target import Known
from flows.steps.brand_page import write_brand_page
from flows.steps.custom import Request, understand
from flows.steps.listen import listen_all
from flows.steps.revisit import Revisited, revisit
from listeners.hackernews.options import REVISIT_BATCH
from listeners.hackernews.revisit import HackerNewsReviewer
from storage import revisits
from storage.mentions import find_mentions
from tests.flows.conftest import House
from tests.flows.platforms import ask
from tests.flows.platforms import platform as on_platform
from tests.listeners.scenarios.base import Scenario
from tests.replay import Answer

MAIL = "https://mail.example/1"


@pytest.fixture
def platform(house: House) -> Iterator[Scenario]:
    with on_platform(house, "hackernews", page_size=100) as scenario:
        yield scenario


def look_again(house: House) -> Revisited:
    with house.open() as wiring:
        return revisit(wiring)


def texts(house: House) -> list[str]:
    with house.open() as wiring, wiring.database.reading() as tx:
        return [found.mention.text for found in find_mentions(tx, limit=1_000)]


def with_mails_that_are_kept_for_a_day(house: House) -> Path:
    """Beside what the brand listens to already; gives a page that leads to one of them."""
    house.settings = house.settings.model_copy(update={"reports": str(house.folder / "pages")})
    house.mentions("m.jsonl", {"id": 1, "text": "a private mail", "url": MAIL})
    file = house.config / "brands.yaml"
    content = json.loads(file.read_text())
    content["brands"][0]["targets"].append(house.archive("mails", "m.jsonl", keep_days=1))
    file.write_text(json.dumps(content))
    with house.open() as wiring:
        assert all(heard.complete for heard in listen_all(wiring, wiring.targets()))
        page = Path(write_brand_page(wiring, understand(wiring, Request())).address)
    link = f'<a href="{MAIL}" rel="noopener noreferrer nofollow" target="_blank">'
    page.write_text(page.read_text().replace("</body>", f"{link}\n</body>"))
    return page


def test_an_answer_that_we_cannot_read_leaves_the_others_their_turn(
    house: House, platform: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.publish(*range(1, REVISIT_BATCH + 11))
    assert ask(house).complete
    platform.records.clear()
    looked, times = HackerNewsReviewer.look_again, iter(range(9))

    def wrong_once(self: HackerNewsReviewer, known: Sequence[Known]) -> Iterator[Page]:
        if not next(times):
            raise KeyError("objectID")
        return looked(self, known)

    monkeypatch.setattr(HackerNewsReviewer, "look_again", wrong_once)
    house.clock.pass_(hours=25)
    done = look_again(house)
    assert (done.asked, done.changed, len(done.troubles)) == (10, 10, 1)
    assert "Earful did not expect this: KeyError: 'objectID'" in done.troubles[0]
    assert look_again(house).asked == REVISIT_BATCH, "they stay due"


def test_nothing_that_goes_wrong_with_one_target_stops_the_forgetting(
    house: House, platform: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.publish(1)
    page = with_mails_that_are_kept_for_a_day(house)
    assert MAIL in page.read_text()

    def busy(*_: object) -> None:
        raise DatabaseBusy("earful.db: another process is writing for too long; try again")

    monkeypatch.setattr(revisits, "looked_at", busy)
    house.clock.pass_(hours=25)
    done = look_again(house)
    assert (done.expired, len(done.troubles)) == (1, 1)
    assert done.troubles[0].startswith("one: earful.db: another process")
    assert "a private mail" not in texts(house)
    assert MAIL not in page.read_text()


def test_nor_does_what_goes_wrong_with_the_forgetting_keep_it_on_the_pages(
    house: House, platform: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = with_mails_that_are_kept_for_a_day(house)
    house.clock.pass_(hours=25)
    forgotten = revisits.expire

    def forgets_then_fails(*args: object, **named: object) -> int:
        if not forgotten(*args, **named):  # type: ignore[arg-type]
            raise ZeroDivisionError
        return 1

    monkeypatch.setattr(revisits, "expire", forgets_then_fails)
    done = look_again(house)
    assert (
        "what may not be kept any longer: Earful did not expect this: ZeroDivisionError" in done.troubles[0]
    )
    assert MAIL not in page.read_text()


def test_who_is_told_to_wait_waits_and_so_do_all_who_share_the_key(house: House, platform: Scenario) -> None:
    platform.publish(1)
    assert ask(house).complete
    house.clock.pass_(hours=25)
    platform.fail(Answer(status=429, body={}, headers={"Retry-After": "7200"}))
    assert "answered 429" in look_again(house).troubles[0]
    asked = len(platform.server.requests)
    platform.heal()
    assert ask(house).state == "rate_limited"
    house.clock.pass_(hours=1)
    done = look_again(house)
    assert (done.asked, len(done.troubles)) == (0, 1)
    assert done.troubles[0].startswith("one: until 2026-11-23 15:00 UTC: Hacker News: answered 429")
    assert len(platform.server.requests) == asked, "it is not asked to find out"
    house.clock.pass_(hours=1, seconds=1)
    assert look_again(house).asked == 1
    assert look_again(house) == Revisited()


def test_a_compliance_job_on_its_way_keeps_nobody_from_listening(house: House) -> None:
    with on_platform(house, "x", compliance=True) as scenario:
        scenario.publish(1)
        assert ask(house).complete
        jobs = Answer(body={"data": [{"id": "7", "name": "earful", "status": "in_progress"}]})
        scenario.server.on("GET", "/2/compliance/jobs", jobs)
        house.clock.pass_(hours=25)
        assert "a compliance job is on its way" in look_again(house).troubles[0]
        assert ask(house).complete
