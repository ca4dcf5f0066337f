from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from alerts.grouping import COPY_WINDOW, copy_span, subject
from core.mention import Author, Mention

T = datetime(2026, 11, 22, tzinfo=UTC)


def a_mention(**more: Any) -> Mention:
    return Mention(source="reddit", external_id="t1_1", text="", posted_at=T, fetched_at=T, **more)


@pytest.mark.parametrize(
    ("mention", "key"),
    [
        (
            a_mention(author=Author(source="reddit", external_id="u7", handle="jo"), thread_id="t3_9"),
            "author:reddit:u7",
        ),
        (
            a_mention(author=Author(source="reddit", external_id="", handle="?"), thread_id="t3_9"),
            "thread:reddit:t3_9",
        ),
        (a_mention(thread_id="t3_9"), "thread:reddit:t3_9"),
        (a_mention(), "mention:reddit:t1_1"),
    ],
)
def test_author_then_thread_then_itself(mention: Mention, key: str) -> None:
    assert subject(mention) == key


def test_a_copy_is_looked_for_on_both_sides_of_a_post() -> None:
    """Pages come in any order: the copy that was posted first may be stored last."""
    since, until = copy_span(a_mention())
    assert (T - since, until - T) == (COPY_WINDOW, COPY_WINDOW)
