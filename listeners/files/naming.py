"""Which files can be read as rows: their endings say how."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationInfo

_ENDING = re.compile(r"\.(?P<format>jsonl|ndjson|csv)(?P<gzip>\.gz)?\Z", re.IGNORECASE)
ENDINGS = ".jsonl, .ndjson or .csv, or one of these with .gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What a file's name says about it."""

    csv: bool
    compressed: bool
    """Whether it is a gzip."""


def ending(path: Path) -> Ending | None:
    """None: not a file that can be read as rows."""
    found = _ENDING.search(path.name)
    if found is None:
        return None
    return Ending(csv=found["format"].lower() == "csv", compressed=found["gzip"] is not None)


def stem(path: Any) -> str:
    """The file's name without its ending; empty for what is no path."""
    return _ENDING.sub("", path.name) if isinstance(path, Path) else ""


def in_folder(path: Path, info: ValidationInfo) -> Path:
    """A path as an option: relative to the configuration folder."""
    return ((info.context or {}).get("folder") or Path.cwd()) / path
