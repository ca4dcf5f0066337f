"""Which format a machine trains in."""

from __future__ import annotations

import pytest
import torch

from core.errors import ConfigError
from training import precision
from training.precision import AUTO, HALF, SINGLE, autocast, resolved

CPU, CARD = torch.device("cpu"), torch.device("cuda")


@pytest.mark.parametrize(
    ("single", "half", "wanted"), [(1.0, 0.5, HALF), (1.0, 0.9, SINGLE), (1.0, 2.0, SINGLE)]
)
def test_a_cpu_trains_in_half_precision_only_where_it_is_clearly_faster(
    monkeypatch: pytest.MonkeyPatch, single: float, half: float, wanted: str
) -> None:
    monkeypatch.setattr(precision, "_seconds", {torch.float32: single, torch.bfloat16: half}.get)
    assert resolved(AUTO, CPU) == wanted
    assert resolved(AUTO, CARD) == HALF, "a card is not asked"


@pytest.mark.parametrize("given", [SINGLE, HALF])
def test_what_was_asked_for_is_taken(given: str) -> None:
    assert resolved(given, CPU) == given


def test_what_there_is_not_is_refused() -> None:
    with pytest.raises(ConfigError, match="none of auto, float32, bfloat16"):
        resolved("float16", CPU)


def test_this_machine_can_tell() -> None:
    assert resolved(AUTO, CPU) in (SINGLE, HALF)


def test_products_are_taken_in_the_format() -> None:
    ones = torch.ones(2, 2)
    for given, kind in ((SINGLE, torch.float32), (HALF, torch.bfloat16)):
        with autocast(CPU, given):
            assert (ones @ ones).dtype == kind
