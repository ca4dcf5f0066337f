"""A mailbox in trouble: each is named by what to do, no password is told, and no mail is lost."""

from __future__ import annotations

import logging
import time
import traceback

import pytest

from core.errors import (
    AuthFailed,
    ConfigError,
    RateLimited,
    SchemaChanged,
    SourceError,
    SourceGone,
    SourceUnavailable,
)
from listeners.base import Borrowed
from listeners.inbox.options import InboxOptions
from listeners.registry import SOURCES
from tests.listeners import inbox_mailbox
from tests.listeners.contract import ids
from tests.listeners.inbox_mailbox import ImapScenario
from tests.listeners.scenarios.base import NOW, SECRET

imap = inbox_mailbox.imap
scenario = inbox_mailbox.scenario


ANSWERS = {
    "refused": ("LOGIN", b"%(tag)s NO no\r\n", AuthFailed),
    "refused, with its code": ("LOGIN", b"%(tag)s NO [AUTHENTICATIONFAILED] no\r\n", AuthFailed),
    "too many connections": ("LOGIN", b"%(tag)s NO [LIMIT] too many\r\n", RateLimited),
    "too many connections, by words": (
        "LOGIN",
        b"%(tag)s NO [ALERT] Too many simultaneous connections. (Failure)\r\n",
        RateLimited,
    ),
    "too much read, by words": ("EXAMINE", b"%(tag)s NO [ALERT] Exceeded bandwidth limits\r\n", RateLimited),
    "login out of order": ("LOGIN", b"%(tag)s NO [UNAVAILABLE] later\r\n", SourceUnavailable),
    "login out of order, by words": ("LOGIN", b"%(tag)s NO Server Unavailable. 15\r\n", SourceUnavailable),
    "login not understood": ("LOGIN", b"%(tag)s BAD what is that\r\n", AuthFailed),
    "no such mailbox": ("EXAMINE", b"%(tag)s NO what mailbox\r\n", SourceGone),
    "mailbox out of order": ("EXAMINE", b"%(tag)s NO Server Unavailable. 15\r\n", SourceUnavailable),
    "mailbox not understood": ("EXAMINE", b"%(tag)s BAD what\r\n", SourceUnavailable),
    "in, but no mailbox": (
        "EXAMINE",
        b"%(tag)s BAD User is authenticated but not connected.\r\n",
        AuthFailed,
    ),
    "no right to the mailbox": ("EXAMINE", b"%(tag)s NO [NOPERM] no\r\n", AuthFailed),
    "no UIDVALIDITY": ("EXAMINE", b"* 0 EXISTS\r\n%(tag)s OK open\r\n", SchemaChanged),
    "too much read": ("UID FETCH", b"%(tag)s NO [OVERQUOTA] too much\r\n", RateLimited),
    "search fails": ("UID SEARCH", b"%(tag)s NO [SERVERBUG] sorry\r\n", SourceUnavailable),
    "search not understood": ("UID SEARCH", b"%(tag)s BAD what\r\n", SourceUnavailable),
    "bye": ("UID FETCH", b"* BYE good night\r\n", SourceUnavailable),
    "hung up": ("UID FETCH", b"* 1 FETCH (UID 1 BODY[]<0> {500}\r\nFrom: a", SourceUnavailable),
    "silent": ("UID FETCH", b"", SourceUnavailable),
    "another protocol": ("UID FETCH", b"HTTP/1.1 400 Bad Request\r\n", SchemaChanged),
    "endless literal": ("UID FETCH", b"* 1 FETCH (UID 1 BODY[]<0> {99999999999}\r\n", SourceUnavailable),
    "endless line": ("UID SEARCH", b"* SEARCH" + b" 1" * 600_000, SourceUnavailable),
}


