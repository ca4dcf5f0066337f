"""In a real browser: a page that holds strangers' words asks nobody for anything, and prints the folded."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from reports.document import Folded, Paragraph, Report, Table
from reports.page import Page, page
from tests.receiver import Receiver, receiving
from tests.reports.test_page import a_page

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="needs Chromium: apt-get install chromium"),
]


def browse(file: Path, *options: str) -> str:
    """Open a file, wait until everything that it asks for has come, and give what it became."""
    command = [
        str(BROWSER), *QUIET, f"--user-data-dir={file.parent / 'profile'}", "--virtual-time-budget=5000",
        *options, file.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout


def hostile(receiver: Receiver) -> str:
    """Everything by which a page could ask the receiver for something."""
    at = f"http://127.0.0.1:{receiver.port}"
    return (
        f'"><script>fetch("{at}/script")</script><img src="{at}/img" srcset="{at}/set 2x">'
        f'<link rel="stylesheet" href="{at}/css"><link rel="preload" as="image" href="{at}/preload">'
        f'<iframe src="{at}/frame"></iframe><object data="{at}/object"></object><embed src="{at}/embed">'
        f'<video src="{at}/video" poster="{at}/poster"></video><style>@import "{at}/import";'
        f'body{{background:url({at}/background)}}</style><p style="background:url({at}/inline)">'
        f'<svg><image href="{at}/svg"/></svg><meta http-equiv="refresh" content="0;url={at}/refresh">'
        f'<form action="{at}/form"><button autofocus onfocus="this.form.submit()">'
    )


def test_it_asks_nobody_for_anything(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    with receiving() as receiver:
        text = hostile(receiver)
        file.write_text(a_page(text, f"http://127.0.0.1:{receiver.port}/link"), "utf-8")
        became = browse(file, "--dump-dom")
        assert "<script" not in became
        assert [got.path for got in receiver.received] == []


def test_its_policy_stops_what_would_slip_through(tmp_path: Path) -> None:
    """With the same words as markup: the page without its policy asks, the page with it does not."""
    file = tmp_path / "page.html"
    with receiving() as receiver:
        # What leads away from a page is no part of the policy: a link, or a refresh.
        markup = hostile(receiver).split("<meta")[0]
        open_page = page(Page(title="b", period="p", as_of="a", reports=[])).replace(
            "<main", markup + "<main"
        )
        without = open_page.replace("Content-Security-Policy", "X-Nothing")
        file.write_text(without, "utf-8")
        browse(file, "--dump-dom")
        asked = {got.path for got in receiver.received}
        assert asked >= {"/img", "/css"}, asked
        receiver.received.clear()
        file.write_text(open_page, "utf-8")
        browse(file, "--dump-dom")
        assert [got.path for got in receiver.received] == []


def test_what_is_folded_is_printed(tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext: apt-get install poppler-utils")
    folded = Folded("More", [Paragraph("hidden until asked for"), Table(("a",), [["in the table"]])])
    report = Report(key="k", title="t", compact=[], full=[folded])
    file, pdf = tmp_path / "page.html", tmp_path / "page.pdf"
    file.write_text(page(Page(title="b", period="p", as_of="a", reports=[report])), "utf-8")
    browse(file, f"--print-to-pdf={pdf}", "--no-pdf-header-footer")
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout
    assert "hidden until asked for" in text
    assert "in the table" in text
