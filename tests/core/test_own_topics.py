"""topics.yaml: mistakes are told by file, line and key; what terms forbid is refused where it would apply."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import BaseModel, ConfigDict

from core.catalogue import read_catalogue
from core.config import Topic
from core.errors import ConfigError


class Search(BaseModel):
    model_config = ConfigDict(extra="forbid")
    query: str


SEARCH = SimpleNamespace(options=Search, compile=None, by_words=lambda _options: True)
SOURCES = {"x": SEARCH, "reddit": SEARCH, "archive": SEARCH}
TOPIC = "topics:\n  - key: cabin_cold\n    sentence: The cabin was cold.\n"
HEALTH = "topics:\n  - key: pregnancy\n    sentence: The author is expecting a baby.\n"


def read(folder: Path, topics: str, *listened: str) -> tuple[Topic, ...]:
    targets = "".join(
        f"      - {{source: {s}, name: t{i}, query: a}}\n" for i, s in enumerate(listened or ("archive",))
    )
    (folder / "brands.yaml").write_text(f"brands:\n  - name: Acme\n    targets:\n{targets}")
    (folder / "topics.yaml").write_text(topics)
    return read_catalogue(folder, SOURCES).topics


def complaint(folder: Path, topics: str, *listened: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(folder, topics, *listened)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    return message.replace(f"{folder}/", "")


def test_everything_a_topic_can_say(tmp_path: Path) -> None:
    (topic,) = read(
        tmp_path,
        TOPIC + "    examples: [freezing]\n    counter_examples: [cold coffee]\n    sources: [x, archive]\n",
    )
    assert (topic.examples, topic.counter_examples) == (("freezing",), ("cold coffee",))
    assert [topic.may_ask(source) for source in ("x", "archive", "reddit")] == [True, True, False]


@pytest.mark.parametrize(
    ("topics", "said"),
    [
        (
            "topics:\n  - key: delay\n    sentence: It was late.\n",
            "topics.yaml:2 (topics[0].key): 'delay' is a built-in topic",
        ),
        (
            TOPIC + "  - key: cabin_cold\n    sentence: Again.\n",
            "topics.yaml:4 (topics[1].key): two topics have the key 'cabin_cold'",
        ),
        (
            TOPIC + "    example: [a]\n",
            "topics.yaml:4 (topics[0].example): unknown key 'example'; known here: key, sentence, examples",
        ),
        (
            TOPIC + "    examples: ['']\n",
            "topics.yaml:4 (topics[0].examples[0]): String should have at least 3",
        ),
        (
            TOPIC + "    sources: [myspace]\n",
            "topics.yaml:4 (topics[0].sources[0]): expected one of archive, ",
        ),
        (TOPIC + "    sources: []\n", "topics.yaml:4 (topics[0].sources): "),
        (
            TOPIC + "    counter_examples: [the CABIN was  cold.]\n",
            "topics.yaml:4 (topics[0].counter_examples[0]): is an example and a counter-example",
        ),
        ("topics: [late]\n", "topics.yaml:1 (topics[0]): expected keys and values; found str 'late'"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(tmp_path: Path, topics: str, said: str) -> None:
    assert complaint(tmp_path, topics).startswith(said)


@pytest.mark.parametrize(("listened", "named"), [("x", "x"), ("reddit", "reddit")])
def test_what_a_platforms_terms_forbid_is_refused_where_it_is_listened_to(
    tmp_path: Path, listened: str, named: str
) -> None:
    said = complaint(tmp_path, HEALTH, "archive", listened)
    assert said.startswith(
        "topics.yaml:2 (topics[0].key): the topic 'pregnancy' would infer health of people"
    )
    assert f"the terms of {named} forbid" in said
    assert "sources:" in said


def test_it_is_allowed_where_no_such_platform_is_asked(tmp_path: Path) -> None:
    (there,) = read(tmp_path, HEALTH)
    (named,) = read(tmp_path, HEALTH + "    sources: [archive]\n", "x", "archive")
    for topic in (there, named):
        assert [topic.may_ask(source) for source in ("archive", "x", "reddit")] == [True, False, False]


def test_naming_such_a_platform_is_refused_even_where_nobody_listens_to_it(tmp_path: Path) -> None:
    said = complaint(tmp_path, HEALTH + "    sources: [archive, x]\n")
    assert said.startswith("topics.yaml:4 (topics[0].sources): the topic 'pregnancy' would infer health")
