"""Discourse: known posts looked at again, topic by topic."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.errors import SourceUnavailable
from core.mention import Kind, Mention, Page, Visibility
from core.target import Known
from listeners.base import Borrowed
from listeners.discourse import SOURCE
from listeners.discourse.options import DiscourseOptions
from tests.listeners.contract import ids, until_trouble
from tests.listeners.discourse_platform import forum as forum
from tests.listeners.scenarios.base import NOW, SECRET, posted
from tests.listeners.scenarios.discourse import DiscourseScenario
from tests.replay import Answer


class TestRevisit:
    def pages(self, forum: DiscourseScenario, *known: Known) -> Iterator[Page]:
        borrowed = Borrowed(clock=lambda: NOW, secret=lambda _: SECRET, http=forum.http)
        assert SOURCE.revisit is not None
        options = DiscourseOptions.model_validate(forum.options())
        return SOURCE.revisit.build(options, borrowed).look_again(known)

    def look(self, forum: DiscourseScenario, *known: Known) -> dict[str, Mention]:
        pages = self.pages(forum, *known)
        return {mention.external_id: mention for page in pages for mention in page.mentions}

    def known(self, forum: DiscourseScenario, number: int, topic: int = 500) -> Known:
        own_id = forum.external_id(number)
        thread = f"{own_id.rpartition('/')[0]}/t/{topic}"
        return Known(external_id=own_id, thread_id=thread, posted_at=posted(number), url="u", kind=Kind.REPLY)

    def test_topic_by_topic(self, forum: DiscourseScenario) -> None:
        forum.publish(1, 2, 3, 4, 5)
        forum.records[4] |= {"cooked": "<p>Found again</p>", "version": 2}
        forum.records[5]["user_deleted"] = True
        del forum.records[3]
        stranger = Known(external_id="forum.example.org/1", thread_id=None, posted_at=NOW, url="")
        found = self.look(forum, *(self.known(forum, n) for n in range(1, 6)), stranger)
        assert len(found) == 5
        assert found[forum.external_id(1)].text.startswith(
            "Parcels\n\n"
        )  # with its title, as it was read first
        assert (found[forum.external_id(4)].text, found[forum.external_id(4)].visibility) == (
            "Found again",
            Visibility.EDITED,
        )
        assert found[forum.external_id(3)].visibility is Visibility.DELETED
        assert found[forum.external_id(3)].kind is Kind.REPLY
        assert found[forum.external_id(5)].visibility is Visibility.DELETED
        assert [seen.path for seen in forum.server.requests] == [
            "/t/500.json",
            "/t/500/posts.json",
            "/posts/3.json",
        ]

    def test_one_that_was_moved_is_not_gone(self, forum: DiscourseScenario) -> None:
        forum.publish(1)
        found = self.look(forum, self.known(forum, 1, topic=77))
        assert found[forum.external_id(1)].visibility is Visibility.LIVE
        assert found[forum.external_id(1)].thread_id == self.known(forum, 1).thread_id

    def test_one_that_we_may_not_see_any_more(self, forum: DiscourseScenario) -> None:
        hidden = Answer(status=403, body={"errors": ["no"], "error_type": "invalid_access"})
        forum.server.on("GET", "/t/500.json", hidden)
        forum.server.on("GET", "/posts/1.json", hidden)
        assert self.look(forum, self.known(forum, 1))[forum.external_id(1)].visibility is Visibility.PROTECTED

    @pytest.mark.parametrize("path", ["/t/501.json", "/posts/3.json"])
    def test_a_topic_or_post_that_always_fails_keeps_no_other_from_being_told(
        self, forum: DiscourseScenario, path: str
    ) -> None:
        forum.publish(1, 2, 3, 4)
        forum.records = {n: record | {"topic_id": 500 + n % 2} for n, record in forum.records.items()}
        del forum.records[2], forum.records[3]
        forum.server.on("GET", path, Answer(status=500, body="down"))
        got, trouble = until_trouble(
            self.pages(forum, *(self.known(forum, n, 500 + n % 2) for n in (1, 2, 3, 4)))
        )
        lost = {"/t/501.json": {1, 3}, "/posts/3.json": {3}}[path]
        assert set(ids(got)) == {forum.external_id(n) for n in {1, 2, 3, 4} - lost}
        assert isinstance(trouble, SourceUnavailable)

    def test_trouble_is_no_deletion(self, forum: DiscourseScenario) -> None:
        forum.server.on("GET", "/t/500.json", Answer(status=404, body={}))
        forum.server.on("GET", "/posts/1.json", Answer(status=502, body="<html>"))
        with pytest.raises(SourceUnavailable):
            self.look(forum, self.known(forum, 1))
