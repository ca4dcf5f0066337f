"""Who says or does something at the terminal."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from core.errors import ConfigError

ByOption = Annotated[str | None, typer.Option("--by", help="Who did it; default: your login name.")]


def login() -> str:
    """Who is at the terminal, where nobody is named.

    Raises:
        ConfigError: the machine does not know.
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise ConfigError("--by", "this machine does not know your name; give it with --by") from None
