from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.alert import Event, Happening, Outcome, Priority, Reason, Status
from core.errors import NotAllowed, NotFound
from core.mention import Visibility
from storage.alert_files import (
    find_by_mention,
    find_latest,
    find_open,
    get_alert,
    list_alerts,
    lock_alert,
    show_alert,
)
from storage.alerts import append_event, join_alert, set_status
from storage.database import Database
from tests.storage.making import NOW, WHY, at, mention, mention_id, new_alert, one, read_all, reading, store

SUBJECT = "author:a1"


def test_an_alert_with_all_that_is_in_it(database: Database) -> None:
    store(database, mention("1", posted_at=at(hours=-1)), mention("2", posted_at=at(hours=-2)))
    read_all(database)
    opened = Event(what=Happening.OPENED, at=NOW, by="earful", data={"rule": "unhappy", "n": [1, "\x00"]})
    noted = Event(what=Happening.NOTED, at=at(hours=1), by="Ann", note="called \x00 them \U0001f600")
    other = Reason(rule="loud", explanation="followers")
    with database.transaction() as tx:
        alert_id = new_alert(tx, "1", headline="Parcel", priority=Priority.HIGH)
        append_event(tx, alert_id, opened)
        assert join_alert(tx, alert_id, mention_id(tx, "2"), (*WHY, other), Priority.LOW, at(hours=1))
        append_event(tx, alert_id, noted)
    with database.reading() as tx:
        file = show_alert(tx, alert_id)
        assert file.alert == get_alert(tx, alert_id) == find_open(tx, "Acme", SUBJECT) == list_alerts(tx)[0]
    assert (file.alert.rule, file.alert.headline, file.alert.priority) == ("unhappy", "Parcel", Priority.HIGH)
    assert (file.alert.status, file.alert.outcome) == (Status.NEW, Outcome.UNKNOWN)
    assert (file.alert.opened_at, file.alert.updated_at) == (NOW, at(hours=1))
    assert (file.alert.last_mention_at, file.alert.mentions) == (at(hours=-1), 2)
    assert [(m.mention.external_id, m.reasons, m.added_at) for m in file.mentions] == [
        ("2", (*WHY, other), at(hours=1)),
        ("1", WHY, NOW),
    ]
    assert [m.reading for m in file.mentions] == [reading(), reading()]
    assert [(e.what, e.at, e.by) for e in file.events] == [
        (Happening.OPENED, NOW, "earful"),
        (Happening.NOTED, at(hours=1), "Ann"),
    ]
    assert file.events[0].data == {"rule": "unhappy", "n": [1, "\ufffd"]}
    assert file.events[1].note == "called \ufffd them \U0001f600"


def test_joining_raises_and_never_lowers(database: Database) -> None:
    store(database, *(mention(str(n), posted_at=at(hours=n)) for n in range(5)))
    with database.transaction() as tx:
        alert_id = new_alert(tx, "2")
        seen = []
        for external_id, priority in (("0", "low"), ("1", "urgent"), ("3", "high"), ("3", "urgent")):
            joined = join_alert(tx, alert_id, mention_id(tx, external_id), WHY, Priority(priority), NOW)
            alert = get_alert(tx, alert_id)
            seen.append((joined, alert.priority.value, alert.last_mention_at, alert.mentions))
    two, three = at(hours=2), at(hours=3)
    expected = [(True, "normal", two, 2), (True, "urgent", two, 3), (True, "urgent", three, 4)]
    assert seen == [*expected, (False, "urgent", three, 4)]


def test_a_mention_is_in_one_alert_of_a_brand(database: Database) -> None:
    store(database, mention("1"), mention("2"))
    with database.transaction() as tx:
        first = new_alert(tx, "1")
        second = new_alert(tx, "2", subject="author:b")
        assert not join_alert(tx, second, mention_id(tx, "1"), WHY, Priority.URGENT, NOW)
        with pytest.raises(NotAllowed, match="needs no new alert"):
            new_alert(tx, "1", subject="author:c")
        assert new_alert(tx, "1", brand="Bolt") not in (first, second)
        found = find_by_mention(tx, "Acme", mention_id(tx, "1"))
        assert found is not None
        assert found.id == first
        assert find_by_mention(tx, "Core", mention_id(tx, "1")) is None
    with database.reading() as tx:
        assert one(tx, "SELECT count(*) FROM alerts") == 3


def test_one_open_alert_for_each_author_or_thread(database: Database) -> None:
    store(database, *(mention(str(n)) for n in range(4)))
    with database.transaction() as tx:
        first = new_alert(tx, "0")
        with pytest.raises(NotAllowed):
            new_alert(tx, "1")
        set_status(tx, first, Status.RESOLVED, NOW)
        assert find_open(tx, "Acme", SUBJECT) is None
        second = new_alert(tx, "1")
        latest = find_latest(tx, "Acme", SUBJECT)
        assert latest is not None
        assert latest.id == second
        with pytest.raises(NotAllowed, match=f"alert {second} of the same author"):
            set_status(tx, first, Status.IN_PROGRESS, NOW)
        assert get_alert(tx, first).status is Status.RESOLVED
        set_status(tx, second, Status.DISMISSED, NOW)
        set_status(tx, first, Status.IN_PROGRESS, NOW)
        latest = find_latest(tx, "Acme", SUBJECT)
        assert latest is not None
        assert latest.id == first  # the one to join, though a later one was dismissed
    with database.reading() as tx:
        assert one(tx, "SELECT count(*) FROM alerts") == 2


