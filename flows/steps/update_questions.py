"""Keeps up which questions and complaints come again and again.

What is new is put to a question or left over; what is left over makes a question once several people say it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from core.asking import MOST, SPAN
from core.config import Brand
from core.reading import COMPLAINT
from flows.steps.question_space import Space, pack_centroid, space_of, unpack_centroids
from flows.wiring import Wiring
from nlp.asking import asks, says_enough
from nlp.clusters import Cluster, Vector, clusters, mean_of, nearest, packed
from nlp.embedding import Embedder, embedder_for
from storage import asked, left_over, questions
from storage.left_over import LeftOver

if TYPE_CHECKING:
    from storage.database import Transaction

KNOWN_FOR = timedelta(days=365)
"""A question that nobody asked for so long, and nobody answered, is not found again."""
BATCH = 256
EMBEDDED = 5_000
"""Texts of a brand that one run embeds, half a minute on two cores; the next run goes on."""
LOADED = 3 * MOST
"""Left over posts that are looked at for MOST different texts."""
PEOPLE = 3
"""So many different texts by as many people make a question."""


def update_questions(
    wiring: Wiring,
    now: datetime | None = None,
    *,
    embedder: Embedder | None = None,
) -> int:
    """Look for questions in what was read since the last run; loads no model where nothing is new.

    Competitors' customers are not ours to answer, and are left alone. Gives how many mentions it looked at.

    Args:
        wiring: everything.
        now: as of when; the 28 days are counted back from the last mention before it. None: the present.
        embedder: None: the present model.
    """
    embedder = embedder or embedder_for(wiring.settings)
    ours = wiring.catalogue.own_brands
    return sum(_Update(wiring, brand, embedder).run(now or wiring.clock()) for brand in ours)


class _Update:
    """One run for one brand."""

    def __init__(self, wiring: Wiring, brand: Brand, embedder: Embedder) -> None:
        self._database, self._clock = wiring.database, wiring.clock
        self._brand, self._name = brand, brand.name
        self._embedder = embedder

    def run(self, now: datetime) -> int:
        """Gives how many mentions it looked at."""
        with self._database.reading() as tx:
            last = asked.newest(tx, self._name, now)
            centre = questions.centre_of(tx, self._name)
            other_model = centre is not None and centre.embedder != self._embedder.revision
            new = other_model or asked.has_unasked(tx, self._name)
        if last is None:
            return 0
        since, looked_at = last - SPAN, 0
        if new:
            self._pass_by(since, other_model=other_model)
            looked_at = self._look()
        with self._database.reading() as tx:
            work = left_over.has_untried(tx, self._name, since) or questions.has_lost(tx, self._name)
        if not work:
            return looked_at
        space = space_of(self._database, self._name, self._embedder, since, last - KNOWN_FOR)
        if space is not None:
            self._put_together(since, last - KNOWN_FOR, space)
        return looked_at

    def _pass_by(self, since: datetime, *, other_model: bool) -> None:
        with self._database.transaction() as tx:
            if other_model:
                asked.look_again(tx, self._name, since)
                questions.drop_centre(tx, self._name)
            asked.pass_by(tx, self._name, since, self._clock())

    def _look(self) -> int:
        embedded = looked_at = 0
        while embedded < EMBEDDED:
            with self._database.reading() as tx:
                batch = asked.find_unasked(tx, self._name, BATCH)
                asking = [item for item in batch if self._counts(item)]
                ids = [item.mention_id for item in asking]
                known = asked.known_copies(tx, self._name, ids, self._embedder.revision)
                group_of = asked.copy_groups(tx, ids)
            if not batch:
                break
            new = {group_of[item.mention_id]: item.text for item in asking if item.mention_id not in known}
            of_group = self._embed(new)
            found = [
                asked.Found(
                    mention_id=item.mention_id,
                    sighting_id=item.sighting_id,
                    text=item.text,
                    source=item.source,
                    posted_at=item.posted_at,
                    asks=asks(item.text),
                    vector=known.get(item.mention_id) or of_group.get(group_of.get(item.mention_id, 0)),
                )
                for item in batch
            ]
            with self._database.transaction() as tx:
                asked.save_found(tx, self._name, found, self._embedder.revision, self._clock())
            embedded += len(new)
            looked_at += len(batch)
        return looked_at

    def _counts(self, item: asked.Unasked) -> bool:
        """Whether it asks or complains, in a language that is read, and is not the brand's own."""
        own = bool(item.handle) and self._brand.owns(item.handle)
        if own or not item.supported or not says_enough(item.text):
            return False
        return asks(item.text) or (item.complaint >= COMPLAINT and not item.unsure)

    def _embed(self, text_of: dict[int, str]) -> dict[int, bytes]:
        if not text_of:
            return {}
        vectors = self._embedder.embed(list(text_of.values()))
        return {group: packed(vector) for group, vector in zip(text_of, vectors, strict=True)}

    def _put_together(self, since: datetime, known_since: datetime, space: Space) -> None:
        with self._database.reading() as tx:
            rows = left_over.left_over(tx, self._name, since, self._embedder.revision, LOADED)
            known = questions.list_questions(tx, self._name, known_since)
        if not rows:
            return
        of_group: dict[int, list[LeftOver]] = {}
        for row in rows:
            of_group.setdefault(row.copy_group, []).append(row)
        compared = list(of_group.values())[:MOST]
        vectors = space.vectors([same[0].vector for same in compared])
        placed = [q for q in known if q.space == space.name and q.centroid]
        numbers, means = [q.id for q in placed], unpack_centroids([q.centroid for q in placed])
        to_known = nearest(vectors, means)
        alone = [i for i, place in enumerate(to_known) if place is None]
        found = [_as_rows(cluster, alone) for cluster in clusters(vectors[alone])]
        with self._database.transaction() as tx:
            still_there = left_over.still_left_over(tx, self._name, [row.mention_id for row in rows])
            put = {
                row.mention_id: numbers[place]
                for same, place in zip(compared, to_known, strict=True)
                if place is not None
                for row in same
            }
            for cluster in found:
                posts = [row for i in cluster.members for row in compared[i]]
                if _several(posts) and all(row.mention_id in still_there for row in posts):
                    mean = mean_of(vectors[list(cluster.members)])
                    number = _nearest_number(mean, means, numbers)
                    if number is None:
                        number = self._begin(tx, posts, mean, compared[cluster.medoid][0], space)
                    put |= {row.mention_id: number for row in posts}
            left_over.assign(tx, self._name, {id_: n for id_, n in put.items() if id_ in still_there})
            older = rows[-1].posted_at if len(rows) == LOADED else None
            left_over.mark_tried(tx, self._name, [row.mention_id for row in rows], older)

    def _begin(
        self, tx: Transaction, posts: Sequence[LeftOver], mean: Vector, label: LeftOver, space: Space
    ) -> int:
        times = [post.posted_at for post in posts]
        return questions.found_question(
            tx,
            self._name,
            first=min(times),
            last=max(times),
            centroid=pack_centroid(mean),
            space=space.name,
            label_id=label.mention_id,
        )


def _as_rows(cluster: Cluster, row_of: Sequence[int]) -> Cluster:
    return Cluster(members=tuple(row_of[i] for i in cluster.members), medoid=row_of[cluster.medoid])


def _several(posts: Collection[LeftOver]) -> bool:
    """Different texts by different people; an author whom nobody knows is taken for another one each time."""
    people = {
        ("copies", post.copy_group) if post.author is None else ("author", post.author) for post in posts
    }
    return len({post.copy_group for post in posts}) >= PEOPLE and len(people) >= PEOPLE


def _nearest_number(mean: Vector, means: np.ndarray, numbers: Sequence[int]) -> int | None:
    """The question that a group as a whole is about; None: it is a new one."""
    (place,) = nearest(mean[np.newaxis], means)
    return None if place is None else numbers[place]
