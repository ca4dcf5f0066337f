"""Following tokens."""

from __future__ import annotations

import pytest

from core.errors import SchemaChanged
from listeners.paging import follow


def pages(
    links: dict[str | None, str | None], start: str | None = None, max_pages: int = 100
) -> list[str | None]:
    return [
        page
        for page, _ in follow(
            lambda token: (token, links[token]), source="S", start=start, max_pages=max_pages
        )
    ]


def test_it_reads_to_the_end() -> None:
    assert pages({None: "a", "a": "b", "b": None}) == [None, "a", "b"]


def test_it_begins_where_it_is_told() -> None:
    assert pages({"a": "b", "b": None}, start="a") == ["a", "b"]


def test_it_stops_after_so_many_and_tells_the_next_token() -> None:
    walk = follow(lambda token: ("page", f"{token}+"), source="S", start="t", max_pages=2)
    assert [token for _, token in walk] == ["t+", "t++"]


@pytest.mark.parametrize("links", [{None: "a", "a": "a"}, {None: "a", "a": "b", "b": "a"}])
def test_a_circle_ends_after_its_pages_were_handed_over(links: dict[str | None, str | None]) -> None:
    got: list[str | None] = []
    with pytest.raises(SchemaChanged, match="already read"):
        got.extend(page for page, _ in follow(lambda token: (token, links[token]), source="S", max_pages=100))
    assert got == list(links)


def test_a_resumed_walk_knows_its_beginning() -> None:
    with pytest.raises(SchemaChanged):
        pages({"a": "a"}, start="a")
