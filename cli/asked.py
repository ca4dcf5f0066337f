"""What each target really asks its platform, for `earful check`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cli.terminal import say
from core.config import Catalogue
from core.query import written
from core.target import Target
from core.text import plain
from listeners.registry import SOURCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One target, in words."""

    target: Target
    request: str
    """In the platform's own syntax; empty: the target's options say it all."""
    cost: str
    cannot: tuple[str, ...]
    """What the platform cannot express or do."""


def asking(target: Target) -> Asking:
    """What a target asks."""
    about = SOURCES[target.source].asked
    asked = about(target.options) if about else None
    compiled = target.compiled
    cannot = (*(compiled.cannot if compiled else ()), *(asked.cannot if asked else ()))
    return Asking(
        target=target,
        request=asked.request if asked else compiled.text if compiled else "",
        cost=asked.cost if asked else "free",
        cannot=tuple(dict.fromkeys(cannot)),
    )


def print_asked(catalogue: Catalogue) -> None:
    """For each brand its words, for each target the request, its cost, and what cannot be had."""
    for brand in catalogue.brands:
        say(plain(f"{brand.name}: {written(brand.words)}"))
        for target in brand.targets:
            found = asking(target)
            whose = "" if target.compiled is None else ", from the brand's query"
            judged = "; what it finds is judged by the brand's words" if target.by_words else ""
            asked = f"{target.name} ({target.source}{whose}): {found.request or 'as configured'}"
            say("  " + plain(asked))
            say("    " + plain(f"{found.cost}{judged}"))
            for each in found.cannot:
                say("    " + plain(f"limit: {each}"))


def asked_json(catalogue: Catalogue) -> dict[str, Any]:
    """The same as data."""
    return {
        "brands": [{"brand": brand.name, "query": written(brand.words)} for brand in catalogue.brands],
        "targets": [_json(asking(target)) for target in catalogue.targets],
    }


def _json(found: Asking) -> dict[str, Any]:
    target = found.target
    return {
        "target": target.name,
        "brand": target.brand,
        "source": target.source,
        "place": target.place,
        "request": found.request,
        "from_brand_query": target.compiled is not None,
        "judged_by_words": target.by_words,
        "cost": found.cost,
        "cannot": found.cannot,
    }
