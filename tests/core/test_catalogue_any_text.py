"""Whatever stands in a configuration file: a catalogue comes of it, or one line of complaint."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from core.catalogue import read_catalogue
from core.config import Catalogue
from core.errors import ConfigError


class Search(BaseModel):
    model_config = ConfigDict(extra="forbid")
    query: str


SOURCES = {"x": SimpleNamespace(options=Search, compile=None, by_words=lambda _options: True)}
GOOD = "brands:\n  - name: Acme\n    targets:\n      - source: x\n        query: acme\n"


def complaint(folder: Path, brands: str) -> str | None:
    """What is said about the text; None where it makes a catalogue."""
    (folder / "brands.yaml").write_bytes(brands.encode("utf-8", "surrogatepass"))
    try:
        assert isinstance(read_catalogue(folder, SOURCES), Catalogue)
    except ConfigError as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    "brands",
    [
        '"a\\nb": 1\n',
        GOOD + '        "a\\nb": 1\n',
        GOOD.replace("source: x", 'source: "a\\nb\\e[31m"'),
        GOOD + '        name: "a\\nb"\n      - {source: x, query: b, name: "a\\nb"}\n',
    ],
    ids=["key", "option", "source", "target name"],
)
def test_a_line_break_in_a_value_leaves_the_complaint_in_one_visible_line(
    tmp_path: Path, brands: str
) -> None:
    said = complaint(tmp_path, brands)
    assert said is not None
    assert "\x1b" not in said
    assert len(said.splitlines()) == 1


WORDS = ["brands", "name", "targets", "source", "x", "query", "1", "2020-99-99", "\\x", "\ud800", "\x00", "é"]
SIGNS = [
    ": ",
    "- ",
    "\n",
    "\n  ",
    "\n    ",
    *"[]{},#~'\"\t",
    "|\n",
    "? ",
    "<<: ",
    "&a ",
    "*a",
    "!!int ",
    "---\n",
]
PIECES = st.sampled_from(WORDS + SIGNS)
SOUP = st.lists(PIECES, max_size=25).map("".join)
DAMAGED = st.tuples(st.integers(0, len(GOOD)), st.integers(0, 12), SOUP).map(
    lambda hit: GOOD[: hit[0]] + hit[2] + GOOD[hit[0] + hit[1] :]
)


@settings(deadline=None)
@given(text=SOUP | DAMAGED | st.text())
@example(text="[" * 1_000)
@example(text="&a\nbrands: *a\n")
@example(text="brands: " + "9" * 5_000)
@example(text="brands: !!float abc\n")
@example(text="!!int ")
@example(text="&a [&a ")
@example(text=GOOD.replace("source: x", "source: {a: b}"))
def test_any_text_gives_a_catalogue_or_one_line_of_complaint(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("config")
    said = complaint(folder, text)
    assert said is None or said.startswith(f"{folder}/brands.yaml")
    assert said is None or len(said.splitlines()) == 1
