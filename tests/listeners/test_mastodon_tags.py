"""Mastodon: the walk by id through the timelines of tags."""

from __future__ import annotations

from tests.listeners.contract import checkpoint, ids
from tests.listeners.mastodon_platform import (  # noqa: F401
    TAG,
    Server,
    mastodon_fixture,
    own_id,
    status,
    toots_fixture,
)
from tests.listeners.scenarios.base import SECRET, posted
from tests.listeners.scenarios.mastodon import MastodonScenario
from tests.replay import Answer


class TestTags:
    def test_pages_go_by_id_and_nothing_else_is_asked(
        self, mastodon: Server, toots: MastodonScenario
    ) -> None:
        toots.publish(*range(1, 6))
        pages = mastodon.poll()
        assert len(ids(pages)) == 5
        assert {seen.path for seen in mastodon.replay.requests} == {TAG}
        below = [seen.query.get("max_id") for seen in mastodon.asked(TAG)]
        assert below == [None, toots.records[3]["id"], toots.records[1]["id"]]
        assert {seen.query["limit"] for seen in mastodon.asked(TAG)} == {"40"}
        assert {seen.headers["Authorization"] for seen in mastodon.asked(TAG)} == {f"Bearer {SECRET}"}

    def test_nobody_needs_to_sign_in_for_tags(self, mastodon: Server, toots: MastodonScenario) -> None:
        toots.publish(1)
        assert len(ids(mastodon.poll(access_token_env=None))) == 1
        assert not any("Authorization" in seen.headers for seen in mastodon.replay.requests)

    def test_each_tag_is_asked(self, mastodon: Server, toots: MastodonScenario) -> None:
        toots.publish(1)
        mastodon.replay.on("GET", "/api/v1/timelines/tag/bus", Answer(body=[status(2)]))
        pages = mastodon.poll(tags=["acme", "bus"])
        assert sorted(ids(pages)) == sorted(f"{mastodon.name}/{own_id(n)}" for n in (1, 2))
        mastodon.replay.requests.clear()
        toots.publish(3)
        pages = mastodon.poll(checkpoint(pages), tags=["acme", "bus"])
        assert f"{mastodon.name}/{own_id(3)}" in ids(pages)

    def test_a_past_span_begins_at_an_id_made_of_its_end(
        self, mastodon: Server, toots: MastodonScenario
    ) -> None:
        toots.publish(*range(1, 12))
        pages = mastodon.past(posted(3), posted(9))
        assert sorted(ids(pages)) == sorted(f"{mastodon.name}/{own_id(n)}" for n in range(3, 9))
        assert mastodon.asked(TAG)[0].query["max_id"] == str(int(posted(9).timestamp() * 1000) << 16)

    def test_a_past_span_is_resumed(self, mastodon: Server, toots: MastodonScenario) -> None:
        toots.publish(*range(1, 12))
        got, since = [], None
        for _ in range(9):
            pages = mastodon.past(posted(1), posted(11), since, max_pages=1)
            got += ids(pages)
            since = checkpoint(pages) or since
        assert set(got) == {f"{mastodon.name}/{own_id(n)}" for n in range(1, 11)}

    def test_a_post_that_is_not_public_is_seen_and_not_kept(
        self, mastodon: Server, toots: MastodonScenario
    ) -> None:
        toots.publish(1, 2)
        toots.records[2]["visibility"] = "private"
        (page, *_) = mastodon.poll()
        assert ids([page]) == [f"{mastodon.name}/{own_id(1)}"]
        (record,) = page.rejected
        assert "not public (private)" in record.reason
        assert "parcel" not in record.raw
