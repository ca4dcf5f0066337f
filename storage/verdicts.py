"""What people said about readings. Rows are never changed but to say that a newer verdict took their place,
and to forget words (storage/erasure.py).

One verdict stands for each mention and brand. A person's word on the mention itself stands until a person
says otherwise; what a step on an alert implies stands until the alert's next step that says something.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from core.errors import NotAllowed, NotFound
from core.verdict import Case, Said, Verdict
from storage.rows import PRESENT_READING, to_reasons
from storage.statements import BULK, hold, in_chunks
from storage.tables import AlertMentionRow, AlertRow, AuthorRow, MentionRow, ReadingRow, SightingRow
from storage.verdict_table import VerdictRow

MOST = 2_000
"""Standing verdicts of a brand that count, the newest first: bounds the work of every run."""

_STANDS = VerdictRow.replaced_at.is_(None)


def judge_mention(
    tx: Session, mention_id: int, brand: str, *, said: Said, by: str, now: datetime, why: str
) -> Verdict:
    """Keep what a person says about a mention itself; it takes the place of whatever stood.

    Raises:
        NotFound: there is no such mention, or it was not found for this brand.
        NotAllowed: its text is gone, or no model has read it in a language that it knows.
    """
    sighted = select(SightingRow.id).where(SightingRow.mention_id == mention_id, SightingRow.brand == brand)
    if tx.scalar(sighted) is None:
        raise NotFound(f"there is no mention {mention_id} of {brand}")
    _one_at_a_time(tx, brand)
    read = _read(tx, MentionRow.id == mention_id)
    if not read:
        raise NotAllowed(
            f"mention {mention_id} cannot be judged: its text is gone, or was not read yet, "
            "or is in a language that the model cannot read"
        )
    verdict = Verdict(
        mention_id=mention_id,
        brand=brand,
        said=said,
        by=by,
        at=now,
        why=why,
        rules=_flagged_by(tx, brand, [mention_id]).get(mention_id, ()),
        **_numbers(read[0]),
    )
    _retire(tx, and_(VerdictRow.mention_id == mention_id, VerdictRow.brand == brand), now)
    _add(tx, verdict, read[0].edited_at)
    return verdict


def judge_alert(
    tx: Session, alert_id: int, said: Said | None, *, by: str, now: datetime, why: str = ""
) -> int:
    """Keep what a step on an alert implies for its mentions, in place of what earlier steps implied.

    Mentions that a person judged themselves, and those that have no reading now, are left out.

    Args:
        tx: the transaction of the step.
        alert_id: the alert, locked.
        said: None: nothing; what earlier steps implied is over.
        by: who took the step.
        now: the present time.
        why: in their words.

    Returns:
        How many mentions got a verdict.
    """
    brand = tx.scalar(select(AlertRow.brand).where(AlertRow.id == alert_id))
    if brand is None:
        raise NotFound(f"there is no alert {alert_id}")
    _one_at_a_time(tx, brand)
    _retire(tx, VerdictRow.alert_id == alert_id, now)
    if said is None:
        return 0
    held = select(AlertMentionRow.mention_id).where(AlertMentionRow.alert_id == alert_id)
    judged = select(VerdictRow.mention_id).where(VerdictRow.brand == brand, _STANDS)
    judged = judged.where(VerdictRow.mention_id.is_not(None))
    read = _read(tx, and_(MentionRow.id.in_(held), MentionRow.id.not_in(judged)))
    flagged = _flagged_by(tx, brand, [row.id for row in read])
    for row in read:
        verdict = Verdict(
            mention_id=row.id,
            brand=brand,
            said=said,
            by=by,
            at=now,
            why=why,
            rules=flagged.get(row.id, ()),
            alert_id=alert_id,
            **_numbers(row),
        )
        _add(tx, verdict, row.edited_at)
    return len(read)


def cases(tx: Session, brand: str, revision: str, since: datetime) -> list[Case]:
    """What a brand's standing verdicts tell the thresholds of one model, the newest first.

    A verdict on a reading by another model counts by what this one made of the same text; where there is no
    such reading (not read again yet, edited since, gone), it does not count.

    Args:
        tx: the open transaction.
        brand: whose.
        revision: the model whose probabilities are compared with thresholds.
        since: older verdicts do not count.
    """
    verdict, read = VerdictRow, ReadingRow
    wanted = (
        select(
            *(verdict.said, verdict.rules, verdict.alert_id, MentionRow.rating, AuthorRow.followers),
            *(verdict.revision, verdict.negative, verdict.complaint, verdict.edited_at),
            *(read.negative, read.complaint, read.supported, MentionRow.edited_at),
        )
        .select_from(verdict)
        .outerjoin(MentionRow, MentionRow.id == VerdictRow.mention_id)
        .outerjoin(AuthorRow, AuthorRow.id == MentionRow.author_id)
        .outerjoin(ReadingRow, and_(PRESENT_READING, ReadingRow.revision == revision))
        .where(VerdictRow.brand == brand, _STANDS, VerdictRow.at >= since)
        .order_by(VerdictRow.id.desc())
        .limit(MOST)
    )
    found = []
    for row in tx.execute(wanted):
        said, rules, alert_id, rating, followers, judged, negative, complaint, version, *present = row
        if judged != revision:
            negative, complaint, supported, present_version = present
            if not supported or version != present_version:
                continue
        found.append(
            Case(
                said=said,
                negative=negative,
                complaint=complaint,
                rules=frozenset(rules),
                alert_id=alert_id,
                rating=rating,
                followers=followers,
            )
        )
    return found


def judged_brands(tx: Session) -> list[str]:
    """The brands that have standing verdicts, by name."""
    return list(tx.scalars(select(VerdictRow.brand).where(_STANDS).distinct().order_by(VerdictRow.brand)))


def find_brands(tx: Session, mention_id: int) -> list[str]:
    """The brands that a mention was found for, by name."""
    wanted = select(SightingRow.brand).where(SightingRow.mention_id == mention_id)
    return list(tx.scalars(wanted.order_by(SightingRow.brand)))


def _one_at_a_time(tx: Session, brand: str) -> None:
    """Two people who judge the same mention: the second one's word stands, and both are kept."""
    hold(tx, f"verdicts of {brand}")


