"""The main job on real input: 11,652 tweets about six airlines, and runs that are killed."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from core.alert import DeliveryState
from core.clock import utc_now
from nlp.corpora.cuts import Cut, cut_of, read_corpus
from nlp.corpora.table import TABLE
from nlp.evaluation.measures import confusion, precision_of_last, recall_of_last
from storage.database import open_database
from storage.tables import NotificationRow
from tests.databases import copied
from tests.earful import SHARED_DATA, command, earful, environment
from tests.receiver import receiving

AIRLINES = SHARED_DATA / "us_airline_sentiment" / "all.jsonl.gz"
NAMES = ("American", "Delta", "Southwest", "US Airways", "United", "Virgin America")
DEMO = Path(__file__).parent.parent.parent / "demo" / "mentions.jsonl"
LOOK_EVERY = 0.05
"""Seconds."""
SILENT = -1
"""The receiver does not answer: whoever sends waits, and is killed meanwhile."""

STEPS = ("mentions", "readings", "deliveries")
"""What a run does, one after the other."""
WORK = {
    "mentions": "select count(*) from mentions",
    "readings": "select count(*) from readings",
    "deliveries": "select count(*) from notifications where state = 'delivered'",
    # Of those who hold mentions, whoever has stored nothing waits for the model. In PostgreSQL only.
    "claims": """
        select count(*) from pg_locks held where relation = 'mentions'::regclass and mode = 'RowShareLock'
        and not exists (select from pg_locks w where w.pid = held.pid and w.mode = 'RowExclusiveLock')""",
}
"""How much of it there is."""
STORED = {
    "mentions": "select source, external_id, text from mentions",
    "readings": """
        select m.external_id, r.revision, r.language, r.label, r.unsure, r.negative, r.positive, r.complaint
        from readings r join mentions m on m.id = r.mention_id""",
    "alerts": """
        select a.brand, a.subject, a.rule, a.priority, a.status, m.external_id from alerts a
        join alert_mentions am on am.alert_id = a.id join mentions m on m.id = am.mention_id""",
    "notifications": """
        select a.brand, a.subject, n.channel, n.state
        from notifications n join alerts a on a.id = n.alert_id""",
    "events": "select a.brand, a.subject, e.what from events e join alerts a on a.id = e.alert_id",
}
"""What must be the same after any number of interruptions; a kill may leave out an alert's number."""

pytestmark = pytest.mark.slow
needs_data = pytest.mark.skipif(
    not AIRLINES.exists(), reason="the labelled data lies beside the checkout in CI"
)


