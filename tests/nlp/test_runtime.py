"""The runtime against the same network in torch: tiny random weights, and the packaged encoder."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModel, BertConfig, BertModel

from nlp.encoder import PACKAGED, locate
from nlp.runtime.compiled import Parts, Runtime, open_runtime
from nlp.runtime.peaks import measure
from nlp.tokens import encode, load

ROOT = Path(__file__).resolve().parents[2]
HEADS = {"sentiment": 3, "complaint": 1, "topics": 5, "target": 3, "evidence": 1}
TINY_HEADS = 4

Weights = Mapping[str, np.ndarray[Any, np.dtype[np.float32]]]


def weights_of(encoder: Any, seed: int = 0) -> dict[str, Any]:
    """The encoder's weights, and random heads."""
    rng = np.random.default_rng(seed)
    hidden = encoder.config.hidden_size
    found = {name: values.numpy() for name, values in encoder.state_dict().items() if "pooler" not in name}
    for head, outputs in HEADS.items():
        found[f"heads.{head}.weight"] = rng.normal(0, 0.2, (outputs, hidden)).astype(np.float32)
        found[f"heads.{head}.bias"] = rng.normal(0, 0.2, outputs).astype(np.float32)
    return found


def in_torch(encoder: Any, weights: Weights, ids: list[int], types: list[int]) -> dict[str, Any]:
    """What the runtime must answer for one text."""
    kinds = torch.tensor([types])
    with torch.inference_mode():
        states = (
            encoder(
                input_ids=torch.tensor([ids]), attention_mask=torch.ones_like(kinds), token_type_ids=kinds
            )
            .last_hidden_state[0]
            .numpy()
        )
    where = np.asarray(types)

    def head(name: str, inputs: Any) -> Any:
        return inputs @ weights[f"heads.{name}.weight"].T + weights[f"heads.{name}.bias"]

    text = states[where == 0].mean(axis=0)
    target = states[where == 1].mean(axis=0) if (where == 1).any() else np.zeros_like(text)
    answers = {name: head(name, target if name == "target" else text) for name in HEADS if name != "evidence"}
    return {**answers, "evidence": head("evidence", states)[:, 0]}


@pytest.fixture(scope="module")
def tiny() -> Any:
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=200,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=TINY_HEADS,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    encoder = BertModel(config, add_pooling_layer=False).eval()
    with torch.no_grad():  # as they come all norms do the same, and a bias or two is never seen
        for values in encoder.parameters():
            values.add_(0.1 * torch.randn_like(values))
    return encoder


def source(encoder: Any, attention_heads: int = TINY_HEADS, **more: Any) -> Any:
    return lambda: Parts(weights=weights_of(encoder), attention_heads=attention_heads, **more)


def refuse() -> Parts:
    raise AssertionError("was built again")


@pytest.fixture(scope="module")
def exact(tiny: Any) -> Runtime:
    return open_runtime("tiny", source(tiny), None, exact=True)


def some_texts(count: int = 12) -> tuple[list[list[int]], list[list[int]]]:
    """Random tokens of many lengths; every second one a pair."""
    rng = np.random.default_rng(1)
    ids, types = [], []
    for i in range(count):
        text, target = int(rng.integers(2, 70)), int(rng.integers(1, 9)) if i % 2 else 0
        ids.append(rng.integers(0, 200, text + target).tolist())  # 0 too: [PAD] can stand in a text
        types.append([0] * text + [1] * target)
    return ids, types


def test_it_computes_what_torch_computes(tiny: Any, exact: Runtime) -> None:
    ids, types = some_texts()
    answers, weights = exact.run(ids, types), weights_of(tiny)
    for i, (one, kinds) in enumerate(zip(ids, types, strict=True)):
        wanted = in_torch(tiny, weights, one, kinds)
        assert answers.tokens[i] == pytest.approx(wanted.pop("evidence"), abs=1e-3)
        assert set(answers.heads) == set(wanted)
        for head, values in wanted.items():
            assert answers.heads[head][i] == pytest.approx(values, abs=1e-3), head


def test_without_types_all_of_it_is_text(exact: Runtime) -> None:
    ids, _ = some_texts(5)
    nothing = exact.run(ids, [[0] * len(one) for one in ids])
    for head, values in exact.run(ids).heads.items():
        assert values == pytest.approx(nothing.heads[head], abs=1e-6)


def test_nothing_to_run(exact: Runtime) -> None:
    assert not exact.run([]).tokens


def test_a_text_that_is_too_long_is_refused_and_the_next_call_works(exact: Runtime) -> None:
    with pytest.raises(ValueError, match="513 tokens"):
        exact.run([[5] * 513])
    assert exact.run([[5, 6]]).heads["sentiment"].shape == (1, 3)


def test_other_work_is_done_to_its_end_meanwhile(exact: Runtime) -> None:
    ids, done = some_texts(30)[0], list[int]()

    def work(steps: int) -> Iterator[None]:
        for step in range(steps):
            done.append(step)
            yield

    alone = exact.run(ids).heads["sentiment"]
    for steps in (0, 3, 2_000):  # less than there is time for, and more
        done.clear()
        assert exact.run(ids, meanwhile=work(steps)).heads["sentiment"] == pytest.approx(alone, abs=1e-6)
        assert done == list(range(steps))
    done.clear()
    exact.run([], meanwhile=work(5))
    assert done == list(range(5)), "also where there is nothing to wait for"


