"""On what the figures were measured."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

CPU_INFO = Path("/proc/cpuinfo")
_MODEL = re.compile(r"^model name\s*:\s*(.+)$", re.MULTILINE)


def machine(cpu_info: Path = CPU_INFO) -> str:
    """CPU model, cores that this process may use, and architecture: "Acme 9000, 2 cores, x86_64"."""
    said = _MODEL.search(cpu_info.read_text("utf-8", "replace")) if cpu_info.is_file() else None
    model = said[1].strip() if said else platform.processor() or "unknown CPU"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"{model}, {cores} cores, {platform.machine()}"
