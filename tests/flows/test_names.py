"""Names of runs and states, and what a run's log shows of expected trouble."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from prefect.states import Cancelled

import flows
from core.errors import ConfigError, SourceUnavailable
from flows import names, tell
from flows.automations import declared
from flows.listen import state_of
from flows.pace import Pace
from flows.plain_logs import LOGGERS
from flows.steps.notify import Delivered
from tests.flows.conftest import House, Ticking

FLOWS = Path(flows.__file__).parent
STATES = frozenset({"Completed", "Failed", "Crashed", "Cancelled", "State"})
TELL = UUID(int=7)


@pytest.fixture(autouse=True)
def fresh_zone() -> Iterator[None]:
    names._zone.cache_clear()
    yield
    names._zone.cache_clear()


def test_every_state_that_a_flow_names_is_in_the_list() -> None:
    """A state by another name would be missed by whatever waits for a run's end."""
    literal = []
    for file in FLOWS.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in STATES:
                named = [k.value for k in node.keywords if k.arg == "name"]
                literal += [f"{file.name}:{v.lineno}" for v in named if isinstance(v, ast.Constant)]
    assert literal == []
    assert {value for key, value in vars(names).items() if key in ("WARNINGS", "NOTHING")} == names.OURS


@pytest.mark.parametrize(
    ("missing", "partly", "type_", "name"),
    [
        ({}, {}, "COMPLETED", "Completed"),
        ({}, {"a": "page 2 is missing"}, "COMPLETED", names.WARNINGS),
        ({"a": "answered 401"}, {}, "COMPLETED", names.WARNINGS),
        ({"a": "answered 401"}, {"b": "page 2 is missing"}, "COMPLETED", names.WARNINGS),
        ({"a": "answered 401", "b": None}, {}, "FAILED", names.NOTHING),
    ],
)
def test_a_run_that_heard_something_is_no_failure_and_one_that_missed_something_says_why(
    missing: dict[str, str | None], partly: dict[str, str], type_: str, name: str
) -> None:
    state = state_of(2, missing, partly)
    assert (state.type.value, state.name) == (type_, name)
    for target, why in {**missing, **partly}.items():
        assert f"{target}: {why}" in str(state.message)


def test_where_there_is_nothing_to_ask_nothing_has_failed() -> None:
    assert state_of(0, {}, {}).name == "Completed"


def test_the_automation_for_dead_runs_knows_every_way_to_end() -> None:
    dead = next(a for a in declared(TELL) if "heartbeat" in a.name)
    expected = dead.trigger.expect  # type: ignore[union-attr]
    assert {f"prefect.flow-run.{state}" for state in names.ENDED | {"heartbeat"}} <= expected
    assert dead.trigger.within.total_seconds() >= 90  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("asked", "missing", "partly", "said"),
    [
        (1, {}, {}, "Asked 1 target completely."),
        (3, {}, {}, "Asked 3 targets completely."),
        (3, {"a": "gone"}, {}, "1 of 3 targets is incomplete: a: gone"),
        (3, {"a": "gone"}, {"b": "late"}, "2 of 3 targets are incomplete: a: gone; b: late"),
        (1, {}, {"a": "late"}, "1 of 1 target is incomplete: a: late"),
        (1, {"a": "gone"}, {}, "a: gone"),
    ],
)
def test_the_state_of_listening_counts_targets(
    asked: int, missing: dict[str, str | None], partly: dict[str, str], said: str
) -> None:
    assert state_of(asked, missing, partly).message == said


@pytest.mark.parametrize(
    ("done", "name", "said"),
    [
        (Delivered(delivered=1), "Completed", "1 delivered, 0 to be tried again, 0 given up."),
        (Delivered(failed=1), names.WARNINGS, "0 delivered, 1 to be tried again, 0 given up."),
        (Delivered(dead=1), names.WARNINGS, "0 delivered, 0 to be tried again, 1 given up (earful status)."),
    ],
)
def test_a_message_to_the_operator_that_was_given_up_is_said(done: Delivered, name: str, said: str) -> None:
    state = tell.state_of(1, done)
    assert (state.name, state.message) == (name, f"1 message for the operator; {said}")


def test_runs_cancelled_behind_a_stuck_one_are_no_sign_of_life() -> None:
    nothing = next(a for a in declared(TELL) if "no hourly run" in a.name)
    expected = nothing.trigger.expect  # type: ignore[union-attr]
    assert f"prefect.flow-run.{Cancelled().name}" not in expected, "what CANCEL_NEW makes of what is due"
    assert {"prefect.flow-run.Completed", f"prefect.flow-run.{names.WARNINGS}"} <= expected


def test_whatever_tells_the_operator_is_not_set_off_by_telling_him() -> None:
    for automation in declared(TELL):
        trigger = automation.trigger
        if automation.actions[0].type == "run-deployment" and "Failed" in str(trigger):
            assert "!tell-operator" in str(trigger)


def test_times_are_the_teams(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.brands({"name": "Acme", "targets": [house.archive("a", "m.jsonl")]})
    monkeypatch.setenv("EARFUL_CONFIG", str(house.config))
    when = datetime(2026, 7, 1, 22, 5, tzinfo=UTC)
    assert names.in_team_time(when) == "2026-07-01 22:05 UTC"
    content = (house.config / "brands.yaml").read_text()
    (house.config / "brands.yaml").write_text(content.replace("{", '{"timezone": "Europe/Madrid", ', 1))
    names._zone.cache_clear()
    assert names.in_team_time(when) == "2026-07-02 00:05 CEST"
    assert names.in_team_time(when.replace(month=12)) == "2026-12-01 23:05 CET"
    monkeypatch.setenv("EARFUL_CONFIG", str(house.config / "nowhere"))
    names._zone.cache_clear()
    assert names.in_team_time(when) == "2026-07-01 22:05 UTC", (
        "a run can be named, and then say what is wrong"
    )


@pytest.mark.parametrize("logger", LOGGERS)
def test_expected_trouble_is_a_sentence_and_a_fault_keeps_its_traceback(
    logger: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(logger), "propagate", True)
    monkeypatch.setattr(logging.getLogger(logger), "handlers", [])  # Prefect's wants a run
    caplog.set_level(logging.INFO)
    for error in (
        SourceUnavailable("x: answers 503"),
        ConfigError("brands.yaml:3", "is wrong"),
        KeyError("k"),
    ):
        said = "Encountered exception during execution: %r"
        logging.getLogger(logger).error(said, error, exc_info=error)
    unavailable, config, fault = caplog.records
    said = "Encountered exception during execution: SourceUnavailable: x: answers 503"
    assert (unavailable.getMessage(), unavailable.exc_info) == (said, None)
    assert "brands.yaml:3" in config.getMessage()
    assert config.exc_info is None
    assert fault.exc_info is not None, "what nobody expected is shown in full"


def test_progress_is_a_line_now_and_then() -> None:
    clock, said = Ticking(), []
    pace = Pace(clock, said.append, "{count} mentions read so far.")
    for _ in range(40):
        pace(128)
        clock.pass_(seconds=2)
    assert said == [f"{128 * n:,} mentions read so far." for n in (9, 17, 25, 33)]
    assert pace.count == 40 * 128
