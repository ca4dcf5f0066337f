"""Judge which mentions are about the brand that they were found for, before anything reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.config import Brand
from core.relevance import RELEVANT, Relevance, Why, fingerprint, has_link, judge
from flows.wiring import Wiring
from storage import relevance as stored
from storage import relevance_copies as copies

if TYPE_CHECKING:
    from storage.database import Transaction

BATCH = 500


@dataclass(slots=True, kw_only=True)
class SortedOut:
    """What became of what targets found by words."""

    judged: int = 0
    irrelevant: int = 0
    """Not about the brand: kept, and left alone."""


def sort_out(wiring: Wiring, on_judged: Callable[[int], None] = lambda count: None) -> SortedOut:
    """Judge as many sightings as were not judged by their brand's present query.

    Not until there are none: two processes with different queries would judge each other's work for ever.

    Args:
        wiring: everything.
        on_judged: told the size of each batch that was stored.
    """
    done = SortedOut()
    for brand in wiring.catalogue.brands:
        batches = _Batches(brand)
        with wiring.database.reading() as tx:
            left = stored.count_left(tx, brand.name, batches.key)
        while left > 0:
            with wiring.database.transaction() as tx:
                batch = stored.claim_sightings(tx, brand.name, batches.key, BATCH)
                found = batches.judge(tx, batch)
                stored.save_relevance(tx, [*zip(batch, found, strict=True)], batches.key, wiring.clock())
                left -= len(batch)
                left += copies.judge_copies_again(
                    tx, brand.name, [i for i in batch if batches.may_be_spam(i)]
                )
            if not batch:
                break
            judged = [r for item, r in zip(batch, found, strict=True) if batches.by_words(item)]
            done.judged += len(judged)
            done.irrelevant += sum(not relevance.relevant for relevance in judged)
            on_judged(len(judged))
    return done


class _Batches:
    """Judges for one brand, batch by batch."""

    def __init__(self, brand: Brand) -> None:
        self.key = fingerprint(brand)
        self._brand = brand
        self._by_words = {target.name: target.by_words for target in brand.targets}
        self._spam = brand.query.spam_accounts if brand.query else None

    def judge(self, tx: Transaction, batch: Sequence[stored.Sighted]) -> list[Relevance]:
        """What each of these is."""
        open_ = {item.sighting_id: item for item in batch if self.by_words(item)}
        threads = stored.threads_of(tx, open_.values())
        linked = [item for item in open_.values() if has_link(item.mention.text)]
        spread = copies.accounts_of(tx, self._brand.name, linked, self._spam) if self._spam else {}
        return [
            judge(
                self._brand,
                item.mention,
                thread=threads.get(item.mention_id, ()),
                accounts=spread.get(item.mention_id, 0),
                foreign=_foreign,
            )
            if item.sighting_id in open_
            else self._kept(item)
            for item in batch
        ]

    def by_words(self, item: stored.Sighted) -> bool:
        """Whether words decide.

        They do not for what a person ruled, for a text that is gone, and for what was found by a target that
        is no longer configured, unless nobody ever judged it.
        """
        if item.before is not None and (item.before.why is Why.PERSON or not item.mention.text):
            return False
        return self._by_words.get(item.target, item.before is None)

    def may_be_spam(self, item: stored.Sighted) -> bool:
        """Whether it is new, and its copies may have become spam by it."""
        return self._spam is not None and item.before is None and has_link(item.mention.text)

    def _kept(self, item: stored.Sighted) -> Relevance:
        """What words do not decide stays as it was; what its source decides is about the brand."""
        ruled = item.before is not None and item.before.why is Why.PERSON
        if item.before is None or (not ruled and self._by_words.get(item.target) is False):
            return RELEVANT
        return item.before


def _foreign(text: str, languages: Sequence[str]) -> bool:
    from nlp import language  # numpy takes a fifth of a second, and most platforms say which language it is

    return language.known(languages) and not language.guess(text, languages)[1]
