"""What a Google Play target can ask for, and what Google's terms allow.

The API: developers.google.com/android-publisher/reply-to-reviews. Its quota, 200 requests an hour and app:
support.google.com/googleplay/android-developer/contact/review_apiqr. Terms: docs/sources/googleplay.md.
"""

from __future__ import annotations

import re
from datetime import timedelta

from pydantic import Field, field_validator, model_validator

from core.mention import Terms
from listeners.base import Options

TERMS = Terms(keep_for=None, may_train=False, may_export_text=False)
"""Google names no term for reviews, and permits neither training on them nor passing them on."""

WEEK = timedelta(days=7)
"""The API lists what was written or edited within it, and nothing else."""

_APP = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,4})?\Z")
_COUNTRY = re.compile(r"[a-z]{2}\Z")


class GooglePlayOptions(Options):
    """One target: the reviews of one's own app, or, unofficially, what Google Play shows of any app."""

    app: str
    """The package name: what follows `id=` in the app's address."""
    service_account_env: str = "GOOGLE_PLAY_SERVICE_ACCOUNT"
    """Holds the service account's key, the JSON text itself."""
    public: bool = False
    """Ask the pages of Google Play, without a key: unofficial, and against Google's terms for consumers."""
    languages: tuple[str, ...] = ("en",)
    """With `public`: whose reviews; Google Play shows them language by language."""
    country: str = "us"
    """With `public`: the shop that is asked."""
    own_handle: str = ""
    """One of the brand's `handles`: under it the developer's public answers are kept as replies. Without it
    they are counted only, as nobody else's words should be taken for a customer's."""
    base_url: str = "https://androidpublisher.googleapis.com"
    token_url: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    public_url: str = "https://play.google.com"
    page_size: int = Field(default=100, ge=1, le=100)
    max_pages: int = Field(default=20, ge=1, le=1000)
    overlap_minutes: int = Field(default=24 * 60, ge=0, le=7 * 24 * 60)
    """How late a review may appear: it keeps the time at which it was written."""
    timeout_seconds: float = Field(default=8, gt=0, le=60)

    @field_validator("app")
    @classmethod
    def _a_package(cls, app: str) -> str:
        if not _APP.match(app):
            raise ValueError(
                "expected a package name such as com.example.travel, as in the app's address after id="
            )
        return app

    @field_validator("languages", mode="before")
    @classmethod
    def _known_form(cls, languages: object) -> object:
        given = [languages] if isinstance(languages, str) else languages
        if isinstance(given, list | tuple):
            if not given:
                raise ValueError("expected at least one language, such as [en]")
            for language in given:
                if not isinstance(language, str) or not _LANGUAGE.match(language):
                    raise ValueError(f"expected languages such as en or pt-BR, found {language!r}")
            return tuple(dict.fromkeys(given))
        return given

    @field_validator("country")
    @classmethod
    def _two_letters(cls, country: str) -> str:
        if not _COUNTRY.match(country.lower()):
            raise ValueError("expected a country's two letters, such as us or gb")
        return country.lower()

    @model_validator(mode="after")
    def _fits_together(self) -> GooglePlayOptions:
        only_public = {"languages", "country"} & self.model_fields_set
        if only_public and not self.public:
            raise ValueError("'languages' and 'country' go with public: true; the API lists all reviews")
        return self
