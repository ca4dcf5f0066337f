"""Bluesky: the walk through the notifications of an account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.errors import SchemaChanged
from core.mention import Kind
from tests.listeners.bluesky_platform import (  # noqa: F401
    NOTIFICATIONS,
    PARENT,
    POST,
    RECORD,
    ROOT,
    Account,
    account_fixture,
    bluesky_fixture,
)
from tests.listeners.contract import checkpoint, ids
from tests.listeners.scenarios.base import posted
from tests.listeners.scenarios.bluesky import LOGIN, iso, uri
from tests.replay import Answer


def notification(number: int, reason: str = "mention", **more: Any) -> dict[str, Any]:
    return {
        "uri": uri(number),
        "author": POST["author"],
        "reason": reason,
        "record": RECORD | {"createdAt": iso(posted(number))},
        "indexedAt": iso(posted(number)),
        "isRead": False,
        **more,
    }


@pytest.mark.usefixtures("bluesky")
class TestNotifications:
    def answer(self, account: Account, *pages: dict[str, Any]) -> None:
        account.server.on("GET", NOTIFICATIONS, *(Answer(body=page) for page in pages))

    def test_what_is_said_to_us(self, account: Account) -> None:
        reply = {"root": {"uri": ROOT}, "parent": {"uri": PARENT}}
        self.answer(
            account,
            {
                "notifications": [
                    notification(6, "like"),
                    notification(5, "reply", record=notification(5)["record"] | {"reply": reply}),
                    notification(4, "follow"),
                    notification(3, "quote"),
                    notification(2),
                ]
            },
        )
        pages = account.poll(handle="acme.bsky.social")
        assert ids(pages) == [uri(5), uri(3), uri(2)]
        assert next(m.kind for page in pages for m in page.mentions) is Kind.REPLY
        assert not [r for page in pages for r in page.rejected]
        assert json.loads(account.asked(LOGIN)[0].body)["identifier"] == "acme.bsky.social"

    def test_an_old_date_neither_ends_the_walk_nor_is_lost(self, account: Account) -> None:
        old = notification(7)
        old["record"]["createdAt"] = "2019-01-01T00:00:00Z"
        older = notification(6)
        older["record"]["createdAt"] = "2019-01-01T00:00:00Z"
        self.answer(
            account,
            {"notifications": [notification(8), old, older], "cursor": "2"},
            {"notifications": [notification(5)]},
        )
        pages = account.poll(handle="acme.bsky.social")
        assert ids(pages) == [uri(8), uri(7), uri(6), uri(5)]
        times = {m.external_id: m.posted_at for page in pages for m in page.mentions}
        assert (times[uri(7)].year, times[uri(8)]) == (2019, posted(8))
        assert account.asked(NOTIFICATIONS)[1].query["cursor"] == "2"

    def test_the_next_poll_stops_at_what_is_known(self, account: Account) -> None:
        first = [notification(n) for n in (9, 8, 7)]
        self.answer(account, {"notifications": first})
        stored = checkpoint(account.poll(handle="acme.bsky.social"))
        account.server._routes["GET", NOTIFICATIONS, "*"][:] = [
            Answer(body={"notifications": [notification(10), *first], "cursor": "2"})
        ]
        pages = account.poll(stored, handle="acme.bsky.social")
        assert ids(pages) == [uri(10), uri(9)]
        assert len(account.asked(NOTIFICATIONS)) == 2

    def test_a_past_span_begins_at_the_newest(self, account: Account) -> None:
        self.answer(
            account,
            {"notifications": [notification(n) for n in (9, 8, 7)], "cursor": "2"},
            {"notifications": [notification(n) for n in (6, 5, 4, 3)], "cursor": "3"},
        )
        pages = account.past(posted(5), posted(8), handle="acme.bsky.social")
        assert ids(pages) == [uri(7), uri(6), uri(5)]

    @pytest.mark.parametrize("body", [{"notifications": 3}, {}, {"notifications": [], "cursor": 3}])
    def test_another_shape_is_told(self, account: Account, body: Any) -> None:
        self.answer(account, body)
        with pytest.raises(SchemaChanged):
            account.poll(handle="acme.bsky.social")
