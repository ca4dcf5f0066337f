from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import ConfigError
from core.settings import DEFAULT_DATABASE_URL, Settings, absolute, secret

NAMES = ("EARFUL_DATABASE_URL", "EARFUL_CONFIG", "EARFUL_REPORTS")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("EARFUL_")]:
        monkeypatch.delenv(name)


def test_without_an_environment_everything_has_a_value() -> None:
    settings = Settings()
    assert settings.database_url == DEFAULT_DATABASE_URL
    assert settings.config == Path("config")
    assert settings.reports == ".earful/reports"


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in zip(NAMES, ("sqlite:///other.db", "/etc/earful", "/srv/reports"), strict=True):
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.database_url == "sqlite:///other.db"
    assert settings.config == Path("/etc/earful")
    assert settings.reports == "/srv/reports"


def test_the_database_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARFUL_DATABASE_URL", "postgresql+psycopg://earful:hush@db.example/earful")
    settings = Settings()
    assert settings.database_url.startswith("postgresql+psycopg://earful:hush@")
    assert "hush" not in f"{settings!r} {settings}"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("sqlite:///earful.db", "sqlite:///{here}/earful.db"),
        ("sqlite:///data/earful.db", "sqlite:///{here}/data/earful.db"),
        ("sqlite:///../earful.db", "sqlite:///{above}/earful.db"),
        ("sqlite:////var/lib/earful.db", "sqlite:////var/lib/earful.db"),
        ("sqlite+pysqlite:///earful.db", "sqlite+pysqlite:///{here}/earful.db"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("sqlite://", "sqlite://"),
        ("postgresql+psycopg://u:p@db.example/earful", "postgresql+psycopg://u:p@db.example/earful"),
        ("postgresql+psycopg:///earful", "postgresql+psycopg:///earful"),
    ],
)
def test_the_address_means_the_same_database_from_any_folder(
    given: str, wanted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    here = tmp_path.resolve()
    assert absolute(given) == wanted.format(here=here, above=here.parent)


def test_a_secret_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_TOKEN", " hush\n")
    assert secret("ACME_TOKEN") == "hush"


@pytest.mark.parametrize("value", [None, "", "  \n"])
def test_a_secret_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.setenv("OTHER_TOKEN", "hush")
    monkeypatch.delenv("ACME_TOKEN", raising=False)
    if value is not None:
        monkeypatch.setenv("ACME_TOKEN", value)
    with pytest.raises(ConfigError) as caught:
        secret("ACME_TOKEN")
    assert "ACME_TOKEN" in str(caught.value)
    assert "hush" not in str(caught.value)
