"""X: recorded answers replayed, where they are on the machine, and whatever else it sends."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import (
    AuthFailed,
    QuotaExhausted,
    RateLimited,
    SchemaChanged,
    SourceUnavailable,
)
from core.mention import Kind, Visibility
from core.target import Known
from listeners.x.gone import read_compliance, read_missing
from listeners.x.read import newer_version, read_authors, read_posts
from tests.listeners.any_json import JSON, check, like
from tests.listeners.contract import ids
from tests.listeners.scenarios.base import NOW
from tests.listeners.test_x import POST, USER, poll
from tests.replay import Answer, Replay


def bodies(path: Path) -> list[Any]:
    return [step["response"]["body"] for step in json.loads(path.read_text(encoding="utf-8"))]


class TestRecorded:
    def test_four_pages(self, server: Replay, wire: Path) -> None:
        server.load(wire / "x/search_recent_four_pages.json")
        pages = poll(server, query="brand")
        assert len(pages) == 4
        assert len(ids(pages)) == 100
        assert all(mention.author is not None for page in pages for mention in page.mentions)
        assert [record for page in pages for record in page.rejected] == []

    def test_two_pages_without_times(self, server: Replay, wire: Path) -> None:
        """The oldest recordings did not ask for `created_at`: each post is kept as rejected, none lost."""
        server.load(wire / "x/search_recent_two_pages.json")
        pages = poll(server, query="brand")
        posts = sum(len(body.get("data", [])) for body in bodies(wire / "x/search_recent_two_pages.json"))
        assert sum(len(page.mentions) + len(page.rejected) for page in pages) == posts
        assert len(pages) == 3

    @pytest.mark.parametrize("name", ["users_mentions", "users_mentions_metrics"])
    def test_own_mentions(self, server: Replay, wire: Path, name: str) -> None:
        (body, *_), user = bodies(wire / f"x/{name}.json"), "783214"
        server.load(wire / f"x/{name}.json")
        if name == "users_mentions_metrics":
            user = "2244994945"
        nothing = Answer(body={"meta": {"result_count": 0}})
        server.on("GET", f"/2/users/{user}/mentions", nothing, cursor=body["meta"]["next_token"])
        pages = poll(server, user=user)
        assert sum(len(page.mentions) + len(page.rejected) for page in pages) == len(body["data"])

    def test_the_number_of_a_handle(self, server: Replay, wire: Path) -> None:
        server.load(wire / "x/users_lookup.json")
        server.on("GET", "/2/users/783214/mentions", Answer(body={"meta": {"result_count": 0}}))
        assert poll(server, user="@Twitter")[0].spend_usd == 0.010
        found = read_authors(bodies(wire / "x/users_lookup.json")[1]["data"])
        assert {author.handle for author in found.values()} == {"Twitter", "TwitterDev"}

    def test_edited_deleted_and_withheld(self, wire: Path) -> None:
        before, after, reply, withheld = bodies(wire / "x/tweets_lookup_edited_deleted_withheld.json")
        ((one,), _), ((two,), _) = read_posts(before, NOW, ""), read_posts(after, NOW, "")
        assert one.external_id == two.external_id == "1576994746135764992"
        assert newer_version(before["data"][0]) == after["data"][0]["id"]
        assert newer_version(after["data"][0]) is None
        assert two.visibility is Visibility.EDITED
        assert two.posted_at == datetime(2022, 10, 3, 17, 57, 1, tzinfo=UTC)
        assert two.edited_at == datetime(2022, 10, 3, 17, 57, 11, tzinfo=UTC)
        (answer,), reported = read_posts(reply, NOW, "")
        assert (answer.kind, answer.parent_id) == (Kind.REPLY, "506694458445152256")
        assert len(reported) == 1
        known = {"506694458445152256": known_post("506694458445152256")}
        gone = read_missing(reply["errors"][0], known, NOW)
        assert gone is not None
        assert gone.visibility in (Visibility.DELETED, Visibility.PROTECTED)
        (shown,), _ = read_posts(withheld, NOW, "")
        assert shown.visibility is Visibility.LIVE

    def test_compliance_results(self, wire: Path) -> None:
        (text,) = bodies(wire / "x/compliance_events.json")
        mentions, rejected = read_compliance(text, {}, NOW)
        assert rejected == ()
        assert [(m.external_id, m.visibility, m.text) for m in mentions] == [
            ("1170025343920402432", Visibility.PROTECTED, ""),
            ("1170147183095664640", Visibility.DELETED, ""),
        ]
        assert mentions[0].posted_at == datetime(2019, 9, 6, 17, 25, 54, tzinfo=UTC)

    def test_lines_of_a_stream_are_posts_too(self, wire: Path) -> None:
        (text,) = bodies(wire / "x/filtered_stream_lines.json")
        read = 0
        for line in str(text).splitlines():
            try:
                body = json.loads(line)
            except ValueError:
                continue  # keep-alive lines, and the last one, which was cut as it was recorded
            if "data" in body:
                mentions, rejected = read_posts({**body, "data": [body["data"]]}, NOW, "")
                assert len(mentions) == 1
                assert all("could not show" in record.reason for record in rejected)
                read += 1
        assert read > 0

    @pytest.mark.parametrize(
        ("index", "error"),
        [
            (0, RateLimited),
            (1, QuotaExhausted),
            (2, QuotaExhausted),
            (3, AuthFailed),
            (4, AuthFailed),
            (5, RateLimited),
            (6, SchemaChanged),
            (7, SourceUnavailable),
            (8, SourceUnavailable),
            (9, SourceUnavailable),
        ],
    )
    def test_errors(self, wire: Path, index: int, error: type[Exception]) -> None:
        reply = json.loads((wire / "x/errors.json").read_text())[index]["response"]
        with Replay(now=NOW.timestamp) as server:
            answer = Answer(status=reply["status"], body=reply["body"], headers=reply["headers"])
            server.on("GET", "/2/tweets/search/recent", answer)
            with pytest.raises(error):
                poll(server)


def known_post(post_id: str) -> Known:
    return Known(external_id=post_id, thread_id=None, posted_at=NOW, url="")


@settings(max_examples=150, deadline=None)
@given(st.lists(like(POST), max_size=4), st.lists(like(USER), max_size=3) | JSON, JSON)
def test_whatever_x_sends_is_read_or_kept(posts: list[Any], users: Any, errors: Any) -> None:
    mentions, rejected = read_posts({"data": posts, "includes": {"users": users}, "errors": errors}, NOW, "")
    own = [record for record in rejected if not record.reason.startswith("X could not show it")]
    assert len(mentions) + len(own) == len(posts)
    check(mentions, rejected)
    for post in posts:
        newer_version(post)


VERDICT = {"id": "1990000000000000001", "action": "delete", "reason": "deleted"}
MISSING = {"resource_type": "tweet", "resource_id": "7", "value": "7", "title": "Not Found Error"}


@settings(max_examples=150, deadline=None)
@given(st.lists(like(VERDICT) | st.just(VERDICT | {"action": "scrub_geo"}), max_size=4))
def test_whatever_a_compliance_job_holds(verdicts: list[Any]) -> None:
    mentions, rejected = read_compliance("\n".join(json.dumps(verdict) for verdict in verdicts), {}, NOW)
    kept = [v for v in verdicts if not (isinstance(v, dict) and "scrub_geo" in (v.get("action"),))]
    assert len(mentions) + len(rejected) == len(kept)
    check(mentions, rejected)


@settings(max_examples=150, deadline=None)
@given(like(MISSING))
def test_whatever_a_lookup_says(error: Any) -> None:
    gone = read_missing(error, {"7": known_post("7")}, NOW)
    check([gone] if gone else [], [])
