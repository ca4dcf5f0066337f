"""The front of `earful serve`: nothing leaves the server, nobody else's page is served, one UI."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from flows.front import OWN_NAMES, Front, silence


async def said(request: Request) -> Response:
    """Stands for Prefect's application: says what it was asked for."""
    policy = {"content-security-policy": "default-src *"}  # what is inside does not loosen it
    return PlainTextResponse(f"inner {request.url.path}", headers=policy)


@pytest.fixture
def browser() -> Iterator[TestClient]:
    app = TrustedHostMiddleware(Front(Starlette(routes=[Route("/{path:path}", said)])), OWN_NAMES)
    with TestClient(app, base_url="http://127.0.0.1:4200", follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/v2/dashboard", "/api/health", "/ui-settings", "/v2"])
def test_the_ui_and_what_it_asks_for_come_through_under_the_policy(browser: TestClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.text == f"inner {path}"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "img-src 'self' data: blob:" in policy, "no picture from elsewhere, and our charts"
    assert "*;" not in policy.replace("localhost:*", "").replace("127.0.0.1:*", "")
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/artifacts/key/start-here", "/v2/artifacts/key/start-here"),
        ("/runs/flow-run/0?tab=logs", "/v2/runs/flow-run/0?tab=logs"),
        ("/dashboard", "/v2/dashboard"),
        ("/artifacts//evil.example/x", "/v2/artifacts//evil.example/x"),
    ],
)
def test_bookmarks_of_the_old_ui_lead_to_the_present_one(browser: TestClient, old: str, new: str) -> None:
    answer = browser.get(old)
    assert (answer.status_code, answer.headers["location"]) == (307, new)
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    "path", ["/assets/index.js", "/docs", "/redoc", "/openapi.json", "/apis", "/v2x", "/block", "/blocks-x"]
)
def test_nothing_else_is_there(browser: TestClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "inner" not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:4200"])
def test_a_foreign_name_that_points_here_is_refused(browser: TestClient, host: str) -> None:
    assert browser.get("/api/health", headers={"Host": host}).status_code == 400
    assert browser.get("/api/health", headers={"Host": "localhost:4200"}).status_code == 200


def test_the_old_ui_can_be_looked_at(browser: TestClient) -> None:
    app = Front(Starlette(routes=[Route("/{path:path}", said)]), old_ui=True)
    answer = TestClient(app).get("/artifacts/key/start-here")
    assert answer.text == "inner /artifacts/key/start-here"
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_the_analytics_key_is_taken_out_of_the_copied_ui_and_nothing_else(tmp_path: Path) -> None:
    assets = tmp_path / "v2" / "assets"
    assets.mkdir(parents=True)
    key = "0123456789abcdef" * 2
    code = (
        f"var a=`https://api.amplitude.com`;function u(){{return`{key}`}}function v(){{return`{key[:31]}`}}"
    )
    (assets / "index.js").write_text(code)
    (assets / "other.js").write_text(f"function u(){{return`{key}`}}")
    assert silence(tmp_path) == 1
    assert (assets / "index.js").read_text() == code.replace(f"`{key}`", "``")
    assert key in (assets / "other.js").read_text()
    assert silence(tmp_path) == 0