class Installation:
    """A configuration folder, and a database of its own."""

    def __init__(self, folder: Path, url: str, brands: list[dict[str, object]], hook: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "brands.yaml").write_text(json.dumps({"brands": brands}))
        channel = {"name": "hook", "url_env": "HOOK"} if hook else {"name": "console", "type": "console"}
        told = {"channels": [channel], "old_after_days": 36500}  # else of 2015 nobody is told
        (folder / "alerts.yaml").write_text(json.dumps(told))
        self.url, self.hook = url, {"HOOK": hook}
        self.options = ("--config", folder, "--database", url)

    def run(self) -> dict[str, object]:
        done = earful("run", *self.options, "--json", env=self.hook, timeout=1_200)
        assert done.returncode == 0, done.stderr[-2_000:]
        return json.loads(done.stdout)

    def run_and_kill(self, there: Callable[[], bool]) -> None:
        """Kill a run as soon as it is there."""
        process = subprocess.Popen(
            command("run", *self.options, "--json"),
            env=environment(**self.hook),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not there():
                with suppress(subprocess.TimeoutExpired):
                    process.wait(LOOK_EVERY)
                assert process.poll() is None, "it ended before it was there"
        finally:
            process.kill()
            process.wait()

    def counts(self, what: str, least: int) -> Callable[[], bool]:
        """Whether the database has so much of some work, whenever one asks."""
        return lambda: self._rows(WORK[what])[0][0] >= least

    def let_leases_run_out(self) -> None:
        """As five minutes would: what was being sent at a kill is left to nobody else until then."""
        sending = update(NotificationRow).where(NotificationRow.state == DeliveryState.SENDING)
        with closing(open_database(self.url)) as database, database.transaction() as tx:
            tx.execute(sending.values(next_attempt_at=utc_now() - timedelta(minutes=1)))

    def stored(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that must be the same."""
        return {name: sorted(self._rows(sql)) for name, sql in STORED.items()}

    def done(self) -> dict[str, int]:
        """How much of each work is stored."""
        return {name: self._rows(WORK[name])[0][0] for name in STEPS}

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(open_database(self.url)) as database, database.reading() as tx:
            return [tuple(row) for row in tx.execute(text(sql))]


def airlines() -> list[dict[str, object]]:
    return [
        {
            "name": name,
            "targets": [
                {
                    "source": "archive",
                    "name": f"{name}-tweets",
                    "path": str(AIRLINES.resolve()),
                    "dataset": "us_airline",
                    "where": {"airline": name},
                    "columns": {"id": "id", "text": "text", "posted_at": "created_at"},
                }
            ],
        }
        for name in NAMES
    ]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Installation:
    folder = tmp_path_factory.mktemp("airlines")
    installation = Installation(folder, copied(migrated_file, folder), airlines())
    installation.run()
    return installation


@needs_data
def test_every_tweet_is_stored_and_read_once_and_a_second_run_changes_nothing(
    undisturbed: Installation,
) -> None:
    stored = undisturbed.stored()
    with gzip.open(AIRLINES, "rt") as lines:
        ids = sorted(f"us_airline:{json.loads(line)['id']}" for line in lines)
    assert sorted(str(row[1]) for row in stored["mentions"]) == ids
    assert sorted(str(row[0]) for row in stored["readings"]) == ids
    assert len(stored["notifications"]) == len({row[:2] for row in stored["alerts"]})
    again = undisturbed.run()
    assert again["read"] == 0
    assert again["alerts"] == {"opened": 0, "untold": 0, "joined": 0, "copies": 0, "reopened": 0}
    assert again["notifications"] == {"delivered": 0, "failed": 0, "dead": 0}
    assert undisturbed.stored() == stored


@needs_data
def test_alerts_find_the_unhappy_on_tweets_that_training_never_saw(undisturbed: Installation) -> None:
    corpus = next(c for c in TABLE if c.name == "us_airline_sentiment")
    held = [e for e in read_corpus(SHARED_DATA, corpus) if e.target is None and cut_of(corpus, e) is Cut.TEST]
    flagged = {str(row[5]).removeprefix("us_airline:") for row in undisturbed.stored()["alerts"]}
    wanted = [int(e.labels["sentiment"] == 0) for e in held]
    got = [int(e.id in flagged) for e in held]
    counts = confusion(wanted, got, 2)
    assert precision_of_last(counts) >= 0.90
    assert recall_of_last(counts) >= 0.89


def killed_then_finished(
    installation: Installation, kills: Sequence[Callable[[], bool]], undisturbed: Installation
) -> None:
    """Kill runs, each when it is somewhere and has work left; then let one finish, and compare."""
    whole = undisturbed.done()
    for there in kills:
        installation.run_and_kill(there)
        done = installation.done()
        assert any(done[step] < whole[step] for step in STEPS), "nothing was left to do"
    installation.let_leases_run_out()
    installation.run()
    stored, wanted = installation.stored(), undisturbed.stored()
    for name in STORED:
        assert stored[name] == wanted[name]
        assert wanted[name], "else nothing was compared"


@needs_data
def test_ten_kills_over_the_real_input_change_nothing(
    undisturbed: Installation, sqlite_url: str, tmp_path: Path
) -> None:
    whole = undisturbed.done()
    shares = {"mentions": (0.05, 0.3, 0.6), "readings": (0.05, 0.3, 0.6, 0.9), "deliveries": (0.05, 0.3, 0.6)}
    disturbed = Installation(tmp_path, sqlite_url, airlines())
    kills = [disturbed.counts(step, round(share * whole[step])) for step in STEPS for share in shares[step]]
    assert len(kills) == 10
    killed_then_finished(disturbed, kills, undisturbed)


def test_kills_that_leave_locked_rows_and_half_sent_messages_change_nothing(
    sqlite_url: str, postgresql_url: str, tmp_path: Path
) -> None:
    target = {"source": "archive", "name": "demo", "path": str(DEMO), "page_size": 10}
    brands: list[dict[str, object]] = [{"name": "Larkspur Rail", "targets": [target]}]
    with receiving() as hook:
        address = f"json://127.0.0.1:{hook.port}/alerts"
        undisturbed = Installation(tmp_path / "undisturbed", sqlite_url, brands, address)
        undisturbed.run()
        hook.received.clear()
        hook.answers = [200, 200, SILENT]
        disturbed = Installation(tmp_path / "killed", postgresql_url, brands, address)
        kills = [
            disturbed.counts("mentions", 100),
            disturbed.counts("claims", 1),
            disturbed.counts("readings", 1),
            lambda: len(hook.received) == 3,
        ]
        killed_then_finished(disturbed, kills, undisturbed)
