"""What verdicts did to the thresholds, for `earful status` and `earful check`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.table import Table

from alerts.thresholds import Threshold, explain
from cli.terminal import out, shown
from core.clock import utc_now
from core.config import Catalogue
from core.text import plain
from flows.steps.thresholds import brand_thresholds
from storage.verdicts import judged_brands

if TYPE_CHECKING:
    from storage.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class OfBrand:
    """A rule's threshold for a brand."""

    brand: str
    threshold: Threshold


def gather(tx: Transaction, catalogue: Catalogue, revision: str) -> list[OfBrand]:
    """Every rule for every brand that is configured or was judged."""
    configured = [brand.name for brand in catalogue.brands]
    brands = configured + [name for name in judged_brands(tx) if name not in configured]
    rules, now = catalogue.alerting.rules, utc_now()
    return [
        OfBrand(brand=brand, threshold=found)
        for brand in brands
        for found in brand_thresholds(tx, rules, brand, revision, now)
    ]


def moved(found: list[OfBrand]) -> Iterator[str]:
    """One sentence for each threshold that is not as alerts.yaml says."""
    for each in found:
        if each.threshold.moved:
            yield explain(each.threshold, plain(each.brand, 60))


def print_thresholds(found: list[OfBrand]) -> None:
    """The brands that people said something about; then why something moved."""
    told = {each.brand for each in found if each.threshold.judged or each.threshold.moved}
    if not told:
        out.print(
            "No verdicts yet: every rule flags as alerts.yaml says (docs/verdicts.md).", highlight=False
        )
        return
    table = Table(title="Rules, by what people said about what they flagged", title_justify="left")
    for column in ("brand", "rule", "flags from", "verdicts", "right", "95 % sure"):
        table.add_column(column, justify="left" if column in ("brand", "rule") else "right")
    for each in found:
        if each.brand in told:
            table.add_row(shown(each.brand, 30), shown(each.threshold.rule, 30), *_cells(each.threshold))
    out.print(table)
    for sentence in moved(found):
        out.print(plain(sentence), markup=False, highlight=False)


def thresholds_json(found: list[OfBrand]) -> list[dict[str, Any]]:
    """The same as data, for every brand."""
    return [
        {
            "brand": each.brand,
            "rule": each.threshold.rule,
            "score": each.threshold.score,
            "default": each.threshold.default,
            "threshold": each.threshold.value,
            "fixed": each.threshold.fixed,
            "verdicts": each.threshold.judged,
            "right": each.threshold.right,
            "precision": each.threshold.precision,
            "interval": each.threshold.interval if each.threshold.judged else None,
            "why": explain(each.threshold, each.brand),
        }
        for each in found
    ]


def _cells(found: Threshold) -> tuple[str, str, str, str]:
    low, high = found.interval
    value = "-" if found.value is None else f"{found.score} {found.value:g}"
    return (
        f"{value} (fixed)" if found.fixed else value,
        str(found.judged),
        "-" if found.precision is None else f"{found.precision:.0%}",
        f"{low:.0%} to {high:.0%}" if found.judged else "-",
    )
