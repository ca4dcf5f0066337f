from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from typing import Any

import pytest

from core.mention import Author, Engagement, Kind, Mention, Page, Rejected, Terms, Visibility

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MENTION = Mention(source="x", external_id="17", text="late", posted_at=NOON, fetched_at=NOON)


def test_a_mention_is_named_by_source_and_id() -> None:
    assert MENTION.key == "x:17"


def test_nothing_is_made_up_about_a_mention() -> None:
    assert MENTION.author is None
    assert MENTION.rating is None
    assert MENTION.edited_at is None
    assert (MENTION.engagement.likes, MENTION.engagement.views) == (None, None)
    assert (MENTION.kind, MENTION.visibility) == (Kind.POST, Visibility.LIVE)


def test_what_a_source_allows_is_nothing_unless_it_says_so() -> None:
    assert MENTION.terms == Terms(keep_for=None, may_train=False, may_export_text=False)


@pytest.mark.parametrize(
    ("visibility", "gone"),
    [
        (Visibility.LIVE, False),
        (Visibility.EDITED, False),
        (Visibility.UNKNOWN, False),
        (Visibility.DELETED, True),
        (Visibility.REMOVED, True),
        (Visibility.PROTECTED, True),
    ],
)
def test_a_text_that_the_public_cannot_see_is_gone(visibility: Visibility, gone: bool) -> None:
    assert visibility.gone is gone


def test_every_visibility_is_in_the_table_above() -> None:
    assert {str(v) for v in Visibility} == {"live", "edited", "deleted", "removed", "protected", "unknown"}


@pytest.mark.parametrize(
    "value",
    [
        MENTION,
        Page(mentions=(MENTION,)),
        Author(source="x", external_id="1", handle="a"),
        Engagement(likes=1),
        Rejected(source="x", reason="no id", raw="{}"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_cannot_be_changed(value: Any) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(value, next(iter(value.__dataclass_fields__)), "other")


def test_an_empty_page_has_no_checkpoint_and_costs_nothing() -> None:
    page = Page()
    assert (page.mentions, page.rejected, page.checkpoint) == ((), (), None)
    assert (page.spend_usd, page.truncated) == (0.0, "")
