"""Reddit: recorded answers replayed, where they are on the machine, and whatever else it sends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import AuthFailed, SourceError
from core.mention import Page, Visibility
from core.target import Known
from listeners.base import Borrowed
from listeners.reddit import SOURCE
from listeners.reddit.options import RedditOptions
from listeners.reddit.read import read_items
from listeners.reddit.tree import Found, comments_of, things_of
from tests.listeners.any_json import JSON, check, like
from tests.listeners.contract import ids
from tests.listeners.scenarios.base import NOW
from tests.listeners.test_reddit import COMMENT, POST
from tests.replay import Answer, Replay

TOKEN = Answer(body={"access_token": "t", "token_type": "bearer", "expires_in": 3600, "scope": "*"})


def steps(path: Path) -> list[Any]:
    found: list[Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def bodies(path: Path) -> list[Any]:
    return [step["response"]["body"] for step in steps(path)]


def options(server: Replay, **more: Any) -> RedditOptions:
    urls = {"reddit_url": server.url, "oauth_url": server.url}
    return RedditOptions.model_validate(urls | {"timeout_seconds": 2} | more)


def borrowed(http: httpx.Client) -> Borrowed:
    return Borrowed(clock=lambda: NOW, secret=lambda _: "secret", http=http)


def poll(server: Replay, http: httpx.Client, **more: Any) -> list[Page]:
    server.on("POST", "/api/v1/access_token", TOKEN)
    return list(SOURCE.build(options(server, **more), borrowed(http)).poll(None))


def play(server: Replay, recording: list[Any], part: str) -> None:
    for step in recording:
        path = step["request"]["url"].split("?")[0]
        if part in path:
            path = part + path.split(part, 1)[1].rstrip("/")
            reply = step["response"]
            answer = Answer(status=reply["status"], body=reply["body"], headers=reply["headers"])
            server.on(step["request"]["method"], path, answer)


@pytest.mark.parametrize(
    ("recording", "asked", "items"),
    [
        ("subreddit_comments", {"subreddit": "askreddit", "listing": "comments"}, 30),
        ("subreddit_new", {"subreddit": "askreddit"}, 25),
        ("search", {"listing": "search", "query": "praw oauth search"}, None),
        ("stream_comments_pause", {"subreddit": "kakapo", "listing": "comments"}, None),
    ],
)
def test_listings(
    server: Replay,
    http: httpx.Client,
    wire: Path,
    recording: str,
    asked: dict[str, Any],
    items: int | None,
) -> None:
    play(server, steps(wire / f"reddit/{recording}.json"), "/r/")
    pages = poll(server, http, max_pages=1, **asked)
    assert [record for page in pages for record in page.rejected] == []
    assert len(ids(pages)) == (items or len(ids(pages))) > 0


def test_the_wall_of_a_thousand_items(wire: Path) -> None:
    children = [c for b in bodies(wire / "reddit/listing_exhaust_1000.json") for c in children_of(b)]
    mentions, rejected = read_items(children, NOW, "")
    assert rejected == ()
    assert len(mentions) == len(children) > 50


def children_of(body: Any) -> list[Any]:
    found: list[Any] = body["data"]["children"] if isinstance(body, dict) and "data" in body else []
    return found


def test_a_tree_and_what_it_folds_away(wire: Path) -> None:
    tree = Found()
    tree.add(comments_of(bodies(wire / "reddit/submission_comments.json")[1]))
    mentions, rejected = read_items(tree.items, NOW, "")
    assert rejected == ()
    assert len(mentions) == len(tree.items) > 0
    assert all(mention.thread_id == "t3_2gmzqe" for mention in mentions)
    parents = {mention.parent_id for mention in mentions}
    assert parents <= {"t3_2gmzqe"} | {mention.external_id for mention in mentions}
    more = Found()
    more.add(things_of(bodies(wire / "reddit/morechildren.json")[1]))
    mentions, rejected = read_items(more.items, NOW, "")
    assert (len(mentions), rejected) == (7, ())  # nine were asked for; two were deleted


def test_deleted(server: Replay, http: httpx.Client, wire: Path) -> None:
    recorded = steps(wire / "reddit/deleted_items.json")
    server.on("POST", "/api/v1/access_token", Answer(body=recorded[0]["response"]["body"]))
    play(server, recorded, "/api/info")
    known = Known(external_id="t1_d7ltvl0", thread_id=None, posted_at=NOW, url="")
    assert SOURCE.revisit is not None
    pages = list(SOURCE.revisit.build(options(server, subreddit="acme"), borrowed(http)).look_again([known]))
    (mention,) = pages[0].mentions
    assert (mention.external_id, mention.visibility) == ("t1_d7ltvl0", Visibility.DELETED)
    assert (mention.text, mention.author) == ("", None)
    submission = recorded[-1]["response"]["body"][0]["data"]["children"]
    ((post,), _) = read_items(submission, NOW, "")
    assert (post.visibility, post.text, post.author) == (Visibility.DELETED, "", None)


@pytest.mark.parametrize("recording", ["errors", "errors_praw"])
def test_each_recorded_error_ends_in_one_of_ours(http: httpx.Client, wire: Path, recording: str) -> None:
    for step in steps(wire / f"reddit/{recording}.json"):
        reply = step["response"]
        if reply["status"] < 300 or "access_token" in step["request"]["url"]:
            continue
        with Replay(now=NOW.timestamp) as server:
            server.on(
                "GET",
                "/r/acme/new",
                Answer(status=reply["status"], body=reply["body"], headers=reply["headers"]),
            )
            with pytest.raises(SourceError):
                poll(server, http, subreddit="acme")


def test_each_recorded_refusal_of_a_token(http: httpx.Client, wire: Path) -> None:
    refused = 0
    for step in steps(wire / "reddit/oauth_errors.json"):
        reply = step["response"]
        if "access_token" not in step["request"]["url"] or "access_token" in str(reply["body"]):
            continue
        with Replay() as server:
            answer = Answer(status=reply["status"], body=reply["body"], headers=reply["headers"])
            server.on("POST", "/api/v1/access_token", answer)
            with pytest.raises(AuthFailed if reply["status"] < 429 else SourceError):
                poll(server, http, subreddit="acme")
        refused += 1
    assert refused > 0


def test_the_newest_recording(wire: Path) -> None:
    """Replies in an inbox: comments with a few other fields, as of 2025."""
    children = [c for body in bodies(wire / "reddit/inbox_replies_2025.json") for c in children_of(body)]
    mentions, rejected = read_items(children, NOW, "")
    assert len(mentions) == len(children) > 0
    assert rejected == ()
    assert all(mention.author and mention.text and mention.parent_id for mention in mentions)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"kind": st.sampled_from(["t1", "t3", "more"]), "data": like(COMMENT) | like(POST)}
        )
        | JSON,
        max_size=4,
    )
)
def test_whatever_reddit_sends_is_read_or_kept(children: list[Any]) -> None:
    mentions, rejected = read_items(children, NOW, "")
    assert len(mentions) + len(rejected) == len(children)
    check(mentions, rejected)
    assert ids([Page(mentions=mentions)]) == [mention.external_id for mention in mentions]
