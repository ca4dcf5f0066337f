"""Trains a larger encoder as a teacher, and writes what it answers about the texts that a student will see.

`make teach`, then `make train ARGS="--teacher .earful/teacher/answers.npz"`. The teacher learns from the same
train cut by the same losses: no text that is held back comes to the student by way of it. It is not shipped.
Goes on from its last checkpoint, or its last answers, when it was interrupted.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp import tokens
from nlp.corpora.cuts import Cut, read_cuts
from nlp.corpora.example import Example
from nlp.encoder import locate
from nlp.network import Network
from training import teacher
from training.batches import Encoded, device_of, encode, schedule
from training.hiding import Hiding
from training.loop import RESULT, fit
from training.own import with_own
from training.precision import settled
from training.recipe import Recipe
from training.scores import average_score, logits_of
from training.taught import WIDTHS, Taught, key_of

AT_ONCE = 4_096
"""Examples between two files of answers."""


def teach(data: Path, encoder: Path, work: Path, out: Path, passes: float) -> None:
    """Train the teacher, ask it about what a student with so many passes will see, write its answers."""
    cuts = read_cuts(data)
    examples, held_back = with_own(cuts), cuts[Cut.VALIDATION]
    tokenizer = tokens.load(encoder, teacher.RECIPE.window)
    network = teacher.build(encoder, teacher.RECIPE.seed)
    recipe = replace(teacher.RECIPE, precision=settled(teacher.RECIPE.precision, device_of(network), work))
    encoded, validation = encode(examples, tokenizer), encode(held_back, tokenizer)
    order = schedule(teacher.shortened(examples), 1.0, recipe.early, random.Random(recipe.seed))  # noqa: S311
    print(
        f"{len(examples):,} examples, {len(order):,} with their passes, on {device_of(network)}", flush=True
    )
    fit(
        network,
        network.encoder.untrained,  # type: ignore[arg-type]
        Hiding.of(tokenizer),
        encoded,
        order,
        lambda trained: average_score(trained, validation, held_back),
        recipe,
        work,
    )
    places = teacher.to_ask(examples, Recipe(passes=passes))
    by = _revision(work / RESULT)
    asked = [examples[i][1] for i in places]
    answers = list(_answers(network, [encoded[i] for i in places], work / _named(by, asked)))
    together = np.concatenate(answers)
    found = dict(zip(WIDTHS, np.split(together, np.cumsum([*WIDTHS.values()])[:-1], axis=1), strict=True))
    out.parent.mkdir(parents=True, exist_ok=True)
    Taught.save(out, asked, found, by)
    print(f"{len(asked):,} answers in {out}")


def _answers(network: Network, data: Sequence[Encoded], work: Path) -> Iterator[NDArray[np.float32]]:
    work.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(data), AT_ONCE):
        path = work / f"{start:07d}.npy"
        if not path.exists():
            found = logits_of(network, data[start : start + AT_ONCE])
            fresh = path.with_suffix(".new.npy")
            np.save(fresh, np.concatenate([found[head] for head in WIDTHS], axis=1))
            fresh.replace(path)
            print(f"asked about {min(start + AT_ONCE, len(data)):,} of {len(data):,}", flush=True)
        yield np.load(path)


def _named(by: str, asked: Sequence[Example]) -> str:
    """The folder of a teacher's answers about these examples and no others."""
    keys = np.array([key_of(example) for example in asked], np.uint64)
    return f"{by}-{hashlib.sha256(keys.tobytes()).hexdigest()[:12]}"


def _revision(weights: Path) -> str:
    return f"{teacher.NAME}-{hashlib.sha256(weights.read_bytes()).hexdigest()[:12]}"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--encoder", default=teacher.ENCODER, help="folder, or a name on the hub")
    parser.add_argument("--work", type=Path, default=Path(".earful/teacher"), help="checkpoint and log")
    parser.add_argument("--out", type=Path, default=Path(".earful/teacher/answers.npz"))
    parser.add_argument("--passes", type=float, default=1.0, help="of the student: it is asked of no more")
    args = parser.parse_args()
    teach(args.data, locate(args.encoder), args.work, args.out, args.passes)


if __name__ == "__main__":
    main()
