"""A drop folder of mails, as the contract suite sees it; a deletion comes as a webhook: mails have none."""

from __future__ import annotations

import json
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx

from tests.listeners.scenarios.base import PER_PAGE, Scenario, posted
from tests.replay import Replay


def a_mail(number: int, text: str = "", **headers: str) -> EmailMessage:
    """A mail of a customer; headers' names are written with _ for -."""
    mail = EmailMessage()
    mail["From"] = "Ann <ann@example.org>"
    mail["To"] = "care@acme.test"
    mail["Date"] = format_datetime(posted(number))
    mail["Subject"] = f"Order {number}"
    mail["Message-ID"] = f"<{number}@example.org>"
    mail.set_content(text or f"Where is order {number}?")
    for name, value in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    return mail


class InboxScenario(Scenario):
    source = "inbox"
    network = False

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
        self.drop = folder / "drop"
        self.drop.mkdir()

    def options(self) -> dict[str, Any]:
        return {"folder": "drop", "page_size": PER_PAGE, "settle_seconds": 0}

    def external_id(self, number: int) -> str:
        return f"{number}@example.org"

    def record(self, number: int, kind: str) -> Any:
        if kind == "deleted":
            return {"id": number, "visibility": "deleted"}
        headers = {"Auto_Submitted": "auto-replied"} if kind == "broken" else {}
        return a_mail(number, **headers)

    def publish(self, *numbers: int, kind: str = "good") -> None:
        super().publish(*numbers, kind=kind)
        for number in numbers:
            record = self.records[number]
            if isinstance(record, EmailMessage):
                (self.drop / f"{number}.eml").write_bytes(bytes(record))
            else:
                (self.drop / f"{number}.json").write_text(json.dumps(record), encoding="utf-8")


SCENARIO = InboxScenario
