"""Prefect automations: what happens by itself when something is wrong. installing.py installs them.

They are made with Python, not with Prefect's own file of automations: that one makes everything again each
time, and could not know how our states are called. What they tell goes through a flow and our outbox, because
Prefect sends its own notifications once and forgets them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from prefect.automations import AutomationCore
from prefect.client.schemas.objects import StateType
from prefect.events import Posture, ResourceSpecification
from prefect.events.actions import ChangeFlowRunState, RunDeployment
from prefect.events.schemas.automations import EventTrigger

from flows.names import DONE, ENDED, TAG, UNHAPPY, WARNINGS
from flows.steps.happenings import SOURCE_RECOVERED, SOURCE_UNHEALTHY, VOLUME_UNUSUAL

HOURLY = "hourly"
RUN = "prefect.flow-run."
BREAKS = frozenset({"Paused", "Suspended", "AwaitingRetry"})
"""A run in one of these has no heartbeat, and is none the worse for it."""
_DAY = "{{ (firing.triggered | string)[:10] }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long may pass before something is noticed. Tests shorten them."""

    heartbeat: timedelta = timedelta(seconds=120)
    """Heartbeats come every 30 s (PREFECT_FLOWS_HEARTBEAT_FREQUENCY); a busy machine may miss one or two."""
    unheard: timedelta = timedelta(hours=6)
    no_run: timedelta = timedelta(hours=3)
    failures_told: timedelta = timedelta(hours=6)
    """A flow that fails again within this time is not told again."""


DEFAULT = Limits()


def declared(tell: UUID, limits: Limits = DEFAULT) -> list[AutomationCore]:
    """All of ours.

    Args:
        tell: the deployment that tells the operator.
        limits: how long may pass.
    """
    return [
        _without_heartbeat(limits),
        _automation(
            "a run failed",
            "Tells the operator; not again for the same flow within some hours.",
            EventTrigger(
                expect={f"{RUN}{state}" for state in UNHAPPY},
                match=_of(f"{RUN}*"),
                match_related=[_of(f"prefect.tag.{TAG}"), _deployment("!tell-operator")],
                for_each={"related:deployment:prefect.resource.id"},
                posture=Posture.Reactive,
                threshold=1,
                within=limits.failures_told,
            ),
            _tell(
                tell,
                about="run {{ flow_run.id }} {{ flow_run.state.name }}",
                headline="the flow {{ flow.name }} ended as {{ flow_run.state.name }}",
                details="{{ flow_run.name }}: {{ flow_run.state.message }}",
                run="{{ flow_run.id | string }}",
            ),
        ),
        _automation(
            "completed with warnings twice in a row",
            "Tells the operator once a day: something is missing and does not mend by itself.",
            EventTrigger(
                expect={f"{RUN}{WARNINGS}"},
                match=_of(f"{RUN}*"),
                match_related=[_of(f"prefect.tag.{TAG}"), _deployment(HOURLY)],
                for_each={"related:deployment:prefect.resource.id"},
                posture=Posture.Reactive,
                threshold=2,
                within=timedelta(minutes=100),  # it runs once an hour: two of them are in a row
            ),
            _tell(
                tell,
                about=f"warnings {_DAY}",
                headline="the hourly run has warnings, twice in a row",
                details="{{ flow_run.state.message }}",
                run="{{ flow_run.id | string }}",
            ),
        ),
        _automation(
            "a source is not heard",
            "Tells the operator when one was silent, late or broken for six hours and did not recover.",
            EventTrigger(
                after={SOURCE_UNHEALTHY},
                expect={SOURCE_RECOVERED},
                match=_of("earful.source-*"),
                for_each={"prefect.resource.id"},
                posture=Posture.Proactive,
                threshold=1,
                within=limits.unheard,
            ),
            _tell(
                tell,
                about="unheard {{ event.resource.id }} {{ event.payload.since }}",
                headline="{{ event.payload.target }} is not heard: {{ event.payload.health }}",
                details="Since {{ event.payload.since_in_words }}. Brand: {{ event.payload.brand }}.",
                next_step="earful status; docs/coverage.md says what the words mean",
            ),
        ),
        _automation(
            "unusually much is written",
            "Tells the operator, once per brand and day.",
            EventTrigger(
                expect={VOLUME_UNUSUAL},
                match=_of("earful.brand-*"),
                for_each={"prefect.resource.id"},
                posture=Posture.Reactive,
                threshold=1,
            ),
            _tell(
                tell,
                about="volume {{ event.payload.brand }} {{ event.payload.day }}",
                headline="far more than usual is written about {{ event.payload.brand }}",
                details="{{ event.payload.mentions }} in 24 hours; {{ event.payload.usual }} are usual.",
                next_step="look at the brand's page in the Prefect UI",
            ),
        ),
        _automation(
            "no hourly run came to its end",
            "Tells the operator when nothing was collected for hours: no worker runs, or a run is stuck.",
            EventTrigger(
                expect={f"{RUN}{state}" for state in DONE},
                match=_of(f"{RUN}*"),
                match_related=[_of(f"prefect.tag.{TAG}"), _deployment(HOURLY)],
                posture=Posture.Proactive,
                threshold=1,
                within=limits.no_run,
            ),
            _tell(
                tell,
                about=f"no hourly run {_DAY}",
                headline="no hourly run came to its end for hours",
                next_step="see that a worker runs, and what the runs say",
            ),
        ),
    ]


def _without_heartbeat(limits: Limits) -> AutomationCore:
    """A run whose machine or worker died would stay Running for ever, and hold up the next one."""
    return _automation(
        "a run without a heartbeat has crashed",
        "Ends runs whose process died with its worker. The next run goes on from the stored checkpoint.",
        EventTrigger(
            after={f"{RUN}heartbeat"},
            expect={f"{RUN}heartbeat", *(f"{RUN}{state}" for state in ENDED | BREAKS)},
            match=_of(f"{RUN}*"),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=limits.heartbeat,
        ),
        ChangeFlowRunState(
            state=StateType.CRASHED,
            name="Crashed",
            message=f"No heartbeat for {limits.heartbeat.total_seconds():.0f} seconds: its process is gone.",
        ),
    )


def _automation(
    name: str, description: str, trigger: EventTrigger, action: RunDeployment | ChangeFlowRunState
) -> AutomationCore:
    return AutomationCore(
        name=f"{TAG}: {name}", description=description, tags=[TAG], trigger=trigger, actions=[action]
    )


def _tell(deployment: UUID, **parameters: str) -> RunDeployment:
    # Of a run, its id: Prefect 3.8 has the filter `ui_url` in notifications only; other actions with it fail.
    # As text: it makes JSON of what is one expression, and cannot of an id.
    return RunDeployment(source="selected", deployment_id=deployment, parameters=parameters)


def _of(resource: str) -> ResourceSpecification:
    return ResourceSpecification({"prefect.resource.id": resource})


def _deployment(name: str) -> ResourceSpecification:
    return ResourceSpecification({"prefect.resource.role": "deployment", "prefect.resource.name": name})
