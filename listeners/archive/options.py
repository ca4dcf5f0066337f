"""What an archive target can ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import Field, ValidationInfo, field_validator

from core.mention import Terms
from listeners.base import Options

Column = Literal[
    "id",
    "text",
    "posted_at",
    "author",
    "author_name",
    "author_url",
    "followers",
    "url",
    "rating",
    "language",
    "thread_id",
    "parent_id",
    "kind",
    "likes",
    "replies",
    "shares",
    "views",
    "visibility",
    "edited_at",
]
COLUMNS: tuple[Column, ...] = get_args(Column)

TERMS = Terms()
"""What we may do with a file's texts is the user's knowledge: nothing, unless the target says otherwise."""

_ENDING = re.compile(r"\.(?P<format>jsonl|ndjson|csv)(?P<gzip>\.gz)?\Z", re.IGNORECASE)


def _stem(data: Mapping[str, Any]) -> str:
    path = data.get("path")
    return _ENDING.sub("", path.name) if isinstance(path, Path) else ""


class ArchiveOptions(Options):
    """One target: a file, or the rows of it that belong to one brand."""

    path: Path
    """Relative to the configuration folder. Whether it exists is seen when it is polled."""
    dataset: str = Field(default_factory=_stem, pattern=r"^[^:\s]{1,80}$")
    """Keeps the ids of two archives apart: an external id is `dataset:id`."""
    columns: dict[Column, str] = Field(default_factory=dict)
    """Our field -> their column. A field that is not named is looked for under its own name."""
    where: dict[str, str] = Field(default_factory=dict)
    """Keep only rows whose column has this value."""
    rating_scale: tuple[float, float] | None = None
    """Their lowest and highest rating, to convert to 1 to 5."""
    date_format: str | None = None
    """For dates in a form of their own, as in Python's strptime."""
    page_size: int = Field(default=500, ge=1, le=10_000)
    may_train: bool = False
    may_export_text: bool = False
    keep_days: int | None = Field(default=None, ge=1)

    @field_validator("path")
    @classmethod
    def _in_folder(cls, path: Path, info: ValidationInfo) -> Path:
        if not _ENDING.search(path.name):
            raise ValueError("expected a file that ends in .jsonl, .ndjson or .csv, or one of these with .gz")
        folder = (info.context or {}).get("folder")
        return (folder or Path.cwd()) / path

    @field_validator("rating_scale")
    @classmethod
    def _rising(cls, scale: tuple[float, float] | None) -> tuple[float, float] | None:
        if scale is not None and not scale[0] < scale[1]:
            raise ValueError("expected the lowest rating first, then the highest, such as [0, 10]")
        return scale

    @property
    def format(self) -> str:
        """`csv` or `jsonl`."""
        return "csv" if self._ending()["format"].lower() == "csv" else "jsonl"

    @property
    def compressed(self) -> bool:
        """Whether the file is a gzip."""
        return self._ending()["gzip"] is not None

    @property
    def terms(self) -> Terms:
        """What the target says its texts may be used for."""
        keep_for = timedelta(days=self.keep_days) if self.keep_days is not None else None
        return Terms(keep_for=keep_for, may_train=self.may_train, may_export_text=self.may_export_text)

    def column(self, field: Column) -> str:
        """The name that a field of ours has in the file."""
        return self.columns.get(field, field)

    def _ending(self) -> re.Match[str]:
        found = _ENDING.search(self.path.name)
        assert found is not None  # noqa: S101 - checked by _in_folder
        return found
