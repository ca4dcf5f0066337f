"""OpenVINO, imported so that it tells nobody: the only import of it in Earful."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

_NAME = "openvino"
_CONVERTER = "openvino.tools.ovc"
"""Its model converter: importing it reports the import to Google Analytics and writes ~/intel, unasked
(openvino/tools/ovc/__init__.py of 2026.4). Nothing here converts models."""


@cache
def openvino() -> ModuleType:
    """The library, without its converter. A process that imported it before has been reported already."""
    if _NAME in sys.modules:
        return sys.modules[_NAME]
    sys.modules[_CONVERTER] = None  # type: ignore[assignment]  # importing it fails, which is allowed for
    try:
        return import_module(_NAME)
    finally:
        del sys.modules[_CONVERTER]


@cache
def core() -> Any:
    """The one entry to the library's devices in this process."""
    return openvino().Core()


def has_bf16() -> bool:
    """Whether this CPU multiplies bfloat16 natively; where it does not, it would be slower than float32."""
    return "BF16" in core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def fingerprint() -> str:
    """Library and CPU abilities: what was compiled for one need not fit another."""
    abilities = sorted(core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
    return f"{openvino().get_version()} {' '.join(abilities)}"
