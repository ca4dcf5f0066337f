"""Mastodon: the walk through what is said to an account."""

from __future__ import annotations

from typing import Any

from tests.listeners.contract import ids
from tests.listeners.mastodon_platform import (
    ACCOUNT,
    NOTIFICATIONS,
    Server,
    mastodon_fixture,  # noqa: F401
    own_id,
    status,
)
from tests.listeners.scenarios.base import posted
from tests.listeners.scenarios.mastodon import iso
from tests.replay import Answer


def notification(number: int, kind: str = "mention", **change: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "type": kind,
        "created_at": iso(posted(number)),
        "account": ACCOUNT,
        "status": status(number, **change),
    }


class TestMentions:
    def answer(self, mastodon: Server, *pages: list[Any]) -> None:
        answers = [mastodon.linked(page, NOTIFICATIONS, page[-1]["id"]) for page in pages if page]
        mastodon.replay.on("GET", NOTIFICATIONS, *answers, Answer(body=[]))

    def test_what_is_said_to_us(self, mastodon: Server) -> None:
        self.answer(
            mastodon,
            [
                notification(6, "favourite"),
                notification(5, in_reply_to_id="12"),
                {**notification(4, "follow"), "status": None},
                notification(3, "quote", quote={"state": "accepted", "quoted_status_id": "12"}),
                notification(2, visibility="direct"),
            ],
        )
        pages = mastodon.poll(mentions=True)
        assert ids(pages) == [f"{mastodon.name}/{own_id(n)}" for n in (5, 3)]
        (record,) = [record for page in pages for record in page.rejected]
        assert "direct" in record.reason
        (first, *_) = mastodon.asked(NOTIFICATIONS)
        assert first.query["types[]"] == "quote"  # the last one of two

    def test_an_old_date_neither_ends_the_walk_nor_is_lost(self, mastodon: Server) -> None:
        old = notification(7, created_at="2019-01-01T00:00:00Z")
        self.answer(mastodon, [notification(8), old], [notification(5)])
        pages = mastodon.poll(mentions=True)
        assert ids(pages) == [f"{mastodon.name}/{own_id(n)}" for n in (8, 7, 5)]
        assert [m.posted_at.year for page in pages for m in page.mentions] == [2026, 2019, 2026]
        assert mastodon.asked(NOTIFICATIONS)[1].query["max_id"] == "7"

    def test_a_past_span_begins_at_the_newest(self, mastodon: Server) -> None:
        self.answer(mastodon, [notification(n) for n in (9, 8, 7)], [notification(n) for n in (6, 5, 4, 3)])
        pages = mastodon.past(posted(5), posted(8), mentions=True)
        assert ids(pages) == [f"{mastodon.name}/{own_id(n)}" for n in (7, 6, 5)]
        assert "max_id" not in mastodon.asked(NOTIFICATIONS)[0].query

    def test_one_without_a_status_is_kept_as_rejected(self, mastodon: Server) -> None:
        self.answer(mastodon, [{**notification(4), "status": None}])
        pages = mastodon.poll(mentions=True)
        assert len([record for page in pages for record in page.rejected]) == 1
