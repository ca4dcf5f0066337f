"""The coverage ledger: what was asked of each target, what came, what it cost, and where to go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select, update
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.mention import Page
from core.target import Target
from storage import standings
from storage.checkpoints import checkpoints, forget_other_sources, keep_checkpoints
from storage.ledger_tables import BackfillRow, WindowRow
from storage.statements import BULK, in_chunks, table_of

RUNNING = "running"
COMPLETE = "complete"
TRUNCATED = "truncated"
INTERRUPTED = "interrupted"
"""States of a window, besides the `state` of every core.errors.SourceError."""

COLLECTED = (COMPLETE, TRUNCATED)
"""States of a poll that came to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A poll, or a step of a back-fill, that has begun."""

    target: Target
    window: int
    since: str | None
    """The checkpoint that it goes on from."""
    asked_from: datetime | None
    """Everything up to then is known already; None: nothing is."""
    asked_until: datetime
    backfill: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How a poll ended."""

    opened: Opened
    state: str
    """`complete`, `truncated`, or the `state` of the SourceError that ended it."""
    note: str = ""
    """What a person should know, without secrets."""
    rest: tuple[Page, ...] = ()
    """Its last pages, if they hold no records: they are counted here, and their checkpoints kept."""
    whole: bool = False
    """Whether no later poll has anything left to bring from the span that was asked."""
    not_before: datetime | None = None
    """The platform does not want to be asked before."""
    asked_as: str = ""
    """The options' fingerprint, for `not_before`."""
    taken_over: bool = False
    """Somebody else asks the target by now: what is known of it as a whole is theirs to say."""


def open_windows(
    tx: Session,
    targets: Sequence[Target],
    now: datetime,
    *,
    since: Mapping[str, str | None] | None = None,
) -> list[Opened]:
    """Begin polls, all in one transaction; the caller holds the targets' leases.

    Windows of these targets that a killed process left behind become `interrupted`. A target that was another
    source's before begins anew.

    Args:
        tx: the open transaction.
        targets: what will be polled, each once.
        now: the present time.
        since: the checkpoints to go on from, by target; None: the stored ones.
    """
    forget_other_sources(tx, targets)
    names = [target.name for target in targets]
    known = standings.standings(tx, names)
    places = checkpoints(tx, names) if since is None else since
    opened = [
        Opened(
            target=target,
            window=0,
            since=places.get(target.name),
            asked_from=known[target.name].heard_until if target.name in known else None,
            asked_until=now,
        )
        for target in targets
    ]
    return _insert(tx, opened, now)


def open_backfill(tx: Session, target: Target, backfill: int, now: datetime) -> Opened:
    """Begin a step of a back-fill, from where the last one ended."""
    row = tx.execute(
        select(BackfillRow.checkpoint, BackfillRow.start, BackfillRow.until).where(BackfillRow.id == backfill)
    ).one()
    opened = Opened(
        target=target,
        window=0,
        since=row.checkpoint,
        asked_from=row.start,
        asked_until=row.until,
        backfill=backfill,
    )
    return _insert(tx, [opened], now)[0]


def open_window(tx: Session, target: Target, since: str | None, now: datetime) -> int:
    """Begin one poll from a given checkpoint; gives the window's id."""
    return open_windows(tx, [target], now, since={target.name: since})[0].window


def _insert(tx: Session, begun: Sequence[Opened], now: datetime) -> list[Opened]:
    for chunk in in_chunks([each.target.name for each in begun]):
        left = WindowRow.target.in_(chunk), WindowRow.state == RUNNING
        same = (
            WindowRow.backfill_id.is_(None)
            if begun[0].backfill is None
            else WindowRow.backfill_id.is_not(None)
        )
        note = "the process ended before the poll did"
        abandoned = update(WindowRow).where(*left, same)
        tx.execute(abandoned.values(state=INTERRUPTED, note=note, closed_at=now), execution_options=BULK)
    rows = [
        WindowRow(
            target=each.target.name,
            brand=each.target.brand,
            source=each.target.source,
            since=each.since,
            state=RUNNING,
            note="",
            truncated="",
            opened_at=now,
            asked_from=each.asked_from,
            asked_until=each.asked_until,
            backfill_id=each.backfill,
        )
        for each in begun
    ]
    tx.add_all(rows)
    tx.flush()
    polls = [(row.target, row.id) for row in rows if row.backfill_id is None]
    standings.begin(tx, sorted(polls), now)
    return [replace(each, window=row.id) for each, row in zip(begun, rows, strict=True)]