@pytest.mark.parametrize("status", [status for status in Status if status.open])
def test_every_open_status_keeps_others_out(database: Database, status: Status) -> None:
    store(database, mention("0"), mention("1"))
    with database.transaction() as tx:
        set_status(tx, new_alert(tx, "0"), status, NOW)
        with pytest.raises(NotAllowed):
            new_alert(tx, "1")


def test_many_workers_open_one_alert(database: Database) -> None:
    store(database, *(mention(str(n)) for n in range(8)))

    def work(number: int) -> str:
        for _ in range(2):
            try:
                with database.transaction() as tx:
                    found = find_open(tx, "Acme", SUBJECT)
                    if found is None:
                        new_alert(tx, str(number))
                        return "opened"
                    join_alert(tx, found.id, mention_id(tx, str(number)), WHY, Priority.LOW, NOW)
                    return "joined"
            except NotAllowed:
                continue
        return "lost"

    with ThreadPoolExecutor(8) as pool:
        done = sorted(pool.map(work, range(8)))
    assert done == ["joined"] * 7 + ["opened"]
    with database.reading() as tx:
        assert [alert.mentions for alert in list_alerts(tx)] == [8]


def test_the_life_of_an_alert_is_dated(database: Database) -> None:
    store(database, mention("1"))
    with database.transaction() as tx:
        alert_id = new_alert(tx)

        def dates(status: Status, hour: int, **more: object) -> tuple[object, ...]:
            set_status(tx, alert_id, status, at(hours=hour), **more)  # type: ignore[arg-type]
            a = lock_alert(tx, alert_id)
            assert (a.status, a.updated_at) == (status, at(hours=hour))
            return tuple(
                t and (t - NOW).seconds // 3600 for t in (a.acknowledged_at, a.resolved_at, a.closed_at)
            )

        assert dates(Status.ACKNOWLEDGED, 1) == (1, None, None)
        assert dates(Status.ACKNOWLEDGED, 2) == (1, None, None)
        assert dates(Status.RESOLVED, 3, outcome=Outcome.GONE_QUIET) == (1, 3, None)
        assert dates(Status.CLOSED, 4) == (1, 3, 4)
        assert dates(Status.IN_PROGRESS, 5) == (1, None, None)
        assert dates(Status.DISMISSED, 6) == (1, None, 6)
        assert get_alert(tx, alert_id).outcome is Outcome.GONE_QUIET
        assert dates(Status.IN_PROGRESS, 7, unseen=True) == (None, None, None)
        assert dates(Status.IN_PROGRESS, 8) == (None, None, None), "a further post acknowledges nothing"
        assert dates(Status.RESOLVED, 9) == (None, 9, None)
        assert dates(Status.IN_PROGRESS, 10) == (10, None, None), "whoever opens it again has seen it"


def test_listing(database: Database) -> None:
    store(database, *(mention(str(n)) for n in range(4)))
    with database.transaction() as tx:
        assert list_alerts(tx) == []
        ids = [new_alert(tx, str(n), subject=f"s{n}", now=at(hours=n)) for n in range(3)]
        ids.append(new_alert(tx, "3", brand="Bolt", now=at(hours=3)))
        set_status(tx, ids[1], Status.RESOLVED, at(hours=4))

        def listed(**wanted: object) -> list[int]:
            return [ids.index(alert.id) for alert in list_alerts(tx, **wanted)]  # type: ignore[arg-type]

        assert listed() == [3, 2, 1, 0]
        assert listed(limit=2) == [3, 2]
        assert listed(brand="Acme") == [2, 1, 0]
        assert listed(open_only=True) == [3, 2, 0]
        assert listed(status=Status.RESOLVED) == [1]
        assert listed(brand="Bolt", status=Status.RESOLVED) == []


def test_what_does_not_exist_is_not_found(database: Database) -> None:
    with database.transaction() as tx:
        for act in (show_alert, get_alert, lock_alert):
            with pytest.raises(NotFound, match="there is no alert 77"):
                act(tx, 77)
        with pytest.raises(NotFound):
            set_status(tx, 77, Status.CLOSED, NOW)
        with pytest.raises(NotFound):
            join_alert(tx, 77, 1, WHY, Priority.LOW, NOW)
        with pytest.raises(NotFound, match="there is no mention 5"):
            new_alert(tx, None, mention_id=5)


def test_a_deleted_post_stays_in_its_alert_without_its_text(database: Database) -> None:
    store(database, mention("1"))
    read_all(database)
    with database.transaction() as tx:
        alert_id = new_alert(tx)
    store(database, mention("1", fetched_at=at(hours=1), visibility=Visibility.DELETED))
    with database.reading() as tx:
        (flagged,) = show_alert(tx, alert_id).mentions
    assert (flagged.mention.text, flagged.reading) == ("", None)
