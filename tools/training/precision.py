"""In which floating-point format a machine trains fastest."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import torch
from torch.nn.functional import linear

from core.errors import ConfigError

AUTO, SINGLE, HALF = "auto", "float32", "bfloat16"
WORTH_IT = 1.3
"""So many times as fast must bfloat16 be: it says less, and what a clock tells once it may not tell twice."""
ROUNDS = 5
KEPT = "precision.txt"
"""In a training's folder: what AUTO came to be."""


def settled(precision: str, device: torch.device, work: Path) -> str:
    """As `resolved`, but AUTO once for a folder: decided anew after a kill, it could make another training.

    Args:
        precision: as asked for.
        device: that trains.
        work: folder of checkpoints.
    """
    place = work / KEPT
    known = place.read_text("utf-8").strip() if place.is_file() else ""
    if precision == AUTO and known in (SINGLE, HALF):
        return known
    found = resolved(precision, device)
    if precision == AUTO:
        work.mkdir(parents=True, exist_ok=True)
        place.write_text(found + "\n", encoding="utf-8")
    return found


def resolved(precision: str, device: torch.device) -> str:
    """SINGLE or HALF; what AUTO is on this machine.

    A CPU that has instructions for bfloat16 need not be faster with it: on one with AVX-512 BF16 and no AMX
    torch 2.13 multiplied at 0.55 of the speed of single precision, and trained at 0.65 of it.

    Raises:
        ConfigError: there is no such format.
    """
    if precision not in (AUTO, SINGLE, HALF):
        raise ConfigError(f"--precision {precision}", f"is none of {AUTO}, {SINGLE}, {HALF}")
    if precision != AUTO:
        return precision
    if device.type == "cuda":
        return HALF
    return HALF if _seconds(torch.float32) > WORTH_IT * _seconds(torch.bfloat16) else SINGLE


def autocast(device: torch.device, precision: str) -> AbstractContextManager[None]:
    """Multiplies in the format within its block."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == HALF)


def _seconds(kind: torch.dtype) -> float:
    """The least time that a product of an encoder's shape takes."""
    states, weights = torch.ones(2_048, 384, dtype=kind), torch.ones(1_536, 384, dtype=kind)
    return min(_took(lambda: linear(states, weights)) for _ in range(ROUNDS))


def _took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
