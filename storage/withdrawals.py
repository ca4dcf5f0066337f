"""Whether posts are gone since what quotes them elsewhere was last gone through: pages, reports' versions.

Noted in the transaction that forgets them, so that a run that is killed, or a store that does not answer,
only puts off what has to be taken back.
"""

from __future__ import annotations

import secrets
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.remembered import RememberedRow
from storage.statements import BULK, offered, upsert

_LAST = "earful: the last time that something was gone"


class Quoting(StrEnum):
    """What may quote a post besides the database."""

    PAGES = "pages"
    VERSIONS = "versions"
    """Of reports in the Prefect UI."""


def note_withdrawal(tx: Session) -> None:
    """Posts are gone: everything that may quote them is to be gone through.

    The last thing that a transaction does, as others wait for these rows.
    """
    mark = secrets.token_hex(8)  # another one each time: see `settle`
    rows = [{"name": name, "value": mark} for name in (*map(_name, Quoting), _LAST)]
    upsert(tx, RememberedRow, rows, ("name",), offered("name"))


def withdrawal(tx: Session, what: Quoting) -> str | None:
    """A mark, where posts are gone since this was last gone through; ask before going through it."""
    return tx.scalar(select(RememberedRow.value).where(RememberedRow.name == _name(what)))


def last_withdrawal(tx: Session) -> str:
    """Another text once more posts have gone: for who gathers what posts say and writes it down later."""
    return tx.scalar(select(RememberedRow.value).where(RememberedRow.name == _LAST)) or ""


def settle(tx: Session, what: Quoting, mark: str) -> None:
    """It was gone through; whatever was noted meanwhile stays to be done."""
    row = RememberedRow
    done = delete(row).where(row.name == _name(what), row.value == mark)
    tx.execute(done, execution_options=BULK)


def _name(what: Quoting) -> str:
    return f"earful: {what} may quote what is gone"
