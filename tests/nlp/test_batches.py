"""How token ids are put into arrays."""

from __future__ import annotations

import itertools

import numpy as np

from nlp.runtime.batches import LENGTHS, TOKENS_AT_ONCE, batches


def test_batches_hold_every_text_once_and_have_few_shapes() -> None:
    rng = np.random.default_rng(2)
    shapes = set()
    for count in [1, 2, 3, 31, 32, 33, 500, 5_000]:
        ids = [[7] * int(n) for n in np.clip(rng.lognormal(3.3, 0.6, count), 1, LENGTHS[-1])]
        found = list(batches(ids))
        assert sorted(itertools.chain.from_iterable(batch.rows.tolist() for batch in found)) == list(
            range(count)
        )
        for batch in found:
            assert (batch.segments.sum(axis=1) == [len(ids[row]) for row in batch.rows]).all()
            assert batch.ids.size <= max(TOKENS_AT_ONCE, LENGTHS[-1])
            shapes.add(batch.ids.shape)
        if count >= 500:
            assert sum(batch.ids.size for batch in found) < 1.2 * sum(map(len, ids)), "too much padding"
    assert len(shapes) < 80
