"""`earful export`: mentions, readings and alerts as files for other programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import BrandOption, ConfigOption, DatabaseOption, JsonOption, err, print_json, say, settings
from core.clock import utc_now
from core.days import span_of
from core.errors import ConfigError
from core.withheld import Withheld
from flows.steps.export import Exported, Form, What, export
from flows.wiring import open_store, read_config
from reports.wording import plural
from storage.exports import Span, knows

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_WHY = {
    Withheld.TERMS: "because the terms of their sources do not allow it",
    Withheld.GONE: "because they are gone",
    Withheld.EXPIRED: "because they may not be kept any longer",
}


def export_command(
    what: Annotated[What, typer.Argument(help="Which table.")],
    to: Annotated[
        str, typer.Option("--to", help="A file, or an address such as s3://bucket/mentions.parquet.")
    ],
    form: Annotated[
        Form | None, typer.Option("--format", help="How it is written; default: as its name ends.")
    ] = None,
    brand: BrandOption = None,
    since: Annotated[
        str, typer.Option("--since", help="First day, such as 2026-01-31, or a time; of alerts: opened.")
    ] = "",
    until: Annotated[str, typer.Option("--until", help="Last day, or the time before which it ends.")] = "",
    config: ConfigOption = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write mentions, readings or alerts into a CSV or Parquet file, within what terms allow."""
    given = settings(config, database)
    catalogue = read_config(given)
    first = _moment("--since", since, catalogue.zone, end=False)
    end = _moment("--until", until, catalogue.zone, end=True)
    if first and end and first >= end:
        raise ConfigError("--since", "must be earlier than --until")
    with open_store(given) as store:
        if brand is not None and brand not in {each.name for each in catalogue.brands}:
            with store.reading() as tx:
                if not knows(tx, brand):
                    known = ", ".join(each.name for each in catalogue.brands)
                    raise ConfigError("--brand", f"there is no '{brand}'; there are: {known}")
        with err.status("reading") as told:
            written = 0

            def on_progress(rows: int) -> None:
                nonlocal written
                written += rows
                told.update(plural(written, "row"))

            span = Span(brand=brand, since=first, until=end)
            done = export(store, what, span, to=to, form=form, now=utc_now(), on_progress=on_progress)
    if as_json:
        print_json({"what": done.what, "rows": done.rows, "withheld": done.withheld, "to": done.to})
        return
    say(_in_words(done))


def _moment(option: str, text: str, zone: ZoneInfo, *, end: bool) -> datetime | None:
    """When a day of the team's begins or ends; a time as it is, in the team's time zone if it names none."""
    if not text:
        return None
    try:
        if len(text) == len("2026-01-31"):
            day = date.fromisoformat(text)
            return span_of(day, day, zone)[1 if end else 0]
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise ConfigError(option, f"expected a day such as 2026-01-31, found {text!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _in_words(done: Exported) -> str:
    noun = done.what if done.rows != 1 else done.what.removesuffix("s")
    said = f"{done.rows:,} {noun} written to {done.to}."
    if not done.withheld:
        return said
    words = "headline" if done.what is What.ALERTS else "text and author"
    parts = [f"{count:,} {_WHY[why]}" for why, count in sorted(done.withheld.items())]
    return f"{said} Without {words}: {', '.join(parts)}."
