"""Reddit: comment trees of what a search finds, each read once."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SchemaChanged
from core.mention import Kind, Page
from core.target import Listener
from listeners.reddit.read import read_items
from listeners.reddit.tree import Found
from tests.listeners.any_json import JSON, check, like
from tests.listeners.contract import checkpoint, ids
from tests.listeners.scenarios.base import NOW, posted
from tests.listeners.scenarios.reddit import RedditScenario
from tests.listeners.test_reddit import COMMENT
from tests.replay import Answer, Replay, Seen


class Forum(RedditScenario):
    """A platform with comments: a tree shows `shows` of them and folds the others away."""

    path = "/r/all/search"

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
        self.comments: dict[str, list[tuple[str, str]]] = {}
        """Post -> (comment, its parent), in order."""
        self.shows = 100
        self.continued: set[str] = set()
        """Comments below which a tree is not shown but continued."""
        server.play("GET", "/comments/", self.tree)
        server.play("POST", "/api/morechildren", self.more)

    def options(self) -> dict[str, Any]:
        return super().options() | {"subreddit": "all", "listing": "threads", "query": "acme"}

    def record(self, number: int, kind: str) -> Any:
        record = super().record(number, kind)
        record["data"]["num_comments"] = 0
        return record

    def comment(self, number: int, name: str, parent: str | None = None) -> None:
        """Comment on a post, or on a comment."""
        post = f"a{number:03d}"
        self.comments.setdefault(post, []).append((name, parent or f"t3_{post}"))
        self.records[number]["data"]["num_comments"] += 1

    def thing(self, post: str, name: str, parent: str, replies: list[Any] | None = None) -> Any:
        data = COMMENT | {"id": name, "parent_id": parent, "link_id": f"t3_{post}"}
        return {"kind": "t1", "data": data | {"replies": self.envelope(replies) if replies else ""}}

    def below(self, post: str, parent: str) -> list[Any]:
        shown, things, folded = self.comments[post][: self.shows], [], []
        for name, above in self.comments[post]:
            if above == parent and (name, above) in shown:
                things.append(self.thing(post, name, above, self.below(post, f"t1_{name}")))
            elif above == parent:
                folded.append(name)
        if parent.removeprefix("t1_") in self.continued:
            return [{"kind": "more", "data": {"id": "_", "children": [], "parent_id": parent, "count": 0}}]
        if folded:
            more = {"id": folded[0], "children": folded, "parent_id": parent, "count": len(folded)}
            things.append({"kind": "more", "data": more})
        return things

    def tree(self, seen: Seen) -> Answer:
        parts = seen.path.split("/")[2:]
        post = parts[0]
        if len(parts) == 1:
            children = self.below(post, f"t3_{post}")
        else:
            (parent,) = [above for name, above in self.comments[post] if name == parts[2]]
            self.continued.discard(parts[2])
            children = [self.thing(post, parts[2], parent, self.below(post, f"t1_{parts[2]}"))]
        return Answer(body=[self.envelope([{"kind": "t3", "data": {}}]), self.envelope(children)])

    def more(self, seen: Seen) -> Answer:
        asked = dict(part.split("=") for part in seen.body.split("&"))
        post, names = asked["link_id"].removeprefix("t3_"), asked["children"].split("%2C")
        assert len(names) <= 100
        things = [
            self.thing(post, name, above)
            for name, above in self.comments[post]
            if name in names or above.removeprefix("t1_") in names
        ]
        return Answer(body={"json": {"errors": [], "data": {"things": things}}})

    def asked_trees(self) -> int:
        return sum(seen.path.startswith("/comments/") for seen in self.server.requests)


@pytest.fixture
def forum(server: Replay, tmp_path: Path, http: httpx.Client) -> Forum:
    return Forum(server, tmp_path, http)


class TestThreads:
    def test_posts_and_their_comments(self, forum: Forum) -> None:
        forum.publish(1, 2)
        forum.comment(1, "c1")
        forum.comment(1, "c2", parent="t1_c1")
        pages = list(forum.listener().poll(None))
        assert ids(pages) == ["t3_a002", "t3_a001", "t1_c1", "t1_c2"]
        reply = pages[-1].mentions[-1]
        assert (reply.kind, reply.parent_id, reply.thread_id) == (Kind.REPLY, "t1_c1", "t3_a001")
        assert forum.asked_trees() == 1  # none for a post without comments

    def test_only_trees_that_changed_are_read_again(self, forum: Forum) -> None:
        forum.publish(1, 2)
        forum.comment(1, "c1")
        forum.comment(2, "d1")
        stored = checkpoint(forum.listener().poll(None))
        forum.comment(1, "c2")
        forum.server.requests.clear()
        pages = list(forum.listener().poll(stored))
        assert {"t1_c1", "t1_c2"} <= set(ids(pages))
        assert forum.asked_trees() == 1
        forum.server.requests.clear()
        list(forum.listener().poll(checkpoint(pages)))
        assert forum.asked_trees() == 0

    @pytest.mark.parametrize("stored", range(7))
    def test_a_crash_anywhere_loses_no_tree(self, forum: Forum, stored: int) -> None:
        forum.publish(*range(1, 6))
        for number in range(1, 6):
            forum.comment(number, f"c{number}")
        before = list(islice(forum.listener().poll(None), stored))
        forum.publish(6)
        forum.comment(6, "c6")
        after = list(forum.listener().poll(checkpoint(before)))
        everything = {f"t1_c{n}" for n in range(1, 7)} | {forum.external_id(n) for n in range(1, 7)}
        assert set(ids([*before, *after])) == everything

    def test_what_a_poll_leaves_is_told_and_read_by_the_next_one(self, forum: Forum) -> None:
        forum.publish(1, 2, 3)
        for number in (1, 2, 3):
            forum.comment(number, f"c{number}")
        first = list(forum.listener(max_threads=2).poll(None))
        assert "comments of some posts (1) are read by the next poll" in first[-1].truncated
        second = list(forum.listener(max_threads=2).poll(checkpoint(first)))
        assert {"t1_c1", "t1_c2", "t1_c3"} <= set(ids([*first, *second]))
        assert not second[-1].truncated

    def test_folded_comments_are_asked_for_in_hundreds(self, forum: Forum) -> None:
        forum.publish(1)
        forum.shows = 5
        for number in range(250):
            forum.comment(1, f"c{number}", parent=f"t1_c{number - 3}" if number % 4 == 3 else None)
        pages = list(forum.listener().poll(None))
        assert set(ids(pages)) == {"t3_a001", *(f"t1_c{n}" for n in range(250))}
        assert not any(page.truncated for page in pages)

    def test_a_thread_that_is_continued_elsewhere(self, forum: Forum) -> None:
        forum.publish(1)
        forum.comment(1, "c1")
        forum.comment(1, "c2", parent="t1_c1")
        forum.comment(1, "c3", parent="t1_c2")
        forum.continued = {"c1"}
        assert set(ids(forum.listener().poll(None))) == {"t3_a001", "t1_c1", "t1_c2", "t1_c3"}

    def folding(self, forum: Forum, comments: int) -> None:
        """A post of which all comments but one are folded away."""
        forum.publish(1)
        forum.shows = 1
        for number in range(comments):
            forum.comment(1, f"c{number}")

    def test_more_than_one_tree_may_take_is_told_and_comes_with_the_next_polls(self, forum: Forum) -> None:
        self.folding(forum, 300)
        pages = list(forum.listener(max_more=1).poll(None))
        assert "more comments of the post t3_a001 are read by the next poll" in pages[-1].truncated
        assert not pages[-1].lost
        assert len(ids(pages)) == 1 + 1 + 100
        second = list(forum.listener(max_more=1).poll(checkpoint(pages)))
        assert "are read by the next poll" in second[-1].truncated
        third = list(forum.listener(max_more=1).poll(checkpoint(second)))
        assert not any(page.truncated for page in third)
        assert set(ids([*pages, *second, *third])) == {"t3_a001", *(f"t1_c{n}" for n in range(300))}
        assert forum.asked_trees() == 1
        forum.server.requests.clear()
        list(forum.listener(max_more=1).poll(checkpoint(third)))
        assert [seen.path for seen in forum.server.requests if seen.path.startswith("/api/more")] == []

    def test_a_tree_that_changed_is_read_anew_before_its_rest(self, forum: Forum) -> None:
        self.folding(forum, 150)
        stored = checkpoint(forum.listener(max_more=1).poll(None))
        forum.comment(1, "late")
        pages = list(forum.listener(max_more=1).poll(stored))
        rest = list(forum.listener(max_more=1).poll(checkpoint(pages)))
        assert {"t1_late", "t1_c120"} <= set(ids([*pages, *rest]))
        assert not any(page.truncated for page in rest)

    def test_a_poll_without_room_for_a_rest_says_so(self, forum: Forum) -> None:
        self.folding(forum, 150)
        stored = checkpoint(forum.listener(max_more=1).poll(None))
        forum.publish(2)
        forum.comment(2, "d1")
        pages = list(forum.listener(max_more=1, max_threads=1).poll(stored))
        assert "comments of some posts (1) are read by the next poll" in pages[-1].truncated
        last = list(forum.listener(max_more=1, max_threads=1).poll(checkpoint(pages)))
        assert {"t1_d1", "t1_c149"} <= set(ids([*pages, *last]))

    def test_folded_comments_that_nobody_wants_are_not_missing(self, forum: Forum) -> None:
        self.folding(forum, 3)
        pages = list(forum.listener(max_more=0).poll(None))
        assert ids(pages) == ["t3_a001", "t1_c0"]
        assert not any(page.truncated for page in pages)

    @pytest.mark.parametrize(
        "answer",
        [
            Answer(status=403, body={"reason": "private"}),
            Answer(status=404, body={"error": 404}),
            Answer(status=451, body={}),
        ],
    )
    def test_a_thread_that_cannot_be_seen_does_not_stop_the_others(
        self, forum: Forum, answer: Answer
    ) -> None:
        forum.publish(1, 2)
        forum.comment(1, "c1")
        forum.comment(2, "c2")
        forum.server.on("GET", "/comments/a002", answer)
        pages = list(forum.listener().poll(None))
        assert set(ids(pages)) == {"t3_a001", "t3_a002", "t1_c1"}

    @pytest.mark.parametrize("body", [[], {}, [1, 2], [{"data": {}}, {"data": {"children": 5}}], "null"])
    def test_another_shape_is_named_and_the_tree_not_forgotten(self, forum: Forum, body: Any) -> None:
        forum.publish(1)
        forum.comment(1, "c1")
        forum.server.on("GET", "/comments/a001", Answer(body=body), Answer(body=forum_tree(forum)))
        got: list[Page] = []
        with pytest.raises(SchemaChanged):
            got.extend(forum.listener().poll(None))
        assert "t1_c1" in ids(forum.listener().poll(checkpoint(got)))

    def test_a_past_span_with_its_comments(self, forum: Forum) -> None:
        forum.publish(1, 2, 3)
        forum.comment(2, "c2")
        listener: Any = forum.listener()
        whole = list(listener.past(posted(2), posted(3), None))
        assert ids(whole) == ["t3_a002", "t1_c2"]
        assert ids(forum_listener(forum).past(posted(2), posted(3), checkpoint(whole))) == []

    def test_garbage_for_a_checkpoint_is_named(self, forum: Forum) -> None:
        state = '{"posts": null, "read": {%s}, "waiting": {}, "rests": {%s}}'
        for garbage in ("", "7", "[]", state % ('"a": [1]', ""), state % ("", '"a": 7')):
            with pytest.raises(SchemaChanged, match="checkpoint"):
                list(forum.listener().poll(garbage))

    def test_posts_that_no_walk_comes_back_to_are_forgotten(self, forum: Forum) -> None:
        forum.publish(1)
        forum.comment(1, "c1")
        stored = checkpoint(forum.listener(follow_days=0.1).poll(None)) or ""
        assert "a001" in stored
        forum.now = NOW + timedelta(days=9)
        forum.records[900] = forum.record(900, "good")
        forum.records[900]["data"]["created_utc"] = forum.now.timestamp()
        forum.comment(900, "c2")
        stored = checkpoint(forum.listener(follow_days=0.1).poll(stored)) or ""
        stored = checkpoint(forum.listener(follow_days=0.1).poll(stored)) or ""
        assert "a900" in stored
        assert "a001" not in stored


def forum_tree(forum: Forum) -> Any:
    return [forum.envelope([]), forum.envelope(forum.below("a001", "t3_a001"))]


def forum_listener(forum: Forum) -> Any:
    listener: Listener = forum.listener()
    return listener


MORE = {"kind": "more", "data": {"id": "c9", "children": ["c9"], "parent_id": "t3_1abc", "count": 1}}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.fixed_dictionaries({"kind": st.just("t1"), "data": like(COMMENT)}) | JSON, max_size=4))
def test_whatever_a_tree_holds_is_read_or_kept(things: list[Any]) -> None:
    nested = {
        "kind": "t1",
        "data": COMMENT | {"id": "top", "replies": {"data": {"children": [*things, MORE]}}},
    }
    found = Found()
    found.add([nested, *things])
    mentions, rejected = read_items(found.items, NOW, "")
    assert len(mentions) + len(rejected) == len(found.items) >= 1
    assert found.folded.count("c9") == 1
    check(mentions, rejected)
