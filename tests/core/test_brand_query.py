"""What a brand team writes under `query`, and which targets are asked by it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.brand_query import BrandQuery
from core.catalogue import read_catalogue
from core.config import Catalogue
from core.errors import ConfigError
from core.query import Compiled, Query, parse, written
from core.target import Target


class Search(BaseModel):
    """A source that is asked by words, or for an account, or for a board's newest."""

    model_config = ConfigDict(extra="forbid")
    query: str | None = Field(default=None, min_length=1, max_length=40)
    user: str | None = None
    limit: int = Field(default=10, ge=1)

    @model_validator(mode="after")
    def _one(self) -> Search:
        if (self.query is None) == (self.user is None):
            raise ValueError("give 'user' or 'query'")
        return self


class Must(BaseModel):
    model_config = ConfigDict(extra="forbid")
    query: str
    limit: int = 10


class File(BaseModel):
    path: str


def compiled(query: Query) -> Compiled:
    text = written(query)
    if "impossible" in text:
        raise ValueError("nobody can be asked for the impossible")
    return Compiled(text=f"<{text}>", cannot=("rank by mood",))


SOURCES = {
    "search": SimpleNamespace(options=Search, compile=compiled, by_words=lambda o: o.query is not None),
    "must": SimpleNamespace(options=Must, compile=compiled, by_words=lambda _: True),
    "under": SimpleNamespace(options=Must, compile=compiled, by_words=lambda _: False),
    "plain": SimpleNamespace(options=Must, compile=None, by_words=lambda _: True),
    "file": SimpleNamespace(options=File, compile=compiled, by_words=lambda _: False),
}


def read(folder: Path, *targets: dict[str, Any], **brand: Any) -> Catalogue:
    named = [{"name": f"t{n}", **target} for n, target in enumerate(targets)]
    content = {"brands": [{"name": "Acme Rail", **brand, "targets": named}]}
    (folder / "brands.yaml").write_text(json.dumps(content, indent=1))
    return read_catalogue(folder, SOURCES)


def target(folder: Path, given: dict[str, Any], **brand: Any) -> Target:
    return read(folder, given, **brand).targets[0]


def complaint(folder: Path, given: dict[str, Any], **brand: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        read(folder, given, **brand)
    said = str(caught.value)
    assert len(said.splitlines()) == 1
    return said.replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("query", "handles", "tree"),
    [
        (None, [], '"Acme Rail"'),
        (None, ["acme_rail", "@acmehelp"], '"Acme Rail" OR @acme_rail OR @acmehelp'),
        ({"any": ["acme"]}, ["acme_rail"], "acme"),
        ({"any": ["acme", '"acme rail"', "#acme", "acme"]}, [], 'acme OR "acme rail" OR #acme'),
        ({"any": ["acme"], "context": ["train"]}, [], "acme AND train"),
        (
            {"any": ["acme", "@acme"], "context": ["train", "rail"], "exclude": ["coyote", "road runner"]},
            [],
            '(acme OR @acme) AND (train OR rail) AND NOT coyote AND NOT "road runner"',
        ),
        ({"exclude": ["coyote"]}, [], '"Acme Rail" AND NOT coyote'),
        ({"boolean": "acme (train OR rail)"}, ["acme"], "acme AND (train OR rail)"),
    ],
)
def test_what_is_looked_for(
    tmp_path: Path, query: dict[str, Any] | None, handles: list[str], tree: str
) -> None:
    (brand,) = read(tmp_path, {"source": "file", "path": "a"}, handles=handles, query=query).brands
    assert brand.words == parse(tree)


def test_what_is_sorted_out_is_kept_in_one_form(tmp_path: Path) -> None:
    query = {
        "languages": ["EN", "de"],
        "ignore_authors": ["@Coyote_News "],
        "ignore_sites": ["https://www.Coyote.example/", "news.example"],
    }
    (brand,) = read(tmp_path, {"source": "file", "path": "a"}, query=query).brands
    assert brand.query == BrandQuery(
        languages=("en", "de"),
        ignore_authors=("coyote_news",),
        ignore_sites=("coyote.example", "news.example"),
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            {"boolean": "(acme"},
            "brands.yaml:6 (brands[0].query.boolean): at character 1: this bracket",
        ),
        ({"boolean": "NOT acme"}, "(brands[0].query.boolean): says only what must not occur"),
        ({"boolean": "acme", "exclude": ["coyote"]}, "(brands[0].query): give either `boolean`, or"),
        ({"any": []}, "(brands[0].query.any): expected at least one"),
        (
            {"any": ["acme", "!!!"]},
            "(brands[0].query.any[1]): expected a word or phrase with",
        ),
        ({"any": "acme"}, "(brands[0].query.any): expected a list"),
        ({"anny": ["acme"]}, "(brands[0].query.anny): unknown key 'anny'"),
        ({"languages": ["english"]}, "(brands[0].query.languages[0]): expected a language's code"),
        ({"ignore_authors": ["a b"]}, "(brands[0].query.ignore_authors[0]): expected an account's handle"),
        (
            {"ignore_sites": ["coyote.example/news"]},
            "(brands[0].query.ignore_sites[0]): expected a site such as",
        ),
        ({"ignore_sites": ["coyote"]}, "expected a site such as"),
        ({"spam_accounts": 1}, "(brands[0].query.spam_accounts): Input should be greater than or equal to 2"),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_key(tmp_path: Path, query: Any, said: str) -> None:
    assert said in complaint(tmp_path, {"source": "file", "path": "a"}, query=query)


