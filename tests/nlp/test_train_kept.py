"""What a killed training leaves behind: for itself to go on from, and for no other training."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import teach
from nlp.network import Network
from training import kept, precision
from training.batches import EXTRA, Encoded
from training.hiding import Hiding
from training.loop import BEST, CHECKPOINT, RESULT, fit
from training.precision import AUTO, HALF, KEPT, SINGLE, settled
from training.recipe import Recipe

HIDDEN = 4
RECIPE = Recipe(batch=4, judge_every=4, precision=SINGLE)
OTHER = replace(RECIPE, seed=2)
DATA = [
    Encoded(
        tokens=(1, 2 + i % 6, 9), types=(0, 0, 0), labels={"complaint": i % 2}, weights={"complaint": 1.0},
        reason=None,
    )
    for i in range(16)
]  # fmt: skip
STEPS = 8


class Killed(Exception):
    """Stands for the signal: nothing of the training runs after it."""


class Tiny(nn.Module):
    """An encoder of one table."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(10, HIDDEN)

    def forward(self, input_ids: Tensor, **_: Any) -> Any:
        return SimpleNamespace(last_hidden_state=self.words(input_ids))


def scores(*given: float) -> Callable[[Network], float]:
    """A judge that gives these, one after the other, and is killed when it is asked for more."""
    left: Iterator[float] = iter(given)

    def judge(_: Network) -> float:
        for score in left:
            return score
        raise Killed

    return judge


def run(work: Path, recipe: Recipe, judge: Callable[[Network], float]) -> dict[str, Tensor]:
    torch.manual_seed(recipe.seed)
    network = Network(Tiny(), HIDDEN, EXTRA)
    order = [*range(len(DATA))] * 2
    fit(network, Tiny(), Hiding(mask=0, special=(1, 9)), DATA, order, judge, recipe, work, save_every=3)
    return {name: values.detach().clone() for name, values in network.named_parameters()}


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return all(torch.equal(values, other[name]) for name, values in one.items())


def killed(work: Path, recipe: Recipe, *given: float) -> None:
    with pytest.raises(Killed):
        run(work, recipe, scores(*given))


def test_the_best_weights_of_another_training_are_none_of_this_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    killed(tmp_path / "both", RECIPE, 0.9)
    killed(tmp_path / "both", OTHER)
    assert "checkpoint.pt is of another training" in capsys.readouterr().out
    found = run(tmp_path / "both", OTHER, scores(0.1, 0.2))
    assert same(found, run(tmp_path / "alone", OTHER, scores(0.1, 0.2)))


def test_its_own_best_weights_are_kept_over_a_kill(tmp_path: Path) -> None:
    killed(tmp_path / "killed", RECIPE, 0.9)
    killed(tmp_path / "killed", RECIPE)
    found = run(tmp_path / "killed", RECIPE, scores(0.5, 0.5))
    assert same(found, run(tmp_path / "alone", RECIPE, scores(0.9, 0.5)))


def test_another_training_between_takes_nothing_away(tmp_path: Path) -> None:
    killed(tmp_path, RECIPE, 0.9)
    mine = {path.name: path.read_bytes() for path in tmp_path.glob("*.pt")}
    killed(tmp_path, OTHER)
    assert set(mine) == {CHECKPOINT, BEST}
    assert set(mine.values()) <= {path.read_bytes() for path in tmp_path.glob("*-*.pt")}


@pytest.mark.parametrize("name", [CHECKPOINT, BEST, RESULT])
@pytest.mark.parametrize("cut", [0, 1, 2])
def test_a_truncated_file_is_set_aside_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, cut: int
) -> None:
    run(tmp_path, RECIPE, scores(0.1, 0.2)) if name == RESULT else killed(tmp_path, RECIPE, 0.1)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) * cut // 3])
    found = run(tmp_path, RECIPE, scores(0.1, 0.2))
    assert same(found, run(tmp_path / "alone", RECIPE, scores(0.1, 0.2)))
    assert f"{name} cannot be read" in capsys.readouterr().out
    assert (tmp_path / name.replace(".", "-damaged.")).is_file()


def test_a_kill_while_it_is_written_leaves_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / BEST
    kept.save(path, "a", step=1)

    def half(_: object, fresh: Path) -> None:
        fresh.write_bytes(b"PK")
        raise Killed

    monkeypatch.setattr(torch, "save", half)
    with pytest.raises(Killed):
        kept.save(path, "a", step=2)
    assert kept.read(path, "a") == {"step": 1}


def test_the_clock_decides_once_for_a_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work, cpu = tmp_path / "work", torch.device("cpu")
    fast = {torch.float32: 2.0, torch.bfloat16: 1.0}
    monkeypatch.setattr(precision, "_seconds", fast.get)
    assert settled(AUTO, cpu, work) == HALF
    monkeypatch.setattr(precision, "_seconds", dict.fromkeys(fast, 1.0).get)
    assert settled(AUTO, cpu, work) == HALF, "as it began"
    assert settled(SINGLE, cpu, work) == SINGLE, "what is asked for is taken"
    assert settled(AUTO, cpu, tmp_path / "other") == SINGLE
    (work / KEPT).write_text("fl", encoding="utf-8")
    assert settled(AUTO, cpu, work) == SINGLE, "half a word is none"


def test_a_teacher_goes_on_from_its_last_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teach, "AT_ONCE", 4)
    network = Network(Tiny(), HIDDEN, EXTRA)
    whole = list(teach._answers(network, DATA, tmp_path / "whole"))
    assert [len(part) for part in whole] == [4] * 4
    assert all(part.any() for part in whole)
    next(teach._answers(network, DATA, tmp_path / "killed"))
    with torch.no_grad():
        for weights in network.parameters():
            weights.zero_()  # whatever it is asked from here on, it answers 0
    first, *rest = teach._answers(network, DATA, tmp_path / "killed")
    assert np.array_equal(first, whole[0])
    assert not any(part.any() for part in rest)
