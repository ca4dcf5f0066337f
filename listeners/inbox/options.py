"""What an inbox target can ask for."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator

from listeners.files.naming import in_folder
from listeners.files.owned import Owned
from listeners.files.record import Column

_NOT_IN_AN_ID = re.compile(r"[:\s]+")


def _named_after(data: Mapping[str, Any]) -> str:
    folder = data.get("folder")
    return _NOT_IN_AN_ID.sub("-", folder.name)[:80] if isinstance(folder, Path) and folder.name else "inbox"


class InboxOptions(Owned):
    """One target: either a drop folder (`folder`) or a mailbox (`host`)."""

    folder: Path | None = None
    """Relative to the configuration folder. Whether it exists is seen when it is polled."""
    settle_seconds: float = Field(default=5, ge=0, le=3600)
    """A file that was changed within so many seconds is left for the next poll: it may still be written."""
    dataset: str = Field(default_factory=_named_after, pattern=r"^[^:\s]{1,80}$")
    """Keeps ids of webhooks apart: their external id is `dataset:id`."""
    columns: dict[Column, str] = Field(default_factory=dict)
    """Our field -> their field, in webhooks."""
    rating_scale: tuple[float, float] | None = None
    """Lowest and highest rating in webhooks, to convert to 1 to 5."""

    host: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._:-]{1,253}$")
    port: int = Field(default=993, ge=1, le=65535)
    encryption: Literal["tls", "starttls", "none"] = "tls"
    ca_file: Path | None = None
    """Certificates to trust instead of the system's: for a mail server of one's own."""
    mailbox: str = Field(default="INBOX", min_length=1, max_length=255)
    user_env: str = "IMAP_USER"
    password_env: str = "IMAP_PASSWORD"  # noqa: S105 - the name of a variable, not a secret
    token_url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    """Where an OAuth token is had with client credentials (Microsoft 365); None: a password is used."""
    client_id_env: str = "IMAP_CLIENT_ID"
    client_secret_env: str = "IMAP_CLIENT_SECRET"  # noqa: S105 - the name of a variable, not a secret
    scope: str = "https://outlook.office365.com/.default"
    first_reach_days: int = Field(default=7, ge=0, le=3650)
    """How far back the first poll goes, by the day a mail arrived."""
    timeout_seconds: float = Field(default=20, gt=0, le=300)
    max_pages: int = Field(default=40, ge=1, le=1000)

    page_size: int = Field(default=50, ge=1, le=500)
    max_bytes: int = Field(default=1024 * 1024, ge=4096, le=16 * 1024 * 1024)
    """So much of each mail is read, from its beginning; attachments mostly come after the text."""
    own_addresses: tuple[str, ...] = ()
    """Mails from these are forwarded ones: their author is who Reply-To or X-Original-From name."""
    own_lists: tuple[str, ...] = ()
    """List-Id of groups that bring customers' mails, such as a Google Group behind support@."""

    @field_validator("folder", "ca_file")
    @classmethod
    def _in_folder(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        return None if path is None else in_folder(path, info)

    @field_validator("mailbox")
    @classmethod
    def _one_line(cls, mailbox: str) -> str:
        if not mailbox.isprintable():
            raise ValueError("expected the mailbox's name on one line, such as INBOX or Support/New")
        return mailbox

    @field_validator("rating_scale")
    @classmethod
    def _rising(cls, scale: tuple[float, float] | None) -> tuple[float, float] | None:
        if scale is not None and not scale[0] < scale[1]:
            raise ValueError("expected the lowest rating first, then the highest, such as [0, 10]")
        return scale

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.folder is None) == (self.host is None):
            raise ValueError("expected either 'folder' (a drop folder) or 'host' (an IMAP server)")
        if self.encryption == "none" and self.host is not None and not _is_loopback(self.host):
            raise ValueError("'encryption: none' would send the password in the clear; only for this machine")
        if self.token_url is not None and not _is_safe(self.token_url):
            raise ValueError("'token_url' should begin with https://: a secret is sent there")
        return self

    @property
    def secrets(self) -> tuple[str, ...]:
        """Names of the environment variables it needs."""
        if self.host is None:
            return ()
        if self.token_url is not None:
            return (self.user_env, self.client_id_env, self.client_secret_env)
        return (self.user_env, self.password_env)


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or _is_loopback(parts.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
