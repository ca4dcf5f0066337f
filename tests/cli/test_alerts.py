"""What support does with alerts, and that whatever nobody was told of is said wherever somebody looks."""

from __future__ import annotations

import json
import re
import shlex
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.clock import utc_now
from tests.earful import earful, earful_here, obeyed
from tests.flows.conftest import House
from tests.flows.platforms import platform
from tests.flows.test_old_posts import post
from tests.flows.test_steps import one_brand, run
from tests.listeners.scenarios.base import posted
from tests.receiver import receiving

README = Path(__file__).parents[2] / "README.md"


def what_support_does() -> list[list[str]]:
    """The commands of the README's second step, about the alerts 1 and 2."""
    step = README.read_text("utf-8").partition("**2. ")[2].partition("**3. ")[0]
    return [shlex.split(line) for line in re.findall(r"^\$ earful (.+)$", step, re.MULTILINE)]


def test_support_works_as_the_readme_shows_and_every_step_is_in_the_log(
    tmp_path: Path, sqlite_url: str
) -> None:
    house = House(tmp_path, sqlite_url)
    one_brand(house, post(1, 1), post(2, 2))
    run(house)
    env = {"EARFUL_DATABASE_URL": house.settings.database_url}

    def ran(*command: str) -> str:
        done = earful_here(*command, env=env)
        assert (done.returncode, done.stderr) == (0, ""), command
        return done.stdout

    def seen(number: int) -> dict[str, Any]:
        return json.loads(ran("alerts", "show", str(number), "--json"))

    said = [ran(*command) for command in what_support_does()]
    assert [text.splitlines()[0] for text in said[:3]] == [
        "Alert 1 is dismissed.", "Alert 2 is acknowledged.", "Alert 2 is resolved."
    ]  # fmt: skip
    assert ": calling them today" in said[-1]
    assert seen(1)["status"] == "dismissed"
    resolved = seen(2)
    assert (resolved["status"], resolved["outcome"]) == ("resolved", "confirmed_satisfied")
    assert resolved["acknowledged_at"] <= resolved["resolved_at"]
    ran("alerts", "reopen", "2", "--by", "ana", "--note", "they wrote again")
    ran("alerts", "note", "2", "waits for the depot", "--by", "ana")
    reopened = seen(2)
    assert (reopened["status"], reopened["outcome"]) == ("in_progress", "unknown")
    steps = [(event["what"], event["note"]) for event in reopened["events"]]
    assert steps == [
        ("opened", ""),
        ("notified", ""),
        ("acknowledged", "calling them today"),
        ("resolved", ""),
        ("reopened", "they wrote again"),
        ("noted", "waits for the depot"),
    ]
    assert [event["by"] for event in reopened["events"]][-2:] == ["ana", "ana"]
    log = ran("alerts", "show", "2")
    assert "notified (console) by earful" in log
    assert "resolved (confirmed_satisfied) by " in log, "though the alert itself does not know it any more"


def test_once_a_channel_is_mended_its_dead_letters_are_delivered(tmp_path: Path, sqlite_url: str) -> None:
    house = House(tmp_path, sqlite_url)
    house.clock.now = utc_now()  # commands know no other clock
    one_brand(house, post(1, 1, posted_at=house.clock.now.isoformat()))
    house.alerts(channels=[{"name": "hook", "url_env": "HOOK"}], retry={"attempts": 1})
    options = ("--config", house.config, "--database", house.settings.database_url)

    def dead() -> list[str]:
        said = json.loads(earful_here("status", *options, "--json").stdout)
        return [letter["channel"] for letter in said["dead_letters"]]

    with receiving() as receiver:
        house.environment["HOOK"] = f"json://127.0.0.1:{receiver.port}/alerts"
        receiver.answers = [500]
        assert run(house).delivered.dead == 1
        assert dead() == ["hook"]
        retried = earful("alerts", "retry", *options[2:])
        assert retried.stdout == "1 notification will be tried again by the next run.\n", retried.stderr
        done = earful("run", *options, env=house.environment)
        assert "1 notification delivered" in done.stdout, done.stderr
    first, second = (request.headers["Idempotency-Key"] for request in receiver.received)
    assert first == second
    assert dead() == []


