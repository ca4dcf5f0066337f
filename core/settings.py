"""Where things are and which secrets there are: from the environment, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ConfigError

DEFAULT_DATABASE_URL = "sqlite:///earful.db"
"""In the folder that Earful is started from; made and brought up to date by whatever fills it."""


class Settings(BaseSettings):
    """Read from EARFUL_* variables; each may be overridden on the command line."""

    model_config = SettingsConfigDict(env_prefix="EARFUL_", frozen=True)

    database_url: Annotated[str, Field(repr=False)] = DEFAULT_DATABASE_URL
    config: Path = Path("config")
    reports: str = ".earful/reports"
    """Where report pages are written: a folder, or an address such as s3://bucket/prefix."""
    cache: Path = Field(default_factory=lambda: Path.home() / ".cache" / "earful")
    """What is built at first use, to start faster the next time; may be deleted at any time."""
    sentiment_model: str = ""
    """A sequence-classification checkpoint that takes the place of the sentiment head: a folder, or
    OWNER/NAME[@REVISION] on the Hugging Face hub. This and what follows: docs/models.md."""
    sentiment_labels: str = ""
    """What its labels mean, where their names do not say it: `LABEL_0=negative,LABEL_1=positive`."""
    sentiment_languages: str = ""
    """The languages that it reads (`de,fr`); others are left to Earful's own head. Empty: it reads all."""
    sentiment_temperature: str = ""
    """Divides its logits to calibrate them; empty: they are used as they are."""


def absolute(database_url: str) -> str:
    """The same database for a process that is started in another folder."""
    scheme, _, path = database_url.partition(":///")
    if scheme.partition("+")[0] != "sqlite" or not path or path.startswith(("/", ":")):
        return database_url
    return f"{scheme}:///{Path(path).resolve()}"


def secret(name: str) -> str:
    """The value of an environment variable that holds a secret.

    Raises:
        ConfigError: it is not set; the message names the variable and never a value.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        raise ConfigError(f"environment variable {name}", "is not set, and the configuration refers to it")
    return value
