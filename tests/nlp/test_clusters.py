from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from nlp import clusters as module
from nlp.clusters import (
    ALIKE,
    MOST,
    Cluster,
    Vectors,
    centred,
    clusters,
    common,
    mean_of,
    medoid,
    nearest,
    packed,
    unpacked,
)


def unit(rows: NDArray[np.floating]) -> Vectors:
    length = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return np.asarray(rows / length, dtype=np.float32)


def random_vectors(seed: int, count: int, topics: int = 5, spread: float = 0.5) -> Vectors:
    """Around a few directions, as texts about a few things are."""
    rng = np.random.default_rng(seed)
    centres = unit(rng.normal(size=(topics, 12)))
    return unit(centres[rng.integers(topics, size=count)] + spread * rng.normal(size=(count, 12)) / 3)


def as_sets(found: list[Cluster], rows: NDArray[np.intp] | None = None) -> set[frozenset[int]]:
    return {frozenset(int(i if rows is None else rows[i]) for i in cluster.members) for cluster in found}


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("spread", [0.5, 1.0, 2.0])
def test_it_finds_what_average_linkage_finds(seed: int, spread: float) -> None:
    """Against SciPy's, which joins the nearest pair of all again and again."""
    vectors = random_vectors(seed, 60, spread=spread)
    tree = linkage(vectors.astype(np.float64), method="average", metric="cosine")
    labels = fcluster(tree, t=1 - ALIKE, criterion="distance")
    wanted: dict[int, set[int]] = defaultdict(set)
    for row, label in enumerate(labels):
        wanted[label].add(row)
    assert as_sets(clusters(vectors)) == {frozenset(group) for group in wanted.values()}


@given(st.integers(0, 10_000), st.integers(1, 40))
def test_the_order_of_texts_changes_nothing(seed: int, count: int) -> None:
    vectors = random_vectors(seed, count)
    order = np.random.default_rng(seed + 1).permutation(count)
    found, shuffled = clusters(vectors), clusters(vectors[order])
    assert as_sets(found) == as_sets(shuffled, order)
    by_members = {frozenset(c.members): vectors[c.medoid].tobytes() for c in found}
    for cluster in shuffled:
        members = frozenset(int(order[i]) for i in cluster.members)
        assert by_members[members] == vectors[order[cluster.medoid]].tobytes()


@given(st.integers(0, 10_000), st.integers(1, 15), st.integers(2, 5))
def test_equal_texts_are_always_together(seed: int, count: int, times: int) -> None:
    vectors = random_vectors(seed, count)
    group_of = {
        row: number
        for number, cluster in enumerate(clusters(np.repeat(vectors, times, axis=0)))
        for row in cluster.members
    }
    assert len(group_of) == count * times
    for row in range(count):
        assert len({group_of[row * times + again] for again in range(times)}) == 1


@given(st.integers(0, 10_000), st.integers(0, 40))
def test_every_text_is_in_one_group_and_groups_stay_apart(seed: int, count: int) -> None:
    vectors = random_vectors(seed, count)
    found = clusters(vectors)
    assert sorted(row for cluster in found for row in cluster.members) == list(range(count))
    for cluster in found:
        assert cluster.medoid in cluster.members
    for one, two in combinations(found, 2):
        between = vectors[list(one.members)] @ vectors[list(two.members)].T
        assert between.mean() < ALIKE + 1e-4


def test_equally_distant_texts_are_grouped_the_same_in_any_order() -> None:
    """Ties: three at right angles, each nearest to the two copies between them."""
    vectors = unit(np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 1, 1], [1, 0, 1]], dtype=float))
    found = [
        {frozenset(vectors[order[i]].tobytes() for i in c.members) for c in clusters(vectors[order], 0.5)}
        for order in map(np.random.default_rng(0).permutation, [6] * 20)
    ]
    assert all(each == found[0] for each in found)


def test_nothing_gives_nothing_and_one_text_is_a_group() -> None:
    assert clusters(np.zeros((0, 3), dtype=np.float32)) == []
    assert clusters(np.ones((1, 3), dtype=np.float32) / np.sqrt(3)) == [Cluster(members=(0,), medoid=0)]


def test_texts_without_direction_are_no_trouble() -> None:
    found = clusters(np.zeros((4, 3), dtype=np.float32))
    assert sorted(row for cluster in found for row in cluster.members) == [0, 1, 2, 3]


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        clusters(np.array([[np.nan, 1.0]], dtype=np.float32))


def test_more_than_it_can_hold_is_refused_but_copies_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 10)
    with pytest.raises(ValueError, match="11 texts; at most 10"):
        clusters(unit(np.random.default_rng(0).normal(size=(11, 4))))
    assert len(clusters(np.repeat(unit(np.eye(4)), 100, axis=0))) == 4


def test_as_many_as_it_says_take_little_memory_and_end() -> None:
    assert MOST**2 * 4 == 64_000_000
    vectors = random_vectors(3, 1_500, topics=80)
    assert len(clusters(vectors)) < 1_500


def test_the_medoid_is_the_nearest_to_the_others() -> None:
    vectors = unit(np.array([[1, 0], [1, 0.1], [1, 0.2], [1, 1]]))
    assert medoid(vectors) == max(range(4), key=lambda row: float((vectors @ vectors[row]).sum()))


def test_a_text_belongs_where_its_mean_similarity_is_enough() -> None:
    one, two = unit(np.array([[1, 0.0], [1, 0.2]])), unit(np.array([[0, 1.0], [0.1, 1]]))
    means = np.stack([mean_of(one), mean_of(two)])
    texts = unit(np.array([[1, 0.1], [0.05, 1], [-1, -1]]))
    assert nearest(texts, means) == [0, 1, None]
    similar = float((one @ texts[0]).mean())
    assert nearest(texts[:1], means, similar - 1e-4) == [0]
    assert nearest(texts[:1], means, similar + 1e-4) == [None]
    assert nearest(texts, means[:0]) == [None, None, None]
    assert nearest(texts[:0], means) == []


def test_what_is_kept_is_nearly_what_it_was() -> None:
    vectors = random_vectors(1, 50)
    again = unpacked([packed(vector) for vector in vectors])
    assert np.abs(vectors @ vectors.T - again @ again.T).max() < 2e-3
    assert [packed(vector) for vector in again] == [packed(vector) for vector in vectors]
    assert unpacked([]).shape == (0, 0)


def test_a_burst_of_one_complaint_is_not_taken_off_from_itself() -> None:
    rng = np.random.default_rng(7)
    brand = np.zeros(40)
    brand[0] = 1.5
    burst = np.zeros(40)
    burst[1] = 1.0
    late = unit(brand + burst + 0.08 * rng.normal(size=(300, 40)))
    others = unit(brand + unit(rng.normal(size=(60, 40))))
    vectors = np.concatenate([late, others])
    ordinary = np.zeros(40, dtype=np.float32)
    found = clusters(centred(vectors, common(vectors, ordinary)))
    assert set(range(300)) <= set(found[0].members)
    plain_mean = clusters(centred(vectors, mean_of(vectors)))
    assert len(plain_mean[0].members) < 300, "the plain mean would have torn it apart"


def test_what_all_have_in_common_is_taken_off() -> None:
    rng = np.random.default_rng(5)
    brand = np.zeros(40)
    brand[0] = 1.4
    vectors = unit(brand + unit(rng.normal(size=(100, 40))))
    assert len(clusters(vectors)) < 10
    assert len(clusters(centred(vectors, common(vectors, np.zeros(40, dtype=np.float32))))) > 50
