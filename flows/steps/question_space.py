"""Where a brand's questions lie: among its texts' embeddings, without what all of these have in common.

While a brand has few texts, what they have in common is worked out anew whenever they have doubled; from
SETTLED on it stays, so that a question stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from core.asking import MOST
from nlp.clusters import Vector, Vectors, centred, common, mean_of, medoid, unpacked
from nlp.embedding import Embedder
from storage import asking, left_over, questions
from storage.database import Database

SETTLED = 200
"""Texts from which on a sample does as well as all texts (docs/questions.md)."""
SAMPLE = 50
"""Of a question's posts, the newest by which it is found again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """Compares embeddings of one brand by one model."""

    name: str
    centre: Vector

    def vectors(self, kept: Sequence[bytes]) -> Vectors:
        """Embeddings as stored, made comparable, shape (texts, dimensions)."""
        return centred(unpacked(kept), self.centre)


def pack_centroid(centroid: Vector) -> bytes:
    """For keeping, in full."""
    return centroid.astype("<f4").tobytes()


def unpack_centroids(kept: Sequence[bytes]) -> Vectors:
    """Shape (questions, dimensions)."""
    if not kept:
        return np.zeros((0, 0), dtype=np.float32)
    return np.stack([np.frombuffer(one, dtype="<f4") for one in kept])


def space_of(
    database: Database, brand: str, embedder: Embedder, since: datetime, known_since: datetime
) -> Space | None:
    """The brand's space, with every known question in it; None: nobody has asked anything yet.

    Args:
        database: where it is kept.
        brand: whose.
        embedder: the present model; asked only where the space has to be worked out anew, or a question has.
        since: texts from then on are compared.
        known_since: questions that were asked since then, or answered, are known.
    """
    with database.reading() as tx:
        known = questions.centre_of(tx, brand)
        texts = left_over.count_embeddings(tx, brand, since, embedder.revision)
        kept: list[bytes] = []
        if known is None or (known.texts < SETTLED and texts >= 2 * known.texts):
            kept = left_over.embeddings(tx, brand, since, embedder.revision, MOST)
    if kept:
        centre = common(unpacked(kept), embedder.ordinary())
        known = questions.Centre(
            space=f"{embedder.revision}/{texts}",
            embedder=embedder.revision,
            centre=centre.astype("<f4").tobytes(),
            texts=texts,
        )
        with database.transaction() as tx:
            questions.save_centre(tx, brand, known)
    if known is None:
        return None
    space = Space(name=known.space, centre=np.frombuffer(known.centre, dtype="<f4"))
    _place_questions(database, brand, embedder, space, known_since)
    return space


def _place_questions(
    database: Database, brand: str, embedder: Embedder, space: Space, since: datetime
) -> None:
    """Find the place of every question that has none in this space, from its posts."""
    with database.reading() as tx:
        lost = [q for q in questions.list_questions(tx, brand, since) if q.space != space.name]
    for question in lost:
        with database.reading() as tx:
            posts = asking.members(tx, brand, question.id, SAMPLE)
        if not posts:
            continue
        vectors = _vectors(posts, embedder, space)
        with database.transaction() as tx:
            # Nothing of it was forgotten meanwhile; else the next run finds its place.
            if [p.mention_id for p in asking.members(tx, brand, question.id, SAMPLE)] == [
                p.mention_id for p in posts
            ]:
                questions.move_question(
                    tx,
                    question.id,
                    centroid=pack_centroid(mean_of(vectors)),
                    space=space.name,
                    label_id=posts[medoid(vectors)].mention_id,
                )


def _vectors(posts: Sequence[asking.Member], embedder: Embedder, space: Space) -> Vectors:
    kept = [post.vector for post in posts if post.vector is not None and post.embedder == embedder.revision]
    if len(kept) == len(posts):
        return space.vectors(kept)
    return centred(embedder.embed([post.text for post in posts]), space.centre)
