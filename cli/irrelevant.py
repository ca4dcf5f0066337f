"""What was found and is not about the brand: `earful mentions --irrelevant`, and lines of `earful status`."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from cli.found import known_brand, known_source
from cli.terminal import first, mention_json, out, print_json, settings, shown, when
from core.relevance import Relevance, Why
from flows.wiring import open_store
from storage.rulings import Counted, Irrelevant, find_irrelevant

_WORDS = {
    Why.EXCLUDED: "has an excluded word",
    Why.NO_WORD: "has none of the brand's words",
    Why.NO_CONTEXT: "has no context word",
    Why.AUTHOR: "by an ignored author",
    Why.SITE: "on an ignored site",
    Why.LANGUAGE: "in another language",
    Why.SPAM: "the same text with a link, by many accounts",
    Why.PERSON: "somebody says so",
    None: "not judged yet",
}


def list_irrelevant(
    database: str | None, brand: str | None, source: str | None, limit: int, *, as_json: bool
) -> None:
    """Print them with why; a person can overrule each."""
    known_source(source)
    with open_store(settings(database=database)) as store, store.reading() as tx:
        known_brand(tx, brand)
        found = find_irrelevant(tx, brand=brand, source=source, limit=limit + 1)
    found = first(found, limit)
    if as_json:
        print_json([_json(each) for each in found])
        return
    table = Table()
    for column in ("no.", "posted (UTC)", "brand", "author", "why", "text"):
        table.add_column(column, justify="right" if column == "no." else "left")
    for each in found:
        author = each.mention.author
        table.add_row(
            str(each.id),
            when(each.mention.posted_at),
            shown(each.brand, 30),
            shown(author.called, 20) if author else "unknown",
            shown(_why(each.relevance), 60),
            shown(each.mention.text),
        )
    out.print(table)
    if found:
        out.print("One of them is about the brand after all: earful mentions relevant NO --yes")


def print_irrelevant_counts(counts: list[Counted]) -> None:
    """How many there are, by brand and reason; nothing where there are none."""
    if not counts:
        return
    table = Table(title="Found, but not about the brand: kept and left alone", title_justify="left")
    for column in ("brand", "why", "mentions"):
        table.add_column(column, justify="right" if column == "mentions" else "left")
    for each in counts:
        table.add_row(shown(each.brand, 30), _WORDS[each.why], f"{each.mentions:,}")
    out.print(table)
    out.print("Look at them: earful mentions --irrelevant", highlight=False)


def irrelevant_json(counts: list[Counted]) -> dict[str, Any]:
    """The same as data."""
    return {
        "irrelevant": [
            {"brand": each.brand, "why": each.why, "mentions": each.mentions}
            for each in counts
            if each.why is not None
        ],
        "waiting_to_be_judged": sum(each.mentions for each in counts if each.why is None),
    }


def _why(relevance: Relevance) -> str:
    return _WORDS[relevance.why] + (f": {relevance.detail}" if relevance.detail else "")


def _json(each: Irrelevant) -> dict[str, Any]:
    return {
        "number": each.id,
        **mention_json(each.mention),
        "brand": each.brand,
        "target": each.target,
        "why": each.relevance.why,
        "detail": each.relevance.detail,
    }
