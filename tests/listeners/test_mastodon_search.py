"""Mastodon: the walk through a search, whose bound is rounded to the second."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import SchemaChanged
from tests.listeners.contract import ids
from tests.listeners.mastodon_platform import (
    SEARCH,
    Server,
    mastodon_fixture,  # noqa: F401
    own_id,
    status,
)
from tests.listeners.scenarios.base import posted
from tests.replay import Answer, Seen


class TestSearch:
    """A small search that does what Mastodon does with `max_id`: it rounds it to the second."""

    def serve(self, mastodon: Server, statuses: list[dict[str, Any]], size: int = 3) -> None:
        def play(seen: Seen) -> Answer:
            second = (int(seen.query.get("max_id", 2**62)) >> 16) // 1000
            newest_first = sorted(statuses, key=lambda one: -int(one["id"]))
            found = [one for one in newest_first if (int(one["id"]) >> 16) // 1000 < second]
            return Answer(body={"accounts": [], "statuses": found[:size], "hashtags": []})

        mastodon.replay.play("GET", SEARCH, play)

    def test_nothing_of_a_shared_second_is_lost_or_comes_twice(self, mastodon: Server) -> None:
        together = [status(5, more=(n << 16) + 3) for n in range(2)]
        statuses = [status(8), status(7), *together, status(3), status(2), status(1)]
        self.serve(mastodon, statuses)
        got = ids(mastodon.poll(query="acme"))
        assert sorted(got) == sorted(f"{mastodon.name}/{one['id']}" for one in statuses)
        assert {seen.query["type"] for seen in mastodon.asked(SEARCH)} == {"statuses"}

    def test_each_alternative_is_asked_alone(self, mastodon: Server) -> None:
        self.serve(mastodon, [status(1)])
        mastodon.poll(query='acme -toy OR "acme air"')
        assert {seen.query["q"] for seen in mastodon.asked(SEARCH)} == {"acme -toy", '"acme air"'}

    def test_a_server_without_a_search_answers_with_nothing(self, mastodon: Server) -> None:
        self.serve(mastodon, [])
        assert [ids([page]) for page in mastodon.poll(query="acme")] == [[]]

    def test_one_that_pays_no_heed_to_the_bound_is_told(self, mastodon: Server) -> None:
        mastodon.replay.on("GET", SEARCH, Answer(body={"statuses": [status(3), status(2)]}))
        with pytest.raises(SchemaChanged, match="already read"):
            mastodon.poll(query="acme")
        assert len(mastodon.replay.requests) == 2

    def test_ids_of_other_servers_are_used_as_they_are(self, mastodon: Server) -> None:
        first, second = (status(n, id=f"9xAbCdEfGhIjKlMnO{n}") for n in (2, 1))
        mastodon.replay.on(
            "GET",
            SEARCH,
            Answer(body={"statuses": [first]}),
            Answer(body={"statuses": [second]}),
            Answer(body={"statuses": []}),
        )
        assert len(ids(mastodon.poll(query="acme"))) == 2
        asked = [seen.query.get("max_id") for seen in mastodon.asked(SEARCH)]
        assert asked == [None, first["id"], second["id"]]

    def test_a_past_span(self, mastodon: Server) -> None:
        self.serve(mastodon, [status(n) for n in range(1, 12)])
        got = ids(mastodon.past(posted(3), posted(9), query="acme"))
        assert sorted(got) == sorted(f"{mastodon.name}/{own_id(n)}" for n in range(3, 9))