class TestTrouble:
    @pytest.mark.parametrize("case", ANSWERS)
    def test_it_is_named_by_what_to_do(
        self, scenario: ImapScenario, case: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        command, answer, error = ANSWERS[case]
        caplog.set_level(logging.DEBUG)
        scenario.publish(1)
        scenario.imap.fault = lambda asked, _number: answer if asked == command else None
        began = time.monotonic()
        with pytest.raises(error) as raised:
            scenario.poll()
        assert time.monotonic() - began < 5
        told = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + caplog.text
        assert SECRET not in told
        scenario.imap.fault = lambda _asked, _number: None
        assert ids(scenario.poll()) == ["1@example.org"]

    def test_who_is_let_in_without_a_mailbox_is_told_of_rights_and_scopes(
        self, scenario: ImapScenario
    ) -> None:
        _, answer, _ = ANSWERS["in, but no mailbox"]
        scenario.imap.fault = lambda asked, _number: answer if asked == "EXAMINE" else None
        with pytest.raises(AuthFailed, match=r"took the login.* rights to the mailbox.* \(scopes\)"):
            scenario.poll()

    def test_a_server_that_repeats_the_password(self, scenario: ImapScenario) -> None:
        scenario.imap.password = "another"
        assert SECRET not in scenario.fails()

    def test_what_was_read_before_the_trouble_is_not_read_again(self, scenario: ImapScenario) -> None:
        scenario.publish(*range(1, 8))
        scenario.imap.fault = lambda asked, number: (
            b"* BYE\r\n" if (asked, number) == ("UID FETCH", 1) else None
        )
        pages = scenario.listener().poll(None)
        first = next(pages)
        assert ids([first]) == [f"{n}@example.org" for n in (1, 2, 3)]
        with pytest.raises(SourceUnavailable):
            next(pages)
        scenario.imap.fault = lambda _asked, _number: None
        assert ids(scenario.poll(first.checkpoint)) == [f"{n}@example.org" for n in (4, 5, 6, 7)]

    @pytest.mark.parametrize(
        "answer", [b"* SEARCH" + b" 1" * 500, b"* 1 FETCH (UID 1 BODY[]<0> {400}\r\n" + b"x" * 400]
    )
    def test_an_answer_that_comes_drop_by_drop(self, scenario: ImapScenario, answer: bytes) -> None:
        """Each piece comes in time, but the end does not."""
        scenario.publish(1)
        command = "UID SEARCH" if b"SEARCH" in answer else "UID FETCH"
        scenario.imap.fault = lambda asked, _number: answer if asked == command else None
        scenario.imap.pause = 0.05
        began = time.monotonic()
        assert "TimeoutError" in scenario.fails(timeout_seconds=0.2)
        assert time.monotonic() - began < 5

    @pytest.mark.parametrize(
        ("greeting", "error"),
        [
            (b"* BYE too busy\r\n", SourceUnavailable),
            (b"* BYE [LIMIT] too many\r\n", RateLimited),
            (b"* BYE too many connections\r\n", RateLimited),
            (b"220 mail.acme.test ESMTP\r\n", SchemaChanged),
            (b"HTTP/1.1 400 Bad Request\r\n\r\n", SchemaChanged),
            (b"\x15\x03\x01\x00\x02\x02\x28", SourceUnavailable),
        ],
    )
    def test_greetings(self, scenario: ImapScenario, greeting: bytes, error: type[SourceError]) -> None:
        scenario.imap.greeting = greeting
        with pytest.raises(error):
            scenario.poll()

    def test_nobody_there(self, scenario: ImapScenario) -> None:
        with pytest.raises(SourceUnavailable):
            scenario.poll(port=1)

    def test_without_leave_nothing_is_asked(self, scenario: ImapScenario) -> None:
        scenario.closed = True
        with pytest.raises(RateLimited):
            scenario.poll()
        assert scenario.imap.commands == []

    def test_a_password_that_cannot_be_one_is_named_without_being_told(self, scenario: ImapScenario) -> None:
        options = InboxOptions.model_validate(scenario.options())
        borrowed = Borrowed(clock=lambda: NOW, secret=lambda _: "a\r\nb LOGOUT", http=scenario.http)
        with pytest.raises(ConfigError, match="IMAP_USER") as raised:
            SOURCES["inbox"].build(options, borrowed)
        assert "LOGOUT" not in str(raised.value)
