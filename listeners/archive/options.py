"""What an archive target can ask for."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationInfo, field_validator

from listeners.files.naming import ENDINGS, ending, in_folder, stem
from listeners.files.owned import Owned
from listeners.files.record import Column


class ArchiveOptions(Owned):
    """One target: a file, or the rows of it that belong to one brand."""

    path: Path
    """Relative to the configuration folder. Whether it exists is seen when it is polled."""
    dataset: str = Field(default_factory=lambda data: stem(data.get("path")), pattern=r"^[^:\s]{1,80}$")
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

    @field_validator("path")
    @classmethod
    def _in_folder(cls, path: Path, info: ValidationInfo) -> Path:
        if ending(path) is None:
            raise ValueError(f"expected a file that ends in {ENDINGS}")
        return in_folder(path, info)

    @field_validator("rating_scale")
    @classmethod
    def _rising(cls, scale: tuple[float, float] | None) -> tuple[float, float] | None:
        if scale is not None and not scale[0] < scale[1]:
            raise ValueError("expected the lowest rating first, then the highest, such as [0, 10]")
        return scale
