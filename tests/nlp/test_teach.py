"""The teacher: `tools/teach.py` from end to end with a tiny encoder, and a student of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from nlp import tokens
from nlp.adapter import read_manifest
from nlp.corpora import rows
from nlp.corpora.example import PRESENT, Example
from nlp.corpora.table import Corpus
from nlp.encoder import PACKAGED, locate
from nlp.heads import EVIDENCE, TARGET
from tests.nlp.test_train import ALONE, ROOT, SMALL
from training.batches import Encoded, encode
from training.hiding import Hiding
from training.losses import UNTAUGHT, imitation, loss_of
from training.low_rank import Adapted
from training.precision import KEPT
from training.taught import WIDTHS, Taught


def make_encoder(folder: Path) -> Path:
    """An MPNet of one layer, which like the real one knows no segments, with the packaged vocabulary."""
    from transformers import MPNetConfig, MPNetModel

    torch.manual_seed(1)
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    MPNetModel(MPNetConfig(vocab_size=30_522, **sizes)).save_pretrained(folder)
    shutil.copy(locate(PACKAGED) / "tokenizer.json", folder)
    return folder


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory, small_data: Path) -> Path:
    folder = tmp_path_factory.mktemp("teacher")
    out = folder / "answers.npz"
    places = ("--data", small_data, "--encoder", make_encoder(folder / "encoder"))
    command = (sys.executable, "tools/teach.py", *places, "--work", folder / "work", "--out", out)
    done = subprocess.run([*map(str, command)], cwd=ROOT, env=ALONE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2_000:]
    assert (folder / "work" / KEPT).is_file(), "the precision, for when it is interrupted"
    return out


def test_a_student_learns_from_its_answers(answers: Path, small_data: Path, tmp_path: Path) -> None:
    places = ("--data", small_data, "--out", tmp_path / "adapter", "--work", tmp_path / "work")
    command = (sys.executable, "tools/train.py", *places, *SMALL, "--passes", "0.02", "--teacher", answers)
    done = subprocess.run([*map(str, command)], cwd=ROOT, env=ALONE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2_000:]
    assert ", 0 taught" not in done.stdout
    assert read_manifest(tmp_path / "adapter").recipe["teacher"] == Taught.load(answers).revision


def test_answers_are_found_by_text_and_target(tmp_path: Path) -> None:
    asked = [Example(corpus="a", id="1", text="late again", target=target) for target in (None, "Acme")]
    logits = {head: np.full((2, width), 0.5, np.float32) for head, width in WIDTHS.items()}
    logits["complaint"][:, 0] = (1.0, 2.0)
    Taught.save(
        tmp_path / "answers.npz", [*asked, asked[0]], {h: v[[0, 1, 0]] for h, v in logits.items()}, "t-1"
    )
    taught = Taught.load(tmp_path / "answers.npz")
    assert [row[3] for row in map(taught.of, asked) if row is not None] == [1.0, 2.0]
    assert taught.of(Example(corpus="b", id="9", text="late  again")) is not None, (
        "cleaned as a reader sees it"
    )
    assert taught.of(Example(corpus="a", id="1", text="late again", target="Bolt")) is None
    assert Taught.nothing().of(asked[0]) is None


def test_training_sees_a_handle_that_is_asked_about_as_reading_does() -> None:
    corpus, tokenizer = Corpus(name="a", split="b", read=rows.target), tokens.load(locate(PACKAGED))
    pair = [("left @acme for @globex", "@acme"), ("left acme for @user", "acme")]
    asked = [Example(corpus="a", id="1", text=text, target=target) for text, target in pair]
    called, named = encode([(corpus, one) for one in asked], tokenizer)
    assert (called.tokens, called.types) == (named.tokens, named.types)


def example(taught: float, aimed: bool = False) -> Encoded:
    row = np.full(sum(WIDTHS.values()), taught, np.float16)
    row[: WIDTHS["sentiment"]] = (2, 0, -2)
    return Encoded(tokens=(1,), types=(0,), labels={}, weights={}, reason=None, taught=row, aimed=aimed)


def logits_of(row: np.ndarray) -> dict[str, torch.Tensor]:
    parts = np.split(row.astype(np.float32), np.cumsum([*WIDTHS.values()])[:-1])
    found = {
        head: torch.tensor(part)[None].requires_grad_() for head, part in zip(WIDTHS, parts, strict=True)
    }
    return {**found, EVIDENCE: torch.zeros(1, 1)}


def test_who_answers_as_the_teacher_has_nothing_to_learn_from_it() -> None:
    asked = example(1.0, aimed=True)
    assert asked.taught is not None
    same = logits_of(asked.taught)
    imitation(same, [asked], {0: asked.taught}).sum().backward()
    for head in WIDTHS.keys() - set(UNTAUGHT):
        gradient = same[head].grad
        assert gradient is not None
        assert gradient.abs().max() < 1e-3
    other = logits_of(-asked.taught)
    alike, unlike = (imitation(logits, [asked], {0: asked.taught}).sum() for logits in (same, other))
    assert unlike > alike + 1


def test_a_target_that_is_not_there_is_not_learned() -> None:
    asked = example(1.0)
    assert asked.taught is not None
    found = logits_of(-asked.taught)
    loss_of(found, [asked], smoothing=0, evidence=0, taught=1).backward()
    gradient = found[TARGET].grad
    assert gradient is not None
    assert not gradient.any()


def test_topics_are_learned_from_people_alone() -> None:
    asked = example(1.0)
    row = asked.taught
    assert row is not None
    labels = {"topics": (PRESENT,) * WIDTHS["topics"], "complaint": 1}
    told = replace(asked, labels=labels, weights=dict.fromkeys(labels, 1.0))

    def gradients(taught: float) -> dict[str, torch.Tensor]:
        found = logits_of(-row)
        loss_of(found, [told], smoothing=0, evidence=0, taught=taught).backward()
        return {head: g for head in labels if (g := found[head].grad) is not None}

    alone, with_teacher = gradients(0.0), gradients(0.6)
    assert alone["topics"].any()
    assert torch.equal(alone["topics"], with_teacher["topics"])
    assert not torch.equal(alone["complaint"], with_teacher["complaint"])


def test_low_rank_weights_begin_at_nothing_and_are_all_that_is_trained(tmp_path: Path) -> None:
    from transformers import AutoModel

    folder = make_encoder(tmp_path / "encoder")
    plain = AutoModel.from_pretrained(str(folder)).to(torch.bfloat16).eval()
    adapted = Adapted(AutoModel.from_pretrained(str(folder)).eval())
    ids, mask = torch.tensor([[0, 2_000, 2_001, 2]]), torch.ones(1, 4, dtype=torch.long)
    with torch.no_grad():
        before = plain(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        assert torch.equal(adapted(ids, mask).last_hidden_state, before)
        for name, weights in adapted.named_parameters():
            if weights.requires_grad:
                assert name.rpartition(".")[2] in ("a", "b")
                nn.init.normal_(weights)
        assert not torch.equal(adapted(ids, mask).last_hidden_state, before)
        assert torch.equal(adapted.untrained(ids, mask).last_hidden_state, before)
    assert sum(weights.requires_grad for weights in adapted.parameters()) == 2 * 6


def test_neither_signs_nor_targets_are_hidden() -> None:
    tokenizer = tokens.load(locate(PACKAGED))
    hiding = Hiding.of(tokenizer)
    (pair,) = tokens.encode(tokenizer, ["i left acme for globex"], ["acme"])
    ids, types = torch.tensor([pair.ids]), torch.tensor([tokens.types_of(pair)])
    shown = hiding.hide(ids, types, share=1.0, seed=1)
    kept = shown == ids
    special = torch.tensor([pair.special_tokens_mask]).bool()
    assert torch.equal(kept, special | (types == 1))
    assert torch.equal(hiding.hide(ids, types, 0.3, seed=7), hiding.hide(ids, types, 0.3, seed=7))
