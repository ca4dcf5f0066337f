"""The reverse proxies of docs/operations.md let through, send on and forbid what flows/front.py does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.front import _OLD_PAGES, _SERVED, HEADERS

OPERATIONS = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text("utf-8")
NGINX, CADDY = (
    next(
        block
        for block in re.findall(r"^```\w+\n(.*?)^```", OPERATIONS, re.DOTALL | re.MULTILINE)
        if mark in block
    )
    for mark in ("proxy_pass", "reverse_proxy")
)
PROXIES = pytest.mark.parametrize("proxy", [NGINX, CADDY], ids=["nginx", "Caddy"])
OF_ONE_SERVER = "connect-src "
"""What a page may connect to: on this machine any port, in production the server's own name."""


def first_parts(proxy: str, action: str) -> list[set[str]]:
    """What paths begin with, of the regular expressions on lines that start like this."""
    found = re.findall(rf"^ *{re.escape(action)} \^/\(([^)]+)\)\(/\|\$\)", proxy, re.MULTILINE)
    return [set(alternatives.split("|")) for alternatives in found]


def policy(content: str) -> list[str]:
    return [part for part in content.split("; ") if not part.startswith(OF_ONE_SERVER)]


def test_they_send_on_the_same_pages_of_the_old_ui_and_let_the_same_through() -> None:
    served = {path.removeprefix("/") for path in _SERVED}
    assert first_parts(NGINX, "location ~") == [_OLD_PAGES, served]
    assert first_parts(CADDY, "@old path_regexp") == [_OLD_PAGES]
    (ours,) = re.findall(r"@ours path (.+)", CADDY)
    assert set(ours.split()) == {each for path in _SERVED for each in (path, f"{path}/*")}


@PROXIES
def test_they_send_the_same_headers(proxy: str) -> None:
    for name, value in HEADERS.items():
        (said,) = re.findall(rf"\b{name} \"?([^\"\n]+?)\"?(?: always;)?$", proxy, re.MULTILINE)
        assert policy(said) == policy(value), name
        assert (OF_ONE_SERVER in said) == (OF_ONE_SERVER in value)
