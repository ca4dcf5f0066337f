"""What an interrupted training left in its folder: written whole, and given to no other training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch


def save(path: Path, identity: str, **state: Any) -> None:
    """Written beside and moved: a kill in between leaves the last one.

    Args:
        path: of the file.
        identity: of the training that it belongs to.
        state: tensors, numbers, and mappings and lists of them.
    """
    fresh = path.with_suffix(".new")
    torch.save({"of": identity, **state}, fresh)
    fresh.replace(path)


def read(path: Path, identity: str) -> dict[str, Any] | None:
    """What the same training saved there, on the CPU; None: nothing.

    A file that is damaged or of another training is set aside, and a line says so.
    """
    if not path.exists():
        return None
    try:
        state: dict[str, Any] = torch.load(path, weights_only=True, map_location="cpu")
        of = str(state.pop("of"))
    except Exception as error:  # torch raises a dozen kinds for a file that is none of its own
        _set_aside(path, "damaged", f"cannot be read ({type(error).__name__})")
        return None
    if of != identity:
        _set_aside(path, of[:8], "is of another training, by other options or data")
        return None
    return state


def _set_aside(path: Path, mark: str, why: str) -> None:
    aside = path.with_stem(f"{path.stem}-{mark}")
    path.replace(aside)
    print(f"{path} {why}; set aside as {aside.name}, to be deleted or moved back", flush=True)
