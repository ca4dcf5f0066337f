"""Look again at what was stored: edits are taken over, what is gone is forgotten, terms are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.errors import ConfigError, EarfulError, RateLimited, SchemaChanged, SourceError
from core.mention import Page, Terms
from core.target import Reviewer, Target
from core.text import plain
from flows import money
from flows.steps.lease import Lease, take
from flows.steps.ledger import wait_note
from flows.steps.pages import TakenBack, take_back
from flows.steps.poll import BUSY_NOTE, NOTE_LIMIT, unexpected, wait_for
from flows.wiring import Wiring
from listeners.base import Revisit
from listeners.patience import Patience
from listeners.registry import SOURCES
from reports.wording import plural
from storage import coverage, mentions, revisits, standings
from storage.spending import AGAIN

AT_ONCE = 1_000
"""Mentions that are taken from the database at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisited:
    """What came of looking again."""

    asked: int = 0
    changed: int = 0
    """Edited or gone since they were captured."""
    expired: int = 0
    """Forgotten, because their source's term ran out before anybody could look again."""
    spend_usd: float = 0.0
    troubles: tuple[str, ...] = ()
    """Why some could not be asked for: a sentence each."""
    note: str = ""
    """Which report pages can only be gone through from elsewhere."""

    @property
    def words(self) -> str:
        """What was done, but for its price, the note and the troubles."""
        return (
            f"{plural(self.asked, 'mention')} looked at again, {self.changed:,} of them edited or gone; "
            f"{plural(self.expired, 'mention')} forgotten because the term ran out"
        )


def revisit(wiring: Wiring) -> Revisited:
    """Ask every source for what is due, then forget what may not be kept any longer.

    One's trouble stays its own, whatever it is: the rest goes on. Forgetting comes last, so that what was
    just seen is kept. Report pages lose what is gone, whoever learned of it; where that fails, the next run
    tries again.
    """
    done: list[Revisited] = []
    troubles: list[str] = []
    expired, taken_back = 0, TakenBack()
    for target in wiring.targets():
        if (plan := SOURCES[target.source].revisit) is not None:
            with _told(troubles, target.name):
                done.append(_look_again(wiring, target, plan))
                troubles += done[-1].troubles
    with _told(troubles, "what may not be kept any longer"):
        expired = _expire(wiring)
    with _told(troubles, "report pages"):
        taken_back = take_back(wiring)
    return Revisited(
        asked=sum(each.asked for each in done),
        changed=sum(each.changed for each in done),
        expired=expired,
        spend_usd=sum(each.spend_usd for each in done),
        troubles=(*troubles, *taken_back.troubles),
        note=taken_back.note,
    )


@contextmanager
def _told(troubles: list[str], name: str) -> Iterator[None]:
    """Around what must not keep the rest from being done; ends quietly where it fails, which is told."""
    try:
        yield
    except Exception as trouble:
        why = str(trouble) if isinstance(trouble, EarfulError) else unexpected(trouble)
        troubles.append(plain(f"{name}: {why}", NOTE_LIMIT))


def _look_again(wiring: Wiring, target: Target, plan: Revisit) -> Revisited:
    """Everything of a target that is due, a window of the ledger of its own: looking may cost.

    Nothing while the platform wants to be left alone, or while somebody else looks at its source's mentions:
    one that two targets found is due for both.
    """
    now = wiring.clock()
    if not _due(wiring, target, plan, now):
        return Revisited()
    if waits := _waits(wiring, target, now):
        return Revisited(troubles=(plain(f"{target.name}: {waits}", NOTE_LIMIT),))
    with wiring.database.transaction() as tx:
        lease = take(tx, f"{target.source}{AGAIN}", now)
    if lease is None:
        return Revisited()
    try:
        return _ask(wiring, target, plan, now, lease)
    finally:
        with wiring.database.transaction() as tx:
            lease.give_back(tx)


def _waits(wiring: Wiring, target: Target, now: datetime) -> str:
    """Until when it must not be asked again, and why, as the last look was told; empty: it may be."""
    name = _again(target).name
    with wiring.database.reading() as tx:
        standing = standings.standings(tx, [name]).get(name)
    if standing is None or not standing.waits(now, wiring.asked_as(target)):
        return ""
    return wait_note(standing)


def _again(target: Target) -> Target:
    """As the ledger knows it: what looking again met and cost is kept apart."""
    return replace(target, name=f"{target.name}{AGAIN}")


