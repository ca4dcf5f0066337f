"""Figures against SQL that was written by hand, one plain question at a time."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from core.alert import DeliveryState, Status
from core.counts import Counts
from core.mention import Page, Rejected, Visibility
from storage.alerts import set_status
from storage.coverage import open_window
from storage.database import Database
from storage.figures import totals
from storage.mentions import save_page
from storage.notifications import claim_due, enqueue, mark_dead
from storage.opinions import by_source
from storage.readings import claim_unread, save_readings
from tests.storage.making import (
    NOW,
    REVISION,
    at,
    mention,
    message,
    new_alert,
    one,
    reading,
    store,
    target,
)

START, END = at(hours=-12), at(hours=12)


@pytest.fixture
def history(database: Database) -> Database:
    """Two brands, three sources, every fourth text in another language, some unread, some gone."""
    posts = [
        mention(
            str(n), f"text {n}", source=("x", "reddit", "archive")[n % 3], posted_at=at(minutes=27 * n - 900)
        )
        for n in range(60)
    ]
    store(database, *posts[:48])
    store(database, *posts[40:50], brand="Bolt")
    with database.transaction() as tx:
        for unread in claim_unread(tx, REVISION, 100):
            n = int(unread.text.split()[1])
            negative, positive = ((0.1, 0.2), (0.1, 0.8), (0.5, 0.3), (0.9, 0.0))[n % 4 if n % 3 else 1]
            opinion = reading(
                supported=n % 4 != 1,
                unsure=n % 5 == 0,
                complaint=negative,
                sentiment={"negative": negative, "neutral": 1 - negative - positive, "positive": positive},
            )
            save_readings(tx, [(unread, opinion)], NOW)
    store(database, *posts[48:])
    store(database, mention("3", "", source="x", fetched_at=at(hours=1), visibility=Visibility.DELETED))
    with database.transaction() as tx:
        window = open_window(tx, target("Quiet"), None, NOW)
        rejected = (Rejected(source="x", reason="r", raw="1"), Rejected(source="x", reason="r", raw="2"))
        save_page(tx, target("Quiet"), Page(rejected=rejected), window, NOW)
        alerts = [new_alert(tx, str(n), subject=f"s{n}", now=at(hours=n - 14)) for n in range(20, 23)]
        alerts.append(new_alert(tx, "1", subject="s", now=at(days=-3)))
        set_status(tx, alerts[0], Status.RESOLVED, NOW)
        for key in "abc":
            letter = message(alerts[0])
            enqueue(tx, dedupe_key=key, alert_id=alerts[0], channel="c", message=letter, now=NOW)
        mark_dead(tx, claim_due(tx, NOW, 1, at() - NOW)[0].id, "no")
    return database


PRESENT = (
    "SELECT count(*) FROM readings r JOIN mentions m ON m.id = r.mention_id AND m.read_revision = r.revision "
)
SEEN = """FROM sightings s JOIN mentions m ON m.id = s.mention_id
    LEFT JOIN readings r ON r.mention_id = m.id AND r.revision = m.read_revision
    WHERE s.brand = :brand AND m.posted_at >= :start AND m.posted_at < :end"""


def moments(tx: Session) -> dict[str, object]:
    if tx.get_bind().dialect.name == "postgresql":
        return {"start": START, "end": END}
    return {"start": START.strftime("%Y-%m-%d %H:%M:%S.%f"), "end": END.strftime("%Y-%m-%d %H:%M:%S.%f")}


@pytest.mark.parametrize("brand", ["Acme", "Bolt", "Quiet"])
def test_a_brand(history: Database, brand: str) -> None:
    with history.reading() as tx:
        sources = by_source(tx, brand, START, END)
        figures = Counts.total(sources.values())

        def count(condition: str = "1 = 1") -> int:
            return one(tx, f"SELECT count(*) {SEEN} AND {condition}", brand=brand, **moments(tx))

        assert figures.mentions == count()
        assert figures.negative == count("r.supported AND r.label = 'negative'")
        assert figures.neutral == count("r.supported AND r.label = 'neutral'")
        assert figures.positive == count("r.supported AND r.label = 'positive'")
        assert figures.complaints == count("r.supported AND r.complaint >= 0.5")
        assert figures.unsure == count("r.supported AND r.unsure")
        assert figures.unsupported == count("NOT r.supported")
        assert figures.unread == count("r.id IS NULL AND m.text <> ''")
        assert figures.without_text == count("m.text = ''")
        assert {source: each.mentions for source, each in sources.items()} == {
            source: n for source in ("archive", "reddit", "x") if (n := count(f"m.source = '{source}'"))
        }
    parts = (figures.negative, figures.neutral, figures.positive)
    assert figures.mentions == sum(parts) + figures.unsupported + figures.unread + figures.without_text
    if brand == "Acme":
        assert min(*parts, figures.unsupported, figures.unread, figures.without_text, figures.complaints) > 0


def test_everything(history: Database) -> None:
    with history.reading() as tx:
        found = totals(tx, REVISION)
        assert found.mentions == one(tx, "SELECT count(*) FROM mentions") == 60
        assert found.read == one(tx, PRESENT + "WHERE r.revision = 'model-1'")
        assert found.unread == one(
            tx, "SELECT count(*) FROM mentions WHERE text <> '' AND read_revision IS NULL"
        )
        assert found.mentions == found.read + found.unread + 1
        assert found.unsupported == one(tx, PRESENT + "WHERE NOT r.supported")
        assert found.unsure == one(tx, PRESENT + "WHERE r.supported AND r.unsure")
        assert found.rejected == 2
        assert found.alerts == {Status.NEW: 3, Status.RESOLVED: 1}
        assert found.notifications == {DeliveryState.PENDING: 2, DeliveryState.DEAD: 1}
        assert found.oldest_open_alert_at == at(days=-3)
        other = totals(tx, "model-2")
        assert (other.read, other.unread, other.unsure) == (0, 59, 0)


def test_nothing_yet(database: Database) -> None:
    with database.reading() as tx:
        found = totals(tx, REVISION)
        assert (found.mentions, found.alerts, found.oldest_open_alert_at) == (0, {}, None)
        assert by_source(tx, "Acme", START, END) == {}
