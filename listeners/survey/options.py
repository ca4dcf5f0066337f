"""What a survey target can ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self, get_args

from pydantic import Field, ValidationInfo, field_validator, model_validator

from listeners.files.naming import ENDINGS, ending, in_folder, stem
from listeners.files.owned import Owned
from listeners.survey.score import SCALES, Measure

Column = Literal[
    "id",
    "score",
    "text",
    "posted_at",
    "author",
    "author_name",
    "url",
    "language",
    "thread_id",
    "visibility",
    "edited_at",
]
COLUMNS: tuple[Column, ...] = get_args(Column)


class SurveyOptions(Owned):
    """One target: the answers to one question, in a file or in all files of a folder."""

    path: Path
    """Relative to the configuration folder. Whether it exists is seen when it is polled."""
    measure: Measure
    """Which question was asked: it says what a score means."""
    scale: tuple[float, float] | None = None
    """Lowest and highest score, where they are not the measure's usual ones."""
    best_is_low: bool = False
    """The lowest score is the best one, as in "how much effort did it take"."""
    labels: dict[str, float] = Field(default_factory=dict)
    """Words that stand in the score's column -> the score they stand for."""
    dataset: str = Field(default_factory=lambda data: stem(data.get("path")), pattern=r"^[^:\s]{1,80}$")
    """Keeps the ids of two surveys apart: an external id is `dataset:id`."""
    columns: dict[Column, str] = Field(default_factory=dict)
    """Our field -> their column. A field that is not named is looked for under its own name."""
    id_from: tuple[str, ...] = ()
    """Columns that together tell one answer from another, where there is no id."""
    where: dict[str, str] = Field(default_factory=dict)
    """Keep only rows whose column has this value."""
    date_format: str | None = None
    """For dates in a form of their own, as in Python's strptime."""
    page_size: int = Field(default=500, ge=1, le=10_000)

    @field_validator("path")
    @classmethod
    def _in_folder(cls, path: Path, info: ValidationInfo) -> Path:
        if path.suffix and ending(path) is None:
            raise ValueError(f"expected a folder, or a file that ends in {ENDINGS}")
        return in_folder(path, info)

    @field_validator("scale")
    @classmethod
    def _rising(cls, scale: tuple[float, float] | None) -> tuple[float, float] | None:
        if scale is not None and not scale[0] < scale[1]:
            raise ValueError("expected the lowest score first, then the highest, such as [1, 10]")
        return scale

    @model_validator(mode="after")
    def _nps_is_nps(self) -> Self:
        if self.measure == "nps" and (self.best_is_low or self.limits != SCALES["nps"]):
            raise ValueError(
                "an NPS goes from 0 to 10, and 10 is the best; for other scales use measure: csat"
            )
        return self

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest score."""
        return self.scale or SCALES[self.measure]