QUERY = {"any": ["acme"], "exclude": ["coyote"]}


@pytest.mark.parametrize(
    ("given", "asked", "by_words"),
    [
        ({"source": "search"}, "<acme AND NOT coyote>", True),
        ({"source": "search", "limit": 3}, "<acme AND NOT coyote>", True),
        ({"source": "search", "user": "acme"}, None, False),
        ({"source": "search", "query": "own"}, "own", True),
        ({"source": "must"}, "<acme AND NOT coyote>", True),
        ({"source": "must", "relevance": "all"}, "<acme AND NOT coyote>", False),
        ({"source": "search", "user": "acme", "relevance": "words"}, None, True),
        ({"source": "plain", "query": "own"}, "own", True),
        ({"source": "under"}, "<acme AND NOT coyote>", False),
        ({"source": "under", "relevance": "words"}, "<acme AND NOT coyote>", True),
    ],
)
def test_a_target_that_says_nothing_else_is_asked_by_the_brands_query(
    tmp_path: Path, given: dict[str, Any], asked: str | None, by_words: bool
) -> None:
    found = target(tmp_path, given, query=QUERY)
    assert found.options.query == asked
    assert found.by_words is by_words
    assert (found.compiled is not None) == (asked is not None and asked.startswith("<"))
    if found.compiled:
        assert found.compiled.cannot == ("rank by mood",)


def test_without_a_query_of_the_brand_its_name_is_asked_for_and_others_words_believed(
    tmp_path: Path,
) -> None:
    catalogue = read(tmp_path, {"source": "must"}, {"source": "must", "query": "own"}, handles=["acme"])
    compiled_one, own = catalogue.targets
    assert (compiled_one.options.query, compiled_one.by_words) == ('<"Acme Rail" OR @acme>', True)
    assert (own.options.query, own.by_words) == ("own", False)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"source": "plain"}, "(brands[0].targets[0].query): Field required"),
        ({"source": "file"}, "(brands[0].targets[0].path): Field required"),
        ({"source": "search", "limit": 0}, "(brands[0].targets[0].limit): Input should be greater"),
        ({"source": "must", "limit": "many"}, "(brands[0].targets[0].limit): Input should be a valid"),
        ({"source": "search", "usr": "acme"}, "(brands[0].targets[0].usr): unknown key 'usr'"),
        ({"source": "must", "relevance": "some"}, "(brands[0].targets[0].relevance): expected words ("),
        ({"source": "must", "relevance": ["all"]}, "found a list"),
    ],
)
def test_a_wrong_target_is_told_as_ever(tmp_path: Path, given: dict[str, Any], said: str) -> None:
    assert said in complaint(tmp_path, given, query=QUERY)


def test_a_query_that_does_not_fit_a_platform_is_told_at_the_brand(tmp_path: Path) -> None:
    long = {"any": [f"acme number {n}" for n in range(9)]}
    said = complaint(tmp_path, {"source": "search"}, query=long)
    assert "(brands[0].query): compiled for search, the brand's query has" in said
    assert "at most 40 characters" in said
    assert "give that target a `query` of its own" in said
    assert read(tmp_path, {"source": "search", "query": "own"}, query=long)
    said = complaint(tmp_path, {"source": "must"}, query={"any": ["impossible"]})
    assert "(brands[0].query): must cannot be asked by the brand's query: nobody can be" in said


def test_a_brand_that_is_wrong_itself_is_told_before_its_query_is_compiled(tmp_path: Path) -> None:
    assert "(brands[0].handles" in complaint(tmp_path, {"source": "must"}, handles=[1])
    assert "(brands[0].name)" in complaint(tmp_path, {"source": "must"}, name="")
