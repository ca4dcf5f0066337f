"""The columns of each export, in their order: what everybody relies on who reads such files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["text", "whole", "number", "yes_no", "time"]
Value = str | int | float | bool | datetime | None
"""None: not known. Times are aware and in UTC."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    kind: Kind = "text"


def _columns(named: str, kind: Kind = "text") -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name in named.split())


MENTIONS = (
    *_columns("id", "whole"),
    *_columns("source external_id kind brands"),
    *_columns("posted_at first_seen_at fetched_at edited_at", "time"),
    *_columns("visibility url thread_id parent_id"),
    *_columns("rating", "number"),
    *_columns("language"),
    *_columns("likes replies shares views", "whole"),
    *_columns("author_handle author_name"),
    *_columns("author_followers", "whole"),
    *_columns("text withheld"),
    *_columns("may_train", "yes_no"),
)
ALERTS = (
    *_columns("id", "whole"),
    *_columns("brand rule priority status outcome assignee"),
    *_columns("opened_at last_mention_at acknowledged_at resolved_at closed_at updated_at", "time"),
    *_columns("mentions first_mention_id", "whole"),
    *_columns("url headline withheld"),
)


def readings(*, severity: Iterable[str], topics: Iterable[str], emotion: Iterable[str]) -> tuple[Column, ...]:
    """The columns of readings, one for each probability: what occurs, a team's own topics among them."""
    maps = {"severity": severity, "topic": topics, "emotion": emotion}
    return (
        *_columns("mention_id", "whole"),
        *_columns("source external_id brands"),
        *_columns("posted_at read_at", "time"),
        *_columns("revision language"),
        *_columns("supported", "yes_no"),
        *_columns("sentiment"),
        *_columns("negative neutral positive complaint", "number"),
        *_columns("unsure", "yes_no"),
        *_columns("offensive irony", "number"),
        *(Column(f"{map_}_{key}", "number") for map_, keys in maps.items() for key in keys),
    )
