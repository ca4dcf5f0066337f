"""The Prefect flow over the real step: one task a source, retry of passing trouble, and the run's state."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.earful import environment
from tests.flows.conftest import House
from tests.listeners.scenarios import SCENARIOS
from tests.replay import Answer, Replay, Seen

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import json
import sys
from prefect.testing.utilities import prefect_test_harness
from flows import listen as module

quick = module.listen_source.with_options(retry_delay_seconds=0, retry_jitter_factor=None)
module.listen_source = quick
with prefect_test_harness(server_startup_timeout=240):
    state = module.listen(return_state=True)
print(json.dumps({"type": state.type.value, "name": state.name, "message": state.message}))
"""

pytestmark = pytest.mark.slow


def run(house: House) -> dict[str, str]:
    env = environment(
        EARFUL_CONFIG=str(house.config),
        EARFUL_DATABASE_URL=house.settings.database_url,
        PREFECT_HOME=str(house.folder / "prefect"),
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        DO_NOT_TRACK="1",
    )
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=env, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_only_what_could_not_be_reached_is_asked_again_and_the_state_says_the_rest(house: House) -> None:
    with Replay() as server:
        scenario = SCENARIOS["hackernews"](server, house.config, None)  # type: ignore[arg-type]
        scenario.publish(1)
        answer, asked = scenario.serve, []

        def serve(seen: Seen) -> Answer:
            asked.append(seen.query["query"])
            once = seen.query["query"] == "flaky" and asked.count("flaky") == 1
            return Answer(status=503, body={}) if once else answer(seen)

        server.play("GET", scenario.path, serve)
        searches = [
            {"source": "hackernews", "name": word, **scenario.options(), "query": word}
            for word in ("acme", "flaky")
        ]
        missing = house.archive("missing", "nowhere.jsonl")
        house.brands({"name": "Acme", "targets": [*searches, missing]})
        state = run(house)
    assert (state["type"], state["name"]) == ("COMPLETED", "Completed with warnings")
    assert state["message"].startswith("1 of 3 targets is incomplete: missing: ")
    assert sorted(asked) == ["acme", "flaky", "flaky"]
