"""Expected trouble is a sentence in a run's log; a traceback is kept for what nobody expected."""

from __future__ import annotations

import logging

from core.errors import EarfulError
from core.text import plain

LOGGERS = ("prefect.flow_runs", "prefect.task_runs")
"""What Prefect writes a run's log with, as shown in its UI."""
LONGEST = 2_000


class Sentences(logging.Filter):
    """Takes the traceback off what is said about an EarfulError, and its Python quoting."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through, some of it shorter."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if isinstance(error, EarfulError):
            said = record.getMessage().replace(repr(error), f"{type(error).__name__}: {error}")
            record.msg, record.args = plain(said, LONGEST), ()
            record.exc_info = record.exc_text = None
        return True


def keep_plain() -> None:
    """Have every run's log written so, in this process. Doing it again changes nothing."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, Sentences) for each in logger.filters):
            logger.addFilter(Sentences())
