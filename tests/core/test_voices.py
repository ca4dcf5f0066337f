"""Whose authors may be told of: the table, its page, and what is not in it."""

from __future__ import annotations

import re
from pathlib import Path

from core.voices import RULES, Telling, rule_of, told

PAGE = Path(__file__).parent.parent.parent / "docs" / "voices.md"


def test_the_page_says_what_the_table_says() -> None:
    rows = re.findall(r"^\| (\w+) \| ([a-z ]+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {source: (telling, why) for source, telling, why in rows if source != "source"} == {
        source: (rule.telling.value, rule.why) for source, rule in RULES.items()
    }


def test_of_what_nobody_has_looked_at_nothing_is_told() -> None:
    assert rule_of("somebodys_plugin").telling is Telling.LEFT_OUT
    assert told(["x", "bluesky", "reddit", "somebodys_plugin", "x"], *Telling) == (
        "bluesky", "reddit", "somebodys_plugin", "x"
    )  # fmt: skip
    assert told(["x", "bluesky", "reddit"], Telling.NAMED, Telling.COUNTED) == ("bluesky", "x")
    assert told([], Telling.NAMED) == ()
