"""The main job on real input: 11,652 tweets about six airlines, and runs that are killed."""

from __future__ import annotations

import gzip
import json
import random
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from nlp.corpora.cuts import Cut, cut_of, read_corpus
from nlp.corpora.table import TABLE
from nlp.evaluation.measures import confusion, precision_of_last, recall_of_last
from tests.earful import SHARED_DATA, command, earful, environment

AIRLINES = SHARED_DATA / "us_airline_sentiment" / "all.jsonl.gz"
NAMES = ("American", "Delta", "Southwest", "US Airways", "United", "Virgin America")
KILLS = 10

pytestmark = pytest.mark.slow
needs_data = pytest.mark.skipif(
    not AIRLINES.exists(), reason="the labelled data lies beside the checkout in CI"
)


class Installation:
    """A configuration folder and a database of their own."""

    def __init__(self, folder: Path, brands: list[dict[str, object]]) -> None:
        self.config, self.file = folder / "config", folder / "earful.db"
        self.config.mkdir(parents=True)
        (self.config / "brands.yaml").write_text(json.dumps({"brands": brands}))
        (self.config / "alerts.yaml").write_text("old_after_days: 36500")  # else of 2015 nobody is told
        self.options = ("--config", self.config, "--database", f"sqlite:///{self.file}")
        self.longest_run = 0.0
        assert earful("db", "upgrade", *self.options[2:]).returncode == 0

    def run(self) -> dict[str, object]:
        begun = time.monotonic()
        done = earful("run", *self.options, "--json", timeout=1_200)
        self.longest_run = max(self.longest_run, time.monotonic() - begun)
        assert done.returncode == 0, done.stderr[-2_000:]
        return json.loads(done.stdout)

    def run_and_kill(self, after: float) -> bool:
        """Whether it was still running when it was killed."""
        process = subprocess.Popen(
            command("run", *self.options, "--json"),
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return True
        return False

    def let_leases_run_out(self) -> None:
        """As five minutes would: what was being sent at a kill is left to nobody else until then."""
        with sqlite3.connect(self.file) as connection:
            leased = "update notifications set next_attempt_at = datetime('now', '-1 minute') || '.000000'"
            connection.execute(f"{leased} where state = 'sending'")
        connection.close()

    def stored(self) -> dict[str, list[tuple[object, ...]]]:
        """What must be the same after any number of interruptions."""
        queries = {
            "mentions": "select source, external_id, text from mentions order by 1, 2",
            "readings": """
                select m.external_id, r.revision, r.language, r.label, r.unsure, r.negative, r.positive,
                       r.complaint from readings r join mentions m on m.id = r.mention_id order by 1, 2""",
            "alerts": """
                select a.brand, a.subject, a.rule, a.priority, a.status, m.external_id from alerts a
                join alert_mentions am on am.alert_id = a.id join mentions m on m.id = am.mention_id
                order by 1, 2, 6""",
            "notifications": "select dedupe_key, channel, state from notifications order by 1",
            "events": "select alert_id, what from events order by 1, 2",
        }
        with sqlite3.connect(self.file) as connection:
            found = {name: connection.execute(query).fetchall() for name, query in queries.items()}
        connection.close()
        return found


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
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    installation = Installation(tmp_path_factory.mktemp("airlines"), airlines())
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


def killed_then_finished(installation: Installation, longest: float) -> None:
    """Kill it ten times, each time within so many seconds of its start, then let it finish."""
    seed = random.SystemRandom().getrandbits(32)
    print(f"the moments of the kills are drawn with the seed {seed}")  # noqa: T201 - shown where a test fails
    rng, kills = random.Random(seed), 0
    while kills < KILLS:
        if installation.run_and_kill(rng.uniform(0.2, longest)):
            kills += 1
        else:
            longest /= 2  # all is done, and a run that finds nothing to do is short
    installation.run()
    installation.let_leases_run_out()
    installation.run()


@needs_data
def test_ten_kills_over_the_real_input_change_nothing(undisturbed: Installation, tmp_path: Path) -> None:
    disturbed = Installation(tmp_path / "killed", airlines())
    killed_then_finished(disturbed, undisturbed.longest_run / 3)  # most of them before all is done
    assert disturbed.stored() == undisturbed.stored()


def test_ten_kills_over_the_demo_change_nothing(tmp_path: Path) -> None:
    mentions = Path(__file__).parent.parent.parent / "demo" / "mentions.jsonl"
    target = {"source": "archive", "name": "demo", "path": str(mentions), "page_size": 10}
    brands: list[dict[str, object]] = [{"name": "Larkspur Rail", "targets": [target]}]
    undisturbed = Installation(tmp_path / "undisturbed", brands)
    undisturbed.run()
    disturbed = Installation(tmp_path / "killed", brands)
    killed_then_finished(disturbed, undisturbed.longest_run)
    assert disturbed.stored() == undisturbed.stored()
    assert undisturbed.stored()["alerts"]
