"""What there is to announce to whatever automation listens: found in the database, each thing once.

What was announced is remembered in the database, after it was announced. A process that is killed in between
announces it again under the same identity, which whoever listens can tell.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from core.budget import month_of
from core.days import day_of
from core.listening import Health, together
from flows import money
from flows.steps.listening import Listening, listening
from reports.keys import key_of
from storage import announced
from storage.remembered import Remembered

if TYPE_CHECKING:
    from flows.wiring import Wiring

ALERT_OPENED = "earful.alert.opened"
VOLUME_UNUSUAL = "earful.volume.unusual"
SOURCE_UNHEALTHY = "earful.source.unhealthy"
SOURCE_RECOVERED = "earful.source.recovered"
BUDGET_NEAR = "earful.budget.near"

NEWS_FOR = timedelta(hours=6)
"""An alert that could not be announced for so long is no news any more."""
UNHEALTHY = frozenset({Health.BROKEN, Health.LATE, Health.SILENT})

_NAMESPACE = uuid.UUID("a3b0c7f2-5e0e-4d0b-9a59-6f9f2f6f7d11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened. Nothing here was written by a stranger."""

    event: str
    resource: str
    """What it happened to: the same thing always has the same one."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What automations may choose by."""
    payload: Mapping[str, Any] = field(default_factory=dict)
    once: str
    """What makes it this one and no other."""

    @property
    def id(self) -> uuid.UUID:
        """The same for the same happening, in every process."""
        return uuid.uuid5(_NAMESPACE, f"{self.event} {self.resource} {self.once}")


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What to announce, and what to remember as soon as that is done."""

    happened: tuple[Happened, ...]
    memory: str
    """Under which name it is remembered."""
    remember: str

    def announced(self, wiring: Wiring) -> None:
        """Remember it."""
        memory = Remembered(wiring.database)
        if memory.get(self.memory) != self.remember:
            memory[self.memory] = self.remember


def alerts(wiring: Wiring) -> News:
    """Alerts that were opened and not announced yet."""
    name = "announced alerts"
    brands = [brand.name for brand in wiring.catalogue.brands]
    with wiring.database.reading() as tx:
        recent = announced.opened_since(tx, brands, wiring.clock() - NEWS_FOR)
    known = set(_remembered(wiring, name, []))
    return News(
        happened=tuple(_opened(alert) for alert in recent if alert.id not in known),
        memory=name,
        remember=json.dumps([alert.id for alert in recent]),
    )


def _opened(alert: announced.Announceable) -> Happened:
    return Happened(
        event=ALERT_OPENED,
        resource=f"earful.alert-{alert.id}",
        labels={
            "earful.brand": alert.brand,
            "earful.priority": alert.priority.value,
            "earful.rule": alert.rule,
        },
        payload={
            "alert": alert.id,
            "brand": alert.brand,
            "priority": alert.priority.value,
            "rule": alert.rule,
            "opened_at": alert.opened_at.isoformat(),
        },
        once=alert.opened_at.isoformat(),
    )


def volume(wiring: Wiring) -> News:
    """Brands about which far more is written than usual in the last 24 hours; once per brand and day."""
    name = "announced volume"
    today = day_of(wiring.clock(), wiring.catalogue.zone).isoformat()
    known: dict[str, str] = _remembered(wiring, name, {})
    with wiring.database.reading() as tx:
        heard = listening(tx, wiring.clock())
    happened, now_known = [], {}
    for brand in wiring.catalogue.brands:
        found = together([heard[t.name].day for t in brand.targets if t.name in heard])
        if known.get(brand.name) == today:
            now_known[brand.name] = today
        elif found.unusually_much:
            now_known[brand.name] = today
            happened.append(
                Happened(
                    event=VOLUME_UNUSUAL,
                    resource=f"earful.{key_of('brand', brand.name)}",
                    labels={"earful.brand": brand.name},
                    payload={
                        "brand": brand.name,
                        "mentions": found.heard,
                        "usual": found.usual,
                        "hours": 24,
                        "day": today,
                    },
                    once=today,
                )
            )
    return News(happened=tuple(happened), memory=name, remember=json.dumps(now_known, sort_keys=True))


def sources(wiring: Wiring) -> News:
    """Targets that are not heard any more as they should be, and those that are again."""
    name = "announced sources"
    known: dict[str, dict[str, str]] = _remembered(wiring, name, {})
    with wiring.database.reading() as tx:
        heard = listening(tx, wiring.clock())
    happened: list[Happened] = []
    ill: dict[str, dict[str, str]] = {}
    for target in wiring.targets():
        before = known.get(target.name)
        found = heard.get(target.name)
        if found is None or found.health is Health.WAITING:
            if before:  # it could not be asked: nobody knows better
                ill[target.name] = before
        elif found.health in UNHEALTHY:
            known_since = before or _since(wiring, found)
            ill[target.name] = {**known_since, "health": found.health.value, "brand": target.brand}
            if before is None or before["health"] != found.health:
                happened.append(_source(SOURCE_UNHEALTHY, target.name, ill[target.name]))
    happened += [
        _source(SOURCE_RECOVERED, target, {**state, "health": Health.OK.value})
        for target, state in known.items()
        if target not in ill
    ]
    return News(happened=tuple(happened), memory=name, remember=json.dumps(ill, sort_keys=True))


def _since(wiring: Wiring, found: Listening) -> dict[str, str]:
    last = found.window.last_success_at
    since = wiring.clock() if found.health is Health.SILENT or last is None else last
    return {
        "since": since.isoformat(),
        "since_in_words": f"{since.astimezone(wiring.catalogue.zone):%Y-%m-%d %H:%M %Z}",
    }


def _source(event: str, target: str, state: Mapping[str, str]) -> Happened:
    return Happened(
        event=event,
        resource=f"earful.{key_of('source', target)}",
        labels={
            "earful.target": target,
            "earful.health": state["health"],
            "earful.brand": state.get("brand", ""),
        },
        payload={
            "target": target,
            "brand": state.get("brand", ""),
            "health": state["health"],
            "since": state["since"],
            "since_in_words": state["since_in_words"],
        },
        once=f"{state['health']} {state['since']}",
    )


def budget(wiring: Wiring) -> News:
    """The month's money running short; once a month for each mark."""
    name = "announced budget"
    purse = money.purse(wiring)
    mark = purse.told_at
    about = "" if mark is None else f"{month_of(wiring.clock()):%Y-%m} {purse.monthly_usd} {mark}"
    happened: Sequence[Happened] = ()
    if about and _remembered(wiring, name, "") != about:
        happened = (
            Happened(
                event=BUDGET_NEAR,
                resource="earful.budget",
                labels={"earful.mark": str(mark)},
                payload={"spent_usd": round(purse.spent_usd, 2), "monthly_usd": purse.monthly_usd},
                once=about,
            ),
        )
    return News(happened=tuple(happened), memory=name, remember=json.dumps(about))


def _remembered(wiring: Wiring, name: str, otherwise: Any) -> Any:
    said = Remembered(wiring.database).get(name)
    return otherwise if said is None else json.loads(said)
