"""The training loop: steps, a running average of the weights, and checkpoints to go on from."""

from __future__ import annotations

import hashlib
import json
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nlp.heads import EMBEDDING, PREFIX
from nlp.network import Network, pooled
from training import kept
from training.batches import Encoded, batches, device_of, tensors
from training.hiding import Hiding
from training.losses import likeness, loss_of
from training.precision import autocast
from training.recipe import Recipe

SAVE_EVERY = 300
"""Steps between two checkpoints; three lines of log come with each."""
Untrained = Callable[..., Any]
"""Gives an encoder's `last_hidden_state`, without gradients."""
CHECKPOINT, BEST, RESULT, LOG = "checkpoint.pt", "best.pt", "result.pt", "log.jsonl"


class Trainer:
    """A network in training.

    Args:
        network: whose trainable weights are changed.
        untrained: the encoder as it was.
        hiding: for the encoder's vocabulary.
        recipe: how.
        steps: how many there will be.
        identity: of this training; a checkpoint of another one is not gone on from (training/kept.py).
    """

    def __init__(
        self,
        network: Network,
        untrained: Untrained,
        hiding: Hiding,
        recipe: Recipe,
        steps: int,
        identity: str,
    ) -> None:
        self.network, self.untrained, self.hiding, self.recipe = network, untrained, hiding, recipe
        self.done, self._device = 0, device_of(network)
        self.identity = identity
        self._trainable = trainable(network)
        heads = {n: p for n, p in self._trainable.items() if n.startswith(PREFIX)}
        body = {n: p for n, p in self._trainable.items() if n not in heads}
        self._optimizer = torch.optim.AdamW(
            [
                {"params": list(body.values()), "lr": recipe.learning_rate},
                {"params": list(heads.values()), "lr": recipe.head_learning_rate},
            ],
            weight_decay=recipe.weight_decay,
            fused=True,
        )
        warm = max(1, int(steps * recipe.warm_up))
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer, lambda s: min((s + 1) / warm, max(0.0, (steps - s) / max(1, steps - warm)))
        )
        self._average = {n: p.detach().clone() for n, p in self._trainable.items()}

    def step(self, batch: Sequence[Encoded]) -> float:
        """Learn from one batch; gives its loss."""
        self.network.train()
        torch.manual_seed(self.recipe.seed + self.done)  # a run that goes on from a checkpoint does the same
        ids, mask, types = tensors(batch, self._device)
        shown = self.hiding.hide(ids, types, self.recipe.masked, self.recipe.seed + self.done)
        with autocast(self._device, self.recipe.precision):
            logits = self.network(shown, mask, types)
        loss = loss_of(logits, batch, self.recipe.smoothing, self.recipe.evidence, self.recipe.taught)
        if self.done % self.recipe.compare_every == 0:
            loss = loss + self.recipe.embedding * likeness(logits[EMBEDDING], self._before(ids, mask, types))
        loss.backward()
        nn.utils.clip_grad_norm_(self._trainable.values(), 1.0)
        self._optimizer.step()
        self._schedule.step()
        self._optimizer.zero_grad()
        self.done += 1
        self._move_average()
        return loss.item()

    @contextmanager
    def averaged(self) -> Iterator[Network]:
        """The network with the running average in place of its weights (Polyak averaging), for a while."""
        now = {name: p.detach().clone() for name, p in self._trainable.items()}
        self.network.load_state_dict(self._average, strict=False)
        yield self.network
        self.network.load_state_dict(now, strict=False)

    def save(self, path: Path) -> None:
        """A checkpoint."""
        kept.save(
            path,
            self.identity,
            done=self.done,
            weights=dict(self._trainable),
            average=self._average,
            optimizer=self._optimizer.state_dict(),
            schedule=self._schedule.state_dict(),
        )

    def restore(self, path: Path) -> bool:
        """Go on from a checkpoint, if there is one of this very training."""
        state = kept.read(path, self.identity)
        if state is None:
            return False
        self.network.load_state_dict(state["weights"], strict=False)
        self._average = {name: values.to(self._device) for name, values in state["average"].items()}
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        self.done = state["done"]
        return True

    @torch.no_grad()
    def _before(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        alone = mask * (1 - types)
        with autocast(self._device, self.recipe.precision):
            return pooled(self.untrained(input_ids=ids, attention_mask=alone).last_hidden_state, alone)

    @torch.no_grad()
    def _move_average(self) -> None:
        decay = min(self.recipe.averaging, (1 + self.done) / (10 + self.done))  # faster in the beginning
        torch._foreach_lerp_(list(self._average.values()), list(self._trainable.values()), 1 - decay)


def fit(
    network: Network,
    untrained: Untrained,
    hiding: Hiding,
    data: Sequence[Encoded],
    order: Sequence[int],
    judge: Callable[[Network], float],
    recipe: Recipe,
    work: Path,
    save_every: int = SAVE_EVERY,
) -> None:
    """Train to the end, or until it gets no better; the network has the best of its averaged weights then.

    Goes on from the last checkpoint, or from the result, where `work` holds one.

    Args:
        network: to train.
        untrained: the encoder as it was.
        hiding: for the encoder's vocabulary.
        data: examples.
        order: which of them are seen, one after the other.
        judge: how good a network is, on the validation cut; more is better.
        recipe: how.
        work: folder of checkpoints, log and result.
        save_every: steps between checkpoints.
    """
    work.mkdir(parents=True, exist_ok=True)
    identity = _identity(recipe, data, order)
    result = kept.read(work / RESULT, identity)
    if result is None:
        planned = list(batches(order, data, recipe.batch, random.Random(recipe.seed)))  # noqa: S311
        trainer = Trainer(network, untrained, hiding, recipe, len(planned), identity)
        result = {"weights": _run(trainer, data, planned, judge, work, save_every).weights}
        kept.save(work / RESULT, identity, **result)
        (work / CHECKPOINT).unlink(missing_ok=True)
        (work / BEST).unlink(missing_ok=True)
    network.load_state_dict(result["weights"], strict=False)


def _identity(recipe: Recipe, data: Sequence[Encoded], order: Sequence[int]) -> str:
    """Names a training by its recipe and by what it sees, in which order."""
    digest = hashlib.sha256(json.dumps(asdict(recipe), sort_keys=True).encode())
    for i in order:
        digest.update(np.array(data[i].tokens, np.int32).tobytes())
    return digest.hexdigest()


@dataclass(slots=True)
class Best:
    """The weights that did best so far, and when that was."""

    score: float = -math.inf
    step: int = 0
    weights: dict[str, Tensor] = field(default_factory=dict)


def _run(
    trainer: Trainer,
    data: Sequence[Encoded],
    planned: Sequence[Sequence[int]],
    judge: Callable[[Network], float],
    work: Path,
    save_every: int,
) -> Best:
    recipe, steps, checkpoint = trainer.recipe, len(planned), work / CHECKPOINT
    before = kept.read(work / BEST, trainer.identity)
    best = Best(**before) if trainer.restore(checkpoint) and before else Best()
    began, seen, running = time.monotonic(), 0, math.nan
    for chosen in islice(planned, trainer.done, None):
        loss = trainer.step([data[i] for i in chosen])
        seen, running = seen + len(chosen), loss if math.isnan(running) else 0.98 * running + 0.02 * loss
        if trainer.done % max(1, save_every // 3) == 0 or trainer.done == steps:
            rate = seen / (time.monotonic() - began)
            _log(work / LOG, step=trainer.done, of=steps, loss=round(running, 4), per_second=round(rate, 1))
        if trainer.done % recipe.judge_every == 0 or trainer.done == steps:
            best = _judged(trainer, judge, best, work)
            if trainer.done - best.step >= recipe.patience * recipe.judge_every:
                break
        if trainer.done % save_every == 0:
            trainer.save(checkpoint)
    return best


def _judged(trainer: Trainer, judge: Callable[[Network], float], best: Best, work: Path) -> Best:
    """The better one of what was best and of what there is now, which is kept then."""
    with trainer.averaged() as network:
        score = judge(network)
        _log(work / LOG, step=trainer.done, score=round(score, 4), best=round(max(score, best.score), 4))
        if score <= best.score:
            return best
        weights = {name: p.detach().clone() for name, p in trainable(network).items()}
    found = Best(score, trainer.done, weights)
    kept.save(work / BEST, trainer.identity, **asdict(found))
    return found


def trainable(network: nn.Module) -> dict[str, nn.Parameter]:
    """What training changes, by name."""
    return {name: p for name, p in network.named_parameters() if p.requires_grad}


def _log(path: Path, **line: float) -> None:
    print(line, flush=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