def test_what_goes_wrong_meanwhile_is_told_and_the_next_call_works(exact: Runtime) -> None:
    def broken() -> Iterator[None]:
        yield
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        exact.run(some_texts(30)[0], meanwhile=broken())
    assert exact.run([[5, 6]]).heads["sentiment"].shape == (1, 3)


def test_threads_get_their_own_answers(exact: Runtime) -> None:
    parts = [some_texts(8 + n)[0] for n in range(6)]
    wanted, got = [exact.run(part).heads["sentiment"] for part in parts], {}
    threads = [
        threading.Thread(target=lambda n=n: got.update({n: exact.run(parts[n]).heads["sentiment"]}))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for n, values in enumerate(wanted):
        assert got[n] == pytest.approx(values, abs=1e-5)


# The real encoder, in eight bits: near enough to full precision to change no answer that was not a toss-up.


@pytest.fixture(scope="module")
def packaged() -> Any:
    return AutoModel.from_pretrained(str(locate(PACKAGED)), local_files_only=True).eval()


@pytest.fixture(scope="module")
def tokens(sentences: list[tuple[str, str]]) -> list[list[int]]:
    texts = [text for text, _ in sentences]
    return [e.ids for e in encode(load(locate(PACKAGED)), texts, [None] * len(texts))]


def test_eight_bits_stray_little_and_less_with_measured_peaks(packaged: Any, tokens: list[list[int]]) -> None:
    hidden = packaged.config.num_attention_heads
    full = open_runtime("full", source(packaged, hidden), None, exact=True).run(tokens).heads
    peaks = measure(weights_of(packaged), tokens[::3], attention_heads=hidden)
    strays = {}
    for name, more in {"plain": {}, "peaks": {"peaks": peaks}}.items():
        some = open_runtime(name, source(packaged, hidden, **more), None).run(tokens).heads
        strays[name] = np.sqrt(np.mean((some["topics"] - full["topics"]) ** 2)) / full["topics"].std()
    assert 0 < strays["peaks"] < strays["plain"] < 0.15


# First use builds and keeps; whatever is wrong with what was kept, the answer is right.


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def kept(cache: Path) -> list[Path]:
    return sorted(cache.glob("*.reader"))


def test_the_second_start_builds_nothing_and_answers_the_same(tiny: Any, cache: Path) -> None:
    ids, types = some_texts(9)
    first = open_runtime("tiny", source(tiny), cache).run(ids, types)
    second = open_runtime("tiny", refuse, cache).run(ids, types)
    for head, values in first.heads.items():
        assert second.heads[head] == pytest.approx(values, abs=1e-6)
    assert len(kept(cache)) == 1


def test_another_revision_is_another_entry_and_old_ones_go(tiny: Any, cache: Path) -> None:
    for n in range(7):
        open_runtime(f"tiny-{n}", source(tiny), cache)
    assert len(kept(cache)) == 4
    open_runtime("tiny-6", refuse, cache)


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "not ours"])
def test_a_damaged_entry_is_made_again(tiny: Any, cache: Path, damage: str) -> None:
    open_runtime("tiny", source(tiny), cache)
    [file] = kept(cache)
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(
        {
            "cut": whole[:middle],
            "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "emptied": b"",
            "not ours": b"something else altogether" * 100,
        }[damage]
    )
    with pytest.raises(AssertionError, match="built again"):
        open_runtime("tiny", refuse, cache)
    assert open_runtime("tiny", source(tiny), cache).run([[5, 6]]).heads["sentiment"].shape == (1, 3)
    open_runtime("tiny", refuse, cache)


def test_a_folder_that_cannot_be_written_is_done_without(tiny: Any, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("a file where the folder should be", encoding="utf-8")
    assert open_runtime("tiny", source(tiny), file / "cache").run([[5, 6]]).heads["sentiment"].shape == (1, 3)


def test_of_several_starts_at_once_one_builds(tiny: Any, cache: Path) -> None:
    built: list[int] = []

    def counted() -> Parts:
        built.append(1)
        return Parts(weights=weights_of(tiny), attention_heads=TINY_HEADS)

    threads = [threading.Thread(target=open_runtime, args=("tiny", counted, cache)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(built) == 1
    assert [path.name for path in cache.iterdir() if path.suffix == ".part"] == []


def test_reading_loads_neither_torch_nor_transformers_nor_what_reports_to_others(
    tiny: Any, cache: Path
) -> None:
    open_runtime("tiny", source(tiny), cache)
    program = (
        "import sys, pathlib\n"
        "from nlp.runtime.compiled import open_runtime\n"
        f"r = open_runtime('tiny', None, pathlib.Path({str(cache)!r}))\n"
        "r.run([[5, 6]])\n"
        "print(sorted({'torch', 'transformers', 'openvino_telemetry'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
