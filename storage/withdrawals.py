"""Whether posts are gone since what quotes them elsewhere was last gone through: pages, reports' versions.

Noted in the transaction that forgets them, so that a run that is killed, or a place that cannot be reached,
only puts off what has to be taken back. Each place is settled for itself.
"""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.remembered import RememberedRow
from storage.statements import offered, upsert

VERSIONS = "versions of reports in the Prefect UI"
"""A place that may quote a post; what `pages_in` gives are others."""

_LAST = "earful: the last time that something was gone"
_DONE = "earful: gone through: "
_PAGES = "pages in "


def pages_in(shelf: str) -> str:
    """The pages of a shelf, as a place that may quote a post.

    Args:
        shelf: its address, the same from whatever folder a process was started in.
    """
    return f"{_PAGES}{shelf}"


def note_withdrawal(tx: Session) -> None:
    """Posts are gone: every place that may quote them is to be gone through.

    The last thing that a transaction does, as others wait for this row.
    """
    mark = secrets.token_hex(8)  # another one each time: see `settle`
    upsert(tx, RememberedRow, [{"name": _LAST, "value": mark}], ("name",), offered("name"))


def last_withdrawal(tx: Session) -> str:
    """Another text once more posts have gone: for who gathers what posts say and writes it down later."""
    return tx.scalar(select(RememberedRow.value).where(RememberedRow.name == _LAST)) or ""


def withdrawal(tx: Session, place: str) -> str | None:
    """A mark, where posts are gone since this was last gone through; ask before going through it."""
    last = last_withdrawal(tx)
    done = tx.scalar(select(RememberedRow.value).where(RememberedRow.name == _DONE + place)) or ""
    return None if last == done.partition(" ")[0] else last


def settle(tx: Session, place: str, mark: str) -> None:
    """It was gone through; whatever was noted meanwhile stays to be done."""
    upsert(tx, RememberedRow, [_row(place, mark)], ("name",), offered("name"))


def remember_pages(tx: Session, shelf: str) -> None:
    """Pages lie there: from now on each withdrawal makes them due; those that were before do, too."""
    upsert(tx, RememberedRow, [_row(pages_in(shelf))], ("name",))


def shelves(tx: Session) -> set[str]:
    """Where pages lie, or did."""
    name, begin = RememberedRow.name, _DONE + _PAGES
    places = (
        value.partition(" ")[2]
        for value in tx.scalars(select(RememberedRow.value).where(name.startswith(begin)))
    )
    return {place.removeprefix(_PAGES) for place in places}


def _row(place: str, mark: str = "") -> dict[str, str]:
    """The place stands in the value, as a long name is cut (storage.columns.KeyText)."""
    return {"name": _DONE + place, "value": f"{mark} {place}"}
