"""Our own training sentences say what their labels say."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from core.reading import TOPICS
from nlp.corpora.cuts import Cut
from nlp.corpora.example import PRESENT, Example
from training.own import VARIANTS, read_own, with_own


@pytest.fixture(scope="module")
def own() -> list[Example]:
    return [example for _, example in read_own()]


def test_every_built_in_topic_has_sentences_of_ours(own: list[Example]) -> None:
    counted: Counter[str] = Counter()
    for example in own:
        marks = example.labels.get("topics", ())
        assert isinstance(marks, tuple)
        counted.update(key for key, mark in zip(TOPICS, marks, strict=False) if mark == PRESENT)
    assert set(counted) == set(TOPICS)
    assert min(counted.values()) >= 28


def test_every_target_is_in_its_text(own: list[Example]) -> None:
    aimed = [example for example in own if example.target]
    assert len(aimed) > 5_000
    assert all(e.target and e.target.casefold() in e.text.casefold() for e in aimed)
    assert not any("\0" in e.text for e in aimed)


def test_the_sentiment_stays_with_its_brand_when_brands_change(own: list[Example]) -> None:
    frames: dict[tuple[str, object], set[object]] = {}
    for example in own:
        if example.target and example.text.count(example.target) == 1:
            frame = example.text.replace(example.target, "THIS")
            frames.setdefault((frame, example.target), set()).add(example.labels["target"])
    assert all(len(labels) == 1 for labels in frames.values())
    assert len({e.target for e in own}) > 80
    texts = Counter(e.text for e in own if e.target)
    assert max(texts.values()) <= 3 * VARIANTS


def test_reading_them_again_gives_the_same(own: list[Example]) -> None:
    assert [(e.text, e.target) for _, e in read_own()] == [(e.text, e.target) for e in own]


@pytest.mark.parametrize("cut", [Cut.VALIDATION, Cut.TEST])
def test_a_sentence_of_ours_that_is_held_back_is_not_trained_on(cut: Cut, own: list[Example]) -> None:
    held = replace(own[0], corpus="elsewhere", text=own[0].text.upper() + "!")
    corpus, example = next(read_own())
    assert example == own[0]
    cuts = {**dict.fromkeys(Cut, ()), cut: [(corpus, held)]}
    trained = [e.text for _, e in with_own(cuts)]
    assert trained == [e.text for e in own if e.text != own[0].text]
