"""What a service's refusal means. Apprise answers yes or no only; the reason is in what it logs.

Its log lines may hold addresses with tokens in them, so they are read here and go nowhere else: while a
message is sent, neither Apprise's nor urllib3's lines reach any other log.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus

from core.errors import ChannelError, ChannelRejected, ChannelRetryable

CONTENT_REFUSED = frozenset({400, 413, 422})
"""The message itself is at fault: sending it again cannot help."""
MAIL_CONTENT_REFUSED = frozenset({552})
"""Too large. Other permanent codes of SMTP also mean a wrong address or password, which a person can mend."""
ADDRESS_REFUSED = frozenset({401, 403, 404, 410})

_HTTP_STATUS = re.compile(r"error=(\d{3})\b")
_MAIL_STATUS = re.compile(r"Socket Exception: .*?\(([245]\d\d), ")
_TROUBLE = (
    (re.compile(r"timed? ?out", re.IGNORECASE), "did not answer in time"),
    (re.compile(r"certificate|ssl", re.IGNORECASE), "could not prove who it is (certificate)"),
    (re.compile(r"refused", re.IGNORECASE), "refused the connection"),
    (re.compile(r"getaddrinfo|resol|name or service", re.IGNORECASE), "has a host name that cannot be found"),
    (re.compile(r"connection|socket", re.IGNORECASE), "could not be reached, or broke off"),
)


class _Ear(logging.Filter):
    """Keeps the lines of threads that listen; the others' pass if the root logger's level lets them."""

    def __init__(self) -> None:
        super().__init__()
        self.local = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        heard: list[str] | None = getattr(self.local, "heard", None)
        if heard is not None:
            if record.name == "apprise":
                heard.append(record.getMessage())
            return False
        return record.name != "apprise" or record.levelno >= logging.getLogger().getEffectiveLevel()


_EAR = _Ear()


@contextmanager
def overhear() -> Iterator[list[str]]:
    """Collect what Apprise logs in this thread, and keep it out of every other log."""
    for name in ("apprise", "urllib3.connectionpool"):
        logging.getLogger(name).addFilter(_EAR)  # adding it again does nothing
    # Why a connection failed is told at this level only.
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    heard: list[str] = []
    _EAR.local.heard = heard
    try:
        yield heard
    finally:
        _EAR.local.heard = None


def what_went_wrong(heard: Sequence[str], service: str, place: str) -> ChannelError:
    """The error that says what the caller must do, in our own words.

    Args:
        heard: what Apprise logged; may hold secrets, of which none gets into the error.
        service: such as Slack.
        place: where the address is configured.
    """
    http = [int(code) for line in heard for code in _HTTP_STATUS.findall(line)]
    mail = [int(code) for line in heard for code in _MAIL_STATUS.findall(line)]
    if http or mail:
        # With several recipients, one that can still be had is worth another try.
        final = all(c in CONTENT_REFUSED for c in http) and all(c in MAIL_CONTENT_REFUSED for c in mail)
        kind = ChannelRejected if final else ChannelRetryable
        return kind(f"{service} {_answers(http, mail)}{_advice(http, mail, place)}")
    log = "\n".join(heard)
    for sign, words in _TROUBLE:
        if sign.search(log):
            return ChannelRetryable(f"{service} {words}")
    return ChannelRetryable(f"{service} did not take the message and did not say why")


def _answers(http: Sequence[int], mail: Sequence[int]) -> str:
    told = [f"{code}{_phrase(code)}" for code in dict.fromkeys(http)]
    told += [f"{code} (the mail server's code)" for code in dict.fromkeys(mail)]
    return f"answered {', '.join(told)}"


def _phrase(code: int) -> str:
    try:
        return f" ({HTTPStatus(code).phrase})"
    except ValueError:
        return ""


def _advice(http: Sequence[int], mail: Sequence[int], place: str) -> str:
    if any(code in ADDRESS_REFUSED for code in http) or any(code >= 500 for code in mail):
        return f"; the address, its token or its password may be wrong: see {place}"
    if http and all(code < 300 for code in http):
        return ", but not as it does when it takes a message"
    if any(300 <= code < 400 for code in http):
        return f"; redirects are not followed: put the final address into {place}"
    return ""
