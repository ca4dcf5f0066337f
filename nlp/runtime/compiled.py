"""The reader, compiled for this machine's CPU: built once, kept on disk, run in batches."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.heads import EVIDENCE
from nlp.runtime import engine
from nlp.runtime.batches import Batch, batches
from nlp.runtime.graph import Peaks, Weights, build
from nlp.runtime.shelf import Shelf

QUANTISED_TOGETHER = 128
"""Values of a token that share a scale. 64 is no more exact, 384 a tenth faster but half as exact again."""
MOST_STREAMS = 4
"""Batches in work at the same time: each has its own buffers."""
_FORMAT = "2"
"""Counts up when `graph` changes what it makes of the same weights."""


NOTHING: Iterator[None] = iter(())
"""No other work."""
_OVER = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the network is built from; see `graph.build`."""

    weights: Weights
    attention_heads: int
    peaks: Peaks = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The logits, rows in the order of the texts."""

    heads: Mapping[str, NDArray[np.float32]]
    """Head -> shape (texts, classes)."""
    tokens: Sequence[NDArray[np.float32]]
    """The head `evidence`: for each text one logit a token, shape (tokens,); empty without that head."""


class Runtime:
    """Runs the network. Threads may share it: their calls take turns."""

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled
        self._heads = [output.any_name for output in compiled.outputs]
        # twice the streams: a stream that is done finds its next batch waiting
        count = 2 * int(compiled.get_property("NUM_STREAMS"))
        self._requests = [compiled.create_infer_request() for _ in range(count)]
        self._turn = threading.Lock()

    def run(
        self,
        ids: Sequence[Sequence[int]],
        types: Sequence[Sequence[int]] | None = None,
        meanwhile: Iterator[None] = NOTHING,
    ) -> Answers:
        """The logits of all heads.

        Args:
            ids: of each text's tokens, with [CLS] and [SEP].
            types: 0 text and 1 target, as the tokenizer gives them for pairs; without it everything is text.
            meanwhile: other work in small steps, done to its end, as far as possible while the network is
                busy. A thread of its own would fight with this one for Python's lock, and come out slower.

        Raises:
            ValueError: a text is longer than the network's longest (`batches.LENGTHS`).
        """
        found = _Found(len(ids), [len(one) for one in ids])
        waiting: deque[tuple[Any, Batch]] = deque()
        with self._turn:
            free = list(self._requests)
            try:
                for batch in batches(ids, types):
                    if not free:
                        free.append(self._collect(waiting, found, meanwhile))
                    request = free.pop()
                    request.start_async([batch.ids, batch.segments], share_inputs=True)
                    waiting.append((request, batch))
                while waiting:
                    self._collect(waiting, found, meanwhile)
            finally:  # none is left running, for the next caller
                while waiting:
                    self._collect(waiting, found)
        deque(meanwhile, maxlen=0)
        return found.answers()

    def _collect(
        self, waiting: deque[tuple[Any, Batch]], found: _Found, meanwhile: Iterator[None] = NOTHING
    ) -> Any:
        _keep_busy(waiting[0][0], meanwhile)  # an error in it leaves the request where it is waited for
        request, batch = waiting.popleft()
        request.wait()
        for head in self._heads:
            found.put(head, batch, request.get_tensor(head).data)
        return request


def _keep_busy(request: Any, meanwhile: Iterator[None]) -> None:
    """Work on until a request is done, or there is nothing left."""
    while not request.wait_for(0):
        if next(meanwhile, _OVER) is _OVER:
            return


class _Found:
    def __init__(self, texts: int, lengths: Sequence[int]) -> None:
        self.texts, self.lengths = texts, lengths
        self.heads: dict[str, NDArray[np.float32]] = {}
        self.tokens: dict[int, NDArray[np.float32]] = {}

    def put(self, head: str, batch: Batch, values: NDArray[np.float32]) -> None:
        if head == EVIDENCE:
            for place, row in enumerate(batch.rows):
                self.tokens[int(row)] = values[place, : self.lengths[row], 0].copy()
            return
        if head not in self.heads:
            self.heads[head] = np.empty((self.texts, values.shape[1]), dtype=np.float32)
        self.heads[head][batch.rows] = values

    def answers(self) -> Answers:
        return Answers(heads=self.heads, tokens=[self.tokens[row] for row in sorted(self.tokens)])


def open_runtime(
    revision: str, source: Callable[[], Parts], cache: Path | None, *, exact: bool = False
) -> Runtime:
    """The compiled reader: from the cache where it lies there, else built from the source and put there.

    Args:
        revision: names the network exactly: another one is another cache entry.
        source: called only where nothing usable is in the cache.
        cache: a folder, made if missing; None keeps nothing. One that cannot be written is done without.
        exact: float32 throughout, for comparisons: a third of the speed.
    """
    settings = _settings(exact)
    name = "\n".join([_FORMAT, revision, engine.fingerprint(), repr(sorted(settings.items()))])
    if cache is None:
        return Runtime(_compile(source(), settings, exact))
    shelf = Shelf(cache)
    if (kept := _restore(shelf.get(name), settings)) is not None:
        return Runtime(kept)
    with shelf.alone():  # of several that start at once one builds, the others find what it made
        if (kept := _restore(shelf.get(name), settings)) is not None:
            return Runtime(kept)
        compiled = _compile(source(), settings, exact)
        shelf.put(name, compiled.export_model().getvalue())
    return Runtime(compiled)


def _compile(parts: Parts, settings: Mapping[str, Any], exact: bool) -> Any:
    model = build(parts.weights, attention_heads=parts.attention_heads, int8=not exact, peaks=parts.peaks)
    return engine.core().compile_model(model, "CPU", dict(settings))


def _restore(kept: bytes | None, settings: Mapping[str, Any]) -> Any:
    if kept is None:
        return None
    try:
        return engine.core().import_model(kept, "CPU", dict(settings))
    except RuntimeError:  # whole, but not of this library's making: built anew
        return None


def _settings(exact: bool) -> dict[str, Any]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return {
        "INFERENCE_PRECISION_HINT": "bf16" if engine.has_bf16() and not exact else "f32",
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0" if exact else str(QUANTISED_TOGETHER),
        "INFERENCE_NUM_THREADS": cores,
        "NUM_STREAMS": str(min(cores, MOST_STREAMS)),
        "ENABLE_CPU_PINNING": False,  # two workers on one machine must not sit on the same core
    }
