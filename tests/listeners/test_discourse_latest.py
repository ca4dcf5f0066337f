"""Discourse: the listing of the latest posts, past spans of it, and what each error means."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import AuthFailed, RateLimited, SchemaChanged, SourceGone, SourceUnavailable
from core.target import Archivist
from tests.listeners.contract import ids
from tests.listeners.discourse_platform import forum as forum
from tests.listeners.scenarios.base import NOW, SECRET, posted
from tests.listeners.scenarios.discourse import DiscourseScenario
from tests.replay import Answer, Seen


class TestLatest:
    def test_a_visitor_needs_no_key(self, forum: DiscourseScenario) -> None:
        forum.publish(1)
        list(forum.listener(api_key_env=None, api_username="").poll(None))
        assert "Api-Key" not in forum.server.requests[0].headers
        list(forum.listener().poll(None))
        headers = forum.server.requests[-1].headers
        assert (headers["Api-Key"], headers["Api-Username"]) == (SECRET, "earful")

    def test_older_forums_show_windows_of_numbers(self, forum: DiscourseScenario) -> None:
        forum.old = True
        numbers = (1, 2, 40, 41, 108, 109, 111)
        for number in numbers:
            time = (NOW - timedelta(hours=30) + timedelta(minutes=number)).isoformat()
            forum.records[number] = forum.record(number, "good", created_at=time)
        pages = list(forum.listener().poll(None))
        assert sorted(ids(pages)) == sorted(forum.external_id(number) for number in numbers)

    def test_only_some_categories(self, forum: DiscourseScenario) -> None:
        forum.publish(1, 2, 3, 4)
        forum.records[2]["category_id"] = 7
        forum.records[3] |= {"category_id": 8, "created_at": "?"}
        pages = list(forum.listener(category=[4, 7]).poll(None))
        assert set(ids(pages)) == {forum.external_id(n) for n in (1, 2, 4)}
        assert not any(page.rejected for page in pages)
        assert set(ids(forum.listener(category=7).poll(None))) == {forum.external_id(2)}

    def test_past(self, forum: DiscourseScenario) -> None:
        forum.publish(*range(1, 20))
        listener = forum.listener()
        assert isinstance(listener, Archivist)
        pages = list(listener.past(posted(5), posted(12), None))
        assert set(ids(pages)) == {forum.external_id(n) for n in range(5, 12)}
        rest = list(listener.past(posted(5), posted(12), pages[2].checkpoint))
        assert set(ids([*pages[:3], *rest])) == set(ids(pages))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(status=403, body={"errors": ["no"], "error_type": "not_logged_in"}), AuthFailed),
        (Answer(status=403, body={"errors": ["no"], "error_type": "invalid_access"}), AuthFailed),
        (Answer(status=404, body={"error_type": "not_found"}), SourceGone),
        (Answer(status=429, body="<html>"), RateLimited),
        (Answer(status=409, body={"errors": ["load"]}), SourceUnavailable),
        (Answer(status=422, body={}), SchemaChanged),
        (Answer(body={"latest_posts": {}}), SchemaChanged),
    ],
)
def test_each_trouble_is_named_by_what_to_do(
    forum: DiscourseScenario, answer: Answer, error: type[Exception]
) -> None:
    forum.fail(answer)
    with pytest.raises(error):
        list(forum.listener().poll(None))
    assert len(forum.server.requests) == 1


def test_a_forum_that_ignores_the_number(forum: DiscourseScenario) -> None:
    def posts(_seen: Seen) -> Answer:
        return Answer(body=forum.envelope([forum.record(number, "good") for number in (5, 4)]))

    forum.server.play("GET", "/posts.json", posts)
    with pytest.raises(SchemaChanged, match="already read"):
        list(forum.listener().poll(None))
