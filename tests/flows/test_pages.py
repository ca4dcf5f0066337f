"""A post that is deleted while a page is being written does not stay on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.mention import Visibility
from flows.steps import pages
from flows.steps.brand_page import page_reports, write_brand_page
from flows.steps.custom import Request, understand
from flows.steps.daily import count_days
from flows.steps.once import run_once
from flows.wiring import Wiring
from reports.page import Page
from storage.erasure import forget
from storage.withdrawals import last_withdrawal
from tests.flows.conftest import House
from tests.flows.test_steps import one_brand

GONE, STAYS = "https://forum.example/1", "https://forum.example/2"


@pytest.fixture
def wiring(house: House, tmp_path: Path) -> Iterator[Wiring]:
    """Two complaints, read and counted; no page yet."""
    house.settings = house.settings.model_copy(update={"reports": str(tmp_path / "pages")})
    one_brand(house, *({"id": url[-1], "text": f"bad bag {url[-1]}", "url": url} for url in (GONE, STAYS)))
    with house.open() as wiring:
        run_once(wiring)
        count_days(wiring)
        yield wiring


def delete(wiring: Wiring) -> None:
    with wiring.database.transaction() as tx:
        forget(tx, [1], wiring.clock(), Visibility.DELETED)
    assert pages.take_back(wiring) == 0, "there is no page yet"


def test_what_was_taken_back_before_a_page_was_written_is_not_on_it(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = pages.page

    def made_and_then_deleted(content: Page) -> str:
        text = made(content)
        assert GONE in text
        delete(wiring)
        return text

    monkeypatch.setattr(pages, "page", made_and_then_deleted)
    written = write_brand_page(wiring, understand(wiring, Request()), latest=True)
    for address in (written.address, written.latest):
        assert GONE not in Path(address).read_text()
        assert STAYS in Path(address).read_text()


def test_nor_what_was_taken_back_after_reports_of_it_had_been_made(wiring: Wiring) -> None:
    question = understand(wiring, Request())
    with wiring.database.reading() as tx:
        before = last_withdrawal(tx)
    made = page_reports(wiring, question)
    delete(wiring)
    page = Path(write_brand_page(wiring, question, made=made, before=before).address).read_text()
    assert GONE not in page
    assert STAYS in page


def test_what_others_put_among_the_pages_does_not_keep_a_deleted_post_on_them(wiring: Wiring) -> None:
    page = Path(write_brand_page(wiring, understand(wiring, Request())).address)
    copy = page.with_name("a copy of it.html")
    copy.write_bytes(page.read_bytes())
    (page.parent / "from elsewhere.html").write_bytes("<p>Größe".encode("latin-1"))
    with wiring.database.transaction() as tx:
        forget(tx, [1], wiring.clock(), Visibility.DELETED)
    assert pages.take_back(wiring) == 2
    for each in (page, copy):
        assert GONE not in each.read_text()
        assert STAYS in each.read_text()
    assert (page.parent / "from elsewhere.html").read_bytes() == "<p>Größe".encode("latin-1")
