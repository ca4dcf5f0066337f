"""Google Play: what may be asked for."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from listeners.googleplay import SOURCE
from listeners.googleplay.options import GooglePlayOptions
from tests.listeners.scenarios.googleplay import APP


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "hint"),
        [
            ({}, "app"),
            ({"app": "Acme Travel"}, "package name"),
            ({"app": APP, "languages": ["en"]}, "public"),
            ({"app": APP, "country": "us"}, "public"),
            ({"app": APP, "public": True, "languages": []}, "at least one"),
            ({"app": APP, "public": True, "languages": ["english"]}, "such as en"),
            ({"app": APP, "public": True, "country": "usa"}, "two letters"),
        ],
    )
    def test_wrong_ones_are_refused(self, options: dict[str, Any], hint: str) -> None:
        with pytest.raises(ValidationError, match=hint):
            GooglePlayOptions.model_validate(options)

    def test_what_is_asked(self) -> None:
        assert SOURCE.asked is not None
        assert "unofficial" in SOURCE.asked(GooglePlayOptions(app=APP, public=True)).request
        assert any("seven days" in one for one in SOURCE.asked(GooglePlayOptions(app=APP)).cannot)
