"""Versions of reports on a real Prefect server, before and after a post that they quote is gone."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from core.clock import utc_now
from flows.steps.analyse import analyse
from flows.steps.listen import listen
from tests.earful import environment
from tests.flows.conftest import House

PROGRAM = """
import json
from datetime import timedelta
from unittest.mock import patch

from prefect.client.orchestration import get_client
from prefect.testing.utilities import prefect_test_harness

import flows.publish
import flows.versions
from core.clock import utc_now
from core.mention import Visibility
from core.settings import Settings
from flows.publish import publish
from flows.wiring import open_wiring
from storage.erasure import forget

GONE, STANDING = "https://x.example/1", "https://x.example/2"


def versions():
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(limit=200)
    every = [f"{each.key} {each.description} {each.data}" for each in found]
    gone, standing = (sum(url in each for each in every) for url in (GONE, STANDING))
    return {"all": len(every), "gone": gone, "standing": standing}


def published():
    assert publish(return_state=True).is_completed()
    return versions()


with prefect_test_harness(server_startup_timeout=240):
    said = [published(), published()]
    with open_wiring(Settings()) as wiring:
        with wiring.database.transaction() as tx:
            forget(tx, [1], wiring.clock(), Visibility.DELETED)
        said.append(published())
        said.append(published())
        with wiring.database.transaction() as tx:
            forget(tx, [1], wiring.clock(), Visibility.DELETED)
        later = utc_now() + flows.versions.HISTORY + timedelta(seconds=1)
        assert flows.versions.forget_versions(wiring, later) == said[-1]["all"]
        said.append(versions())
print(json.dumps(said))
"""


@pytest.fixture
def ready(house: House) -> House:
    house.clock.now = utc_now()  # flows know no other clock
    lately = (house.clock.now - timedelta(hours=3)).isoformat()
    path = house.mentions(
        "m.jsonl",
        {"id": "1", "text": "bad and late", "url": "https://x.example/1", "author": "a", "posted_at": lately},
        {"id": "2", "text": "bad again", "url": "https://x.example/2", "author": "b", "posted_at": lately},
    )
    house.brands({"name": "Acme", "targets": [house.archive("acme", path)]})
    with house.open() as wiring:
        listen(wiring, wiring.targets()[0])
        analyse(wiring)
    return house


@pytest.mark.slow
def test_what_leads_to_a_post_that_is_gone_is_deleted_and_the_rest_stays(ready: House) -> None:
    env = environment(
        EARFUL_CONFIG=str(ready.config),
        EARFUL_DATABASE_URL=ready.settings.database_url,
        EARFUL_REPORTS=str(ready.folder / "pages"),
        PREFECT_HOME=str(ready.folder / "prefect"),
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        DO_NOT_TRACK="1",
    )
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=env,
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    first, second, taken_back, again, old = json.loads(done.stdout.splitlines()[-1])
    assert first["gone"] > 0
    assert second == {name: 2 * count for name, count in first.items()}
    assert taken_back["gone"] == 0
    assert taken_back["standing"] > 0, "the newest versions, and old ones that lead to nothing that is gone"
    assert taken_back["all"] > first["all"]
    assert again["all"] == taken_back["all"] + first["all"], "nothing more is deleted"
    assert old["all"] == 0, "what is older than HISTORY goes, where something is gone"
