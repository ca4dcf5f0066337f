"""With the shipped model."""

from __future__ import annotations

import numpy as np
import pytest

from core.config import Topic
from core.settings import Settings
from nlp.clusters import centred, clusters, common
from nlp.embedding import ModelEmbedder, embedder_for
from nlp.model import Model

LATE = [
    "My parcel should have been here on Monday, where is it?",
    "where is my parcel, it is three days late",
    "Still waiting for my parcel. When will it come?",
]
REFUND = [
    "How long does a refund take?",
    "When do I get my money back for what I returned?",
    "I sent it back weeks ago and still have no refund",
]
PASSWORD = [
    "I cannot log in, how do I reset my password?",
    "Password reset mail never arrives",
    "How can I change the password of my account?",
]


@pytest.fixture(scope="module")
def embedder(model: Model) -> ModelEmbedder:
    return ModelEmbedder(model)


def test_what_means_the_same_is_together(embedder: ModelEmbedder) -> None:
    vectors = embedder.embed([*LATE, *REFUND, *PASSWORD])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    found = clusters(centred(vectors, common(vectors, embedder.ordinary())), 0.4)
    group_of = {row: number for number, c in enumerate(found) for row in c.members}
    for group in (range(3), range(3, 6), range(6, 9)):
        assert len({group_of[row] for row in group}) == 1
    assert len(found) == 3


def test_handles_links_and_hostile_text_change_little(embedder: ModelEmbedder) -> None:
    plain, dressed, hostile = embedder.embed(
        [
            "where is my parcel",
            "@acme where is my parcel https://example.org/x",
            "where is my parcel" + "\u202e\u200b" * 50_000,
        ]
    )
    assert plain @ dressed > 0.99
    assert plain @ hostile > 0.99


def test_nothing_is_embedded_without_the_model() -> None:
    embedder = ModelEmbedder(Model("there-is-no-such-encoder"))
    assert len(embedder.embed([])) == 0
    assert embedder.revision.startswith("earful-")


def test_own_topics_do_not_change_what_embeds() -> None:
    topic = Topic(key="parking", sentence="There is no place to park.")
    assert Model(topics=[topic]).revision != Model().revision
    assert ModelEmbedder(Model(topics=[topic])).revision == ModelEmbedder(Model()).revision


def test_one_for_each_process() -> None:
    assert embedder_for(Settings()) is embedder_for(Settings())
