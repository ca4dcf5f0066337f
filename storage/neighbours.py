"""With which older texts a new one is compared: a few of those that share a band, however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from heapq import nsmallest

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from core.mention import BANDS
from storage.copy_tables import TextRow
from storage.statements import in_chunks

BAND_COLUMNS = tuple(f"band_{n}" for n in range(1, BANDS + 1))

NEIGHBOURS = 32
"""With so many older texts a new one is compared at most, and so many are looked at in each of its bands."""


def neighbours(tx: Session, new: Collection[int]) -> Iterator[tuple[int, int]]:
    """Pairs of a new text and an older one that may be its copy: at most NEIGHBOURS for each new text.

    Costs at most BANDS x NEIGHBOURS rows and NEIGHBOURS comparisons a text, whatever is stored. What that
    costs in recognition was measured once, by hand and by no test: 69,000 tweets lose none of their 341
    merges. Among 20,000 posts made of two templates, of copies with one word changed 99 % are found that come
    within 30 posts, and two thirds of those that come thousands later. The same words are always found: by
    their digest.

    Args:
        tx: the transaction that added them.
        new: texts with bands; no older one has a higher id.
    """
    sharing: dict[int, list[list[int]]] = {}
    for band in BAND_COLUMNS:
        for texts in _sharing(tx, band, sorted(new)):
            for place, text in enumerate(texts):
                if text in new:
                    sharing.setdefault(text, []).append(texts[max(0, place - NEIGHBOURS) : place])
    for text, bands in sharing.items():
        yield from ((text, other) for other in _likeliest(bands))


def _sharing(tx: Session, band: str, new: Sequence[int]) -> list[list[int]]:
    """New texts that share a band, with the NEIGHBOURS newest older ones that have it, too; oldest first.

    A pair is looked at when its younger text comes, so it does not matter how pages are cut.
    """
    of_key: dict[int, list[int]] = {}
    for chunk in in_chunks(new):
        keys = select(getattr(TextRow, band), TextRow.id).where(TextRow.id.in_(chunk)).order_by(TextRow.id)
        for key, text in tx.execute(keys):
            of_key.setdefault(key, []).append(text)
    of_first = {texts[0]: texts for texts in of_key.values()}
    for chunk in in_chunks(sorted(of_first)):
        for first, older in tx.execute(_newest_older(band, chunk)):
            of_first[first].append(older)
    return [sorted(texts) for texts in of_first.values()]


def _newest_older(band: str, text_ids: Collection[int]) -> Select[tuple[int, int]]:
    """Pairs of a text and one of the NEIGHBOURS newest among the older ones that share this band with it.

    Walks from each text to the next older one: asked for the first few of each, PostgreSQL may read and sort
    thousands, and SQLite has no words for it.
    """
    key = getattr(TextRow, band)
    begin = select(
        TextRow.id.label("text"), key.label("key"), TextRow.id.label("other"), literal(0).label("step")
    )
    walk = begin.where(TextRow.id.in_(text_ids)).cte("walk", recursive=True)
    older = select(func.max(TextRow.id)).where(key == walk.c.key, TextRow.id < walk.c.other)
    onwards = select(walk.c.text, walk.c.key, older.scalar_subquery(), walk.c.step + 1)
    walk = walk.union_all(onwards.where(walk.c.step < NEIGHBOURS, walk.c.other.is_not(None)))
    return select(walk.c.text, walk.c.other).where(walk.c.step > 0, walk.c.other.is_not(None))


def _likeliest(bands: Sequence[Sequence[int]]) -> list[int]:
    """Of texts that share bands with one, those to compare it with.

    First what shares its rarest band, as a whole flood may share the others; then what shares most bands;
    then the newest. No two are equal in that: a page that is stored again finds the same.
    """
    shared = Counter(text for band in bands for text in band)
    rarest: dict[int, int] = {}
    for band in sorted(bands, key=len):
        for text in band:
            rarest.setdefault(text, len(band))
    return nsmallest(NEIGHBOURS, rarest, key=lambda text: (rarest[text], -shared[text], -text))
