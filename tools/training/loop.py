"""The training loop: steps, a running average of the weights, and checkpoints to go on from."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from nlp.network import Network
from training.batches import UNLABELLED, Encoded, endless, tensors
from training.recipe import Recipe

SAVE_EVERY = 300
"""Steps between two checkpoints; three lines of log come with each."""
CHECKPOINT, RESULT = "checkpoint.pt", "result.pt"


def loss_of(logits: dict[str, Tensor], batch: Sequence[Encoded], smoothing: float) -> Tensor:
    """Sum of the heads' losses, each over the examples that have its label."""
    weight = torch.tensor([e.weight for e in batch])
    sentiment = torch.tensor([e.sentiment for e in batch])
    complaint = torch.tensor([e.complaint for e in batch])
    total = torch.zeros(())
    has = sentiment != UNLABELLED
    if has.any():
        each = functional.cross_entropy(
            logits["sentiment"][has].float(), sentiment[has], reduction="none", label_smoothing=smoothing
        )
        total = total + (each * weight[has]).sum() / len(batch)
    has = complaint != UNLABELLED
    if has.any():
        wanted = complaint[has].float() * (1 - smoothing) + smoothing / 2
        each = functional.binary_cross_entropy_with_logits(
            logits["complaint"][has, 0].float(), wanted, reduction="none"
        )
        total = total + (each * weight[has]).sum() / len(batch)
    return total


class Trainer:
    """A network in training.

    Args:
        network: whose trainable weights are changed.
        recipe: how.
        steps: how many there will be.
    """

    def __init__(self, network: Network, recipe: Recipe, steps: int) -> None:
        self.network, self.recipe, self.done = network, recipe, 0
        self._identity = {**asdict(recipe), "steps": steps}
        self._trainable = trainable(network)
        self._optimizer = torch.optim.AdamW(
            self._trainable.values(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
        )
        warm = max(1, int(steps * recipe.warm_up))
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer, lambda s: min((s + 1) / warm, max(0.0, (steps - s) / max(1, steps - warm)))
        )
        self._average = {n: p.detach().clone() for n, p in self._trainable.items()}

    def step(self, batch: Sequence[Encoded]) -> float:
        """Learn from one batch; gives its loss."""
        self.network.train()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = self.network(*tensors(batch))
        loss = loss_of(logits, batch, self.recipe.smoothing)
        loss.backward()
        nn.utils.clip_grad_norm_(self._trainable.values(), 1.0)
        self._optimizer.step()
        self._schedule.step()
        self._optimizer.zero_grad()
        self.done += 1
        self._move_average()
        return loss.item()

    def use_average(self) -> None:
        """Put the running average in the place of the last weights (Polyak averaging)."""
        self.network.load_state_dict(self._average, strict=False)

    def save(self, path: Path) -> None:
        """A checkpoint, written beside and moved: a kill in between leaves the last one."""
        state = {
            "of": self._identity,
            "done": self.done,
            "weights": dict(self._trainable),
            "average": self._average,
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
        }
        fresh = path.with_suffix(".new")
        torch.save(state, fresh)
        fresh.replace(path)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint, if there is one of this very training."""
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        if state["of"] != self._identity:
            return
        self.network.load_state_dict(state["weights"], strict=False)
        self._average = state["average"]
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        self.done = state["done"]

    @torch.no_grad()
    def _move_average(self) -> None:
        decay = min(self.recipe.averaging, (1 + self.done) / (10 + self.done))  # faster in the beginning
        for name, parameter in self._trainable.items():
            self._average[name].lerp_(parameter, 1 - decay)


def fit(
    network: Network, data: Sequence[Encoded], recipe: Recipe, work: Path, save_every: int = SAVE_EVERY
) -> None:
    """Train one phase to its end; the network has the average of its weights then.

    Goes on from the last checkpoint, or from the phase's result, where `work` holds one.
    """
    work.mkdir(parents=True, exist_ok=True)
    result = work / RESULT
    if result.exists():
        network.load_state_dict(torch.load(result, weights_only=True), strict=False)
        return
    steps = math.ceil(len(data) * recipe.epochs / recipe.batch)
    trainer = Trainer(network, recipe, steps)
    checkpoint = work / CHECKPOINT
    trainer.restore(checkpoint)
    began, seen, running = time.monotonic(), 0, 0.0
    rng = random.Random(recipe.seed)  # noqa: S311 - not for secrets
    for batch in islice(endless(data, recipe.batch, rng), trainer.done, steps):
        loss = trainer.step(batch)
        seen, running = seen + len(batch), loss if not seen else 0.98 * running + 0.02 * loss
        if trainer.done % max(1, save_every // 3) == 0 or trainer.done == steps:
            rate = seen / (time.monotonic() - began)
            _log(
                work / "log.jsonl",
                step=trainer.done,
                of=steps,
                loss=round(running, 4),
                per_second=round(rate, 1),
            )
        if trainer.done % save_every == 0:
            trainer.save(checkpoint)
    trainer.use_average()
    torch.save(trainable(network), result)
    checkpoint.unlink(missing_ok=True)


def trainable(network: nn.Module) -> dict[str, nn.Parameter]:
    """What training changes, by name."""
    return {name: p for name, p in network.named_parameters() if p.requires_grad}


def _log(path: Path, **line: float) -> None:
    print(line, flush=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
