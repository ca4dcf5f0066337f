"""Which process this is, and whether another one is known to be dead: for leases (storage/leases.py)."""

from __future__ import annotations

import itertools
import os
import secrets
import socket

_BIRTH = secrets.token_hex(4)
"""A process number is used again; this is not."""
_numbers = itertools.count(1)


def _machine() -> str:
    """Where process numbers mean the same: one machine, or one container on it."""
    try:
        space = str(os.stat("/proc/self/ns/pid").st_ino)
    except OSError:
        space = ""
    return f"{socket.gethostname()}/{space}"


def new_holder() -> str:
    """A name for one who holds leases: machine, process and a number of its own."""
    return f"{_machine()}|{os.getpid()}|{_BIRTH}|{next(_numbers)}"


def dead(holder: str) -> bool:
    """Whether the process behind a name is gone for sure; one on another machine may live."""
    parts = holder.split("|")
    if len(parts) != 4 or parts[0] != _machine() or os.name != "posix":
        return False
    if int(parts[1]) == os.getpid():
        return parts[2] != _BIRTH
    try:
        os.kill(int(parts[1]), 0)
    except ProcessLookupError:
        return True
    except OSError:  # it lives and belongs to somebody else
        return False
    return False
