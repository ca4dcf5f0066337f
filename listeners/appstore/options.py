"""What an App Store target can ask for, and what Apple's terms allow.

The feed is undocumented; its limits are what its users found (docs/sources/appstore.md names them). The API:
developer.apple.com/documentation/appstoreconnectapi/get-v1-apps-_id_-customerreviews.
"""

from __future__ import annotations

import re

from pydantic import Field, field_validator, model_validator

from core.mention import Terms
from listeners.appstore.territories import LONG
from listeners.base import Options

TERMS = Terms(keep_for=None, may_train=False, may_export_text=False)
"""Apple names no term for reviews, and permits neither training on them nor passing them on."""

FEED_PAGES = 10
"""The feed serves no more, of FEED_PAGE reviews each, for a country."""
FEED_PAGE = 50

_APP = re.compile(r"[0-9]{5,12}\Z")
_KEY_ID = re.compile(r"[A-Za-z0-9]{6,20}\Z")
_ISSUER = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


class AppStoreOptions(Options):
    """One target: an app's reviews, from the public feed, or through App Store Connect if a key is named."""

    app: str
    """The number in the app's address, after `id`."""
    countries: tuple[str, ...] = ()
    """Two letters each. The feed needs them; App Store Connect takes all countries where none is named."""
    key_id: str | None = None
    """The id of an App Store Connect key: the app is one's own, and the API is asked instead of the feed."""
    issuer_id: str | None = None
    """Of a team key; an individual key has none."""
    private_key_env: str = "APP_STORE_CONNECT_KEY"
    own_handle: str = ""
    """One of the brand's `handles`: under it the developer's public answers are kept as replies. Without it
    they are counted only, as nobody else's words should be taken for a customer's."""
    base_url: str = "https://itunes.apple.com"
    connect_url: str = "https://api.appstoreconnect.apple.com"
    page_size: int = Field(default=200, ge=1, le=200)
    """Of the API; the feed's pages have 50 reviews, always."""
    max_pages: int = Field(default=FEED_PAGES, ge=1, le=1000)
    overlap_minutes: int = Field(default=48 * 60, ge=0, le=7 * 24 * 60)
    """How late a review may appear: it keeps the time at which it was written while Apple checks it."""
    timeout_seconds: float = Field(default=8, gt=0, le=60)

    @field_validator("app", mode="before")
    @classmethod
    def _a_number(cls, app: object) -> object:
        if isinstance(app, int):  # YAML reads an unquoted number as a number
            app = str(app)
        if isinstance(app, str) and not _APP.match(app := app.strip().removeprefix("id")):
            raise ValueError(
                "expected the number in the app's address: 284815942 of apps.apple.com/.../id284815942"
            )
        return app

    @field_validator("countries", mode="before")
    @classmethod
    def _known(cls, countries: object) -> object:
        given = [countries] if isinstance(countries, str) else countries
        if not isinstance(given, list | tuple):
            return given
        for country in given:
            if not isinstance(country, str) or country.lower() not in LONG:
                raise ValueError(f"expected two-letter country codes such as us or gb, found {country!r}")
        return tuple(dict.fromkeys(country.lower() for country in given))

    @field_validator("key_id", "issuer_id")
    @classmethod
    def _an_id(cls, given: str | None) -> str | None:
        if given is not None and not (_KEY_ID.match(given) or _ISSUER.match(given)):
            raise ValueError("expected an id as App Store Connect shows it: 2X9R4HXF34, or 57246542-96fe-...")
        return given

    @model_validator(mode="after")
    def _fits_together(self) -> AppStoreOptions:
        if self.key_id is None and self.issuer_id is not None:
            raise ValueError("'issuer_id' goes with 'key_id'; without both, the public feed is read")
        if self.key_id is None and not self.countries:
            raise ValueError("'countries' is needed for the public feed, such as [us, gb]")
        return self
