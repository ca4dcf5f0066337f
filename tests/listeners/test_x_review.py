"""X: known posts looked at again, for money or through a compliance job."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from core.errors import QuotaExhausted, RateLimited, SchemaChanged, SourceUnavailable
from core.mention import Author, Kind, Page, Visibility
from core.target import Known, Reviewer
from listeners.base import Borrowed
from listeners.x import SOURCE
from listeners.x.options import TERMS, XOptions
from tests.listeners.scenarios.base import NOW, SECRET
from tests.listeners.test_x import POST, USER
from tests.replay import Answer, Replay

POSTS = "/2/tweets"
USERS = "/2/users"
JOBS = "/2/compliance/jobs"
FIRST = 1990000000000000001


def known(*numbers: int) -> list[Known]:
    return [
        Known(
            external_id=str(FIRST + n),
            thread_id="5",
            posted_at=NOW - timedelta(days=1),
            url="https://x.com/i/1",
            kind=Kind.QUOTE,
        )
        for n in numbers
    ]


def reviewer(
    server: Replay,
    http: httpx.Client,
    spent: float = 0.0,
    memory: dict[str, str] | None = None,
    stored: bool = True,
    **more: Any,
) -> Reviewer:
    assert SOURCE.revisit is not None
    given = {"query": "acme", "base_url": server.url, "timeout_seconds": 1, **more}
    borrowed = Borrowed(
        clock=lambda: NOW,
        secret=lambda _: SECRET,
        http=http,
        spent_usd=spent,
        authors=lambda ids: {i: Author(source="x", external_id=i, handle="ann") for i in ids if stored},
        memory={} if memory is None else memory,
    )
    return SOURCE.revisit.build(XOptions.model_validate(given), borrowed)


def post(number: int, **change: Any) -> dict[str, Any]:
    own = str(FIRST + number)
    return POST | {"id": own, "edit_history_tweet_ids": [own]} | change


def missing(number: int, title: str) -> dict[str, Any]:
    own = str(FIRST + number)
    return {"resource_type": "tweet", "resource_id": own, "value": own, "title": title, "parameter": "ids"}


class TestLookup:
    def test_as_they_are_now(self, server: Replay, http: httpx.Client) -> None:
        errors = [
            missing(2, "Not Found Error"),
            missing(3, "Authorization Error"),
            missing(4, "Forbidden"),
            missing(5, "Disallowed Resource"),
            missing(99, "Not Found Error"),
        ]
        server.on("GET", POSTS, Answer(body={"data": [post(1)], "errors": errors}))
        (page,) = reviewer(server, http).look_again(known(1, 2, 3, 4, 5))
        live, *gone = page.mentions
        assert (live.visibility, live.author.handle if live.author else "") == (Visibility.LIVE, "ann")
        assert [(m.external_id, m.visibility) for m in gone] == [
            (str(FIRST + 2), Visibility.DELETED),
            (str(FIRST + 3), Visibility.PROTECTED),
            (str(FIRST + 4), Visibility.REMOVED),
        ]
        assert all((m.text, m.author, m.terms) == ("", None, TERMS) for m in gone)
        assert {m.kind for m in gone} == {Kind.QUOTE}
        assert gone[0].posted_at == NOW - timedelta(days=1)
        assert len(page.rejected) == 2  # what says nothing that we know about a post that we asked for
        assert page.spend_usd == pytest.approx(0.005)
        assert server.requests[0].query["ids"].split(",")[0] == str(FIRST + 1)

    def test_all_of_them_gone(self, server: Replay, http: httpx.Client) -> None:
        server.on("GET", POSTS, Answer(body={"errors": [missing(1, "Not Found Error")]}))
        (page,) = reviewer(server, http).look_again(known(1))
        assert page.mentions[0].visibility is Visibility.DELETED
        assert page.spend_usd == 0

    def test_an_edit_is_read_in_its_newest_version(self, server: Replay, http: httpx.Client) -> None:
        history = [str(FIRST + 1), str(FIRST + 600_000_000_000)]
        old = post(1, edit_history_tweet_ids=history)
        new = POST | {"id": history[1], "edit_history_tweet_ids": history, "text": "now it is fine"}
        server.on("GET", POSTS, Answer(body={"data": [old, post(2)]}), Answer(body={"data": [new]}))
        (page,) = reviewer(server, http).look_again(known(1, 2))
        edited = {m.external_id: m for m in page.mentions}[history[0]]
        assert (edited.visibility, edited.text) == (Visibility.EDITED, "now it is fine")
        assert len(page.mentions) == 2
        assert server.requests[1].query["ids"] == history[1]
        assert page.spend_usd == pytest.approx(3 * 0.005)

    def test_a_hundred_at_a_time_within_the_budget(self, server: Replay, http: httpx.Client) -> None:
        server.on("GET", POSTS, Answer(body={"data": [post(1)]}))
        assert len(list(reviewer(server, http).look_again(known(*range(150))))) == 2
        server.requests.clear()
        got: list[Page] = []
        with pytest.raises(QuotaExhausted, match="looking again") as raised:
            got.extend(reviewer(server, http, spent=1.90).look_again(known(*range(150))))
        asked = [len(seen.query["ids"].split(",")) for seen in server.requests]
        assert asked[0] == 5  # 0.10 USD pays for five posts, each with a newer version and an unknown author
        assert raised.value.resets_at is not None
        assert len(got) == len(asked) > 0

    def test_an_author_that_could_not_be_looked_up_is_looked_up_again(
        self, server: Replay, http: httpx.Client
    ) -> None:
        server.on("GET", POSTS, Answer(body={"data": [post(1), post(2)]}))
        server.on("GET", USERS, Answer(body={"data": [USER]}))
        (page,) = reviewer(server, http, stored=False).look_again(known(1, 2))
        assert [m.author.handle if m.author else "" for m in page.mentions] == [USER["username"]] * 2
        assert page.spend_usd == pytest.approx(2 * 0.005 + 0.010)
        (page,) = reviewer(server, http, stored=False, authors=False).look_again(known(1, 2))
        assert [m.author.handle if m.author else None for m in page.mentions] == ["", ""]
        assert [seen.path for seen in server.requests].count(USERS) == 1

    def test_trouble_with_authors_costs_no_post(self, server: Replay, http: httpx.Client) -> None:
        server.on("GET", POSTS, Answer(body={"data": [post(1)]}))
        server.on("GET", USERS, Answer(status=503))
        (page,) = reviewer(server, http, stored=False).look_again(known(1))
        assert len(page.mentions) == 1
        assert "could not be looked up: X: answered 503" in page.rejected[0].reason

    def test_without_a_budget_nothing_is_asked(self, server: Replay, http: httpx.Client) -> None:
        assert list(reviewer(server, http, revisit_budget_usd=0).look_again(known(1))) == []
        assert list(reviewer(server, http).look_again([])) == []
        assert server.requests == []

    @pytest.mark.parametrize("body", [{}, {"data": 5}, {"errors": {}}, []])
    def test_another_shape(self, server: Replay, http: httpx.Client, body: Any) -> None:
        server.on("GET", POSTS, Answer(body=body))
        with pytest.raises(SchemaChanged):
            list(reviewer(server, http).look_again(known(1)))


class TestCompliance:
    @pytest.fixture
    def files(self) -> Iterator[Replay]:
        """Where jobs keep their files: another host than X."""
        with Replay() as server:
            yield server

    def job(self, files: Replay, status: str, **change: Any) -> dict[str, Any]:
        later = (NOW + timedelta(days=1)).isoformat()
        return {
            "id": "7",
            "name": "earful",
            "type": "tweets",
            "status": status,
            "upload_url": f"{files.url}/in/7",
            "upload_expires_at": later,
            "download_url": f"{files.url}/out/7",
            "download_expires_at": later,
        } | change

    def test_the_posts_are_handed_in(self, server: Replay, http: httpx.Client, files: Replay) -> None:
        server.on("GET", JOBS, Answer(body={"meta": {"result_count": 0}}))
        server.on("POST", JOBS, Answer(body={"data": self.job(files, "created")}))
        files.on("PUT", "/in/7", Answer())
        assert list(reviewer(server, http, compliance=True).look_again(known(1, 2))) == []
        (sent,) = files.requests
        assert sent.body == f"{FIRST + 1}\n{FIRST + 2}\n"
        assert SECRET not in str(sent.headers)
        assert '"tweets"' in server.requests[-1].body

    def test_a_result_is_read_once(self, server: Replay, http: httpx.Client, files: Replay) -> None:
        verdict = '{"id": "%s", "action": "delete", "reason": "suspended"}\n'
        lines = "".join(verdict % (FIRST + number) for number in (1, 9))
        server.on("GET", JOBS, Answer(body={"data": [self.job(files, "complete")]}))
        server.on("POST", JOBS, Answer(body={"data": self.job(files, "created", id="8")}))
        files.on("GET", "/out/7", Answer(body=lines + "no json\n"))
        files.on("PUT", "/in/7", Answer())
        memory: dict[str, str] = {}
        (page,) = reviewer(server, http, memory=memory, compliance=True).look_again(known(9))
        assert [(m.external_id, m.visibility, m.kind) for m in page.mentions] == [
            (str(FIRST + 1), Visibility.REMOVED, Kind.POST),  # of an earlier job: nothing more is known here
            (str(FIRST + 9), Visibility.REMOVED, Kind.QUOTE),
        ]
        assert len(page.rejected) == 1
        assert page.spend_usd == 0
        assert list(reviewer(server, http, memory=memory, compliance=True).look_again(known(9))) == []

    def test_one_on_its_way_is_waited_for(self, server: Replay, http: httpx.Client, files: Replay) -> None:
        server.on("GET", JOBS, Answer(body={"data": [self.job(files, "in_progress")]}))
        with pytest.raises(RateLimited, match="on its way"):
            list(reviewer(server, http, compliance=True).look_again(known(1)))
        assert files.requests == []

    def test_one_that_never_got_its_ids_is_used(
        self, server: Replay, http: httpx.Client, files: Replay
    ) -> None:
        server.on("GET", JOBS, Answer(body={"data": [self.job(files, "created")]}))
        files.on("PUT", "/in/7", Answer())
        assert list(reviewer(server, http, compliance=True).look_again(known(1))) == []
        assert len(files.requests) == 1
        assert not any(seen.method == "POST" for seen in server.requests)

    def test_jobs_of_others_are_left_alone(self, server: Replay, http: httpx.Client, files: Replay) -> None:
        other = self.job(files, "complete", name="theirs")
        old = self.job(files, "complete", download_expires_at=(NOW - timedelta(days=1)).isoformat())
        waiting = self.job(files, "created", name="theirs")
        server.on("GET", JOBS, Answer(body={"data": [other, old, waiting]}))
        with pytest.raises(RateLimited, match="another compliance job"):
            list(reviewer(server, http, compliance=True).look_again(known(1)))
        assert files.requests == []

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (Answer(status=503), SourceUnavailable),
            (Answer(status=403), SourceUnavailable),
            (Answer(status=404), SourceUnavailable),
            (Answer(status=429), RateLimited),
            (Answer(fault="reset"), SourceUnavailable),
        ],
    )
    def test_trouble_with_a_file_is_no_trouble_with_x(
        self, server: Replay, http: httpx.Client, files: Replay, answer: Answer, error: type[Exception]
    ) -> None:
        server.on("GET", JOBS, Answer(body={"data": [self.job(files, "complete")]}))
        files.on("GET", "/out/7", answer)
        with pytest.raises(error) as raised:
            list(reviewer(server, http, compliance=True).look_again(known(1)))
        assert SECRET not in str(raised.value)
        assert getattr(raised.value, "alone", True), "whoever listens by the same key need not wait"

    @pytest.mark.parametrize("job", [{"download_url": None}, {"download_url": 5}])
    def test_another_shape(
        self, server: Replay, http: httpx.Client, files: Replay, job: dict[str, Any]
    ) -> None:
        server.on("GET", JOBS, Answer(body={"data": [self.job(files, "complete", **job)]}))
        with pytest.raises(SchemaChanged, match="download_url"):
            list(reviewer(server, http, compliance=True).look_again(known(1)))
