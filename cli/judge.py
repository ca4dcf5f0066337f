"""`earful mentions judge`: a person says what a post is, whatever the model made of it."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.terminal import DatabaseOption, JsonOption, MentionNumber, before, out, print_json, settings
from cli.who import ByOption, login
from core.clock import utc_now
from core.errors import ConfigError
from core.verdict import Said, Verdict
from flows.steps.follow_up import judge as keep
from flows.wiring import open_store

_WORDS = {Said.FINE: "fine", Said.NEGATIVE: "negative, but no complaint", Said.COMPLAINT: "a complaint"}


def judge(
    ctx: typer.Context,
    number: MentionNumber,
    why: Annotated[str, typer.Option("--why", help="What the model did not see, in your words.")],
    negative: Annotated[bool, typer.Option("--negative", help="Unhappy, but no complaint.")] = False,
    complaint: Annotated[bool, typer.Option("--complaint", help="A complaint.")] = False,
    fine: Annotated[bool, typer.Option("--fine", help="Nobody is unhappy here.")] = False,
    brand: Annotated[
        str | None, typer.Option("--brand", help="For which brand, where it was found for several.")
    ] = None,
    database: DatabaseOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a post is that was missed, or wrongly read. Your word stands until a person says otherwise.

    It opens or closes no alert; it counts when the brand's thresholds are worked out (docs/verdicts.md).
    """
    chosen = [
        said
        for said, given in ((Said.NEGATIVE, negative), (Said.COMPLAINT, complaint), (Said.FINE, fine))
        if given
    ]
    if len(chosen) != 1:
        raise ConfigError("judge", "say one of --negative, --complaint, --fine")
    if not why.strip():
        raise ConfigError("--why", "needs words: why do you say so?")
    with open_store(settings(database=database or before(ctx, "database"))) as store:
        of = brand or before(ctx, "brand")
        verdict = keep(store, number, of, said=chosen[0], by=by or login(), now=utc_now(), why=why)
    if as_json or before(ctx, "as_json"):
        print_json(_verdict_json(verdict))
        return
    flagged = f"flagged by {', '.join(verdict.rules)}" if verdict.rules else "not flagged"
    out.print(
        f"Kept: mention {number} is {_WORDS[verdict.said]}. The model gave {verdict.negative:.0%} for "
        f"negative and {verdict.complaint:.0%} for a complaint; it was {flagged}.",
        markup=False,
        highlight=False,
    )


def _verdict_json(verdict: Verdict) -> dict[str, object]:
    return {
        "mention": verdict.mention_id,
        "brand": verdict.brand,
        "said": verdict.said,
        "by": verdict.by,
        "at": verdict.at,
        "why": verdict.why,
        "model": verdict.revision,
        "negative": verdict.negative,
        "complaint": verdict.complaint,
        "rules": verdict.rules,
    }
