"""What is written for people is there, leads somewhere, and names no machine of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from cli.main import app
from listeners.registry import SOURCES

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^ *(```|~~~).*?^ *\1", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)|^ *\[[^\]]+\]: *(\S+)", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#", re.IGNORECASE)
OF_ONE_MACHINE = re.compile(
    r"(?<![\w.:/}~-])/(?:home|root|Users|work|mnt)/[\w.-]|[A-Z]:\\\\?Users|file:/[/]/(?!\{)"
    r"|index[-_]url|find[-_]links|pythonhoste[d]|pypi\.(?:org|python\.org)/(?:simple|pypi)|pytorch\.org/wh[l]"
    r"|/api/py[p]i/|artifactor[y]|/repository/py[p]i"
)


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield path
    else:
        for name, each in below.items():
            yield from commands(each, (*path, name))


COMMANDS = sorted(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_every_source_has_its_page(source: str) -> None:
    page = ROOT / "docs" / "sources" / f"{source}.md"
    assert page.is_file(), f"{page} is missing: access, cost, terms, one target"
    assert f"source: {source}" in page.read_text("utf-8"), "it shows a target"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_is_named_in_the_readme(command: tuple[str, ...]) -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    group = "earful " + " ".join(command[:-1]) if command[:-1] else "earful"
    wanted = [line for line in lines if group in line and re.search(rf"\b{re.escape(command[-1])}\b", line)]
    assert wanted, f"README.md has no line with `{group}` and `{command[-1]}`"


def test_every_link_between_pages_leads_to_a_file(files: list[Path]) -> None:
    dead = []
    for page in (path for path in files if path.suffix == ".md"):
        text = FENCE.sub("", page.read_text("utf-8"))
        for target in (first or second for first, second in LINK.findall(text)):
            file = target.split("#")[0]
            if not ELSEWHERE.match(target) and not (page.parent / file).exists():
                dead.append(f"{page.relative_to(ROOT)}: {target}")
    assert dead == []


def test_no_file_names_a_path_or_a_registry_of_one_machine(files: list[Path]) -> None:
    found = []
    for path in files:
        content = path.read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), 1):
            if OF_ONE_MACHINE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert found == []
