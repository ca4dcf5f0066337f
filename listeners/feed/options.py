"""What a feed's target can ask for, and what may be done with what it brings. Imports no client library.

Feeds have no common terms: every site has its own, and copyright holds for all (docs/sources/feed.md).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from core.mention import Terms
from listeners.base import Options

TERMS = Terms(keep_for=None, may_train=False, may_export_text=False)
"""Of a feed whose target says nothing else: no general term, no training, no texts in exports."""


class FeedOptions(Options):
    """One target: one feed."""

    url: str
    """The feed's own address, not that of the page it belongs to."""
    kind: Literal["article", "post", "comment", "review"] = "article"
    """What its entries are: a forum's feed has posts, a blog's second feed comments."""
    language: str | None = Field(default=None, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    """A BCP 47 tag, for a feed that names no language or a wrong one."""
    keep_days: int | None = Field(default=None, ge=1, le=36_500)
    """How long the site lets its texts be kept; none: it sets no limit."""
    may_train: bool = False
    may_export_text: bool = False
    timeout_seconds: float = Field(default=8, gt=0, le=60)

    @field_validator("url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        url = url.strip()
        if url.lower().startswith("feed://"):  # what some pages write
            url = f"https{url[4:]}"
        try:
            parts = urlsplit(url)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            good = False
        if not good or not url.isprintable() or " " in url:
            raise ValueError("expected a feed's whole address, such as https://blog.example.com/feed.xml")
        if "@" in parts.netloc:
            raise ValueError("has a name or password in it, which would be shown; Earful reads public feeds")
        return url.split("#")[0]

    @property
    def terms(self) -> Terms:
        """What may be done with this feed's texts."""
        return Terms(
            keep_for=timedelta(days=self.keep_days) if self.keep_days else TERMS.keep_for,
            may_train=self.may_train,
            may_export_text=self.may_export_text,
        )
