"""Erases an author on request: from the database, what waits to be sent, and the report pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.grouping import author_subject
from core.errors import ConfigError, EarfulError, NotFound
from core.text import plain
from flows.steps.pages import take_back
from flows.steps.poll import NOTE_LIMIT
from listeners.registry import SOURCES
from reports.wording import plural
from storage import erased

if TYPE_CHECKING:
    from flows.wiring import Wiring


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What is gone."""

    mentions: int
    pages: int = 0
    """Report pages that changed."""
    trouble: str = ""
    """Why pages were not gone through; the next `earful revisit` tries again."""
    note: str = ""
    """Which pages can only be gone through from elsewhere."""


def find_author(wiring: Wiring, source: str, called: str) -> erased.KnownAuthor:
    """The one author who is called so.

    Raises:
        ConfigError: there is no such source.
        NotFound: nobody is, or several are.
    """
    if source not in SOURCES:
        raise ConfigError(source, f"is no source; there are: {', '.join(sorted(SOURCES))}")
    with wiring.database.reading() as tx:
        found = erased.authors_called(tx, source, called)
    if not found:
        raise NotFound(
            f"{source}: nobody is known as '{plain(called, 80)}'; give the handle that "
            "`earful mentions` shows, or the platform's id of the account"
        )
    if len(found) > 1:
        ids = ", ".join(
            f"{plain(each.external_id, 80)} ({plural(each.mentions, 'mention')})" for each in found
        )
        raise NotFound(f"{source}: {len(found)} authors are called so; give the id of one: {ids}")
    return found[0]


def erase(wiring: Wiring, author: erased.KnownAuthor, *, by: str) -> Erased:
    """Forget an author, and leave them out from now on.

    Args:
        wiring: everything.
        author: from `find_author`.
        by: who does it.
    """
    subject = author_subject(author.source, author.external_id)
    with wiring.database.transaction() as tx:
        mentions = erased.erase(tx, author, subject=subject, by=by, now=wiring.clock())
    wiring.database.empty_log()
    try:
        done = take_back(wiring)
    except EarfulError as trouble:
        return Erased(mentions=mentions, trouble=plain(f"report pages: {trouble}", NOTE_LIMIT))
    return Erased(mentions=mentions, pages=done.pages, trouble="; ".join(done.troubles), note=done.note)
