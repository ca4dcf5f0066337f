"""The shipped model, as the rest of Earful uses it."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import nlp.model
from core.config import Topic
from core.errors import ConfigError
from core.reading import EMOTIONS, NO_COMPLAINT, SENTIMENTS, SEVERITIES, TOPICS, Reading
from nlp.heads import DIGITS
from nlp.model import Model

ROOT = Path(__file__).resolve().parents[2]
ROUNDING = 1.5 * 10**-DIGITS
ANYTHING = st.text(st.sampled_from("\x00\ud800\u200d\ufffd😡&;@ a") | st.characters())


def figures(reading: Reading) -> list[float]:
    mappings = (reading.sentiment, reading.severity, reading.topics, reading.emotion)
    assert reading.offensive is not None
    assert reading.irony is not None
    several = [p for mapping in mappings for p in mapping.values()]
    return [*several, reading.complaint, reading.offensive, reading.irony]


def test_importing_it_loads_none_of_its_libraries() -> None:
    program = (
        "import sys, nlp.model; "
        "print(sorted({'torch', 'transformers', 'openvino', 'tokenizers', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_reading_loads_neither_torch_nor_transformers() -> None:
    program = (
        "import sys; from nlp.model import Model; Model().read(['late again']); "
        "print(sorted({'torch', 'transformers', 'matplotlib', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_nothing_to_read_loads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nlp.model, "load", None)
    model = Model()
    model.check()
    assert model.read([]) == []


def test_a_reading_names_the_revision(model: Model) -> None:
    assert model.read(["late again"])[0].model == model.revision


def test_readings_come_in_the_order_of_the_texts_and_as_if_each_were_alone(model: Model) -> None:
    rng = random.Random(5)
    words = ["late", "again", "lovely", "staff", "refund", "never", "thanks", "broken", "parcel", "app"]
    texts = [" ".join(rng.choices(words, k=rng.choice([1, 3, 10, 40, 80]))) for _ in range(20)]
    together = model.read(texts)
    for text, reading in zip(texts, together, strict=True):
        assert figures(reading) == pytest.approx(figures(model.read([text])[0]), abs=0.05)
    assert len({tuple(figures(reading)) for reading in together}) > 15, "mixing them up would be seen"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "a" * 1_000_000,
        "late again " * 90_000,
        "\x00",
        "late\x00again",
        "😡😡😡",
        "👨\u200d👩\u200d👧",
        "\ud83d late again \ude21",
        "\x1b[31mred",
        "@acme https://x.example",
        "[CLS] [SEP] [PAD] [MASK]",
        "لم يصل الطلب",
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_odd_texts_get_proper_probabilities_and_leave_their_neighbours_alone(model: Model, text: str) -> None:
    before = model.read(["late again"])[0]
    odd, neighbour = model.read([text, "late again"])
    assert list(odd.sentiment) == list(SENTIMENTS)
    assert sum(odd.sentiment.values()) == pytest.approx(1, abs=3 * ROUNDING)
    assert all(0 <= p <= 1 for p in figures(odd))
    assert figures(neighbour) == pytest.approx(figures(before), abs=0.05)


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(ANYTHING, max_size=6))
@example(texts=["late", "\ud800"])
def test_any_texts_are_read(model: Model, texts: list[str]) -> None:
    readings = model.read(texts)
    assert len(readings) == len(texts)
    for reading in readings:
        assert sum(reading.sentiment.values()) == pytest.approx(1, abs=3 * ROUNDING)


@pytest.mark.parametrize("text", ["", "\u200b\u200b", " \n "])
def test_a_text_with_nothing_in_it_is_unsure(model: Model, text: str) -> None:
    assert model.read([text])[0].unsure


@pytest.mark.parametrize(
    "text",
    [
        "Der Zug ist schon wieder ausgefallen und niemand sagt uns, wie es weitergeht.",
        "Le train est encore en retard et personne ne nous dit ce qui se passe.",
        "電車がまた遅れていて、誰も説明してくれません。",
    ],
)
def test_a_language_it_was_not_trained_for_is_said_to_be_so(model: Model, text: str) -> None:
    reading = model.read([text])[0]
    assert not reading.supported
    assert reading.unsure


def test_two_threads_load_it_once(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = (model.read(["warm"]), model._load())[1][:2]
    both_inside = threading.Barrier(2)
    loads: list[str] = []

    def load(*_: Any) -> Any:
        loads.append(threading.current_thread().name)
        with contextlib.suppress(threading.BrokenBarrierError):  # broken, as the other one waits outside
            both_inside.wait(timeout=0.5)
        return loaded

    monkeypatch.setattr(nlp.model, "load", load)
    fresh, readings = Model(), []
    threads = [threading.Thread(target=lambda: readings.append(fresh.read(["late again"]))) for _ in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(loads) == 1
    assert len(readings) == 2
    assert readings[0] == readings[1]


def test_an_encoder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"model\.safetensors"):
        Model(encoder=str(tmp_path)).check()


def test_a_reading_answers_every_question(model: Model) -> None:
    reading = model.read(["my parcel is late again"])[0]
    assert tuple(reading.severity) == (NO_COMPLAINT, *SEVERITIES)
    assert sum(reading.severity.values()) == pytest.approx(1, abs=6 * ROUNDING)
    assert reading.severity[NO_COMPLAINT] == pytest.approx(1 - reading.complaint, abs=ROUNDING)
    assert tuple(reading.topics) == TOPICS
    assert tuple(reading.emotion) == EMOTIONS
    assert sum(reading.emotion.values()) == pytest.approx(1, abs=4 * ROUNDING)


def test_embeddings_have_length_one_and_like_texts_are_near(model: Model) -> None:
    late, later, pizza = model.embed(
        ["my train is late", "the train was delayed again", "what a lovely pizza"]
    )
    assert [float(v @ v) for v in (late, later, pizza)] == pytest.approx([1, 1, 1], abs=1e-3)
    assert late @ later > late @ pizza + 0.2


def test_a_teams_own_topic_is_read_besides_and_names_another_revision(model: Model) -> None:
    topic = Topic(
        key="lounge",
        sentence="The lounge at the airport is too full.",
        examples=("no seats left in the lounge", "the lounge was crowded and loud"),
    )
    own = Model(topics=[topic])
    crowded, other = own.read(["there was not one free seat in the lounge", "my card was charged twice"])
    assert crowded.topics["lounge"] > other.topics["lounge"]
    assert set(crowded.topics) == {*TOPICS, "lounge"}
    assert own.revision.startswith(model.revision + "+")


def test_evidence_lies_in_the_original_text(model: Model) -> None:
    text = "@acme hi &amp; hello, I flew on Monday. You lost my suitcase and nobody answers the phone 😡"
    found = model.read([text])[0].evidence
    assert found
    assert any(
        "lost my suitcase" in text[s.start : s.end] or "nobody" in text[s.start : s.end] for s in found
    )


def test_a_neutral_text_needs_no_evidence(model: Model) -> None:
    assert model.read(["What time does the train to Leeds leave tomorrow?"])[0].evidence == ()


# What follows holds for a well-trained adapter: it is what the model is there for.


@pytest.mark.parametrize(
    "text",
    [
        "I am furious, my flight was cancelled and nobody answers the phone.",
        "Worst customer service ever, I want my money back!",
        "Two weeks late and it arrived broken. Never again.",
        "@acme your app keeps crashing and I lost all my data, this is unacceptable",
        "The staff were rude and the room was filthy.",
        "I was charged twice and they refuse to refund me 😡",
    ],
)
def test_an_unhappy_customer_is_seen(model: Model, text: str) -> None:
    reading = model.read([text])[0]
    assert reading.label == "negative"
    assert reading.complaint > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "I love this airline, the crew was wonderful!",
        "Thank you so much, the problem was solved within minutes.",
        "Best pizza in town, we will definitely come back.",
        "@acme great job, my parcel arrived a day early 😍",
        "Absolutely delighted with my new phone.",
    ],
)
def test_a_happy_customer_is_seen(model: Model, text: str) -> None:
    reading = model.read([text])[0]
    assert reading.label == "positive"
    assert reading.complaint < 0.5


@pytest.mark.parametrize(
    "text", ["The shop opens at nine on Monday.", "What time does the train to Leeds leave tomorrow?"]
)
def test_a_mere_statement_is_not_called_unhappy(model: Model, text: str) -> None:
    assert model.read([text])[0].label == "neutral"


@pytest.mark.parametrize(
    ("text", "worse", "better"),
    [
        ("The food was great but the service was awful", "service", "food"),
        ("lovely room, terrible breakfast", "breakfast", "room"),
        ("Great hotel. The app is a nightmare.", "app", "hotel"),
    ],
)
def test_a_reading_is_about_its_target(model: Model, text: str, worse: str, better: str) -> None:
    about_worse, about_better = model.read([text, text], [worse, better])
    assert about_worse.label == "negative"
    assert about_better.label == "positive"


@pytest.mark.parametrize(
    "text",
    [
        "So glad I left {} for {}",
        "{} is awful and rude, {} is great",
        "I will never book {} again, {} was so much better",
    ],
)
def test_a_handle_is_read_like_a_name(model: Model, text: str) -> None:
    named, called = text.format("Acme", "Globex"), text.format("@acme", "@globex")
    about_names = model.read([named, named], ["Acme", "Globex"])
    about_handles = model.read([called, called], ["@acme", "@globex"])
    assert [r.label for r in about_handles] == [r.label for r in about_names] == ["negative", "positive"]
    words = {called[s.start : s.end] for r in about_handles for s in r.evidence}
    assert words
    assert all(f" {w} " in f" {called} " for w in words), "whole words of the original"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("three hours late and still no news", "delay"),
        ("you cancelled my flight the night before", "cancellation"),
        ("my suitcase never arrived", "lost_or_damaged"),
        ("the agent at the desk was so rude", "staff"),
        ("on hold for two hours and nobody picks up", "unreachable"),
        ("you charged my card twice, where is my refund", "billing"),
        ("the app crashes every time I open it", "app"),
    ],
)
def test_a_complaint_is_about_its_topic(model: Model, text: str, topic: str) -> None:
    found = model.read([text])[0].topics
    assert max(found, key=lambda key: found[key]) == topic
