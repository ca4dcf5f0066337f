"""What a Trustpilot target can ask for, and what Trustpilot's terms allow.

developers.trustpilot.com: business-units-api-(public), service-reviews-api, deletions-api,
api-module-best-practices, get-started/rate-limiting.
"""

from __future__ import annotations

import re
from datetime import timedelta

from pydantic import Field, field_validator

from core.mention import Terms
from listeners.base import Options

TERMS = Terms(keep_for=timedelta(days=28), may_train=False, may_export_text=False)
"""What its author deleted must go here too (deletions-api). That page sets no time; Earful looks at each
review again every week, and forgets one that could not be looked at for four."""

_ID = re.compile(r"[0-9a-f]{24}")
_DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


class TrustpilotOptions(Options):
    """One target: the reviews of one business unit."""

    business_unit: str
    """Its id (24 hexadecimal digits), or the domain by which Trustpilot lists it, such as acme.com."""
    language: str | None = Field(default=None, pattern=r"^[a-z]{2}$")
    """Only reviews in this language."""
    api_key_env: str = "TRUSTPILOT_API_KEY"
    base_url: str = "https://api.trustpilot.com/v1"
    page_size: int = Field(default=100, ge=1, le=100)
    max_pages: int = Field(default=50, ge=1, le=1000)
    overlap_hours: float = Field(default=48, ge=0, le=720)
    """So far back every poll reads again: replies of the company, edits, and reviews that appear late."""
    timeout_seconds: float = Field(default=8, gt=0, le=60)

    @field_validator("business_unit")
    @classmethod
    def _a_unit(cls, unit: str) -> str:
        name = unit.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")
        name = re.sub(r"^([a-z-]+\.)?trustpilot\.com/review/", "", name)
        if not (_ID.fullmatch(name) or _DOMAIN.fullmatch(name)):
            raise ValueError(
                "expected a business unit's id (24 hexadecimal digits) or its domain, such as acme.com"
            )
        return name

    @property
    def by_id(self) -> bool:
        """Whether the id is known, so that nothing has to be looked up."""
        return bool(_ID.fullmatch(self.business_unit))
