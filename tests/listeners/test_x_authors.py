"""X: each author is paid for once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pytest

from core.errors import RateLimited
from core.mention import Author, Page
from listeners.base import Borrowed
from listeners.x import SOURCE
from listeners.x.options import XOptions
from tests.listeners.contract import checkpoint
from tests.listeners.scenarios.base import NOW
from tests.listeners.test_x import POST, SEARCH, USER
from tests.replay import Answer, Replay

USERS = "/2/users"


def known_author(number: str) -> Author:
    return Author(source="x", external_id=number, handle=f"known{number}")


def answer(numbers: Collection[int], token: str | None = None) -> Answer:
    """A page with a post by each of these authors."""
    data = [POST | {"id": str(1990000000000000100 + number), "author_id": str(number)} for number in numbers]
    meta = {"result_count": len(data)} | ({"next_token": token} if token else {})
    return Answer(body={"data": data, "meta": meta})


def users(*numbers: int) -> Answer:
    return Answer(body={"data": [USER | {"id": str(n), "username": f"user{n}"} for n in numbers]})


class Stored:
    """The database's authors, and what it was asked."""

    def __init__(self, *numbers: str) -> None:
        self.authors = {number: known_author(number) for number in numbers}
        self.asked: list[str] = []

    def __call__(self, ids: Collection[str]) -> Mapping[str, Author]:
        self.asked += ids
        return {i: self.authors[i] for i in ids if i in self.authors}


def poll(server: Replay, stored: Stored | None = None, since: str | None = None, **more: Any) -> list[Page]:
    options = XOptions.model_validate(
        {"query": "acme", "base_url": server.url, "timeout_seconds": 1, "page_size": 10, **more}
    )
    borrowed = Borrowed(
        clock=lambda: NOW,
        secret=lambda _: "token",
        http=None,  # type: ignore[arg-type]
        authors=stored or (lambda _ids: {}),
    )
    return list(SOURCE.build(options, borrowed).poll(since))


def handles(pages: list[Page]) -> list[str]:
    return [m.author.handle if m.author else "" for page in pages for m in page.mentions]


def lookups(server: Replay) -> list[str]:
    return [seen.query["ids"] for seen in server.requests if seen.path == USERS]


def test_they_do_not_come_along_with_the_posts(server: Replay) -> None:
    server.on("GET", SEARCH, answer([1, 2]))
    server.on("GET", USERS, users(1, 2))
    pages = poll(server)
    assert handles(pages) == ["user1", "user2"]
    assert "expansions" not in server.requests[0].query
    assert lookups(server) == ["1,2"]
    assert pages[0].spend_usd == pytest.approx(2 * 0.005 + 2 * 0.010)


def test_those_that_are_stored_cost_nothing(server: Replay) -> None:
    server.on("GET", SEARCH, answer([1, 2, 3]))
    server.on("GET", USERS, users(2))
    stored = Stored("1", "3")
    pages = poll(server, stored)
    assert handles(pages) == ["known1", "user2", "known3"]
    assert stored.asked == ["1", "2", "3"]
    assert lookups(server) == ["2"]
    assert pages[0].spend_usd == pytest.approx(3 * 0.005 + 0.010)


def test_each_once_over_all_pages(server: Replay) -> None:
    server.on("GET", SEARCH, answer([1, 2], "more"), cursor=None)
    server.on("GET", SEARCH, answer([2, 3]), cursor="more")
    server.on("GET", USERS, users(1, 2), users(3))
    pages = poll(server)
    assert lookups(server) == ["1,2", "3"]
    assert handles(pages) == ["user1", "user2", "user2", "user3"]
    assert sum(page.spend_usd for page in pages) == pytest.approx(4 * 0.005 + 3 * 0.010)


def test_one_that_x_does_not_show_is_asked_for_once_and_not_paid(server: Replay) -> None:
    server.on("GET", SEARCH, answer([1, 2], "more"), cursor=None)
    server.on("GET", SEARCH, answer([2]), cursor="more")
    gone = {"resource_type": "user", "resource_id": "2", "title": "Forbidden"}
    server.on("GET", USERS, Answer(body=users(1).body | {"errors": [gone]}))
    pages = poll(server)
    assert lookups(server) == ["1,2"]
    assert handles(pages) == ["user1", "", ""]
    assert pages[0].spend_usd == pytest.approx(2 * 0.005 + 0.010)
    assert not any(page.rejected for page in pages)


def test_nobody_is_looked_up_where_the_target_says_so(server: Replay) -> None:
    server.on("GET", SEARCH, answer([1, 2]))
    pages = poll(server, Stored("1"), authors=False)
    assert handles(pages) == ["known1", ""]
    assert pages[0].mentions[1].author == Author(source="x", external_id="2", handle="")
    assert lookups(server) == []
    assert pages[0].spend_usd == pytest.approx(2 * 0.005)


@pytest.mark.parametrize("trouble", [Answer(status=503), Answer(status=400, body={}), Answer(body="<html>")])
def test_trouble_with_them_costs_no_post_and_is_told(server: Replay, trouble: Answer) -> None:
    server.on("GET", SEARCH, answer([1, 2], "more"), cursor=None)
    server.on("GET", SEARCH, answer([3]), cursor="more")
    server.on("GET", USERS, trouble)
    pages = poll(server)
    assert handles(pages) == ["", "", ""]
    assert [len(page.rejected) for page in pages] == [1, 0]
    assert "authors could not be looked up" in pages[0].rejected[0].reason
    assert len(lookups(server)) == 1


def test_a_limit_stops_the_walk_after_the_page_that_was_paid(server: Replay) -> None:
    server.on("GET", SEARCH, answer([1, 2], "more"), cursor=None)
    server.on("GET", SEARCH, answer([3]), cursor="more")
    reset = str(int(NOW.timestamp()) + 60)
    server.on("GET", USERS, Answer(status=429, headers={"x-rate-limit-reset": reset}), users(3))
    got: list[Page] = []
    options = XOptions.model_validate({"query": "acme", "base_url": server.url, "timeout_seconds": 1})
    borrowed = Borrowed(clock=lambda: NOW, secret=lambda _: "token", http=None)  # type: ignore[arg-type]
    with pytest.raises(RateLimited):
        got.extend(SOURCE.build(options, borrowed).poll(None))
    assert len(got) == 1
    rest = poll(server, since=checkpoint(got))
    assert handles(rest)[0] == "user3"
