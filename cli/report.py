"""`earful report`: the report page of a brand, without a server."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from cli.terminal import ConfigOption, DatabaseOption, JsonOption, print_json, say, settings
from core.errors import ConfigError
from core.period import PeriodName

if TYPE_CHECKING:
    from core.settings import Settings

GIVEN, LATEST = "given days", "last 7 days"


def report(
    brand: Annotated[
        str, typer.Option("--brand", help="Whose; else the first of brands.yaml that is no competitor.")
    ] = "",
    period: Annotated[str, typer.Option("--period", help=f"One of: {', '.join(get_args(PeriodName))}.")] = "",
    first: Annotated[str, typer.Option("--from", help="First day, such as 2026-01-31.")] = "",
    last: Annotated[str, typer.Option("--until", help="Last day; else today.")] = "",
    topic: Annotated[str, typer.Option("--topic", help="Only texts about it, such as delay.")] = "",
    competitor: Annotated[str, typer.Option("--beside", help="Another brand to set beside it.")] = "",
    to: Annotated[
        str, typer.Option("--to", help="A folder, or s3://bucket/prefix [env: EARFUL_REPORTS].")
    ] = "",
    config: ConfigOption = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the report page of a brand, as one HTML file that can be read anywhere."""
    # Here, as every other command would have to load them, too.
    from flows.steps.brand_page import write_brand_page
    from flows.steps.custom import Request, understand
    from flows.steps.daily import count_days
    from flows.steps.update_questions import update_questions
    from flows.wiring import open_wiring

    name = period.lower()
    if last and not first:
        raise ConfigError("--until", "needs --from, the first day")
    if first and name not in ("", GIVEN):
        raise ConfigError("--period", "leave it out where --from names the days")
    request = Request(
        brand=brand,
        period=name or (GIVEN if first else LATEST),
        first=_day("--from", first),
        last=_day("--until", last),
        topic=topic,
        competitor=competitor,
    )
    with open_wiring(_given(settings(config, database), to)) as wiring:
        understood = understand(wiring, request)
        count_days(wiring)
        update_questions(wiring)
        # A page about one topic, or about other days, is not what "latest" promises.
        latest = not understood.slug and request.period == LATEST
        written = write_brand_page(wiring, understood, latest=latest)
    if as_json:
        print_json({"page": written.address, "latest": written.latest or None})
        return
    say(f"Written: {written.address}")
    if written.latest:
        say(f"The same: {written.latest}")


def _given(environment: Settings, to: str) -> Settings:
    return environment.model_copy(update={"reports": to}) if to else environment


def _day(option: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigError(option, f"expected a day such as 2026-01-31, found {text!r}") from None