def _read(tx: Session, where: ColumnElement[bool]) -> Sequence[Any]:
    """Mentions with the reading of their present text, where there is one that means something."""
    return tx.execute(
        select(
            MentionRow.id,
            MentionRow.edited_at,
            ReadingRow.revision,
            ReadingRow.negative,
            ReadingRow.complaint,
        )
        .join(ReadingRow, PRESENT_READING)
        .where(where, ReadingRow.supported, MentionRow.text != "")
        .order_by(MentionRow.id)
    ).all()


def _numbers(read: Any) -> dict[str, Any]:
    return {"revision": read.revision, "negative": read.negative, "complaint": read.complaint}


def _flagged_by(tx: Session, brand: str, mention_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for chunk in in_chunks(mention_ids):
        wanted = select(AlertMentionRow.mention_id, AlertMentionRow.reasons)
        wanted = wanted.where(AlertMentionRow.brand == brand, AlertMentionRow.mention_id.in_(chunk))
        for mention_id, reasons in tx.execute(wanted):
            found[mention_id] = tuple(reason.rule for reason in to_reasons(reasons))
    return found


def _retire(tx: Session, where: ColumnElement[bool], now: datetime) -> None:
    retired = update(VerdictRow).where(where, _STANDS).values(replaced_at=now)
    tx.execute(retired, execution_options=BULK)


def _add(tx: Session, verdict: Verdict, edited_at: datetime | None) -> None:
    tx.add(
        VerdictRow(
            mention_id=verdict.mention_id,
            brand=verdict.brand,
            alert_id=verdict.alert_id,
            said=verdict.said,
            by=verdict.by,
            at=verdict.at,
            why=verdict.why,
            revision=verdict.revision,
            negative=verdict.negative,
            complaint=verdict.complaint,
            rules=list(verdict.rules),
            edited_at=edited_at,
        )
    )
    tx.flush()
