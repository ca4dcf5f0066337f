from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.keys import key_of


@pytest.mark.parametrize(
    ("brand", "key"),
    [
        ("Larkspur Rail", "brand-health-larkspur-rail"),
        ("Acme", "brand-health-acme"),
        ("acme", "brand-health-acme--822b33ad87c148a0"),
        ("日本", "brand-health--cf2abf0c5be326cb"),
    ],
)
def test_key(brand: str, key: str) -> None:
    assert key_of("brand-health", brand) == key


def test_each_kind_of_report_has_a_key_of_its_own() -> None:
    assert key_of("praise", "Larkspur Rail") == "praise-larkspur-rail"


near = st.text(alphabet="aA1 -_.é", min_size=1, max_size=6)


@given(near | st.text(min_size=1), near | st.text(min_size=1))
def test_no_two_brands_share_a_key(one: str, other: str) -> None:
    keys = key_of("complaints", one), key_of("complaints", other)
    assert (keys[0] == keys[1]) == (one == other)
    for key in keys:
        assert set(key) <= set(string.ascii_lowercase + string.digits + "-")
        assert len(key) < 100
