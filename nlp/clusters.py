"""Puts texts that ask or complain about the same together, by their embeddings; knows no words.

What all texts of a brand have in common (that they are about an airline) is taken off first (`common`,
`centred`): it would make everything similar, in each brand by another amount. Then average linkage: two
groups are as near as their texts are on average, and the nearest two are joined as long as they are at least
ALIKE. Groups are therefore about one thing throughout, where single linkage, joining whatever hangs together,
makes chains. The nearest-neighbour chain algorithm (Murtagh 1983; Müllner 2011) finds the same groups as
joining the nearest pair again and again, in n^2 steps and one matrix of n^2 float32: 4,000 texts take 64 MB.

ALIKE was chosen by tools/measure_clusters.py on labelled sets; docs/questions.md has the figures. A new text
belongs to a known group by the same number: its mean similarity to the group's texts, which is its product
with the mean of their embeddings (`mean_of`).

The same texts in another order make the same groups, exactly; equal embeddings are always together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.asking import MOST

Vectors = NDArray[np.float32]
"""Embeddings of length 1, shape (texts, dimensions)."""
Vector = NDArray[np.float32]
"""Shape (dimensions,)."""

ALIKE = 0.65
"""Mean cosine similarity from which on texts are about the same."""

SAME = 0.7
"""Mean similarity from which on texts count once in what all have in common: a burst of one complaint is most
of what a brand hears in a bad week, and would be taken off from itself."""

ORDINARY_WEIGHT = 20
"""For how many texts the ordinary ones stand, so that three texts of a brand do not become the centre."""

_NEVER = np.float32(-2.0)
"""Less similar than anything can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Texts that are about the same."""

    members: tuple[int, ...]
    """Rows, in order."""
    medoid: int
    """The row that is nearest to all the others: it speaks for them."""


def common(vectors: Vectors, ordinary: Vector) -> Vector:
    """What texts have in common, shape (dimensions,): the mean over what they say, each thing once.

    Args:
        vectors: of length 1, shape (texts, dimensions); at most MOST different ones.
        ordinary: the mean of what is said about any brand, shape (dimensions,).
    """
    things = [mean_of(vectors[list(cluster.members)]) for cluster in clusters(vectors, SAME)]
    total = np.sum([*things, ORDINARY_WEIGHT * ordinary], axis=0, dtype=np.float64)
    return np.asarray(total / (len(things) + ORDINARY_WEIGHT), dtype=np.float32)


def centred(vectors: Vectors, centre: Vector) -> Vectors:
    """Embeddings without what they have in common, of length 1 again, shape (texts, dimensions)."""
    moved = vectors - centre
    length = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.maximum(length, 1e-9), dtype=np.float32)


def clusters(vectors: Vectors, alike: float = ALIKE) -> list[Cluster]:
    """Group texts; the largest group first, then by the first row. A text like no other is a group, too.

    Args:
        vectors: of length 1, shape (texts, dimensions); at most MOST different ones.
        alike: mean similarity from which on groups are joined.

    Raises:
        ValueError: more than MOST texts, or one whose embedding is no number.
    """
    if not np.isfinite(vectors).all():
        raise ValueError("an embedding is not a number")
    if not len(vectors):
        return []
    # Sorted by content, so that the order in which texts came decides nothing, not even a tie.
    distinct, row_of = np.unique(vectors, axis=0, return_inverse=True)
    if len(distinct) > MOST:
        raise ValueError(f"{len(distinct)} texts; at most {MOST} can be grouped at once")
    weights = np.bincount(row_of, minlength=len(distinct)).astype(np.float32)
    group_of_row = _groups(distinct, weights, alike)[row_of]
    found = [_cluster(vectors, np.flatnonzero(group_of_row == group)) for group in np.unique(group_of_row)]
    return sorted(found, key=lambda cluster: (-len(cluster.members), cluster.members))


def _cluster(vectors: Vectors, members: NDArray[np.intp]) -> Cluster:
    return Cluster(members=tuple(members.tolist()), medoid=int(members[medoid(vectors[members])]))


def medoid(vectors: Vectors) -> int:
    """The row that is nearest to all of them; of equally near ones, the first by content, then by place."""
    near = np.round((vectors @ mean_of(vectors)).astype(np.float64), 5)
    best = np.flatnonzero(near == near.max())
    return int(min(best, key=lambda row: (vectors[row].tobytes(), row)))


def mean_of(vectors: Vectors) -> Vector:
    """What stands for a group: the mean of its embeddings, not of length 1, shape (dimensions,)."""
    ordered = vectors[np.lexsort(vectors.T[::-1])] if len(vectors) else vectors
    return np.asarray(ordered.mean(axis=0, dtype=np.float64), dtype=np.float32)


def nearest(vectors: Vectors, means: Vectors, alike: float = ALIKE) -> list[int | None]:
    """The known group of each text, by number of the mean; None: it is about none of them.

    Args:
        vectors: of length 1, shape (texts, dimensions).
        means: of groups, as `mean_of` gives them, shape (groups, dimensions).
        alike: mean similarity that is asked for.
    """
    if not len(means) or not len(vectors):
        return [None] * len(vectors)
    similar = vectors @ means.T
    best = similar.argmax(axis=1)
    enough = similar[np.arange(len(vectors)), best] >= alike
    return [int(group) if near else None for group, near in zip(best, enough, strict=True)]


def packed(vector: Vector) -> bytes:
    """For keeping: half precision, which moves no similarity by more than a thousandth."""
    return vector.astype("<f2").tobytes()


def unpacked(kept: Sequence[bytes]) -> Vectors:
    """What `packed` kept, shape (vectors, dimensions)."""
    if not kept:
        return np.zeros((0, 0), dtype=np.float32)
    return np.stack([np.frombuffer(one, dtype="<f2") for one in kept]).astype(np.float32)


def _groups(vectors: Vectors, weights: NDArray[np.float32], alike: float) -> NDArray[np.intp]:
    """The number of each row's group, shape (rows,): average linkage by nearest-neighbour chains."""
    similar = vectors @ vectors.T
    np.fill_diagonal(similar, _NEVER)
    joined = np.arange(len(vectors))
    """Where each group went; itself: it stands."""
    open_ = np.ones(len(vectors), dtype=bool)
    """Groups that may still be joined; the others are _NEVER similar to anything."""
    chain: list[int] = []
    while chain or open_.any():
        if not chain:
            chain.append(int(np.argmax(open_)))
        last = chain[-1]
        near = int(np.argmax(similar[last]))
        if similar[last, near] < alike:
            # Joining others brings nothing nearer to it than it is: this group is done.
            chain.pop()
            _close(similar, open_, last)
        elif len(chain) > 1 and similar[last, chain[-2]] >= similar[last, near]:
            before = chain[-2]
            del chain[-2:]
            _join(similar, weights, before, last)
            joined[last] = before
            _close(similar, open_, last)
        else:
            chain.append(near)
    while (joined[joined] != joined).any():
        joined = joined[joined]
    return joined


def _join(similar: Vectors, weights: NDArray[np.float32], into: int, gone: int) -> None:
    """Average the similarities of two groups by how many texts they hold (Lance & Williams 1967)."""
    total = weights[into] + weights[gone]
    row = (weights[into] * similar[into] + weights[gone] * similar[gone]) / total
    row[similar[into] == _NEVER] = _NEVER  # itself, and groups that are done
    row[gone] = _NEVER
    similar[into] = row
    similar[:, into] = row
    weights[into] = total


def _close(similar: Vectors, open_: NDArray[np.bool_], group: int) -> None:
    similar[group] = _NEVER
    similar[:, group] = _NEVER
    open_[group] = False
