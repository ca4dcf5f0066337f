"""What is opened about the past and told to nobody is said wherever somebody looks."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from tests.earful import earful
from tests.flows.conftest import House
from tests.flows.platforms import platform
from tests.flows.test_old_posts import post
from tests.flows.test_steps import one_brand, run
from tests.listeners.scenarios.base import posted


def test_the_list_and_the_log_say_what_nobody_was_told_of(tmp_path: Path, sqlite_url: str) -> None:
    house = House(tmp_path, sqlite_url)
    one_brand(house, post(1, 1), post(2, 30), post(3, 40))
    run(house)
    database = ("--database", house.settings.database_url)
    listed = earful("alerts", "list", *database).stdout
    assert listed.count("new, untold") == 2
    assert "2 of these: told to nobody, as the posts were old when they were judged (old_after_days" in listed
    found = json.loads(earful("alerts", "list", *database, "--json").stdout)
    assert sorted(alert["told"] for alert in found) == [False, False, True]
    untold = next(alert["id"] for alert in found if not alert["told"])
    shown = earful("alerts", "show", untold, *database).stdout
    assert "told to nobody: the post is older than 14 days" in shown


def test_a_list_says_that_it_leaves_something_out(tmp_path: Path, sqlite_url: str) -> None:
    house = House(tmp_path, sqlite_url)
    one_brand(house, post(1, 1), post(2, 2), post(3, 3))
    run(house)
    database = ("--database", house.settings.database_url)
    for command in (("alerts", "list"), ("mentions",)):
        cut, whole = (earful(*command, *database, "--json", "--limit", limit) for limit in (2, 3))
        assert len(json.loads(cut.stdout)) == 2
        assert cut.stderr == "The newest 2; older ones are left out: --limit shows more.\n"
        assert (len(json.loads(whole.stdout)), whole.stderr) == (3, "")


def test_what_is_mistyped_is_no_all_clear(tmp_path: Path, sqlite_url: str) -> None:
    house = House(tmp_path, sqlite_url)
    one_brand(house, post(1, 1))
    run(house)
    database = ("--database", house.settings.database_url)
    for command in (("alerts", "list"), ("mentions",), ("mentions", "--irrelevant")):
        done = earful(*command, "--brand", "acme", *database)
        assert done.returncode == 2
        assert "--brand: nothing of 'acme' is stored; there is something of: Acme" in done.stderr
    done = earful("mentions", "--source", "tweeter", *database)
    assert done.returncode == 2
    assert "--source: there is no 'tweeter'; there are: appstore, archive" in done.stderr
    done = earful("alerts", "show", 10**20, *database)
    assert done.returncode == 2
    assert "Invalid value for 'number'" in done.stderr


def test_data_on_a_terminal_is_not_obeyed(tmp_path: Path, sqlite_url: str) -> None:
    house = House(tmp_path, sqlite_url)
    one_brand(house, post(1, 1, text="bad \u009b2J train \u202e"))
    run(house)
    done = earful("alerts", "show", 1, "--database", house.settings.database_url, "--json")
    assert done.stdout.isascii()
    assert json.loads(done.stdout)["posts"][0]["text"] == "bad \u009b2J train \u202e"


def test_a_backfill_says_that_the_past_is_told_to_nobody(tmp_path: Path, sqlite_url: str) -> None:
    house = House(tmp_path, sqlite_url)
    house.alerts(old_after_days=10)
    with platform(house, "hackernews") as scenario:
        scenario.publish(1, 2)
        span = ("--from", posted(1).isoformat(), "--to", (posted(2) + timedelta(hours=1)).isoformat())
        options = ("--config", house.config, "--database", house.settings.database_url)
        done = earful("backfill", "one", *span, *options)
    assert "alerts about posts older than 10 days are opened and told to nobody" in done.stdout, done.stderr