def test_what_waits_to_be_tried_again_is_told_with_channel_and_reason(
    tmp_path: Path, sqlite_url: str
) -> None:
    house = House(tmp_path, sqlite_url)
    house.clock.now = utc_now()
    posts = [post(number, number, posted_at=house.clock.now.isoformat()) for number in (1, 2)]
    one_brand(house, *posts)
    house.alerts(channels=[{"name": "hook", "url_env": "HOOK"}])
    options = ("--config", house.config, "--database", house.settings.database_url)
    done = earful("run", *options, env={"HOOK": ""})
    assert "2 to be tried again" in done.stdout, done.stderr
    assert "Why they were not delivered: earful status" in done.stdout
    (line,) = (line for line in earful_here("status", *options).stdout.splitlines() if "hook" in line)
    assert line.startswith("hook: 2 notifications not delivered yet, tried again from 20")
    assert "environment variable HOOK" in line
    (told,) = json.loads(earful_here("status", *options, "--json").stdout)["to_be_tried_again"]
    assert (told["channel"], told["notifications"]) == ("hook", 2)


def test_the_list_and_the_log_say_what_nobody_was_told_of(tmp_path: Path, sqlite_url: str) -> None:
    house = House(tmp_path, sqlite_url)
    one_brand(house, post(1, 1), post(2, 30), post(3, 40))
    run(house)
    database = ("--database", house.settings.database_url)
    listed = earful("alerts", "list", *database).stdout
    assert listed.count("new, untold") == 2
    said = " ".join(listed.split())
    assert "2 of these: told to nobody. The posts were old when they were judged (old_after_days" in said
    assert "or the messages were recalled, or given up (earful status)." in said
    found = json.loads(earful_here("alerts", "list", *database, "--json").stdout)
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
        cut, whole = (earful_here(*command, *database, "--json", "--limit", limit) for limit in (2, 3))
        assert len(json.loads(cut.stdout)) == 2
        assert cut.stderr == "The newest 2; older ones are left out: --limit shows more.\n"
        assert (len(json.loads(whole.stdout)), whole.stderr) == (3, "")


def test_what_is_mistyped_is_no_all_clear(tmp_path: Path, sqlite_url: str) -> None:
    house = House(tmp_path, sqlite_url)
    one_brand(house, post(1, 1))
    run(house)
    database = ("--database", house.settings.database_url)
    for command in (("alerts", "list"), ("mentions",), ("mentions", "--irrelevant")):
        done = earful_here(*command, "--brand", "acme", *database)
        assert done.returncode == 2
        assert "--brand: nothing of 'acme' is stored; there is something of: Acme" in done.stderr
    done = earful_here("mentions", "--source", "tweeter", *database)
    assert done.returncode == 2
    assert "--source: there is no 'tweeter'; there are: appstore, archive" in done.stderr
    done = earful_here("alerts", "show", 10**20, *database)
    assert done.returncode == 2
    assert "Invalid value for 'number'" in done.stderr


def test_data_on_a_terminal_is_not_obeyed(tmp_path: Path, sqlite_url: str) -> None:
    house = House(tmp_path, sqlite_url)
    strange = {"author": "ann \x1b[31m\u202e", "url": "https://posts.example/\x1b]0;\u2066"}
    one_brand(house, post(1, 1, text="bad \u009b2J train \u202e", **strange))
    run(house)
    database = ("--database", house.settings.database_url)
    for command in (("alerts", "show", 1), ("alerts", "list"), ("mentions",)):
        done = earful_here(*command, *database)
        assert "train" in done.stdout, done.stderr
        assert obeyed(done.stdout) == set()
    done = earful_here("alerts", "show", 1, *database, "--json")
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