def _ask(wiring: Wiring, target: Target, plan: Revisit, now: datetime, lease: Lease) -> Revisited:
    again = _again(target)
    with wiring.database.transaction() as tx:
        window = coverage.open_window(tx, again, None, now)
    asked = changed = 0
    spend, state, note = 0.0, "failed", "Earful did not expect this"
    troubles: tuple[str, ...] = ()
    not_before: datetime | None = None
    patience = Patience()
    try:
        reviewer = wiring.reviewer(target)
        for batch in _batches(wiring, target, plan, now):
            money.demand(wiring, target)
            with patience.one(f"looking again at {len(batch):,}"):
                for page in _asked(reviewer, batch):
                    changed += _take_over(wiring, again, page, window)
                    spend += page.spend_usd
                asked += len(batch)
                with wiring.database.transaction() as tx:
                    revisits.looked_at(tx, [due.mention_id for due in batch], now)
            with wiring.database.transaction() as tx:
                taken_over = not lease.renew(tx, wiring.clock())
            if taken_over:
                state, note = coverage.INTERRUPTED, BUSY_NOTE
                break
            if patience.over:
                break
        else:
            state, note = coverage.COMPLETE, ""
        patience.tell()
    except (SourceError, ConfigError) as trouble:
        state, note = getattr(trouble, "state", "misconfigured"), plain(str(trouble), NOTE_LIMIT)
        troubles = (plain(f"{target.name}: {trouble}", NOTE_LIMIT),)
        not_before = wait_for(trouble)
        if isinstance(trouble, RateLimited) and not trouble.alone:
            wiring.permits.block(SOURCES[target.source], target.options, trouble.retry_at)
    finally:
        asked_as = wiring.asked_as(target) if not_before else ""
        with wiring.database.transaction() as tx:
            at = wiring.clock()
            coverage.close_window(tx, window, state, note, at, not_before=not_before, asked_as=asked_as)
    return Revisited(asked=asked, changed=changed, spend_usd=spend, troubles=troubles)


def _asked(reviewer: Reviewer, batch: Sequence[revisits.Due]) -> Iterator[Page]:
    """What the source says; a fault of ours in reading it leaves the others their turn."""
    try:
        yield from reviewer.look_again([due.known for due in batch])
    except EarfulError:
        raise
    except Exception as fault:
        raise SchemaChanged(unexpected(fault)) from fault


def _take_over(wiring: Wiring, again: Target, page: Page, window: int) -> int:
    """Store what is as it is now; gives how many mentions changed."""
    from nlp import duplicates as finder  # numpy: who has nothing to look at need not wait for it

    with wiring.database.transaction() as tx:
        at = wiring.clock()
        return mentions.save_page(tx, again, page, window, at, finder, known_only=True).updated


def _batches(wiring: Wiring, target: Target, plan: Revisit, now: datetime) -> Iterator[list[revisits.Due]]:
    """All that is due, each once: what could not be asked for stays due."""
    tried: set[int] = set()
    while waiting := [due for due in _due(wiring, target, plan, now) if due.mention_id not in tried]:
        for start in range(0, len(waiting), plan.batch):
            batch = waiting[start : start + plan.batch]
            tried.update(due.mention_id for due in batch)
            yield batch


def _due(wiring: Wiring, target: Target, plan: Revisit, now: datetime) -> list[revisits.Due]:
    with wiring.database.reading() as tx:
        return revisits.due(
            tx,
            target.source,
            target.name,
            unseen_since=now - plan.every,
            posted_after=now - plan.until,
            limit=AT_ONCE,
            left_by=[each.name for each in wiring.targets()] if plan.anywhere else None,
        )


def _expire(wiring: Wiring) -> int:
    sources = {name: term for name, source in SOURCES.items() if (term := source.terms.keep_for) is not None}
    targets = {t.name: term for t in wiring.targets() if (term := _own_term(t)) is not None}
    expired = 0
    while True:
        with wiring.database.transaction() as tx:
            forgotten = revisits.expire(tx, sources, wiring.clock(), targets=targets)
        if not forgotten:
            return expired
        expired += forgotten


def _own_term(target: Target) -> timedelta | None:
    """How long a target says that its texts may be kept; None: it does not say."""
    terms = getattr(target.options, "terms", None)
    return terms.keep_for if isinstance(terms, Terms) else None
