"""A single thing that fails for days is given up: a hole of its own, of which the operator is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from flows.steps.operator import tell_operator
from storage.holes import Kind, list_holes
from tests.flows.conftest import NOW, House
from tests.flows.platforms import ask, platform
from tests.listeners.scenarios.discourse import DiscourseScenario
from tests.listeners.scenarios.youtube import YouTubeScenario
from tests.listeners.test_reddit_threads import Forum
from tests.replay import Answer

DOWN = Answer(status=500, body="down")


def tree(forum: Forum, number: int) -> str:
    forum.publish(number)
    forum.comment(number, f"c{number}")
    return f"a{number:03d}"


def topic(forum: DiscourseScenario, number: int) -> str:
    forum.records[number] = forum.record(number, "good", topic_id=1000 + number, post_number=1)
    return str(1000 + number)


def thread(site: YouTubeScenario, number: int) -> str:
    site.publish(number)
    site.reply(number, 5)
    return site.external_id(number)


SITES = [
    pytest.param(Forum, tree, "/comments/", Forum.tree, {}, 0, id="reddit"),
    pytest.param(
        DiscourseScenario,
        topic,
        "/t/",
        DiscourseScenario.topic,
        {"listing": "search", "query": "parcel"},
        1,
        id="discourse",
    ),
    pytest.param(YouTubeScenario, thread, "/comments", YouTubeScenario.comments, {}, 1, id="youtube"),
]


@pytest.mark.parametrize(("kind", "publish", "path", "serve", "options", "again"), SITES)
def test_each_that_is_given_up_is_a_hole_and_a_message(
    house: House,
    kind: type[Any],
    publish: Callable[[Any, int], str],
    path: str,
    serve: Callable[[Any, Any], Answer],
    options: dict[str, Any],
    again: int,
) -> None:
    """`again`: polls after which one that failed in a walk has failed by itself, too."""
    broken: list[str] = []

    def day(number: int) -> datetime:
        return NOW + timedelta(hours=1, days=number)

    with platform(house, kind, **options) as site:
        site.server.play(
            "GET",
            path,
            lambda seen: (
                DOWN if any(name in f"{seen.path} {seen.query}" for name in broken) else serve(site, seen)
            ),
        )
        publish(site, 1)
        assert ask(house).complete
        told = []
        for number in range(again + 6):
            house.clock.now = site.now = day(number)
            if number < 2:
                broken.append(publish(site, 10 + 50 * number))
                publish(site, 40 + 50 * number)  # what is newest would be found, and fail, again and again
            heard = ask(house)
            with house.open() as wiring:
                told.append(tell_operator(wiring))
    assert heard.complete
    assert told == [0] * (again + 3) + [1, 1, 0]
    with house.open() as wiring, wiring.database.reading() as tx:
        holes = sorted(list_holes(tx), key=lambda hole: hole.start)
    assert [(hole.kind, hole.start, hole.until) for hole in holes] == [
        (Kind.WALL, day(again), day(again + 3)),
        (Kind.WALL, day(again + 1), day(again + 4)),
    ]
    for hole, name in zip(holes, broken, strict=True):
        assert name in hole.why
