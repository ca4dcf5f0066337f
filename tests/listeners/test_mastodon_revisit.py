"""Mastodon: looking again at statuses that are known."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import SchemaChanged
from core.mention import Kind, Visibility
from core.target import Known
from tests.listeners.mastodon_platform import (
    STATUSES,
    Server,
    mastodon_fixture,  # noqa: F401
    own_id,
    status,
)
from tests.listeners.scenarios.base import NOW, posted
from tests.replay import Answer, Seen


def known(mastodon: Server, number: int) -> Known:
    own = f"{mastodon.name}/{own_id(number)}"
    return Known(external_id=own, thread_id=own, posted_at=posted(number), url="u", kind=Kind.QUOTE)


class TestRevisit:
    def test_in_bulk(self, mastodon: Server) -> None:
        asked: list[int] = []

        def play(seen: Seen) -> Answer:
            asked.append(1)
            return Answer(body=[status(n) for n in range(1, 31)])

        mastodon.replay.play("GET", STATUSES, play)
        pages = mastodon.look_again(known(mastodon, n) for n in range(1, 31))
        assert len(asked) == len(pages) == 2
        assert not any(mention.visibility.gone for page in pages for mention in page.mentions)

    def test_edited_and_gone(self, mastodon: Server) -> None:
        mastodon.replay.on(
            "GET",
            STATUSES,
            Answer(body=[status(2, content="<p>Now found</p>", edited_at="2026-11-22T10:00:00Z")]),
        )
        (page,) = mastodon.look_again([known(mastodon, 1), known(mastodon, 2)])
        there, gone = page.mentions
        assert (there.text, there.visibility) == ("Now found", Visibility.EDITED)
        assert (gone.external_id, gone.text, gone.visibility) == (
            f"{mastodon.name}/{own_id(1)}",
            "",
            Visibility.DELETED,
        )
        assert (gone.posted_at, gone.author, gone.kind) == (posted(1), None, Kind.QUOTE)

    def test_posts_of_another_server_are_left_alone(self, mastodon: Server) -> None:
        other = Known(external_id="other.example/5", thread_id=None, posted_at=NOW, url="")
        assert mastodon.look_again([other]) == []
        assert mastodon.replay.requests == []

    @pytest.mark.parametrize("change", [{"content": None}, {"id": None}])
    def test_what_cannot_be_read_is_not_taken_for_deleted(
        self, mastodon: Server, change: dict[str, Any]
    ) -> None:
        mastodon.replay.on("GET", STATUSES, Answer(body=[status(1, **change)]))
        (page,) = mastodon.look_again([known(mastodon, 1)])
        assert page.mentions == ()
        assert len(page.rejected) == 1

    @pytest.mark.parametrize(
        "answer", [Answer(status=404, body={"error": "Not Found"}), Answer(body={}), Answer(body=[3])]
    )
    def test_a_server_that_cannot_do_it_deletes_nothing(self, mastodon: Server, answer: Answer) -> None:
        mastodon.replay.on("GET", STATUSES, answer)
        with pytest.raises(SchemaChanged):
            mastodon.look_again([known(mastodon, 1)])
