"""Texts of similar length go through a model together: little padding, bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def buckets(lengths: Sequence[int], tokens: int) -> Iterator[list[int]]:
    """The places of all lengths, shortest first, in runs of at most `tokens` tokens once padded.

    A text longer than that is a run of its own.
    """
    run: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if run and (len(run) + 1) * lengths[place] > tokens:
            yield run
            run = []
        run.append(place)
    if run:
        yield run
