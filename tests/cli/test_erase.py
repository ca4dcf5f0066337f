"""`earful erase` and `earful revisit`, through the real commands: what is deleted is gone, on pages, too."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from core.clock import utc_now
from flows.steps.listen import listen
from storage.database import open_database
from storage.mentions import find_mentions
from tests.cli.test_errors import one_line
from tests.earful import earful, earful_here
from tests.flows.conftest import House
from tests.flows.test_steps import one_brand, run


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> House:
    made = House(tmp_path, sqlite_url)
    made.settings = made.settings.model_copy(update={"reports": str(tmp_path / "pages")})
    made.clock.now = utc_now()  # commands know no other clock
    return made


@pytest.fixture
def heard(house: House) -> House:
    """Four posts by three people, stored and judged; two of them are called the same but for capitals."""
    lately = (house.clock.now - timedelta(hours=3)).isoformat()
    posts = [
        ("Jane_Doe", "They lost my suitcase, a bad airline!"),
        ("Jane_Doe", "Nobody answers about my suitcase, bad service."),
        ("JANE_DOE", "A bad breakfast."),
        ("kim", "A good flight, thank you."),
    ]
    one_brand(
        house,
        *(
            {"id": number, "text": text, "author": author, "posted_at": lately, "url": link(number)}
            for number, (author, text) in enumerate(posts, 1)
        ),
    )
    run(house)
    return house


def link(number: int) -> str:
    return f"https://x.example/{number}"


def options(house: House) -> list[object]:
    return ["--config", house.config, "--database", house.settings.database_url]


def reports(house: House) -> dict[str, str]:
    """Has commands write their pages where the house has its own."""
    return {"EARFUL_REPORTS": house.settings.reports}


def on_disk(house: House) -> bytes:
    return b"".join(path.read_bytes() for path in house.folder.glob("earful.db*"))


def pages(house: House) -> list[str]:
    return [
        path.read_text("utf-8") for path in Path(house.settings.reports).glob("*/*.html") if path.is_file()
    ]


def test_it_asks_first_and_leaves_no_trace(heard: House) -> None:
    given = {"env": reports(heard)}
    written = earful("report", *options(heard), **given)
    assert written.returncode == 0, written.stderr
    assert [(link(1) in page, link(3) in page) for page in pages(heard)] == [(True, True)] * 2
    refused = earful("erase", "archive", "m:Jane_Doe", *options(heard), **given, input="n\n")
    assert (refused.returncode, "2 mentions" in refused.stderr) == (1, True)
    assert b"suitcase" in on_disk(heard)
    done = earful("erase", "archive", "m:Jane_Doe", "--by", "ana", *options(heard), **given, input="y\n")
    assert done.returncode == 0, done.stderr
    assert "Forgotten: 2 mentions of Jane_Doe on archive; report pages changed: 2." in done.stdout
    assert [(link(1) in page, link(3) in page) for page in pages(heard)] == [(False, True)] * 2
    for trace in (b"suitcase", b"Jane_Doe", b"jane_doe"):
        assert trace not in on_disk(heard)
    for others in (b"good flight", b"bad breakfast"):
        assert others in on_disk(heard)
    assert earful("run", *options(heard)).returncode == 0
    assert b"suitcase" not in on_disk(heard)


def test_no_trace_is_left_while_another_process_has_the_file_open(heard: House) -> None:
    other = open_database(heard.settings.database_url)
    try:
        with other.reading() as tx:
            assert len(find_mentions(tx)) == 4
        done = earful("erase", "archive", "m:Jane_Doe", "--yes", *options(heard), env=reports(heard))
        assert done.returncode == 0, done.stderr
        assert b"suitcase" not in on_disk(heard)
    finally:
        other.close()


def test_who_is_not_known_or_not_alone_is_said_in_a_line(heard: House) -> None:
    for called, words in (
        ("nobody", ("nobody is known", "give the handle")),
        ("@jane_doe", ("2 authors are called so", "Jane_Doe (2 mentions)", "JANE_DOE (1 mention)")),
    ):
        one_line(earful_here("erase", "archive", called, "--yes", *options(heard)), 1, *words)
    one_line(earful_here("erase", "myspace", "kim", "--yes", *options(heard)), 2, "is no source", "reddit")
    assert b"Jane_Doe" in on_disk(heard)


def test_a_page_that_cannot_be_read_is_told_and_cleaned_by_the_next_revisit(heard: House) -> None:
    env = reports(heard)
    assert earful_here("report", *options(heard), env=env).returncode == 0
    broken = Path(heard.settings.reports) / "acme" / "broken.html"
    broken.mkdir()
    done = earful_here("erase", "archive", "m:Jane_Doe", "--yes", "--json", *options(heard), env=env)
    said = json.loads(done.stdout)
    assert (done.returncode, said["mentions"], said["pages"]) == (1, 2, 0)
    assert done.stderr.strip() == said["trouble"]
    assert "broken.html cannot be read" in said["trouble"]
    again = earful_here("revisit", *options(heard), env=env)
    assert (again.returncode, again.stderr) == (1, done.stderr)
    assert [link(1) in page for page in pages(heard)] == [True, True]
    broken.rmdir()
    mended = earful("revisit", *options(heard), env=env)
    assert (mended.returncode, mended.stderr) == (0, "")
    assert mended.stdout.startswith("0 mentions looked at again, 0 of them edited or gone")
    assert [link(1) in page for page in pages(heard)] == [False, False]


def test_revisit_forgets_what_a_target_may_not_keep_any_longer(house: House) -> None:
    path = house.mentions("m.jsonl", {"id": 1, "text": "a private mail"})
    house.brands({"name": "Acme", "targets": [house.archive("mails", path, keep_days=3)]})
    house.clock.pass_(days=-4)
    with house.open() as wiring:
        listen(wiring, wiring.targets()[0])
    assert b"private" in on_disk(house)
    done = earful_here("revisit", *options(house), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "asked": 0, "changed": 0, "expired": 1, "spend_usd": 0, "troubles": [], "note": ""
    }  # fmt: skip
    assert b"private" not in on_disk(house)
