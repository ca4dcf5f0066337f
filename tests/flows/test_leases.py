"""Who asks a target holds its lease all the while: what somebody else took over is left to him."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.mention import Mention, Page
from flows.steps import ledger
from flows.steps.lease import HELD_FOR
from flows.steps.poll import BUSY, Polled, poll
from storage.coverage import RUNNING
from storage.mentions import find_mentions
from storage.spending import spent_usd
from storage.standings import standings
from storage.windows import latest_windows
from tests.flows.conftest import NOW, House
from tests.flows.test_steps import one_brand


@pytest.fixture
def opened(house: House) -> Iterator[House]:
    one_brand(house)
    with house.open() as wiring:
        house.wiring, house.batch = wiring, ledger.open_batch(wiring, wiring.targets())
        (house.opened,) = house.batch.opened
        yield house


def walk(house: House, *pages: Page) -> Polled:
    """A page that brings a mention each; while the source works on the next, much time may pass."""

    def asked(_since: str | None) -> Iterator[Page]:
        for number, page in enumerate(pages):
            if number:
                take_over(house, minutes=16)
            yield page

    polled = poll(house.wiring, house.opened, asked, house.batch.lease(house.opened), lambda count: None)
    ledger.close_batch(house.wiring, house.batch, [polled])
    return polled


def take_over(house: House, minutes: int) -> bool:
    house.clock.pass_(minutes=minutes)
    return bool(ledger.open_batch(house.wiring, house.wiring.targets()).opened)


def page(number: int) -> Page:
    text = f"text {number}"
    said = Mention(source="archive", external_id=str(number), text=text, posted_at=NOW, fetched_at=NOW)
    return Page(mentions=(said,), checkpoint=str(number), spend_usd=0.25)


def stored(house: House) -> set[str]:
    with house.wiring.database.reading() as tx:
        return {found.mention.external_id for found in find_mentions(tx, limit=10)}


def test_a_target_that_waited_too_long_for_its_turn_is_not_asked(opened: House) -> None:
    assert take_over(opened, minutes=16)
    polled = walk(opened, page(1))
    assert (polled.heard.state, polled.heard.spend_usd, polled.heard.error) == (BUSY, 0, None)
    assert stored(opened) == set()


def test_what_comes_after_somebody_else_took_over_is_not_stored_but_paid(opened: House) -> None:
    polled = walk(opened, page(1), page(2))
    assert (polled.heard.state, polled.heard.saved.new) == (BUSY, 1)
    assert stored(opened) == {"1"}
    with opened.wiring.database.reading() as tx:
        assert spent_usd(tx, "acme", NOW) == 0.5
        (latest,) = latest_windows(tx)
        standing = standings(tx)["acme"]
    assert latest.state == RUNNING, "the other's poll goes on"
    assert (latest.since, standing.succeeded_at, standing.heard_until) == ("1", None, None)


def test_the_turn_of_a_target_takes_its_lease_anew(opened: House) -> None:
    opened.clock.pass_(minutes=10)
    began = opened.clock.now
    until = []

    def asked(_since: str | None) -> Iterator[Page]:
        opened.clock.now = began + HELD_FOR - timedelta(minutes=1)
        until.append(take_over(opened, minutes=0))
        yield page(1)

    lease = opened.batch.lease(opened.opened)
    polled = poll(opened.wiring, opened.opened, asked, lease, lambda count: None)
    assert (until, polled.heard.state) == ([False], "complete")
