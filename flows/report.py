"""Prefect flow: answer a question that somebody asks in the UI's form."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from core.errors import EarfulError
from core.period import PeriodName
from core.settings import Settings
from core.text import plain
from flows.names import WARNINGS, run_name
from flows.steps.brand_page import write_brand_page
from flows.steps.custom import Request, Understood, understand
from flows.steps.custom import answer as answer_to
from flows.steps.daily import count_days
from flows.wiring import Wiring, open_wiring
from reports.document import Paragraph, Report
from reports.markdown import markdown


@task(task_run_name="the figures of {brand}", cache_policy=NO_CACHE)
def answer(wiring: Wiring, request: Understood, brand: str) -> Report:
    """Count what has changed, then gather."""
    count_days(wiring)
    return answer_to(wiring, request)


@task(task_run_name="publish the answer", cache_policy=NO_CACHE)
def publish_answer(report: Report, page: str) -> None:
    """An artifact whose history is what was asked about the brand."""
    where = Paragraph(page)
    create_markdown_artifact(
        key=report.key,
        markdown=markdown((*report.full, where)),
        description=markdown((*report.compact, where), spaced=True),
    )


@task(task_run_name="write the page", cache_policy=NO_CACHE)
def write(wiring: Wiring, request: Understood) -> State[str]:
    """The page with the answer and all that is told of the brand; the state says where it lies."""
    try:
        return Completed(message=f"As a page: {write_brand_page(wiring, request).address}")
    except EarfulError as error:  # expected trouble needs a sentence in the log, not a traceback
        return Failed(message=f"The page could not be written: {plain(str(error), 500)}")


@flow(name="report", flow_run_name=run_name("report"))
def report(
    brand: str = "",
    period: PeriodName = "last 7 days",
    first_day: date | None = None,
    last_day: date | None = None,
    topic: str = "",
    competitor: str = "",
) -> State[None]:
    """Answer a question: how is a brand doing? The answer is an artifact and a page.

    Args:
        brand: As written in brands.yaml. Empty: the first that is no competitor.
        period: The last 7 and 28 days end yesterday. For days of your own, choose "given days".
        first_day: For "given days" only.
        last_day: For "given days" only. Empty: today.
        topic: Only texts about it, such as delay, staff or price. Empty: about anything.
        competitor: Another brand of brands.yaml to set beside it. Empty: none.
    """
    request = Request(
        brand=brand, period=period, first=first_day, last=last_day, topic=topic, competitor=competitor
    )
    with ExitStack() as open_things:
        try:
            wiring = open_things.enter_context(open_wiring(Settings()))
            understood = understand(wiring, request)
        except EarfulError as error:  # a wrong word in a form is no reason for a traceback
            get_run_logger().warning("The question was not answered. %s", plain(str(error)))
            return Failed(message=f"Not answered. {plain(str(error), 800)}")
        found = answer(wiring, understood, understood.brand.name)
        page = write(wiring, understood, return_state=True)
        where = page.message or ""
        publish_answer(found, where)
    said = f"{plain(found.title, 200)}: /v2/artifacts/key/{found.key}. {where}"
    get_run_logger().info(said)
    return Completed(message=said) if page.is_completed() else Completed(name=WARNINGS, message=said)
