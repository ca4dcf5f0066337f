"""YouTube: recorded answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from core.errors import AuthFailed, QuotaExhausted, SourceGone
from core.mention import Kind
from core.target import Archivist
from listeners.base import Borrowed
from listeners.youtube import SOURCE
from listeners.youtube.client import classify
from listeners.youtube.options import YouTubeOptions
from listeners.youtube.read import read_comments, read_threads
from tests.listeners.contract import ids
from tests.listeners.scenarios.base import NOW, SECRET
from tests.listeners.scenarios.youtube import VIDEO
from tests.replay import Answer, Replay


class TestRecorded:
    @pytest.mark.parametrize(
        ("recording", "threads"),
        [("comment_threads_two_pages", 10), ("comment_threads_search_and_channel", 7)],
    )
    def test_threads(self, wire: Path, recording: str, threads: int) -> None:
        steps = json.loads((wire / f"youtube/{recording}.json").read_text(encoding="utf-8"))
        read_ = [read_threads(step["response"]["body"]["items"], NOW, "") for step in steps]
        assert [rejected for _, rejected in read_] == [()] * len(steps)
        mentions = [mention for found, _ in read_ for mention in found]
        assert len(mentions) == threads
        assert all(m.author and m.author.external_id.startswith("UC") and m.url for m in mentions)

    def test_replies(self, wire: Path) -> None:
        steps = json.loads((wire / "youtube/comment_replies_two_pages.json").read_text(encoding="utf-8"))
        items = [item for step in steps for item in step["response"]["body"]["items"]]
        mentions, rejected = read_comments(items, NOW, "", video=VIDEO)
        assert (len(mentions), rejected) == (3, ())
        assert {mention.kind for mention in mentions} == {Kind.REPLY}

    def test_a_walk(self, server: Replay, wire: Path, http: httpx.Client) -> None:
        server.load(wire / "youtube/comment_threads_two_pages.json")
        options = YouTubeOptions(video=("F1UP7wRCPH8",), replies=False, base_url=f"{server.url}/youtube/v3")
        then = datetime(2019, 11, 27, tzinfo=UTC)
        borrowed = Borrowed(clock=lambda: then, secret=lambda _: SECRET, http=http)
        listener = SOURCE.build(options, borrowed)
        assert isinstance(listener, Archivist)
        pages = list(listener.past(datetime(2005, 4, 23, tzinfo=UTC), then, None))
        assert len(pages) == 2
        assert len(ids(pages)) == 10
        assert not any(page.rejected for page in pages)

    @pytest.mark.parametrize(
        ("index", "error"), [(0, SourceGone), (1, QuotaExhausted), (2, AuthFailed), (3, AuthFailed)]
    )
    def test_errors(self, wire: Path, index: int, error: type[Exception]) -> None:
        reply = json.loads((wire / "youtube/errors.json").read_text(encoding="utf-8"))[index]["response"]
        assert isinstance(classify(reply["status"], {}, reply["body"], NOW, "KEY"), error)

    def test_a_search(self, server: Replay, wire: Path, http: httpx.Client) -> None:
        server.load(wire / "youtube/search_videos.json")
        empty = {"kind": "youtube#commentThreadListResponse", "items": []}
        server.on("GET", "/youtube/v3/commentThreads", Answer(body=empty))
        options = YouTubeOptions(query="surfing", base_url=f"{server.url}/youtube/v3")
        then = datetime(2019, 12, 6, tzinfo=UTC)
        borrowed = Borrowed(clock=lambda: then, secret=lambda _: SECRET, http=http)
        list(SOURCE.build(options, borrowed).poll(None))
        assert 1 < len(server.requests) <= 26
        assert all(len(seen.query["videoId"]) == 11 for seen in server.requests[1:])
