"""What may still be spent this month, on one target and over everything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.budget import Purse, month_of, next_month
from core.errors import QuotaExhausted
from listeners.registry import SOURCES
from storage.spending import spending

if TYPE_CHECKING:
    from datetime import datetime

    from core.target import Target
    from flows.wiring import Wiring
    from storage.database import Transaction

OWN_BUDGET, AGAIN_BUDGET = "monthly_budget_usd", "revisit_budget_usd"
"""What the options for a target's own budgets are called, in every source that costs money: for listening,
and for looking again where that costs, too."""


def paid(target: Target) -> bool:
    """Whether a target may cost money: its source takes a budget."""
    return OWN_BUDGET in type(target.options).model_fields


def purse(wiring: Wiring) -> Purse:
    """The budget over everything, and what is spent of it."""
    with wiring.database.reading() as tx:
        return purse_of(tx, wiring.catalogue.budget.monthly_usd, wiring.clock())


def purse_of(tx: Transaction, monthly_usd: float | None, now: datetime) -> Purse:
    """The same, in a transaction that is open."""
    return Purse(monthly_usd=monthly_usd, spent_usd=sum(spending(tx, month_of(now)).values()))


def stop(wiring: Wiring, target: Target) -> str:
    """Why a target that costs money is not asked any more; empty: it is."""
    if wiring.catalogue.budget.monthly_usd is None:
        return ""
    return purse(wiring).stop(essential=essential(target))


def demand(wiring: Wiring, target: Target) -> None:
    """Go on only where there is money for a target.

    Raises:
        QuotaExhausted: the budget over everything is used up, as far as this target may.
    """
    why = stop(wiring, target) if paid(target) else ""
    if why:
        raise QuotaExhausted(f"{target.source}: {why}", next_month(wiring.clock()))


def essential(target: Target) -> bool:
    """Whether a target is among the last to stop when money runs short."""
    return SOURCES[target.source].essential(target.options)


def with_what_is_left(wiring: Wiring, target: Target, spent: float, budget: str = OWN_BUDGET) -> Target:
    """The target with a budget of its own lowered to what the budget over everything still allows it.

    Args:
        wiring: everything.
        target: any.
        spent: what it has cost since the month began, as far as this budget pays for it, in US dollars.
        budget: OWN_BUDGET or AGAIN_BUDGET.
    """
    own = getattr(target.options, budget, None)
    if own is None:
        return target
    left = purse(wiring).left(essential=essential(target))
    if left is None:
        return target
    lowered = {budget: min(own, spent + left)}
    return replace(target, options=target.options.model_copy(update=lowered))


def at_once(wiring: Wiring, target: Target) -> int:
    """How many targets of this one's source are asked side by side: one where they share a purse."""
    shared = paid(target) and wiring.catalogue.budget.monthly_usd is not None
    return 1 if shared else SOURCES[target.source].at_once
