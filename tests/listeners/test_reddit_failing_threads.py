"""Reddit: a tree that cannot be had keeps no other from being read, and is told."""

from __future__ import annotations

from datetime import timedelta

from core.errors import SchemaChanged, SourceError, SourceUnavailable
from core.mention import Page
from listeners.patience import IN_A_ROW
from tests.listeners.contract import checkpoint, ids, until_trouble
from tests.listeners.test_reddit_threads import Forum
from tests.listeners.test_reddit_threads import forum as forum
from tests.replay import Answer, Seen

DOWN = Answer(status=500, body="down")


def commented(forum: Forum, *numbers: int) -> None:
    forum.publish(*numbers)
    for number in numbers:
        forum.comment(number, f"c{number}")


def break_trees(forum: Forum, *numbers: int) -> None:
    bad = {f"a{number:03d}" for number in numbers}
    forum.server.play(
        "GET", "/comments/", lambda seen: DOWN if seen.path.split("/")[2] in bad else forum.tree(seen)
    )


def poll(forum: Forum, got: list[Page], **options: object) -> SourceError | None:
    """One poll that goes on from there; the trouble that it met."""
    pages, trouble = until_trouble(forum.listener(**options).poll(checkpoint(got)))
    got += pages
    return trouble


def test_ones_that_always_fail_starve_no_other(forum: Forum) -> None:
    bad = range(1, IN_A_ROW + 2)
    commented(forum, *bad)
    break_trees(forum, *bad)
    got: list[Page] = []
    poll(forum, got)
    for number in (10, 11, 12):
        commented(forum, number)
        trouble = poll(forum, got)
        assert isinstance(trouble, SourceUnavailable)
        assert "the post t3_a00" in str(trouble)
        assert {forum.external_id(number), f"t1_c{number}"} <= set(ids(got))


def test_each_is_asked_for_once_a_poll_and_comes_once_it_can_be_had(forum: Forum) -> None:
    commented(forum, 1, 2)
    break_trees(forum, 1)
    got: list[Page] = []
    poll(forum, got)
    forum.server.requests.clear()
    assert isinstance(poll(forum, got), SourceUnavailable)
    assert forum.asked_trees() == 1
    break_trees(forum)
    assert poll(forum, got) is None
    assert "t1_c1" in ids(got)
    forum.server.requests.clear()
    assert poll(forum, got) is None
    assert forum.asked_trees() == 0


def test_where_no_tree_answers_only_a_few_are_asked_for(forum: Forum) -> None:
    numbers = range(1, 21)
    commented(forum, *numbers)
    break_trees(forum, *numbers)
    got: list[Page] = []
    assert isinstance(poll(forum, got), SourceUnavailable)
    assert forum.asked_trees() == IN_A_ROW
    assert f"comments of some posts ({20 - IN_A_ROW}) are read by the next poll" in got[-1].truncated
    assert {forum.external_id(number) for number in numbers} == set(ids(got))
    break_trees(forum)
    assert poll(forum, got) is None
    assert {f"t1_c{number}" for number in numbers} <= set(ids(got))


def test_one_that_fails_for_days_is_given_up_and_told_as_lost(forum: Forum) -> None:
    commented(forum, 1)
    break_trees(forum, 1)
    got: list[Page] = []
    for _ in range(3):
        assert isinstance(poll(forum, got), SourceUnavailable)
        forum.now += timedelta(days=1)
    assert poll(forum, got) is None
    (told,) = [page for page in got if page.lost]
    assert "comments of the post t3_a001 could not be had for 3 days: Reddit: answered 500" in told.truncated
    forum.server.requests.clear()
    assert poll(forum, got) is None
    assert forum.asked_trees() == 0


def test_folded_comments_that_fail_cost_neither_the_tree_nor_the_others(forum: Forum) -> None:
    """Reddit answers 413 for some."""
    forum.publish(1)
    forum.shows = 1
    for number in range(250):
        forum.comment(1, f"c{number}")

    def more(seen: Seen) -> Answer:
        return Answer(status=413, body="too large") if "c50%2C" in seen.body else forum.more(seen)

    forum.server.play("POST", "/api/morechildren", more)
    got: list[Page] = []
    trouble = poll(forum, got)
    assert isinstance(trouble, SchemaChanged)
    assert "413" in str(trouble)
    assert {"t3_a001", "t1_c0", "t1_c50"} & set(ids(got)) == {"t3_a001", "t1_c0"}
    for _ in range(2):
        assert isinstance(poll(forum, got), SchemaChanged)
    missing = {f"t1_c{number}" for number in range(250)} - set(ids(got))
    assert "t1_c50" in missing
    assert len(missing) <= 100  # so many are asked for at once
    forum.server.play("POST", "/api/morechildren", forum.more)
    assert poll(forum, got) is None
    assert missing <= set(ids(got))
    assert forum.asked_trees() == 1
