"""What the pages show of labelled texts is what the evaluation reads; what they say of its JSON is in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from core.reading import Reading
from nlp.adapter.trained import Trained
from nlp.corpora.files import Problem, find_files
from nlp.evaluation.gather import Account, Item, gather
from nlp.evaluation.overlap import locate
from nlp.evaluation.report import as_json
from nlp.evaluation.run import evaluate

DOCS = Path(__file__).resolve().parents[2] / "docs"


def shown(page: str, language: str) -> str:
    """The one block of this language on a page."""
    (block,) = re.findall(
        rf"^```{language}\n(.*?)^```", (DOCS / page).read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return str(block)


def items_of(page: str, folder: Path) -> list[Item]:
    """Of the page's rows, written into a file as they stand there; nothing is wrong with any."""
    (folder / "mine.jsonl").write_text(shown(page, "json"), "utf-8")
    (file,) = find_files(folder)
    account, told = Account(name=file.name, split=file.split), list[Problem]()
    items = list(gather(file, Trained.nothing(), account, told.append))
    assert [str(problem) for problem in told] == []
    assert account.rows >= 2
    assert account.bare == 0, "every row holds a label"
    return items


def test_own_topics_are_labelled_as_their_page_says(tmp_path) -> None:
    items = items_of("topics.md", tmp_path)
    configured = {topic["key"] for topic in yaml.safe_load(shown("topics.md", "yaml"))["topics"]}
    assert all(item.own is not None for item in items)
    assert {key for item in items for key in item.own or ()} == configured


def test_own_data_is_labelled_as_its_page_says(tmp_path) -> None:
    items = items_of("evaluation.md", tmp_path)
    reasons = [(i.example.text, i.example.reason) for i in items if i.example.reason]
    assert reasons
    assert all(locate(text, reason or "") for text, reason in reasons), "as they stand in the text"
    keys = {key for line in shown("evaluation.md", "json").splitlines() for key in json.loads(line)}
    cells = re.findall(r"^\| (`.*?) \|", (DOCS / "evaluation.md").read_text("utf-8"), re.MULTILINE)
    assert keys - {"id", "text", "target"} == {key for cell in cells for key in re.findall("`(.*?)`", cell)}


class Fixed:
    """Reads everything as the same."""

    revision, aims = "fixed", True

    def prepare(self) -> None: ...

    def read(self, texts: list[str], targets: object = None) -> list[Reading]:
        said = {"negative": 0.8, "neutral": 0.1, "positive": 0.1}
        return [Reading(model="fixed", language="en", supported=True, sentiment=said, complaint=0.9)] * len(
            texts
        )


def keys_in(value: object) -> Iterator[str]:
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys_in(each)
    if isinstance(value, dict):
        yield from value


def test_the_json_holds_what_its_page_names(tmp_path) -> None:
    (tmp_path / "mine.jsonl").write_text(shown("evaluation.md", "json"), "utf-8")
    report = evaluate(find_files(tmp_path), {"fixed": Fixed()}, Trained.nothing(), tell=pytest.fail)
    page = (DOCS / "evaluation.md").read_text("utf-8").split("## The JSON")[1]
    named = set(re.findall("`([a-z_]+)`", page))
    assert "calibration" in named
    assert named <= set(keys_in(as_json(report)))
