"""Bluesky: looking again at posts that are known."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import SchemaChanged
from core.mention import Kind, Visibility
from core.target import Known
from tests.listeners.bluesky_platform import POST, POSTS, ROOT, Account, account_fixture, bluesky_fixture  # noqa: F401
from tests.listeners.scenarios.base import NOW, posted
from tests.listeners.scenarios.bluesky import uri
from tests.replay import Answer


def known(number: int) -> Known:
    at = posted(number)
    return Known(external_id=uri(number), thread_id=ROOT, posted_at=at, url="u", kind=Kind.QUOTE)


@pytest.mark.usefixtures("bluesky")
class TestRevisit:
    def serve(self, account: Account, *there: int, **change: Any) -> None:
        account.server.play(
            "GET",
            POSTS,
            lambda _seen: Answer(body={"posts": [POST | {"uri": uri(n)} | change for n in there]}),
        )

    def test_in_bulk(self, account: Account) -> None:
        self.serve(account, *range(1, 31))
        pages = account.look_again(known(n) for n in range(1, 31))
        assert len(account.asked(POSTS)) == len(pages) == 2
        assert not any(mention.visibility.gone for page in pages for mention in page.mentions)
        assert all(page.checkpoint is None for page in pages)

    def test_what_does_not_come_is_deleted(self, account: Account) -> None:
        self.serve(account, 2)
        (page,) = account.look_again([known(1), known(2)])
        there, gone = page.mentions
        assert (there.external_id, there.text) == (uri(2), "Acme lost my parcel")
        assert (gone.external_id, gone.text, gone.visibility) == (uri(1), "", Visibility.DELETED)
        assert (gone.posted_at, gone.thread_id, gone.author) == (posted(1), ROOT, None)
        assert gone.kind is Kind.QUOTE

    def test_what_cannot_be_read_is_not_taken_for_deleted(self, account: Account) -> None:
        self.serve(account, 1, record=None)
        (page,) = account.look_again([known(1)])
        assert page.mentions == ()
        assert len(page.rejected) == 1
        self.serve(account, 1, uri=None)
        (page,) = account.look_again([known(1)])
        assert page.mentions == ()

    def test_an_answer_of_another_shape_deletes_nothing(self, account: Account) -> None:
        account.server.play("GET", POSTS, lambda _seen: Answer(body={"things": []}))
        with pytest.raises(SchemaChanged):
            account.look_again([known(1)])

    def test_nothing_known_asks_nothing(self, account: Account) -> None:
        assert account.look_again([]) == []
        other = Known(external_id="17", thread_id=None, posted_at=NOW, url="")
        assert account.look_again([other]) == []
        assert account.server.requests == []
