"""Another model's checkpoint: found, understood, read with, and refused with a reason."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from core.errors import ConfigError
from core.reading import SENTIMENTS
from nlp.checkpoint import Checkpoint
from nlp.evaluation.measures import reliability
from nlp.label_map import parse_labels
from tests.tiny_checkpoint import NAMES, WORDS, a_text, change_config, make_checkpoint

STARS = tuple(f"{n} star{'s' if n > 1 else ''}" for n in range(1, 6))
STARS_MEAN = ("negative", "negative", "neutral", "positive", "positive")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("made") / "tiny")


def change_weights(folder: Path, change: Callable[[dict[str, torch.Tensor]], None]) -> None:
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize("kind", ["bert", "distilbert", "roberta"])
def test_every_kind_reads_in_the_order_of_the_texts_and_as_if_each_were_alone(
    tmp_path: Path, kind: str
) -> None:
    checkpoint = Checkpoint(str(make_checkpoint(tmp_path / kind, kind=kind)))
    wanted = [NAMES[i % 3] for i in range(12)]
    texts = [a_text(name, i) + " and it is the parcel" * (i % 5) for i, name in enumerate(wanted)]
    found = checkpoint.probabilities([*texts, "late again " * 90_000, "\ud800 @acme https://x.example"])
    assert [SENTIMENTS[i] for i in found[:12].argmax(axis=1)] == wanted
    assert found.sum(axis=1) == pytest.approx(np.ones(14))
    assert found[:1] == pytest.approx(checkpoint.probabilities(texts[:1]), abs=1e-4)
    assert checkpoint.probabilities([]).shape == (0, 3)


@pytest.mark.parametrize(
    ("labels", "means", "given"),
    [
        (("POS", "NEU", "NEG"), ("positive", "neutral", "negative"), ""),
        (STARS, STARS_MEAN, ""),
        (("LABEL_0", "LABEL_1"), ("positive", "negative"), "LABEL_0=positive,LABEL_1=negative"),
    ],
)
def test_labels_mean_what_they_are_said_to(
    tmp_path: Path, labels: tuple[str, ...], means: tuple[str, ...], given: str
) -> None:
    folder = make_checkpoint(tmp_path / "m", labels, means)
    found = Checkpoint(str(folder), parse_labels(given)).probabilities(
        [a_text("negative"), a_text("positive")]
    )
    assert found.argmax(axis=1).tolist() == [0, 2]
    if "neutral" not in means:
        assert found[:, 1].tolist() == [0, 0]


def test_the_revision_changes_with_whatever_a_reading_depends_on_and_nothing_else(
    tiny: Path, tmp_path: Path
) -> None:
    base = Checkpoint(str(tiny))
    name, _, digest = base.revision.partition("@")
    assert name == "tiny"
    assert len(digest) == 12

    def revision(change: Callable[[Path], object], **given: float) -> str:
        folder = Path(shutil.copytree(tiny, tmp_path / "copies" / str(len(found)) / "tiny"))
        change(folder)
        return Checkpoint(str(folder), **given).revision

    def nudge(weights: dict[str, torch.Tensor]) -> None:
        weights["classifier.bias"][0] += 0.001

    def swap_words(folder: Path) -> None:
        text = (folder / "tokenizer.json").read_text("utf-8")
        swapped = text.replace("late", "tmp0").replace("best", "late").replace("tmp0", "best")
        (folder / "tokenizer.json").write_text(swapped, "utf-8")

    found = [base.revision]
    found.append(revision(lambda folder: change_weights(folder, nudge)))
    found.append(revision(swap_words))
    found.append(revision(lambda folder: change_config(folder, {"layer_norm_eps": 1e-3})))
    found.append(revision(lambda _: None, temperature=1.5))
    found.append(Checkpoint(str(tiny), {"neutral": "positive"}).revision)
    assert len(set(found)) == len(found)
    assert revision(lambda folder: (folder / "trainer_state.json").write_text("{}")) == base.revision
    assert base._loaded is None, "all that without loading the weights"


def _pickle_only(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def _cut_off(folder: Path) -> None:
    content = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(content[: len(content) // 2])


def _adapter(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text("{}")


def _missing_part(folder: Path) -> None:
    index = {"weight_map": {"a": "model.safetensors", "b": "model-2.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def _no_padding(folder: Path) -> None:
    for name, key in (("tokenizer_config.json", "pad_token"), ("tokenizer.json", "padding")):
        content = json.loads((folder / name).read_text("utf-8"))
        (folder / name).write_text(json.dumps({**content, key: None}), "utf-8")


def _no_vocabulary(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer"}')


def _only_the_model(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name not in ("config.json", "model.safetensors"):
            path.unlink()


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no config": (
        lambda f: (f / "config.json").unlink(),
        r"config\.json: is missing; a checkpoint is a folder",
    ),
    "no json": (lambda f: (f / "config.json").write_text("{"), "is damaged"),
    "no label names": (
        lambda f: change_config(f, {"id2label": None, "num_labels": 3}),
        'LABELS="LABEL_0=…,LABEL_1',
    ),
    "odd labels": (lambda f: change_config(f, {"id2label": {"a": "negative"}}), "`id2label` is damaged"),
    "another task": (lambda f: change_config(f, {"architectures": ["BertForMaskedLM"]}), "another task"),
    "several at once": (
        lambda f: change_config(f, {"problem_type": "multi_label_classification"}),
        "one class",
    ),
    "pickle": (_pickle_only, r"pytorch_model\.bin is a pickle.*save_pretrained"),
    "no weights": (lambda f: (f / "model.safetensors").unlink(), "take a revision that holds safetensors"),
    "cut off": (_cut_off, "is damaged.*download it again"),
    "adapter": (_adapter, "merge it"),
    "a part": (_missing_part, r"model-2\.safetensors: is missing"),
    "index": (lambda f: (f / "model.safetensors.index.json").write_text("[]"), "is damaged"),
    "no tokenizer": (lambda f: (f / "tokenizer.json").write_text("{}"), "cannot be loaded"),
    "no vocabulary": (_no_vocabulary, "knows no words"),
    "nothing of a tokenizer": (_only_the_model, "knows no words.*save the tokenizer beside"),
    "no padding": (_no_padding, "no padding token"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_what_is_wrong_is_found_without_loading_weights(tiny: Path, tmp_path: Path, what: str) -> None:
    change, said = DAMAGE[what]
    folder = Path(shutil.copytree(tiny, tmp_path / "tiny"))
    change(folder)
    checkpoint = Checkpoint(str(folder))
    with pytest.raises(ConfigError, match=said):
        checkpoint.check()
    with pytest.raises(ConfigError, match=said):
        checkpoint.probabilities(["late"])


def _without_classifier(weights: dict[str, torch.Tensor]) -> None:
    del weights["classifier.weight"]


def _broken_classifier(weights: dict[str, torch.Tensor]) -> None:
    weights["classifier.weight"][:] = torch.nan


@pytest.mark.parametrize(
    ("change", "said"), [(_without_classifier, "lack classifier.weight"), (_broken_classifier, "finite")]
)
def test_weights_that_cannot_classify_are_refused(
    tiny: Path, tmp_path: Path, change: Callable[[dict[str, torch.Tensor]], None], said: str
) -> None:
    folder = Path(shutil.copytree(tiny, tmp_path / "tiny"))
    change_weights(folder, change)
    with pytest.raises(ConfigError, match=said):
        Checkpoint(str(folder)).prepare()


def test_code_that_comes_with_a_checkpoint_is_not_run(tiny: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny, tmp_path / "tiny"))
    ran = tmp_path / "ran"
    (folder / "evil.py").write_text(f"open({str(ran)!r}, 'w')\n")
    auto = {"AutoConfig": "evil.Config", "AutoModelForSequenceClassification": "evil.Model"}
    change_config(folder, {"model_type": "evil", "auto_map": auto})
    with pytest.raises(ConfigError, match="never run"):
        Checkpoint(str(folder)).prepare()
    assert not ran.exists()


@pytest.mark.parametrize("name", ["./none", "/none", "models/none/deep", "~/none", "..\\none"])
def test_a_missing_folder_is_not_looked_for_on_the_hub(name: str) -> None:
    with pytest.raises(ConfigError, match="there is no such folder"):
        Checkpoint(name).check()


def test_a_text_for_which_it_gives_no_number_leaves_its_neighbours_alone(tiny: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny, tmp_path / "tiny"))
    word = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]["kaputt"]

    def overflow(weights: dict[str, torch.Tensor]) -> None:
        weights["bert.embeddings.word_embeddings.weight"][word] = torch.inf

    change_weights(folder, overflow)
    found = Checkpoint(str(folder)).probabilities(["it is late", "it is kaputt", "it is great"])
    assert np.isnan(found).all(axis=1).tolist() == [False, True, False]
    assert found[[0, 2]].argmax(axis=1).tolist() == [0, 2]


def test_a_fitted_temperature_calibrates_it(tiny: Path) -> None:
    """It is sure of itself; where two fifths of the labels say otherwise, it has to be less so."""
    texts, wanted = [], []
    for i in range(150):
        texts.append(f"{a_text(NAMES[i % 3], i)} {WORDS[NAMES[i % 3]][i % 4]}")
        wanted.append((i + (i // 3 % 5 < 2)) % 3)
    temperature = Checkpoint(str(tiny)).fitted_temperature(texts, wanted)

    def error(divisor: float) -> float:
        found = Checkpoint(str(tiny), temperature=divisor).probabilities(texts)
        return reliability(found.max(axis=1), found.argmax(axis=1) == np.array(wanted)).error

    assert temperature > 1.5
    assert error(temperature) < 0.1 < error(1.0)


def test_on_a_card_it_says_the_same_in_half_precision(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    texts = [a_text(name, i) for name in NAMES for i in range(4)]
    on_card = Checkpoint(str(tiny))
    found = on_card.probabilities(texts)
    assert on_card._load().device == "cuda"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert found == pytest.approx(Checkpoint(str(tiny)).probabilities(texts), abs=0.02)
