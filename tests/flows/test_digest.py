"""Digests over a real outbox to a real mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from core.errors import ConfigError, DatabaseBusy
from flows.steps import digest as steps
from flows.steps.analyse import analyse
from flows.steps.digest import Sent, daily_digest, weekly_digest
from flows.steps.listen import listen_all
from flows.steps.notify import notify
from flows.wiring import Wiring
from tests.flows.conftest import House
from tests.ports import free_port
from tests.receiver import receiving
from tests.reports.test_page import assert_inert

MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)
HOSTILE = 'bad </td><script>alert(1)</script> <img src="https://evil.example/p.png"> \u202e @channel'


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
        return self.answer


@pytest.fixture
def mailbox(house: House) -> Iterator[Mailbox]:
    """A mail server; the channel `mail` leads to it."""
    box = Mailbox()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    house.environment["MAIL_URL"] = (
        f"mailto://127.0.0.1:{port}?from=earful@larkspur.example&to=team@larkspur.example"
    )
    yield box
    server.stop()


@pytest.fixture
def ready(house: House, tmp_path: Path) -> House:
    """Two brands and a competitor; a week of posts; a digest for mail."""
    house.clock.now = MONDAY
    house.settings = house.settings.model_copy(update={"reports": str(tmp_path / "pages")})
    posts = [
        {
            "id": f"{n}",
            "text": f"{'good' if n % 9 else 'bad'} {n}",
            "posted_at": f"2026-11-{16 + n % 7}T09:00:00Z",
        }
        for n in range(40)
    ]
    posts.append({"id": "h", "text": HOSTILE, "posted_at": "2026-11-22T09:00:00Z"})
    ours = house.mentions("ours.jsonl", *posts)
    quiet = house.mentions("quiet.jsonl", {"id": "q", "text": "so so", "posted_at": "2026-10-01T09:00:00Z"})
    house.brands(
        {"name": "Larkspur Rail", "targets": [house.archive("larkspur", ours)]},
        {"name": "Quiet & Co <b>", "targets": [house.archive("quiet", quiet)]},
        {"name": "Globex", "competitor": True, "targets": [house.archive("globex", quiet)]},
    )
    return house


def configured(house: House, **digest: Any) -> None:
    house.alerts(
        channels=[{"name": "console", "type": "console"}, {"name": "mail", "url_env": "MAIL_URL"}],
        digest=digest,
        retry={"attempts": 3, "first_wait_seconds": 60, "longest_wait_seconds": 60},
    )


def listened(wiring: Wiring) -> None:
    list(listen_all(wiring, wiring.targets()))
    analyse(wiring)


def test_a_weekly_mail_carries_the_page(ready: House, mailbox: Mailbox) -> None:
    configured(ready, weekly=["mail"])
    with ready.open() as wiring:
        listened(wiring)
        sent = weekly_digest(wiring)
        assert (sent.told, sent.known, sent.troubles) == (2, 0, [])
        assert notify(wiring).delivered == 2
    subjects = [mail["Subject"] for mail in mailbox.mails]
    assert subjects == [
        "Larkspur Rail: the week of 16 to 22 November 2026",
        "Quiet & Co <b>: the week of 16 to 22 November 2026",
    ], "nobody is written to about a competitor"
    mail = mailbox.mails[0]
    words, page = mail.iter_parts()
    assert isinstance(page, EmailMessage)
    assert (words.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert page.get_content_disposition() == "attachment"
    assert page.get_filename() == "larkspur-rail-2026-W47.html"
    text = page.get_payload(decode=True).decode()
    assert_inert(text)
    assert "Content-Security-Policy" in text
    assert "alert(1)" in text, "it shows what was written"
    address = ready.settings.reports + "/larkspur-rail/2026-W47.html"
    assert text == Path(address).read_text("utf-8")
    body = words.get_content()
    assert "Larkspur Rail was mentioned 41 times (16 to 22 November 2026)" in body
    assert f"The whole report is attached; it also lies at {address}" in body


def test_every_week_and_channel_once(ready: House, mailbox: Mailbox) -> None:
    configured(ready, weekly=["mail", "console", "mail"])
    with ready.open() as wiring:
        listened(wiring)
        assert weekly_digest(wiring).told == 4
        ready.clock.pass_(days=2)
        again = weekly_digest(wiring)
        assert (again.told, again.known) == (0, 4)
        notify(wiring)
        ready.clock.pass_(days=5)
        assert weekly_digest(wiring).told == 4
        notify(wiring)
    assert len(mailbox.mails) == 4


def test_a_daily_one_is_short_and_plain(ready: House, mailbox: Mailbox) -> None:
    configured(ready, daily=["mail"])
    with ready.open() as wiring:
        listened(wiring)
        assert weekly_digest(wiring).told == 0, "nobody asked for it"
        assert daily_digest(wiring).told == 2
        assert daily_digest(wiring).told == 0
        notify(wiring)
    mail = mailbox.mails[0]
    assert mail["Subject"] == "Larkspur Rail on Sunday 22 November 2026"
    assert mail.get_content_type() == "text/plain"
    lines = mail.get_content().strip().splitlines()
    assert lines[0].startswith("Larkspur Rail was mentioned 6 times (Sunday 22 November 2026)")
    assert "Mentions: 6 (before (Saturday 21 November 2026): 5; change: too few to tell)" in lines
    assert len(lines) < 12


def test_what_a_mail_server_refuses_is_sent_later(ready: House, mailbox: Mailbox) -> None:
    configured(ready, weekly=["mail"])
    mailbox.answer = "451 try later"
    with ready.open() as wiring:
        listened(wiring)
        weekly_digest(wiring)
        assert notify(wiring).failed == 2
        mailbox.answer = "250 OK"
        ready.clock.pass_(minutes=5)
        assert notify(wiring).delivered == 2
    assert [len(list(mail.iter_parts())) for mail in mailbox.mails] == [2, 2]


def test_a_page_that_is_gone_is_waited_for(ready: House, mailbox: Mailbox) -> None:
    configured(ready, weekly=["mail"])
    with ready.open() as wiring:
        listened(wiring)
        sent = weekly_digest(wiring)
        page = Path(sent.pages[0])
        content = page.read_bytes()
        page.unlink()
        told = notify(wiring)
        assert (told.delivered, told.failed) == (1, 1)
        page.write_bytes(content)
        ready.clock.pass_(minutes=5)
        assert notify(wiring).delivered == 1


def test_a_place_that_cannot_be_written_keeps_nothing_else_back(
    ready: House, mailbox: Mailbox, tmp_path: Path
) -> None:
    configured(ready, weekly=["mail"])
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "larkspur-rail").write_text("in the way")
    with ready.open() as wiring:
        listened(wiring)
        sent = weekly_digest(wiring)
        assert sent.told == 1
        assert len(sent.troubles) == 1
        assert "Larkspur Rail: " in sent.troubles[0]
        assert "cannot be written" in sent.troubles[0]
        (tmp_path / "pages" / "larkspur-rail").unlink()
        assert weekly_digest(wiring).told == 1, "the next run sends what was kept back"


@pytest.mark.parametrize("step", ["answer", "put"])
@pytest.mark.parametrize("digest", [daily_digest, weekly_digest])
def test_a_database_that_is_busy_for_one_brand_keeps_no_other_back(
    ready: House,
    mailbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
    digest: Callable[[Wiring], Sent],
    step: str,
) -> None:
    configured(ready, daily=["mail"], weekly=["mail"])
    works = getattr(steps, step)

    def busy(wiring: Wiring, *rest: Any) -> Any:
        if "Larkspur" in str(rest):
            raise DatabaseBusy("another process is writing")
        return works(wiring, *rest)

    with ready.open() as wiring:
        listened(wiring)
        monkeypatch.setattr(steps, step, busy)
        sent = digest(wiring)
        assert (sent.told, sent.troubles) == (1, ["Larkspur Rail: another process is writing"])
        monkeypatch.setattr(steps, step, works)
        again = digest(wiring)
        assert (again.told, again.known, again.troubles) == (1, 1, []), (
            "the next run sends what was kept back"
        )


def test_elsewhere_the_address_is_said(ready: House) -> None:
    with receiving() as hook:
        ready.environment["HOOK_URL"] = f"json://127.0.0.1:{hook.port}/x"
        ready.alerts(channels=[{"name": "hook", "url_env": "HOOK_URL"}], digest={"weekly": ["hook"]})
        with ready.open() as wiring:
            listened(wiring)
            weekly_digest(wiring)
            notify(wiring)
        body = hook.received[0].body.decode()
    assert "The whole report: " in body
    assert "larkspur-rail/2026-W47.html" in body
    assert "attachments" not in body or '"attachments": []' in body


def test_a_channel_that_is_not_there_is_named(ready: House) -> None:
    configured(ready, daily=["mial"])
    said = r"alerts.yaml:1 \(digest.daily\[0\]\).*no channel is called mial"
    with pytest.raises(ConfigError, match=said), ready.open():
        pass
