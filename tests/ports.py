"""Ports for servers that must be told theirs before they start."""

from __future__ import annotations

import random
import socket

# Systems give a port from here to nobody who did not ask for it: Linux begins at 32,768, others later.
_ports = iter(random.SystemRandom().sample(range(20_000, 32_000), 1_000))


def free_port() -> int:
    """A port that nobody has, and that nobody gets by chance before the server has started."""
    return next(port for port in _ports if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
