from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import NotFound
from core.mention import Page, Rejected
from storage.coverage import close_window, open_window
from storage.database import Database
from storage.mentions import save_page
from storage.spending import AGAIN, spent_again_usd, spent_usd
from storage.windows import latest_windows
from tests.storage.making import NOW, at, mention, target


def test_a_window_counts_what_its_pages_brought(database: Database) -> None:
    rejected = (Rejected(source="x", reason="r", raw="{}"),)
    with database.transaction() as tx:
        window = open_window(tx, target(), "41", NOW)
        first = Page(mentions=(mention("1"), mention("2")), rejected=rejected, spend_usd=0.01)
        save_page(tx, target(), first, window, NOW)
        again = (mention("1"), mention("2", "edited", fetched_at=at(hours=1)), mention("3"))
        save_page(tx, target(), Page(mentions=again, spend_usd=0.02, truncated="1,000 posts"), window, NOW)
        save_page(tx, target(), Page(), window, NOW)
        close_window(tx, window, "truncated", "stopped at the wall", at(minutes=1))
    with database.reading() as tx:
        (seen,) = latest_windows(tx)
    assert (seen.target, seen.brand, seen.source, seen.since) == ("acme-x", "Acme", "x", "41")
    assert (seen.pages, seen.fetched, seen.new, seen.updated, seen.duplicate, seen.rejected) == (
        3,
        6,
        3,
        1,
        1,
        1,
    )
    assert seen.spend_usd == pytest.approx(0.03)
    assert (seen.state, seen.note, seen.truncated) == ("truncated", "stopped at the wall", "1,000 posts")
    assert (seen.opened_at, seen.closed_at, seen.last_success_at) == (NOW, at(minutes=1), at(minutes=1))


def test_a_killed_poll_is_told_from_a_failed_one(database: Database) -> None:
    with database.transaction() as tx:
        good = open_window(tx, target(), None, NOW)
        close_window(tx, good, "complete", "", at(minutes=1))
        open_window(tx, target(), "1", at(hours=1))  # killed
        open_window(tx, target("Bolt"), None, at(hours=1))  # still at it
        (acme, bolt) = latest_windows(tx)
        assert (acme.state, acme.last_success_at) == ("running", at(minutes=1))
        failed = open_window(tx, target(), "1", at(hours=2))
        close_window(tx, failed, "auth_failed", "key refused", at(hours=2))
        (acme, bolt) = latest_windows(tx)
    assert (acme.id, acme.state, acme.last_success_at) == (failed, "auth_failed", at(minutes=1))
    assert (bolt.state, bolt.last_success_at, bolt.closed_at) == ("running", None, None)
    with database.transaction() as tx:
        (interrupted,) = tx.connection().exec_driver_sql(
            "SELECT state, note FROM coverage_windows WHERE state = 'interrupted'"
        )
    assert tuple(interrupted) == ("interrupted", "the process ended before the poll did")


def test_spending_is_summed_for_a_target_from_a_time_on(database: Database) -> None:
    with database.transaction() as tx:
        for hour, brand, usd in ((0, "Acme", 1.0), (5, "Acme", 0.25), (6, "Acme", 0.5), (7, "Bolt", 8.0)):
            window = open_window(tx, target(brand), None, at(hours=hour))
            save_page(tx, target(brand), Page(spend_usd=usd), window, NOW)
        assert spent_usd(tx, "acme-x", NOW) == 1.75
        assert spent_usd(tx, "acme-x", at(hours=5)) == 0.75
        assert spent_usd(tx, "acme-x", at(hours=9)) == 0.0
        assert spent_usd(tx, "none", NOW) == 0.0
        again = replace(target(), name=f"acme-x{AGAIN}")
        save_page(tx, again, Page(spend_usd=4.0), open_window(tx, again, None, NOW), NOW)
        assert spent_usd(tx, "acme-x", NOW) == 1.75, "looking again has a budget of its own"
        assert spent_again_usd(tx, "acme-x", NOW) == 4.0


def test_a_window_that_does_not_exist_cannot_be_closed(database: Database) -> None:
    with pytest.raises(NotFound), database.transaction() as tx:
        close_window(tx, 5, "complete", "", NOW)
