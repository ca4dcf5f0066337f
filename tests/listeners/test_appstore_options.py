"""The App Store's options: what is refused, which secrets are needed, and what is said of a target."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from listeners.appstore import SOURCE
from listeners.appstore.options import AppStoreOptions
from listeners.appstore.territories import LONG
from tests.listeners.scenarios.appstore import APP, ISSUER, KEY_ID


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "hint"),
        [
            ({"app": APP}, "countries"),
            ({"app": "acme", "countries": ["us"]}, "number in the app's address"),
            ({"app": APP, "countries": ["usa"]}, "two-letter"),
            ({"app": APP, "countries": [False]}, "two-letter"),
            ({"app": APP, "countries": ["us"], "issuer_id": ISSUER}, "key_id"),
            ({"app": APP, "key_id": "AuthKey_2X9R4HXF34.p8"}, "App Store Connect shows it"),
        ],
    )
    def test_wrong_ones_are_refused(self, options: dict[str, Any], hint: str) -> None:
        with pytest.raises(ValidationError, match=hint):
            AppStoreOptions.model_validate(options)

    def test_forms(self) -> None:
        options = AppStoreOptions.model_validate({"app": int(APP), "countries": "GB"})
        assert (options.app, options.countries) == (APP, ("gb",))
        assert AppStoreOptions.model_validate({"app": f"id{APP}", "key_id": KEY_ID}).countries == ()

    def test_secrets_are_asked_for_only_where_one_is_needed(self) -> None:
        feed = AppStoreOptions(app=APP, countries=("us",))
        assert SOURCE.secrets(feed) == ()
        assert SOURCE.secrets(AppStoreOptions(app=APP, key_id=KEY_ID)) == ("APP_STORE_CONNECT_KEY",)

    def test_what_is_asked(self) -> None:
        assert SOURCE.asked is not None
        feed = SOURCE.asked(AppStoreOptions(app=APP, countries=("us", "gb")))
        assert "us, gb" in feed.request
        assert any("500" in one for one in feed.cannot)
        assert "all countries" in SOURCE.asked(AppStoreOptions(app=APP, key_id=KEY_ID)).request

    def test_storefronts(self) -> None:
        assert len(LONG) == len(set(LONG.values())) >= 170
        assert all(len(short) == 2 and len(long) == 3 for short, long in LONG.items())
