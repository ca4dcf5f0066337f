"""Errors, named by what the caller must do.

EarfulError
  + ConfigError            fix the configuration: names place, what was expected, what was found
  + DatabaseBusy           another process is writing: try again
  + NotFound               the thing asked for does not exist
  + NotWritten             a report could not be written or read: mend the place, or try again
  + NotAllowed             the alert's life cycle has no such step from where it stands
  + SourceError            something about one source; the other sources go on
  |   + RateLimited        wait until `retry_at`, then go on; not a failure
  |   + QuotaExhausted     money or cap is used up: stop, tell the operator
  |   + AuthFailed         credentials or approval: stop, tell the operator
  |   + SourceUnavailable  passing trouble (5xx, reset, timeout, cut body): retry with backoff
  |   + SourceGone         the target no longer exists: stop asking, mark it
  |   + SchemaChanged      the answer is not what we know: keep it, tell a developer
  + ChannelError           one notification could not be handed to its channel
      + ChannelRetryable   passing trouble: try again later
      + ChannelRejected    will never be taken as it is: a dead letter
"""

from __future__ import annotations

from datetime import datetime

from core.text import plain


class EarfulError(Exception):
    """Anything that Earful raises on purpose; its text is meant for a person."""


class ConfigError(EarfulError):
    """Configuration, environment or command line is wrong.

    Args:
        place: where to look: a file with line and key, or the name of an environment variable.
        problem: what was expected and what was found, without secrets.
    """

    def __init__(self, place: str, problem: str) -> None:
        self.place, self.problem = plain(place), plain(problem)
        super().__init__(f"{self.place}: {self.problem}")


class DatabaseBusy(EarfulError):
    """Somebody else held what was needed for too long; nothing was changed, try again."""


class NotFound(EarfulError):
    """The alert, mention or file that was asked for does not exist."""


class NotWritten(EarfulError):
    """Where reports are kept, a file could not be written or read; the next run tries again."""


class NotAllowed(EarfulError):
    """An alert's life cycle has no such step from where it stands."""


class SourceError(EarfulError):
    """Trouble with one source; `state` is the word kept in the coverage ledger."""

    state = "failed"


class RateLimited(SourceError):
    """The source asks us to wait; nothing is wrong.

    Args:
        message: who asked, in words.
        retry_at: aware UTC time from which asking again makes sense.
        alone: only whoever asked this has to wait, not all who use the same key.
    """

    state = "rate_limited"

    def __init__(self, message: str, retry_at: datetime, *, alone: bool = False) -> None:
        super().__init__(message)
        self.retry_at, self.alone = retry_at, alone


class QuotaExhausted(SourceError):
    """Credits, monthly cap or our own budget is used up.

    Args:
        message: which allowance ended, and what to do.
        resets_at: aware UTC time when it fills up again, where that is known.
    """

    state = "quota_exhausted"

    def __init__(self, message: str, resets_at: datetime | None = None) -> None:
        super().__init__(message)
        self.resets_at = resets_at


class AuthFailed(SourceError):
    """Credentials are missing, wrong, or not approved for this."""

    state = "auth_failed"


class SourceUnavailable(SourceError):
    """Passing trouble on the way or at the other end; worth another try."""

    state = "unavailable"


class SourceGone(SourceError):
    """The account, community, app or file does not exist (any more)."""

    state = "gone"


class SchemaChanged(SourceError):
    """The source answered, but not in the shape we know; a developer has to look."""

    state = "schema_changed"


class ChannelError(EarfulError):
    """A notification could not be handed to its channel."""


class ChannelRetryable(ChannelError):
    """The channel did not take it now; try again later."""


class ChannelRejected(ChannelError):
    """The channel will never take it as it is."""