def count_page(tx: Session, window_id: int, page: Page, *, new: int, updated: int, duplicate: int) -> None:
    """Add a stored page to its window, and keep its checkpoint (part of `save_page`)."""
    w = WindowRow
    counts: dict[Any, Any] = {
        w.pages: w.pages + 1,
        w.fetched: w.fetched + len(page.mentions) + len(page.rejected),
        w.new: w.new + new,
        w.updated: w.updated + updated,
        w.duplicate: w.duplicate + duplicate,
        w.rejected: w.rejected + len(page.rejected),
        w.spend_usd: w.spend_usd + page.spend_usd,
    }
    if page.truncated:
        counts[w.truncated] = page.truncated
    if page.checkpoint is not None:
        counts[w.resume] = page.checkpoint
    target, backfill = _change(tx, window_id, counts)
    if page.checkpoint is not None:
        keep_checkpoints(tx, [(target, backfill, page.checkpoint)])


def close_window(
    tx: Session,
    window_id: int,
    state: str,
    note: str,
    now: datetime,
    *,
    not_before: datetime | None = None,
    asked_as: str = "",
) -> None:
    """End one poll; the words are those of `Closing`.

    Raises:
        NotFound: there is no such window.
    """
    target, _ = _change(
        tx, window_id, {WindowRow.state: state, WindowRow.note: note, WindowRow.closed_at: now}
    )
    change = standings.Change(
        target=target,
        succeeded=state in COLLECTED,
        not_before=not_before,
        waits_for=note if not_before else "",
        asked_as=asked_as,
    )
    standings.settle(tx, [change], now)


def close_windows(tx: Session, closings: Sequence[Closing], now: datetime) -> None:
    """End polls, all in one transaction."""
    table = table_of(WindowRow)
    column = table.c
    why = bindparam("why", type_=column.truncated.type)
    resume = bindparam("last", type_=column.resume.type)
    ended = update(table).where(column.id == bindparam("window"))
    ended = ended.values(
        state=bindparam("ended"),
        note=bindparam("said"),
        closed_at=bindparam("moment"),
        pages=column.pages + bindparam("more"),
        spend_usd=column.spend_usd + bindparam("cost"),
        truncated=case((why != "", why), else_=column.truncated),
        resume=func.coalesce(resume, column.resume),
    )
    rows = [
        {
            "window": each.opened.window,
            "ended": each.state,
            "said": each.note,
            "moment": now,
            "more": len(each.rest),
            "cost": sum(page.spend_usd for page in each.rest),
            "why": next((page.truncated for page in reversed(each.rest) if page.truncated), ""),
            "last": _last_checkpoint(each),
        }
        for each in sorted(closings, key=lambda closing: closing.opened.window)
    ]
    if rows:
        tx.connection().execute(ended, rows)
    moved = [
        (each.opened.target.name, each.opened.backfill, last)
        for each in closings
        if (last := _last_checkpoint(each)) is not None and last != each.opened.since
    ]
    keep_checkpoints(tx, moved)
    polls = [each for each in closings if each.opened.backfill is None and not each.taken_over]
    standings.settle(tx, [_change_of(each) for each in polls], now)


def _change_of(closing: Closing) -> standings.Change:
    return standings.Change(
        target=closing.opened.target.name,
        heard_until=closing.opened.asked_until if closing.whole else None,
        succeeded=closing.state in COLLECTED,
        not_before=closing.not_before,
        waits_for=closing.note if closing.not_before else "",
        asked_as=closing.asked_as if closing.not_before else "",
    )


def _last_checkpoint(closing: Closing) -> str | None:
    return next((page.checkpoint for page in reversed(closing.rest) if page.checkpoint is not None), None)


def _change(tx: Session, window_id: int, values: Mapping[Any, Any]) -> tuple[str, int | None]:
    changed = update(WindowRow).where(WindowRow.id == window_id).values(dict(values))
    returned = changed.returning(WindowRow.target, WindowRow.backfill_id)
    row = tx.execute(returned, execution_options=BULK).first()
    if row is None:
        raise NotFound(f"there is no coverage window {window_id}")
    return row.target, row.backfill_id
