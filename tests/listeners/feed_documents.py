"""What the tests of feeds share: a feed that is served, documents, and what is read from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from core.mention import Mention, Rejected
from listeners.feed.document import parse
from listeners.feed.fetch import Fetched, Validators
from listeners.feed.read import Feed, read_document
from tests.listeners.scenarios.base import NOW
from tests.listeners.scenarios.feed import FeedScenario
from tests.replay import Replay

ADDRESS = "https://blog.example/feeds/all.xml"


@pytest.fixture
def feed(server: Replay, tmp_path: Path, http: httpx.Client) -> FeedScenario:
    """A feed, with what a test publishes there."""
    return FeedScenario(server, tmp_path, http)


def read(
    body: str | bytes, content_type: str = "", **more: Any
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
    data = body if isinstance(body, bytes) else body.encode()
    fetched = Fetched(body=data, content_type=content_type, url=ADDRESS, validators=Validators())
    return read_document(parse(fetched, "feed"), Feed(address=ADDRESS[8:], **more), NOW)


def rss(items: str) -> str:
    modules = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
    )
    about = "<title>B</title><language>en-gb</language>"
    return f'<rss version="2.0" {modules}><channel>{about}{items}</channel></rss>'


ITEM: dict[str, Any] = {
    "id": "https://blog.example/1",
    "url": "https://blog.example/1",
    "title": "Late again",
    "content_html": "<p>Two hours &amp; no word.</p>",
    "summary": "short",
    "date_published": "2026-11-20T10:00:00+01:00",
    "date_modified": "2026-11-20T12:00:00Z",
    "authors": [{"name": "ann", "url": "https://ann.example"}],
    "author": {"name": "old"},
    "language": "en",
}
