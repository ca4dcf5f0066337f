"""Ask one target what is new, and store it page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.errors import ConfigError, EarfulError, SourceError
from core.mention import Page
from core.target import Target
from core.text import plain
from flows.wiring import Wiring
from storage import coverage, mentions

NOTE_LIMIT = 500
"""Characters of what a source says about its trouble: shown in tables and states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of asking one target."""

    target: str
    state: str
    """A word of the coverage ledger: complete, truncated, or what went wrong."""
    new: int = 0
    updated: int = 0
    duplicate: int = 0
    rejected: int = 0
    spend_usd: float = 0.0
    note: str = ""
    """Why something is missing, in words."""
    error: EarfulError | None = None

    @property
    def complete(self) -> bool:
        """Whether the whole span that was asked for is stored."""
        return self.state == "complete"


def listen(wiring: Wiring, target: Target, on_mentions: Callable[[int], None] = lambda count: None) -> Heard:
    """Poll one target from its checkpoint. One source's trouble stays its own: it is returned, not raised.

    Each page is one transaction with its rejected records, counts and checkpoint.

    Args:
        wiring: everything.
        target: whom to ask.
        on_mentions: told how many mentions each page brought.
    """
    from nlp import duplicates  # numpy takes a fifth of a second: who does not listen need not wait for it

    with wiring.database.transaction() as tx:
        since = coverage.checkpoint(tx, target.name)
        window = coverage.open_window(tx, target, since, wiring.clock())
    new = updated = duplicate = rejected = 0
    spend, notes = 0.0, []
    state: str = "complete"
    error: EarfulError | None = None
    for page in _ask(wiring, target, since):
        if isinstance(page, EarfulError):
            error, state = page, getattr(page, "state", "misconfigured")
            notes.append(plain(str(page), NOTE_LIMIT))
            break
        with wiring.database.transaction() as tx:
            saved = mentions.save_page(tx, target, page, window, wiring.clock(), duplicates)
        new, updated = new + saved.new, updated + saved.updated
        duplicate, rejected = duplicate + saved.duplicate, rejected + saved.rejected
        spend += page.spend_usd
        if page.truncated:
            state = "truncated"
            notes.append(plain(page.truncated, NOTE_LIMIT))
        on_mentions(len(page.mentions))
    note = "; ".join(notes)
    with wiring.database.transaction() as tx:
        coverage.close_window(tx, window, state, note, wiring.clock())
    return Heard(
        target=target.name,
        state=state,
        new=new,
        updated=updated,
        duplicate=duplicate,
        rejected=rejected,
        spend_usd=spend,
        note=note,
        error=error,
    )


def _ask(wiring: Wiring, target: Target, since: str | None) -> Iterator[Page | EarfulError]:
    """The source's pages, and as the last one what went wrong with it; our own storage's errors pass by."""
    try:
        yield from wiring.listener(target).poll(since)
    except (SourceError, ConfigError) as trouble:
        yield trouble
    except Exception as fault:  # a fault of ours in one source must not keep the others from being heard
        unexpected = SourceError(f"Earful did not expect this: {type(fault).__name__}: {fault}")
        unexpected.__cause__ = fault
        yield unexpected
