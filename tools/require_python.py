"""Says in one line that this Python is too old, before pip says it in fifty."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - it runs on whatever Python there is
    found = ".".join(map(str, sys.version_info[:2]))
    sys.exit(
        f"Earful needs Python 3.11 or newer; this is {found}. Name another one: make PYTHON=python3.12 demo"
    )
