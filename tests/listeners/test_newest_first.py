"""The shared walk: whatever happens between and during polls, nothing is lost, and it ends."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SchemaChanged, SourceError, SourceGone, SourceUnavailable
from core.mention import Lost, Page
from listeners.newest_first import between, poll
from tests.listeners.board import MINUTE, Board, numbers
from tests.listeners.contract import checkpoint, ids
from tests.listeners.scenarios.base import NOW


class TestOnePoll:
    def test_all_pages_then_only_what_is_new(self) -> None:
        board = Board()
        board.post(*range(10, 110, 10))
        first = board.poll()
        assert ids(first) == [str(n) for n in range(100, 0, -10)]
        board.post(110)
        board.requests = 0
        assert ids(board.poll(checkpoint(first))) == ["110", "100"]
        assert board.requests == 2  # one old item alone at the end of a page ends no walk
        board.requests = 0
        board.poll(checkpoint(board.poll(checkpoint(first))))
        assert board.requests == 3

    def test_only_so_far_the_first_time(self) -> None:
        board = Board()
        board.post(*range(10, 110, 10))
        pages = list(poll(board.listing(reach=1000 - 65), None))
        assert ids(pages) == ["100", "90", "80", "70"]

    def test_an_empty_listing_does_not_move_the_reach(self) -> None:
        board = Board(now=NOW - 1000 * MINUTE)
        stored = checkpoint(list(poll(board.listing(reach=100), None)))
        board.post(1, 2, 3)
        board.now = NOW
        assert ids(list(poll(board.listing(reach=100), stored))) == ["3", "2", "1"]

    @pytest.mark.parametrize("count", [1, 2, 9])
    def test_what_the_first_poll_left_out_is_left_out_by_the_next(self, count: int) -> None:
        board = Board()
        board.post(*range(1, count + 1))
        got = list(poll(board.listing(reach=100), None))
        for arrives in (None, 999):
            if arrives:
                board.post(arrives)
            got += poll(board.listing(reach=100), checkpoint(got))
        assert ids(got) == ["999"]

    @pytest.mark.parametrize("per_page", [1, 2, 3, 5])
    def test_an_old_item_on_top_ends_nothing(self, per_page: int) -> None:
        board = Board(per_page=per_page)
        board.post(*range(10, 60, 10))
        stored = checkpoint(board.poll())
        board.pinned = (10,)
        board.post(*range(60, 100, 10))
        assert numbers(board.poll(stored)) == {50, 60, 70, 80, 90}

    @pytest.mark.parametrize("place", range(20, 100, 10))
    def test_an_item_with_a_time_of_long_ago_hides_nothing(self, place: int) -> None:
        board = Board()
        board.post(10)
        stored = checkpoint(board.poll())
        board.post(*range(20, 100, 10))
        board.times[place] = NOW - timedelta(days=900)
        assert numbers(board.poll(stored)) >= set(range(20, 100, 10)) - {place}

    def test_a_time_in_the_future_hides_nothing(self) -> None:
        board = Board(pinned=(5,))
        board.post(10)
        board.times[5] = NOW + timedelta(days=900)
        first = board.poll()
        assert numbers(first) == {5, 10}
        board.post(20)
        assert 20 in numbers(board.poll(checkpoint(first)))

    def test_a_page_of_which_nothing_can_be_read_ends_nothing(self) -> None:
        board = Board(unreadable=frozenset({70, 80, 90}))
        board.post(*range(10, 100, 10))
        pages = board.poll()
        assert numbers(pages) == set(range(10, 70, 10))
        assert sum(len(page.rejected) for page in pages) == 3

    def test_another_question_starts_from_the_beginning(self) -> None:
        board = Board()
        board.post(1, 2)
        stored = checkpoint(board.poll())
        assert numbers(list(poll(board.listing(question="other"), stored))) == {1, 2}

    @pytest.mark.parametrize("number", ["Infinity", '"x"', "null", "[]"])
    def test_a_damaged_place_is_named(self, number: str) -> None:
        board = Board()
        board.post(*range(10, 100, 10))
        stored = json.loads(checkpoint(board.poll(stop=1)) or "")
        stored["walk"]["seen"] = "HERE"
        with pytest.raises(SchemaChanged, match="checkpoint"):
            board.poll(json.dumps(stored).replace('"HERE"', number))


class TestBrokenOff:
    def test_the_rest_first_and_then_what_came_meanwhile(self) -> None:
        board = Board()
        board.post(*range(10, 100, 10))
        first = board.poll(stop=1)
        board.post(100, 110)
        assert ids(board.poll(checkpoint(first))) == ["60", "50", "40", "30", "20", "10", "110", "100", "90"]

    def test_a_limit_of_pages_is_told(self) -> None:
        board = Board()
        board.post(*range(10, 100, 10))
        pages = board.poll(max_pages=2)
        assert not any(page.lost for page in pages)
        assert [page.truncated for page in pages] == [
            "",
            "stopped at page 2; the next poll reads the older items",
        ]

    @pytest.mark.parametrize("refused", [SchemaChanged, SourceGone])
    def test_a_token_that_is_no_longer_taken(self, refused: type[SourceError]) -> None:
        board = Board(refused=refused)
        board.post(*range(10, 310, 10))
        pages = board.polls(None, max_pages=2)
        assert numbers(pages) == set(range(10, 310, 10))

    def test_an_item_that_a_token_names_and_that_is_gone(self) -> None:
        board = Board()
        board.post(*range(10, 100, 10))
        first = board.poll(stop=1)
        del board.times[70]  # the last one of that page
        assert numbers([*first, *board.poll(checkpoint(first))]) == set(range(10, 100, 10))

    def test_trouble_that_passes_does_not_send_it_to_the_top(self) -> None:
        board = Board(refused=SourceUnavailable)
        board.post(*range(10, 100, 10))
        first = board.poll(stop=1)
        board.requests = 0
        with pytest.raises(SourceUnavailable):
            board.poll(checkpoint(first))
        assert board.requests == 1

    def test_a_platform_that_refuses_everything_is_told(self) -> None:
        board = Board()
        board.post(*range(10, 100, 10))
        first = board.poll(stop=1)

        def refuse(_token: str | None) -> tuple[list[int], str | None]:
            raise SourceGone("no such board")

        with pytest.raises(SourceGone):
            list(poll(replace(board.listing(), fetch=refuse), checkpoint(first)))


class TestWall:
    def test_it_is_told_where_nothing_known_was_met(self) -> None:
        board = Board(shows=12)
        board.post(*range(10, 100, 10))
        first = board.poll()
        assert not any(page.truncated for page in first)
        board.post(*range(100, 300, 10))
        pages = board.poll(checkpoint(first))
        assert [p.truncated for p in pages] == ["", "", "", "the wall"]
        assert [p.lost for p in pages] == [None, None, None, Lost(until=board.times[180])]

    def test_what_came_meanwhile_pushed_a_resting_walk_to_it(self) -> None:
        board = Board(shows=12)
        board.post(10)
        stored = checkpoint(board.poll())
        board.post(*range(20, 220, 10))
        first = board.poll(stored, stop=2)
        board.post(*range(220, 260, 10))
        rest = board.poll(checkpoint(first))
        assert [bool(page.truncated) for page in rest][-1]
        assert sum(bool(page.truncated) for page in rest) == 1
        assert rest[-1].lost == Lost(until=board.times[140]), "what was read before it rested is not lost"
        later = board.poll(checkpoint(board.poll(checkpoint(first), stop=1)))
        assert later[-1].lost == rest[-1].lost

    def test_a_resting_walk_that_met_the_end_of_a_short_listing(self) -> None:
        board = Board(shows=12)
        board.post(*range(10, 80, 10))
        first = board.poll(stop=1)
        board.post(80)
        assert not any(page.truncated for page in board.poll(checkpoint(first)))


class TestSpan:
    def test_from_a_page_down_to_a_time(self) -> None:
        board = Board()
        board.post(*range(10, 200, 10))
        start = board.times[50]
        whole = list(between(board.listing(), start, "110", None))
        assert numbers(whole) == {50, 60, 70, 80, 90, 100}
        first = list(islice(between(board.listing(), start, "110", None), 1))
        rest = list(between(board.listing(), start, "110", checkpoint(first)))
        assert numbers([*first, *rest]) == numbers(whole)
        assert list(between(board.listing(), start, "110", checkpoint(whole))) == []

    def test_a_lost_place_goes_back_to_the_spans_own_beginning(self) -> None:
        board = Board()
        board.post(*range(10, 200, 10))
        first = list(islice(between(board.listing(), board.times[10], "150", None), 1))
        del board.times[120]
        rest = list(between(board.listing(), board.times[10], "150", checkpoint(first)))
        assert numbers([*first, *rest]) == set(range(10, 150, 10))

    def test_it_judges_the_wall_by_itself(self) -> None:
        board = Board(shows=9)
        board.post(*range(10, 200, 10))
        first = list(islice(between(board.listing(), NOW - timedelta(days=9), None, None), 1))
        rest = list(between(board.listing(), NOW - timedelta(days=9), None, checkpoint(first)))
        assert rest[-1].truncated == "the wall"


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_nothing_is_lost_and_it_ends(data: st.DataObject) -> None:
    """Any crash, any limit, items arriving and going meanwhile, pins, wild times, refused tokens."""
    draw = data.draw
    board = Board(
        per_page=draw(st.integers(1, 5)), refused=draw(st.sampled_from([None, SchemaChanged, SourceGone]))
    )
    max_pages = draw(st.integers(1, 4))
    since: str | None = None
    got: list[Page] = []
    ever: set[int] = set()
    wild: set[int] = set()
    newest = 0
    for _ in range(draw(st.integers(1, 6))):
        for gap in draw(st.lists(st.integers(1, 60), max_size=12)):
            newest += gap
            board.post(newest)
            ever.add(newest)
        if draw(st.booleans()) and (known := sorted(numbers(got) & ever)):
            board.pinned = (draw(st.sampled_from(known)),)
        if draw(st.integers(0, 3)) == 0:  # one that lies about its time, alone among honest ones
            newest += 1
            board.times[newest] = NOW + draw(st.sampled_from([-900, 900])) * timedelta(days=1)
            wild.add(newest)
            for _ in range(2):
                newest += 1
                board.post(newest)
                ever.add(newest)
        if draw(st.booleans()) and board.times:
            gone = draw(st.sampled_from(sorted(board.times)))
            del board.times[gone]
            ever.discard(gone)
            wild.discard(gone)
        pages = board.poll(since, max_pages, stop=draw(st.integers(0, 5)))
        got += pages
        since = checkpoint(pages) or since
    got += board.polls(since, max_pages)
    got += board.polls(checkpoint(got) or since, max_pages)
    assert ever - numbers(got) == set()


@settings(max_examples=100, deadline=None)
@given(
    count=st.integers(0, 60),
    per_page=st.integers(1, 7),
    max_pages=st.integers(1, 5),
    crash=st.integers(0, 60),
)
def test_without_arrivals_each_item_comes_once(count: int, per_page: int, max_pages: int, crash: int) -> None:
    board = Board(per_page=per_page)
    board.post(*(10 * n for n in range(1, count + 1)))
    first = board.poll(None, max_pages, stop=crash)
    stored = checkpoint(first)
    rest = board.polls(stored, max_pages) if stored is None or "walk" in json.loads(stored) else []
    again = {10 * count, 10 * count - 10}  # within the overlap of the walk that follows the resumed one
    got = [int(i) for i in ids([*first, *rest])]
    assert set(got) == {10 * n for n in range(1, count + 1)}
    assert all(got.count(n) == 1 for n in set(got) - again)
