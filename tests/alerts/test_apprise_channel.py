"""Against real receivers on loopback: nothing of Apprise, HTTP or SMTP is replaced."""

from __future__ import annotations

import json
import logging
import re
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import pytest

from alerts.apprise_channel import AppriseChannel
from core.alert import Message
from core.errors import ChannelRejected, ChannelRetryable, ConfigError

SECRET = "s3cr3t-t0ken"
PLACE = "environment variable HOOK"
MEND_IT = f"; the address, its token or its password may be wrong: see {PLACE}"
MOVED = f"; redirects are not followed: put the final address into {PLACE}"
KEY = "earful-0123456789abcdef"
SLACK = f"https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/{'x' * 24}"
DISCORD = f"https://discord.com/api/webhooks/{'1' * 18}/{'x' * 68}"

Hook = Callable[..., AppriseChannel]


@pytest.fixture
def hook(receiver: Any) -> Hook:
    def build(options: str = "", scheme: str = "json") -> AppriseChannel:
        url = f"{scheme}://user:{SECRET}@127.0.0.1:{receiver.port}/hooks/{SECRET}" + (
            f"?{options}" if options else ""
        )
        return AppriseChannel(url, place=PLACE)

    return build


def test_webhook(hook: Hook, receiver: Any, message: Message, now: datetime) -> None:
    hook().send(message, KEY, now)
    (got,) = receiver.received
    body = json.loads(got.body)
    assert got.path == f"/hooks/{SECRET}"
    assert got.headers["Idempotency-Key"] == body["idempotency_key"] == KEY
    assert {
        name: body[name]
        for name in ("title", "alert_id", "priority", "brand", "link", "mentions", "posted_at")
    } == {
        "title": "Unhappy customer: Larkspur Rail, high priority",
        "alert_id": 12,
        "priority": "high",
        "brand": "Larkspur Rail",
        "link": "https://x.example/jo_b/status/1",
        "mentions": 1,
        "posted_at": "2026-11-22T12:00:00+00:00",
    }
    assert "My train was two hours late" in body["message"]


def test_form_and_xml_carry_the_key(hook: Hook, receiver: Any, message: Message, now: datetime) -> None:
    hook(scheme="form").send(message, KEY, now)
    hook(scheme="xml").send(message, KEY, now)
    form, xml = receiver.received
    assert parse_qs(form.body.decode())["idempotency_key"] == [KEY]
    assert parse_qs(form.body.decode())["alert_id"] == ["12"]
    assert f"<idempotency_key>{KEY}</idempotency_key>" in xml.body.decode()
    assert "<alert_id>12</alert_id>" in xml.body.decode()
    assert form.headers["Idempotency-Key"] == xml.headers["Idempotency-Key"] == KEY


def test_the_operators_own_headers_and_fields_stay(
    hook: Hook, receiver: Any, message: Message, now: datetime
) -> None:
    channel = hook("%2BX-Team=support&:room=7&:idempotency_key=mine")
    channel.send(message, KEY, now)
    channel.send(message, "other", now)
    first, second = receiver.received
    assert first.headers["X-Team"] == "support"
    assert json.loads(first.body)["room"] == "7"
    assert [json.loads(got.body)["idempotency_key"] for got in (first, second)] == [KEY, "other"]
    assert [got.headers["Idempotency-Key"] for got in (first, second)] == [KEY, "other"]


def test_the_key_is_stable_over_retries(hook: Hook, receiver: Any, message: Message, now: datetime) -> None:
    receiver.answers = [500, 429, 200]
    channel = hook()
    for _ in range(2):
        with pytest.raises(ChannelRetryable):
            channel.send(message, KEY, now)
    channel.send(message, KEY, now)
    assert {got.headers["Idempotency-Key"] for got in receiver.received} == {KEY}
    assert {json.loads(got.body)["idempotency_key"] for got in receiver.received} == {KEY}
    assert len({got.body for got in receiver.received}) == 1


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (429, ChannelRetryable, "JSON answered 429 (Too Many Requests)"),
        (500, ChannelRetryable, "JSON answered 500 (Internal Server Error)"),
        (503, ChannelRetryable, "JSON answered 503 (Service Unavailable)"),
        (599, ChannelRetryable, "JSON answered 599"),
        (401, ChannelRetryable, f"JSON answered 401 (Unauthorized){MEND_IT}"),
        (403, ChannelRetryable, f"JSON answered 403 (Forbidden){MEND_IT}"),
        (404, ChannelRetryable, f"JSON answered 404 (Not Found){MEND_IT}"),
        (410, ChannelRetryable, f"JSON answered 410 (Gone){MEND_IT}"),
        (302, ChannelRetryable, f"JSON answered 302 (Found){MOVED}"),
        (400, ChannelRejected, "JSON answered 400 (Bad Request)"),
        (413, ChannelRejected, f"JSON answered 413 ({HTTPStatus(413).phrase})"),
        (422, ChannelRejected, f"JSON answered 422 ({HTTPStatus(422).phrase})"),
        (-1, ChannelRetryable, "JSON did not answer in time"),
    ],
)
def test_refusals(
    hook: Hook,
    receiver: Any,
    message: Message,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
    status: int,
    kind: type[Exception],
    said: str,
) -> None:
    receiver.answers = [status]
    with caplog.at_level(logging.DEBUG), pytest.raises(kind) as refused:
        hook("rto=0.3").send(message, KEY, now)
    assert str(refused.value) == said
    assert refused.value.__cause__ is None
    assert len(receiver.received) == 1, "neither repeated nor redirected"
    assert SECRET not in caplog.text


