"""Leases, permits, standings, holes and back-fills."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier

import pytest

from core.mention import Page
from core.permits import bucket
from storage import backfills, holes, leases, permits, standings
from storage.checkpoints import checkpoint
from storage.coverage import Closing, close_windows, open_backfill, open_windows
from storage.database import Database
from storage.holes import Hole, Kind
from storage.mentions import save_page
from storage.spending import spending
from storage.volumes import volumes
from storage.windows import latest_windows, sums_since, troubled_since
from tests.storage.making import NOW, at, mention, one, rows, target


def take(database: Database, holder: str, *names: str, now=NOW, dead=lambda _: False) -> set[str]:
    with database.transaction() as tx:
        return leases.take(tx, names, holder, now=now, until=now + timedelta(minutes=15), dead=dead)


def test_a_lease_is_one_holders(database: Database) -> None:
    assert take(database, "a", "one", "two") == {"one", "two"}
    assert take(database, "b", "one", "three") == {"three"}
    assert take(database, "a", "one") == set(), "not even his own, a second time"
    with database.transaction() as tx:
        leases.give_back(tx, ["one", "three"], "a")
    assert take(database, "b", "one", "three") == {"one"}


def test_a_lease_ends_with_its_time_or_its_process(database: Database) -> None:
    take(database, "a", "one")
    assert take(database, "b", "one", dead=lambda holder: holder != "a") == set()
    assert take(database, "b", "one", dead=lambda holder: holder == "a") == {"one"}
    with database.transaction() as tx:
        assert not leases.renew(tx, "one", "a", at(hours=1)), "it is somebody else's by now"
        assert leases.renew(tx, "one", "b", at(hours=1))
    assert take(database, "c", "one", now=at(minutes=30)) == set()
    assert take(database, "c", "one", now=at(hours=2)) == {"one"}


def test_of_many_who_want_a_lease_at_once_one_gets_it(database: Database) -> None:
    together = Barrier(6)
    names = [f"t{n}" for n in range(20)]

    def work(number: int) -> set[str]:
        together.wait()
        return take(database, f"h{number}", *names)

    with ThreadPoolExecutor(6) as pool:
        got = list(pool.map(work, range(6)))
    assert sorted(name for some in got for name in some) == sorted(names)


def test_workers_share_a_bucket(database: Database) -> None:
    rule, together = bucket(40, 60), Barrier(4)

    def work(_: int) -> int:
        together.wait()
        taken = 0
        for _attempt in range(15):
            with database.transaction() as tx:
                taken += permits.take(tx, "x", "key", rule, 1, 1_000.0) is None
        return taken

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == rule.burst == 20
    with database.transaction() as tx:
        retry_at = permits.take(tx, "x", "key", rule, 1, 1_000.0)
        assert retry_at == pytest.approx(1_000.0 + rule.spacing)
        assert permits.take(tx, "x", "other key", rule, 5, 1_000.0) is None
        assert permits.take(tx, "y", "key", rule, 5, 1_000.0) is None
        assert permits.take(tx, "x", "key", rule, 1, retry_at) is None
        assert permits.take(tx, "x", "key", rule, 1, retry_at) is not None


def test_what_the_platform_says_blocks_everybody(database: Database) -> None:
    rule = bucket(40, 60)
    with database.transaction() as tx:
        permits.block(tx, "x", "key", rule, 2_000.0)
        permits.block(tx, "x", "key", rule, 1_500.0)
        assert permits.take(tx, "x", "key", rule, 1, 1_000.0) == pytest.approx(2_000.0)
        assert permits.take(tx, "x", "key", rule, 1, 2_000.0) is None


def test_many_polls_are_opened_and_closed_together(database: Database) -> None:
    targets = [target(name=f"t{n}") for n in range(30)]
    with database.transaction() as tx:
        opened = open_windows(tx, targets, NOW)
        assert [each.target for each in opened] == targets
        empty = [
            Closing(opened=o, state="complete", rest=(Page(checkpoint="7"),), whole=True) for o in opened
        ]
        close_windows(tx, empty, at(seconds=5))
    with database.transaction() as tx:
        seen = latest_windows(tx)
        assert {w.target for w in seen} == {t.name for t in targets}
        assert {(w.state, w.pages, w.resume, w.asked_from, w.asked_until) for w in seen} == {
            ("complete", 1, "7", None, NOW)
        }
        again = open_windows(tx, targets, at(hours=1))
        assert {(o.since, o.asked_from, o.asked_until) for o in again} == {("7", NOW, at(hours=1))}
        trouble = Closing(
            opened=again[0], state="rate_limited", note="later", not_before=at(hours=3), asked_as="o1"
        )
        close_windows(tx, [trouble, Closing(opened=again[1], state="truncated", note="wall")], at(hours=2))
        known = standings.standings(tx, ["t0", "t1", "none"])
    assert set(known) == {"t0", "t1"}
    assert (known["t0"].heard_until, known["t0"].succeeded_at) == (NOW, at(seconds=5))
    assert known["t0"].waits(at(hours=2), "o1")
    assert not known["t0"].waits(at(hours=3), "o1")
    assert not known["t0"].waits(at(hours=2), "other options")
    assert (known["t1"].heard_until, known["t1"].succeeded_at) == (NOW, at(hours=2)), "not all is here yet"
    with database.reading() as tx:
        assert troubled_since(tx, ["t0", "t1", "t2"], NOW) == {"t0": ["later"], "t1": ["wall"]}


def test_a_poll_that_ends_well_need_not_wait_any_more(database: Database) -> None:
    with database.transaction() as tx:
        (first,) = open_windows(tx, [target()], NOW)
        close_windows(tx, [Closing(opened=first, state="rate_limited", not_before=at(hours=1))], NOW)
        (second,) = open_windows(tx, [target()], at(hours=1))
        close_windows(tx, [Closing(opened=second, state="complete", whole=True)], at(hours=1))
        assert standings.standings(tx, ["acme-x"])["acme-x"].not_before is None


def test_a_target_that_has_another_source_now_begins_anew(database: Database) -> None:
    archive, feed = target(name="news", source="archive"), target(name="news", source="feed")
    other = target(name="other", source="archive")
    with database.transaction() as tx:
        for opened in open_windows(tx, [archive, other], NOW):
            page = Page(mentions=(mention("1"),), checkpoint="line 7")
            save_page(tx, opened.target, page, opened.window, NOW)
            close_windows(tx, [Closing(opened=opened, state="complete", whole=True)], NOW)
        changed, same = open_windows(tx, [feed, other], at(hours=1))
        assert (changed.since, changed.asked_from) == (None, None)
        assert (same.since, same.asked_from) == ("line 7", NOW)
        close_windows(tx, [Closing(opened=changed, state="unavailable")], at(hours=1))
        (again,) = open_windows(tx, [feed], at(hours=2))
        assert (again.since, again.asked_from) == (None, None), "a poll that came to nothing changes nothing"
        assert standings.standings(tx, ["news"])["news"].first_asked_at == at(hours=1)


def test_a_backfill_has_windows_and_a_checkpoint_of_its_own(database: Database) -> None:
    with database.transaction() as tx:
        (poll,) = open_windows(tx, [target()], NOW)
        save_page(tx, target(), Page(mentions=(mention("1"),), checkpoint="poll"), poll.window, NOW)
        asked = backfills.ask_for(tx, "acme-x", at(days=-30), at(days=-20), NOW)
        assert backfills.ask_for(tx, "acme-x", at(days=-30), at(days=-20), NOW) == asked
        assert backfills.ask_for(tx, "acme-x", at(days=-30), at(days=-21), NOW).id != asked.id
        step = open_backfill(tx, target(), asked.id, NOW)
        page = Page(mentions=(mention("2"),), checkpoint="past", spend_usd=0.5)
        save_page(tx, target(), page, step.window, NOW)
        assert one(tx, "SELECT count(*) FROM coverage_windows WHERE state = 'running'") == 2
        again = open_backfill(tx, target(), asked.id, NOW)
        assert (again.since, again.asked_from, again.asked_until) == ("past", at(days=-30), at(days=-20))
        assert checkpoint(tx, "acme-x") == "poll"
        assert rows(tx, "SELECT state FROM coverage_windows ORDER BY id") == [
            ("running",),
            ("interrupted",),
            ("running",),
        ]
        assert [w.id for w in latest_windows(tx)] == [poll.window]
        assert spending(tx, NOW) == {"acme-x": 0.5}
        assert len(backfills.unfinished(tx)) == 2
        backfills.finish(tx, asked.id, NOW)
        assert [each.id for each in backfills.unfinished(tx)] != [asked.id]


def test_a_hole_is_told_once_and_grows(database: Database) -> None:
    def hole(until, why="keeps seven days", kind=Kind.SILENCE) -> Hole:
        return Hole(target=target(), kind=kind, start=NOW, until=until, why=why)

    with database.transaction() as tx:
        holes.keep_holes(tx, [hole(at(days=1))], at(days=8))
        (found,) = holes.untold(tx)
        holes.mark_told(tx, [found.id], at(days=8))
    with database.transaction() as tx:
        holes.keep_holes(tx, [hole(at(days=2)), hole(at(hours=1), "wall", Kind.WALL)], at(days=9))
        assert [each.kind for each in holes.untold(tx)] == ["wall"]
        grown, wall = holes.list_holes(tx)
    assert (grown.until, grown.found_at) == (at(days=2), at(days=8))
    assert (wall.until, wall.why) == (at(hours=1), "wall")
    with database.reading() as tx:
        assert [h.kind for h in holes.list_holes(tx, since=at(days=8, hours=1))] == ["wall"]
        assert holes.list_holes(tx, targets=["none"]) == []


def test_volumes_are_of_polls_that_brought_something(database: Database) -> None:
    number = count()
    with database.transaction() as tx:
        for hours, new in ((-30, 2), (-5, 1), (-4, 0), (-1, 3)):
            (poll,) = open_windows(tx, [target()], at(hours=hours))
            page = Page(mentions=tuple(mention(str(next(number))) for _ in range(new)))
            save_page(tx, target(), page, poll.window, NOW)
        (quiet,) = open_windows(tx, [target("Bolt")], at(hours=-1))
        save_page(tx, target("Bolt"), Page(), quiet.window, NOW)
    with database.reading() as tx:
        spans = [(at(hours=-24), NOW), (at(hours=-2), NOW), (at(hours=-48), at(hours=-24))]
        assert volumes(tx, spans) == {"acme-x": [4, 3, 2]}
        assert sums_since(tx, ["acme-x", "bolt-x"], at(hours=-6))["acme-x"].new == 4
