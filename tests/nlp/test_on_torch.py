"""The shipped network in torch, as it was trained: the runtime that reads must say the same."""

from __future__ import annotations

import numpy as np
import pytest

from nlp import adapter
from nlp.encoder import PACKAGED, locate
from nlp.runtime.compiled import Answers, open_runtime
from nlp.runtime.on_torch import TorchRuntime, has_card
from nlp.tokens import encode, load


@pytest.fixture(scope="module")
def encoded(sentences: list[tuple[str, str]]) -> tuple[list[list[int]], list[list[int]]]:
    texts = [text for text, _ in sentences][::3]
    targets = [None if i % 3 else "the train" for i in range(len(texts))]
    found = encode(load(locate(PACKAGED)), texts, targets)
    return [e.ids for e in found], [e.type_ids for e in found]


@pytest.fixture(scope="module")
def in_torch(encoded: tuple[list[list[int]], list[list[int]]]) -> Answers:
    return TorchRuntime(adapter.network(locate(PACKAGED)), "cpu").run(*encoded)


def test_in_full_precision_every_head_says_the_same(
    encoded: tuple[list[list[int]], list[list[int]]], in_torch: Answers
) -> None:
    exact = open_runtime("exact", lambda: adapter.network(locate(PACKAGED)), None, exact=True).run(*encoded)
    assert set(in_torch.heads) == set(exact.heads)
    for head, logits in in_torch.heads.items():
        assert np.abs(logits - exact.heads[head]).max() < 2e-3, head
    for one, other in zip(in_torch.tokens, exact.tokens, strict=True):
        assert np.abs(one - other).max() < 2e-3


def test_eight_bits_change_next_to_no_sentiment(
    encoded: tuple[list[list[int]], list[list[int]]], in_torch: Answers
) -> None:
    fast = open_runtime("fast", lambda: adapter.network(locate(PACKAGED)), None).run(*encoded)
    same = fast.heads["sentiment"].argmax(axis=1) == in_torch.heads["sentiment"].argmax(axis=1)
    assert same.mean() >= 0.97  # of 60 made-up sentences; `make bench` measures it on real ones


def test_without_a_driver_there_is_no_card_and_no_torch_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlp.runtime.on_torch.DRIVER", locate(PACKAGED) / "nothing")
    assert not has_card()


@pytest.mark.skipif(not has_card(), reason="there is no graphics card here")
def test_half_precision_on_a_card_changes_next_to_no_sentiment(
    encoded: tuple[list[list[int]], list[list[int]]], in_torch: Answers
) -> None:
    found = TorchRuntime(adapter.network(locate(PACKAGED)), "cuda").run(*encoded)
    same = found.heads["sentiment"].argmax(axis=1) == in_torch.heads["sentiment"].argmax(axis=1)
    assert same.mean() >= 0.97
