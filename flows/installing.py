"""Puts our automations onto a Prefect server: what is missing, what changed, and what is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from prefect.automations import AutomationCore
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.events.schemas.automations import Automation
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL

from core.errors import ConfigError
from flows.automations import DEFAULT, Limits, declared
from flows.names import TAG

TELL = "tell-operator/tell-operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What an installation did, by the automations' names."""

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def install(limits: Limits = DEFAULT) -> Installed:
    """Create what is missing, change what differs, remove what is ours and not declared any more.

    An automation that somebody switched off in the UI stays off.

    Raises:
        ConfigError: there is no Prefect server at PREFECT_API_URL, or nothing is deployed there.
    """
    address = PREFECT_API_URL.value()
    if not address:
        raise ConfigError("PREFECT_API_URL", "is not set: where is the Prefect server?")
    try:
        with get_client(sync_client=True) as client:
            return _install(client, declared(_deployment_id(client), limits))
    except httpx.TransportError as trouble:
        raise ConfigError(
            "PREFECT_API_URL", f"no Prefect server answers at {address}: {trouble}"
        ) from trouble


def _install(client: SyncPrefectClient, wanted: list[AutomationCore]) -> Installed:
    found = {a.name: a for a in client.read_automations() if _is_ours(a)}
    created, updated, unchanged = [], [], []
    for each in wanted:
        old = found.pop(each.name, None)
        if old is None:
            client.create_automation(each)
            created.append(each.name)
        elif _content(old) == _content(each):
            unchanged.append(each.name)
        else:
            changed = each.model_copy(update={"enabled": old.enabled})
            client.update_automation(old.id, changed)
            updated.append(each.name)
    for old in found.values():
        client.delete_automation(old.id)
    return Installed(
        created=tuple(created), updated=tuple(updated), unchanged=tuple(unchanged), removed=tuple(found)
    )


def _is_ours(automation: Automation) -> bool:
    return TAG in automation.tags and automation.name.startswith(f"{TAG}: ")


def _content(automation: AutomationCore) -> dict[str, Any]:
    # In Python's own words: as JSON, the sets of a trigger would come in any order.
    return automation.model_dump(include={"name", "description", "tags", "trigger", "actions"})


def _deployment_id(client: SyncPrefectClient) -> UUID:
    try:
        return client.read_deployment_by_name(TELL).id
    except ObjectNotFound as missing:
        raise ConfigError(TELL, "is not deployed yet; call `prefect deploy --all` first") from missing
