"""prefect.yaml: what is scheduled, in which time zone, and what a person sees of it."""

from __future__ import annotations

from typing import Any

import pytest
from prefect.events import DeploymentTriggerTypes
from pydantic import TypeAdapter

from flows.names import TAG
from flows.serving import _deployment, deployments, zone_of
from flows.steps import happenings

DEPLOYMENTS = deployments()
BY_NAME = {entry["name"]: entry for entry in DEPLOYMENTS}
EVENTS = {value for name, value in vars(happenings).items() if str(value).startswith("earful.")}


@pytest.mark.parametrize("entry", DEPLOYMENTS, ids=lambda entry: entry["name"])
def test_every_deployment_leads_to_the_artifacts_and_is_known_as_ours(entry: dict[str, Any]) -> None:
    assert "/v2/artifacts/key/start-here" in entry["description"]
    assert TAG in entry["tags"]
    for schedule in entry["schedules"]:
        assert schedule["timezone"], "written out, or Prefect takes UTC without saying so"
        assert entry["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    for trigger in entry.get("triggers", ()):
        TypeAdapter(DeploymentTriggerTypes).validate_python(trigger)
        assert set(trigger["expect"]) <= EVENTS


def test_what_is_wanted_is_scheduled() -> None:
    crons = {name: [s["cron"] for s in entry["schedules"]] for name, entry in BY_NAME.items()}
    assert crons == {
        "hourly": ["5 * * * *"],
        "every-five-minutes": ["*/5 * * * *"],
        "revisit": ["35 * * * *"],
        "daily-digest": ["0 7 * * *"],
        "weekly-digest": ["30 7 * * 1"],
        "report": [],
        "listen": [],
        "publish": [],
        "tell-operator": [],
    }


def test_an_hour_of_the_day_is_the_teams() -> None:
    (daily,) = BY_NAME["daily-digest"]["schedules"]
    (hourly,) = BY_NAME["hourly"]["schedules"]
    assert zone_of(daily, "Europe/Madrid") == "Europe/Madrid"
    assert zone_of(hourly, "Europe/Madrid") == "UTC", "every hour, also where one comes twice"


def test_serve_takes_over_schedules_triggers_and_zones() -> None:
    served = _deployment(BY_NAME["daily-digest"], "Europe/Madrid")
    assert [s.schedule.timezone for s in served.schedules] == ["Europe/Madrid"]
    served = _deployment(BY_NAME["every-five-minutes"], "Europe/Madrid")
    assert [t.expect for t in served.triggers] == [{"earful.alert.opened"}]
    assert [s.schedule.timezone for s in served.schedules] == ["UTC"]
