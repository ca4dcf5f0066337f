"""Why records could not be read: lines of `earful run` and `earful status`."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from cli.terminal import say
from core.text import plain
from storage.unreadable import Unreadable


def print_unreadable(found: Sequence[Unreadable]) -> None:
    """For each target how many are kept, and of the newest where they stand and why; of them no more."""
    for each in found:
        say(f"{plain(each.target, 60)}: {each.kept:,} unreadable, the newest:")
        for record in each.newest:
            say(f"  {plain(f'{record.place}: {record.reason}', 300)}")


def unreadable_json(found: Sequence[Unreadable]) -> list[dict[str, Any]]:
    """The same as data."""
    return [{"target": each.target, **dataclasses.asdict(record)} for each in found for record in each.newest]
