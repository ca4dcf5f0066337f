"""Trustpilot: ways to name a business unit."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from core.errors import SchemaChanged, SourceGone
from listeners.trustpilot.options import TrustpilotOptions
from tests.listeners.contract import ids
from tests.listeners.scenarios.trustpilot import UNIT, TrustpilotScenario
from tests.listeners.trustpilot_platform import trustpilot as trustpilot
from tests.replay import Answer


class TestNames:
    def test_a_domain_is_looked_up_once(self, trustpilot: TrustpilotScenario) -> None:
        trustpilot.publish(1)
        for _ in range(2):
            assert ids(trustpilot.listener(business_unit="acme.example").poll(None))
        paths = [seen.path for seen in trustpilot.server.requests]
        assert paths == ["/v1/business-units/find", trustpilot.path, trustpilot.path]

    def test_nobody_of_that_name(self, trustpilot: TrustpilotScenario) -> None:
        with pytest.raises(SourceGone, match=r"knows no business unit ghost\.example"):
            list(trustpilot.listener(business_unit="ghost.example").poll(None))

    @pytest.mark.parametrize("found", [{}, {"id": 7}, {"id": "../x"}, []])
    def test_a_unit_without_an_id(self, trustpilot: TrustpilotScenario, found: object) -> None:
        trustpilot.server.on("GET", "/v1/business-units/find", Answer(body=found))
        with pytest.raises(SchemaChanged, match="'id'"):
            list(trustpilot.listener(business_unit="odd.example").poll(None))

    @pytest.mark.parametrize(
        ("given", "unit"),
        [
            (f" {UNIT.upper()} ", UNIT),
            ("Acme.example", "acme.example"),
            ("https://www.acme.example/", "www.acme.example"),
            ("https://uk.trustpilot.com/review/acme.example", "acme.example"),
        ],
    )
    def test_ways_to_name_it(self, given: str, unit: str) -> None:
        assert TrustpilotOptions(business_unit=given).business_unit == unit

    @pytest.mark.parametrize("given", ["", "acme", "Acme Rail", "acme.example/x", "../reviews", "a" * 24])
    def test_names_that_are_none(self, given: str) -> None:
        if given == "a" * 24:
            assert TrustpilotOptions(business_unit=given).by_id
            return
        with pytest.raises(ValidationError, match="24 hexadecimal digits"):
            TrustpilotOptions(business_unit=given)
