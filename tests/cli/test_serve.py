"""What `earful serve` hands on to its runs, which are started in another folder. Real starts: tests/flows."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from cli.serve import for_runs
from core.settings import Settings
from tests.cli.test_errors import one_line
from tests.earful import earful

HANDED_ON = ("EARFUL_CONFIG", "EARFUL_DATABASE_URL", "EARFUL_REPORTS", "EARFUL_SENTIMENT_MODEL")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "environ", {k: v for k, v in os.environ.items() if not k.startswith("EARFUL_")})
    return tmp_path


def test_runs_find_everything_from_whatever_folder_they_are_started_in(here: Path) -> None:
    (here / "model").mkdir()
    for_runs(Settings(sentiment_model="model"))
    assert [os.environ[name] for name in HANDED_ON] == [
        f"{here}/config",
        f"sqlite:///{here}/earful.db",
        f"{here}/.earful/reports",
        f"{here}/model",
    ]


def test_an_address_stays_as_it_is(here: Path) -> None:
    for_runs(Settings(database_url="postgresql://db/earful", reports="s3://acme/pages"))
    assert os.environ["EARFUL_DATABASE_URL"] == "postgresql://db/earful"
    assert "EARFUL_REPORTS" not in os.environ, "it is handed on as it was given"


def test_the_demo_brings_its_own_and_empties_nothing_that_is_served(tmp_path: Path) -> None:
    one_line(earful("serve", "--demo", "--config", tmp_path), 2, "--demo", "leave out --config")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        one_line(earful("serve", "--demo", "--port", port), 2, f"port {port}", "is taken")
