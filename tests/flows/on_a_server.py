"""What tests have flows do on a real Prefect server: `python -m tests.flows.on_a_server PROGRAM [ARGUMENT]`.

In a process of its own, as a worker runs them; PREFECT_API_URL says where the server is. Prints JSON.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from prefect.artifacts import Artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.utilities.callables import parameter_schema

import flows.listen
from core.clock import utc_now
from core.mention import Visibility
from core.settings import Settings
from flows.digest import weekly_digest
from flows.hourly import hourly
from flows.publish import publish
from flows.report import report
from flows.revisit import revisit
from flows.versions import HISTORY, forget_versions
from flows.wiring import open_wiring
from storage.erasure import forget


def said(state: State[Any]) -> dict[str, Any]:
    return {"type": state.type.value, "name": state.name, "message": state.message}


def listen_once() -> dict[str, Any]:
    """Trying again at once, where the flow waits."""
    quick = flows.listen.listen_source.with_options(retry_delay_seconds=0, retry_jitter_factor=None)
    flows.listen.listen_source = quick
    return said(flows.listen.listen(return_state=True))


def hourly_twice(file: str) -> list[dict[str, Any]]:
    """Once as it is, once with an empty file in this place."""
    first = said(hourly(return_state=True))
    Path(file).touch()
    return [first, said(hourly(return_state=True))]


def versions_of_what_goes(gone: str, standing: str) -> dict[str, Any]:
    """Publishes, takes back, publishes, and counts on the way what leads to these addresses."""
    with get_client(sync_client=True) as client:
        for older in client.read_artifacts(limit=200):
            client.delete_artifact(older.id)
    counts = [_published(gone, standing), _published(gone, standing)]
    pages = [_pages_with(gone)]
    looked = revisit(return_state=True)
    pages.append(_pages_with(gone))
    counts += [_published(gone, standing), _published(gone, standing)]
    with open_wiring(Settings()) as wiring:
        with wiring.database.transaction() as tx:
            forget(tx, [1], wiring.clock(), Visibility.DELETED)
        later = utc_now() + HISTORY + timedelta(seconds=1)
        assert forget_versions(wiring, later) == counts[-1]["all"]
    counts.append(_versions(gone, standing))
    return {"versions": counts, "pages": pages, "revisit": said(looked)}


def _published(gone: str, standing: str) -> dict[str, int]:
    assert publish(return_state=True).is_completed()
    return _versions(gone, standing)


def _versions(gone: str, standing: str) -> dict[str, int]:
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(limit=200)
    every = [f"{each.key} {each.description} {each.data}" for each in found]
    lead_to = {"gone": gone, "standing": standing}
    return {"all": len(every)} | {name: sum(url in each for each in every) for name, url in lead_to.items()}


def _pages_with(link: str) -> int:
    return sum(link in page.read_text("utf-8") for page in Path(os.environ["EARFUL_REPORTS"]).rglob("*.html"))


def asked_by_hand(questions: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Each with the place of its page; then a digest, and the past."""
    states = []
    for folder, question in questions:
        os.environ["EARFUL_REPORTS"] = folder
        states.append(said(report(**question, return_state=True)))
    artifact = Artifact.get("report-acme")
    assert artifact is not None
    return {
        "states": states,
        "compact": artifact.description,
        "full": artifact.data,
        "schema": parameter_schema(report).model_dump(),
        "digest": said(weekly_digest(return_state=True)),
        "past": said(publish(as_of=datetime(2026, 11, 12), return_state=True)),  # noqa: DTZ001
    }


if __name__ == "__main__":
    program, *arguments = sys.argv[1:]
    print(json.dumps(globals()[program](*map(json.loads, arguments))))  # noqa: T201
