"""`tools/train.py` from end to end, on a few dozen made-up sentences; killed once on the way."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from nlp.adapter import DELTA, HEADS, MANIFEST, NGRAMS, SHIPPED, read_manifest, revision, save_manifest
from nlp.model import Model
from train import blend
from training.precision import KEPT

ROOT = Path(__file__).resolve().parents[2]
SMALL = ("--batch", "16", "--window", "16")
OFTEN = ("--save-every", "6", "--precision", "float32")
"""The precision is given: a clock that chooses it might choose the other one after a kill."""
LOG = Path("work", "log.jsonl")

ALONE = {**os.environ, "OMP_NUM_THREADS": "1"}
"""For so little work, threads cost more than they bring, above all on a machine that does other work."""


def command(data: Path, folder: Path, passes: float) -> list[str]:
    places = ("--data", str(data), "--out", str(folder / "adapter"), "--work", str(folder / "work"))
    return [sys.executable, "tools/train.py", *places, *SMALL, *OFTEN, "--passes", str(passes)]


def last_step(folder: Path) -> dict[str, Any]:
    lines = [json.loads(line) for line in (folder / LOG).read_text().splitlines()]
    return next(line for line in reversed(lines) if "of" in line)  # between them are scores


def train(data: Path, folder: Path, passes: float, *options: str) -> None:
    asked = [*command(data, folder, passes), *options]
    done = subprocess.run(asked, cwd=ROOT, env=ALONE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2_000:]


def kill_after_checkpoint(data: Path, folder: Path, passes: float) -> None:
    with subprocess.Popen(
        command(data, folder, passes),
        cwd=ROOT,
        env=ALONE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:  # one line every other step
            said.append(line)
            if list((folder / "work").rglob("checkpoint.pt")):
                process.kill()
                return
    pytest.fail("it ended before its first checkpoint: " + "".join(said)[-2_000:])


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, small_data: Path) -> Path:
    """A folder with an adapter whose training was killed and started again."""
    folder = tmp_path_factory.mktemp("training")
    kill_after_checkpoint(small_data, folder, passes=0.06)
    assert not (folder / "adapter").exists(), "it was killed on the way"
    killed_at = last_step(folder)
    train(small_data, folder, passes=0.06)
    assert last_step(folder)["of"] == killed_at["of"]
    return folder


def test_a_killed_training_goes_on_to_the_same_number_of_steps(trained: Path) -> None:
    last = last_step(trained)
    assert last["step"] == last["of"]
    steps = [json.loads(line)["step"] for line in (trained / LOG).read_text().splitlines()]
    assert steps.count(6) == 1, "what was done before the kill was not done again"


def test_a_training_that_nobody_kills_makes_the_same_weights(
    trained: Path, small_data: Path, tmp_path: Path
) -> None:
    train(small_data, tmp_path, passes=0.06)
    for name in (DELTA, HEADS, NGRAMS, MANIFEST):
        made = [folder / "adapter" / name for folder in (trained, tmp_path)]
        assert made[0].exists() == made[1].exists()
        assert not made[0].exists() or made[0].read_bytes() == made[1].read_bytes(), name


def test_what_was_trained_can_be_read_with(trained: Path) -> None:
    model = Model(folder=trained / "adapter")
    model.check()
    bad, good = model.read(["the train is late again and nobody answers", "the train was lovely, thank you"])
    assert bad.negative > good.negative
    assert bad.model == revision(trained / "adapter") != revision(SHIPPED)


def test_ngrams_are_fitted_anew_as_training_fitted_them(
    trained: Path, small_data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "adapter"
    shutil.copytree(trained / "adapter", folder)
    made = {path.name: path.read_bytes() for path in folder.iterdir()}
    forgotten = {"ngrams": {}, "validation": {}, "calibration": {}, "unsure_below": 0, "evidence_above": 0}
    save_manifest(folder, read_manifest(folder).model_copy(update=forgotten))
    (folder / NGRAMS).unlink(missing_ok=True)
    asked = [sys.executable, "tools/fit_ngrams.py", "--data", str(small_data), "--adapter", str(folder)]
    done = subprocess.run(asked, cwd=ROOT, env=ALONE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2_000:]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == made


def test_the_manifest_says_how_it_was_made(trained: Path) -> None:
    manifest = read_manifest(trained / "adapter")
    assert manifest.recipe["batch"] == 16
    assert manifest.examples > 100
    assert any(name.endswith(".sentiment") for name in manifest.validation)
    assert any(name.endswith(".complaint") for name in manifest.validation)


def test_without_data_it_says_what_is_missing(tmp_path: Path) -> None:
    done = subprocess.run(command(tmp_path, tmp_path, 1), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0
    assert "holds none of the sets, such as" in done.stderr


@pytest.mark.parametrize(("wanted", "share"), [(1.0, 1.0), (0.8, 0.8), (0.0, 0.6)])
def test_what_was_trained_is_blended_with_what_it_began_with(wanted: float, share: float) -> None:
    network = nn.Linear(2, 2)
    network.bias.requires_grad_(False)
    frozen = network.bias.clone()
    began = {"weight": network.weight.detach().clone()}
    with torch.no_grad():
        network.weight += 1
    like = began["weight"] + wanted
    assert blend(network, began, lambda: -float((network.weight - like).abs().sum())) == share
    assert torch.allclose(network.weight, began["weight"] + share)
    assert torch.equal(network.bias, frozen)


def test_the_next_training_starts_from_the_beginning_and_says_what_it_began_with(
    trained: Path, small_data: Path, tmp_path: Path
) -> None:
    """The last test: another adapter takes the place of the one that the others look at."""
    before, start = last_step(trained), tmp_path / "adapter"
    shutil.copytree(trained / "adapter", start)
    precision = trained / "work" / KEPT
    precision.write_text("bfloat16\n", encoding="utf-8")
    train(small_data, trained, 0.01, "--start", str(start), "--precision", "auto")
    last = last_step(trained)
    assert last["of"] < before["of"] / 2
    assert last["step"] == last["of"]
    recipe = read_manifest(trained / "adapter").recipe
    assert recipe["start"] == revision(start)
    assert 0.6 <= recipe["blend"] <= 1
    assert recipe["precision"] == "bfloat16", "as the training that was interrupted there"
    assert not precision.exists(), "the next one may choose"
