from __future__ import annotations

import pytest

from alerts.failure import what_went_wrong
from core.errors import ChannelRejected, ChannelRetryable


@pytest.mark.parametrize(
    ("heard", "kind", "said"),
    [
        ([], ChannelRetryable, "Slack did not take the message and did not say why"),
        (["error=400.", "error=400."], ChannelRejected, "Slack answered 400 (Bad Request)"),
        (
            ["error=400.", "error=503."],
            ChannelRetryable,
            "Slack answered 400 (Bad Request), 503 (Service Unavailable)",
        ),
        (
            ["error=200."],
            ChannelRetryable,
            "Slack answered 200 (OK), but not as it does when it takes a message",
        ),
        (
            ["SSLError: certificate verify failed"],
            ChannelRetryable,
            "Slack could not prove who it is (certificate)",
        ),
        (["Failed to resolve 'x'"], ChannelRetryable, "Slack has a host name that cannot be found"),
        (["Socket Exception: gone"], ChannelRetryable, "Slack could not be reached, or broke off"),
        (
            ["Socket Exception: {'a@b.example': (550, b'5.1.1 unknown')}"],
            ChannelRetryable,
            "Slack answered 550 (the mail server's code); the address, its token or its password may be "
            "wrong: see THERE",
        ),
        (
            ["Socket Exception: (552, b'too large')", "Socket Exception: (451, b'later')"],
            ChannelRetryable,
            "Slack answered 552 (the mail server's code), 451 (the mail server's code); the address, its "
            "token or its password may be wrong: see THERE",
        ),
    ],
)
def test_what_went_wrong(heard: list[str], kind: type[Exception], said: str) -> None:
    error = what_went_wrong(heard, "Slack", "THERE")
    assert (type(error), str(error)) == (kind, said)
