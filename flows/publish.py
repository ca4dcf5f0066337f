"""Prefect flow: publish what marketing reads."""

from __future__ import annotations

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from core.settings import Settings
from flows.names import run_name
from flows.steps.health import brand_health
from flows.wiring import Wiring, open_wiring
from reports.brand_health import artifact_key, compact, full


@task(task_run_name="brand health of {brand}", cache_policy=NO_CACHE)
def publish_health(wiring: Wiring, brand: str) -> str:
    """One artifact with a history; its key page shows the description, so the short view stands there."""
    health = brand_health(wiring, brand)
    key = artifact_key(brand)
    create_markdown_artifact(key=key, markdown=full(health), description=compact(health))
    get_run_logger().info("Brand health of %s is published: /v2/artifacts/key/%s", brand, key)
    return key


@flow(name="publish", flow_run_name=run_name("publish"))
def publish(brand: str | None = None) -> State[None]:
    """Publish the brand-health artifact.

    Args:
        brand: only this brand's; empty: every brand's.
    """
    with open_wiring(Settings()) as wiring:
        names = [wiring.brand(brand).name] if brand else [b.name for b in wiring.catalogue.brands]
        keys = [publish_health(wiring, name) for name in names]
    return Completed(message=f"Published: {', '.join(keys)}.")
