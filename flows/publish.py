"""Prefect flow: publish what marketing reads, as artifacts with fixed keys and as a page for each brand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from core.config import Brand
from core.days import day_of
from core.errors import EarfulError
from core.period import period_of
from core.settings import Settings
from core.text import plain
from flows.names import WARNINGS, run_name, task_name
from flows.steps.brand_page import write_brand_page
from flows.steps.custom import Understood
from flows.steps.daily import count_days
from flows.steps.kinds import OF_ALL, reports_of
from flows.steps.start_here import start_here
from flows.steps.update_questions import update_questions
from flows.versions import forget_versions
from flows.wiring import Wiring, open_wiring
from reports.document import Report
from reports.markdown import markdown
from reports.wording import plural
from storage.withdrawals import last_withdrawal

Make = Callable[[], Report]


@task(task_run_name=task_name("count what has changed"), cache_policy=NO_CACHE)
def count(wiring: Wiring) -> None:
    """Bring the daily figures up to date."""
    count_days(wiring)


@task(task_run_name=task_name("put questions together"), cache_policy=NO_CACHE)
def put_together(wiring: Wiring, now: datetime) -> None:
    """What was read since the last time is put to the questions that come again and again."""
    looked_at = update_questions(wiring, now)
    get_run_logger().info("%s new mentions looked at for questions.", looked_at)


@task(task_run_name=task_name("publish {what}"), cache_policy=NO_CACHE)
def publish_report(make: Make, what: str) -> Report:
    """One artifact with a history; its key page shows the description, so the short view stands there."""
    report = make()
    create_markdown_artifact(
        key=report.key,
        markdown=markdown(report.full),
        description=markdown(report.compact, spaced=True),
    )
    get_run_logger().info("%s: /v2/artifacts/key/%s", plain(report.title, 200), report.key)
    return report


@task(task_run_name=task_name("write the page of {brand}"), cache_policy=NO_CACHE)
def write_page(
    wiring: Wiring, brand: str, now: datetime, made: Sequence[Report], before: str, *, latest: bool
) -> State[None]:
    """The last seven days as one file, for those who do not use the Prefect UI."""
    period = period_of("last 7 days", day_of(now, wiring.catalogue.zone))
    try:
        week = Understood(brand=wiring.brand(brand), period=period)
        written = write_brand_page(wiring, week, latest=latest, made=made, before=before)
    except EarfulError as error:  # expected trouble needs a sentence in the log, not a traceback
        return Failed(message=f"The page of {brand} could not be written: {plain(str(error), 500)}")
    return Completed(message=f"Written: {written.address}")


@task(task_run_name=task_name("take back what is gone"), cache_policy=NO_CACHE)
def take_back(wiring: Wiring) -> None:
    """After everything was published anew: the newest versions lead to nothing that is gone."""
    deleted = forget_versions(wiring, wiring.clock())
    if deleted:
        get_run_logger().info("%s versions of reports were deleted: posts that they quote are gone.", deleted)


@flow(name="publish", flow_run_name=run_name("publish"))
def publish(brand: str | None = None, as_of: datetime | None = None) -> State[None]:
    """Publish every report. One that fails leaves the others as they are.

    Args:
        brand: Only this brand's reports, beside those about all brands. Empty: every brand's.
        as_of: Show brands as they were at this time. Empty: now. Alerts and coverage are of the present.
    """
    with open_wiring(Settings()) as wiring:
        chosen = [wiring.brand(brand)] if brand else list(wiring.catalogue.brands)
        present = wiring.clock()
        now = present if as_of is None else _aware(as_of, wiring)
        states: list[State[Any]] = [
            count(wiring, return_state=True),
            put_together(wiring, now, return_state=True),
        ]
        with wiring.database.reading() as tx:
            before = last_withdrawal(tx)
        made = [publish_report(make, what, return_state=True) for what, make in _reports(wiring, chosen, now)]
        published = [state.result() for state in made if state.is_completed()]
        ours = [each.name for each in chosen if not each.competitor]
        # A page of the past is not what "latest" promises.
        pages = [
            write_page(wiring, name, now, published, before, latest=as_of is None, return_state=True)
            for name in ours
        ]
        states += [*made, *pages]
        troubles = [f"{state.message}" for state in states if not state.is_completed()]
        first = partial(start_here, wiring, published, now, troubles, present=present)
        states += [
            publish_report(first, "start here", return_state=True),
            take_back(wiring, return_state=True),
        ]
    return _state([state for state in states if not state.is_completed()], len(published) + 1)


def _reports(wiring: Wiring, brands: list[Brand], now: datetime) -> Iterator[tuple[str, Make]]:
    """What is published, by what it is called."""
    for brand in brands:
        for each in reports_of(brand):
            yield (
                f"{each.kind.replace('-', ' ')} of {brand.name}",
                partial(each.make, wiring, brand.name, now),
            )
    for one in OF_ALL:
        yield one.key.replace("-", " "), partial(one.make, wiring, now)


def _aware(when: datetime, wiring: Wiring) -> datetime:
    """A time without a zone, as the UI's form may give it, is one where the team is."""
    return (when if when.tzinfo else when.replace(tzinfo=wiring.catalogue.zone)).astimezone(UTC)


def _state(troubled: list[State[Any]], published: int) -> State[None]:
    said = f"{plural(published, 'report')} published: /v2/artifacts/key/start-here"
    if not troubled:
        return Completed(message=f"{said}.")
    why = "; ".join(f"{state.message}" for state in troubled)
    return Completed(name=WARNINGS, message=f"{said}. Not everything worked: {why}")
