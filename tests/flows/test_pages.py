"""A post that is deleted while a page is being written does not stay on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.mention import Visibility
from flows.revisit import state_of
from flows.steps import pages
from flows.steps.brand_page import page_reports, write_brand_page
from flows.steps.custom import Request, understand
from flows.steps.daily import count_days
from flows.steps.once import run_once
from flows.steps.pages import TakenBack
from flows.steps.revisit import Revisited, revisit
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


def written_to(shelf: str, wiring: Wiring) -> Path:
    """A page, by a process whose EARFUL_REPORTS, or `--to`, says so."""
    there = replace(wiring, settings=wiring.settings.model_copy(update={"reports": shelf}))
    return Path(write_brand_page(there, understand(there, Request())).address)


def delete(wiring: Wiring) -> None:
    with wiring.database.transaction() as tx:
        forget(tx, [1], wiring.clock(), Visibility.DELETED)
    assert pages.take_back(wiring) == TakenBack(), "there is no page yet"


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
    assert pages.take_back(wiring).pages == 2
    for each in (page, copy):
        assert GONE not in each.read_text()
        assert STAYS in each.read_text()
    assert (page.parent / "from elsewhere.html").read_bytes() == "<p>Größe".encode("latin-1")


def test_pages_are_found_wherever_they_were_written(
    wiring: Wiring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "worker").mkdir()
    monkeypatch.chdir(tmp_path / "worker")
    written = [written_to(".earful/reports", wiring), written_to(str(tmp_path / "asked"), wiring)]
    monkeypatch.chdir(tmp_path)
    with wiring.database.transaction() as tx:
        forget(tx, [1], wiring.clock(), Visibility.DELETED)
    assert pages.take_back(wiring) == TakenBack(pages=2)
    for page in written:
        assert GONE not in page.read_text()
        assert STAYS in page.read_text()


def test_pages_that_are_not_there_from_here_are_left_to_who_has_them(wiring: Wiring, tmp_path: Path) -> None:
    here, away = tmp_path / "here", tmp_path / "away"
    page, other = written_to(str(here), wiring), written_to(str(tmp_path / "another"), wiring)
    here.rename(away)
    with wiring.database.transaction() as tx:
        forget(tx, [1], wiring.clock(), Visibility.DELETED)
    done = pages.take_back(wiring)
    assert (done.pages, done.elsewhere, done.troubles) == (1, (str(here),), ())
    assert f"written to {here}, where none is found from here" in done.note
    said = revisit(wiring).note
    assert said == done.note, "it is still to be done"
    assert str(state_of(Revisited(note=said)).message).endswith(said)
    assert GONE not in other.read_text()
    away.rename(here)
    assert pages.take_back(wiring) == TakenBack(pages=1)
    assert GONE not in page.read_text()


def test_a_shelf_in_trouble_keeps_no_other_from_being_gone_through(wiring: Wiring, tmp_path: Path) -> None:
    broken, page = written_to(str(tmp_path / "a"), wiring), written_to(str(tmp_path / "b"), wiring)
    broken.unlink()
    broken.mkdir()
    with wiring.database.transaction() as tx:
        forget(tx, [1], wiring.clock(), Visibility.DELETED)
    done = pages.take_back(wiring)
    assert (done.pages, len(done.troubles)) == (1, 1)
    assert f"{broken} cannot be read" in done.troubles[0]
    assert GONE not in page.read_text()