def test_nobody_listens(message: Message, now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        channel = AppriseChannel(f"json://user:{SECRET}@127.0.0.1:{taken.getsockname()[1]}/{SECRET}")
        with caplog.at_level(logging.DEBUG), pytest.raises(ChannelRetryable) as refused:
            channel.send(message, KEY, now)
    assert str(refused.value) == "JSON refused the connection"
    assert SECRET not in caplog.text


def test_other_logs_are_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    AppriseChannel("json://127.0.0.1/x")
    with caplog.at_level(logging.INFO):
        logging.getLogger("apprise").debug("quiet")
        logging.getLogger("apprise").info("from somebody else")
        logging.getLogger("urllib3.connectionpool").info("from another client")
    assert [record.message for record in caplog.records] == ["from somebody else", "from another client"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is not an address that Apprise knows"),
        (SECRET, "is not an address that Apprise knows"),
        (f"nosuch://{SECRET}", "is not an address that Apprise knows"),
        (f"slack://{SECRET}", "starts like a slack:// address, but the rest"),
        (f"json://127.0.0.1/{SECRET}?verify=no", "switches the certificate check off"),
        (f"json://127.0.0.1/{SECRET}?rto=inf", "rto must be a number of seconds, more than 0 and up to 60"),
        (f"json://127.0.0.1/{SECRET}?rto=nan", "rto must be"),
        (f"json://127.0.0.1/{SECRET}?cto=0", "cto must be"),
        (f"json://127.0.0.1/{SECRET}?cto={SECRET}", "cto must be"),
    ],
)
def test_a_bad_address_is_told_without_its_value(
    url: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(ConfigError, match=said) as refused:
        AppriseChannel(url, place=PLACE)
    assert str(refused.value).startswith(PLACE)
    assert SECRET not in str(refused.value) + caplog.text


@pytest.mark.parametrize("address", [SLACK, DISCORD, "mailtos://me:pw@smtp.example.com?to=a@example.com"])
def test_addresses_as_services_show_them_are_taken(address: str) -> None:
    AppriseChannel(address)


def test_hostile_over_a_webhook(
    hostile: str, hook: Hook, receiver: Any, message: Message, now: datetime, inert: Callable[[str], None]
) -> None:
    hook("format=html&emojis=yes&overflow=split").send(
        replace(message, excerpt=hostile, author=hostile), KEY, now
    )
    (got,) = receiver.received
    text = json.loads(got.body)["message"]
    inert(re.search(r"^“(.*)”$", text, re.MULTILINE)[1])  # type: ignore[index]
    inert(re.search(r"^Who: (.*)$", text, re.MULTILINE)[1])  # type: ignore[index]


def test_hostile_over_slack_and_discord(
    hostile: str, receiver: Any, message: Message, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apprise.plugins.discord import NotifyDiscord
    from apprise.plugins.slack import NotifySlack

    # Their hosts are fixed in Apprise; everything else on the way is the real thing.
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{receiver.port}/slack")
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://127.0.0.1:{receiver.port}/discord")
    for address in (SLACK, DISCORD):
        AppriseChannel(f"{address}?format=markdown").send(
            replace(message, excerpt=hostile, author=hostile), KEY, now
        )
    slack, discord = (json.loads(got.body) for got in receiver.received)
    assert slack["mrkdwn"] is False
    assert "<" not in slack["attachments"][0]["text"]
    said = slack["attachments"][0]["text"] + discord["content"]
    assert not re.search(r"@(?!\u2060)[^\s…]|\]\(|\*|`|https?://(?!x\.example/)", said)
    assert not {"icon_url", "avatar_url", "embeds", "allow_mentions"} & (set(slack) | set(discord))


def test_too_small_a_service_gets_one_cut_message(
    hook: Hook, receiver: Any, message: Message, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apprise.plugins.custom_json import NotifyJSON

    monkeypatch.setattr(NotifyJSON, "body_maxlen", 160)
    hook("overflow=split").send(message, KEY, now)
    (got,) = receiver.received
    assert len(json.loads(got.body)["message"]) <= 160
