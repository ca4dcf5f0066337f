"""The configuration folder: every mistake is told by file, line and key, in one line."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import BaseModel, ConfigDict

from core.alert import Priority
from core.alerting import DEFAULT_RULES
from core.catalogue import read_catalogue
from core.errors import ConfigError


class Search(BaseModel):
    """What a source takes; the real ones are the listeners' own."""

    model_config = ConfigDict(extra="forbid")
    query: str
    limit: int = 10


SEARCH = SimpleNamespace(options=Search, compile=None, by_words=lambda _options: True)
SOURCES = {"x": SEARCH, "reddit": SEARCH}
GOOD = """\
brands:
  - name: Acme Air
    handles: [acmeair]
    targets:
      - source: x
        query: acme
"""
TWO_TARGETS = GOOD + "      - source: x\n        query: acme air\n"


def written(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        (folder / f"{name}.yaml").write_bytes(raw)
    return folder


def complaint(folder: Path, **files: str | bytes) -> str:
    """What is said about the files, without the folder's name."""
    with pytest.raises(ConfigError) as caught:
        read_catalogue(written(folder, **files), SOURCES)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    return message.replace(f"{folder}/", "")


def test_a_good_folder_is_read(tmp_path: Path) -> None:
    alerts = "rules:\n  - {name: angry, negative: 0.9, priority: urgent}\n"
    topics = "topics:\n  - {key: late, sentence: It came late., examples: [two hours late]}\n"
    catalogue = read_catalogue(written(tmp_path, brands=GOOD, alerts=alerts, topics=topics), SOURCES)
    (target,) = catalogue.targets
    assert (target.brand, target.source, target.name) == ("Acme Air", "x", "acme-air-x")
    assert target.options == Search(query="acme")
    assert target.place == f"{tmp_path}/brands.yaml:5 (brands[0].targets[0])"
    assert catalogue.brands[0].owns("@AcmeAir")
    assert [(r.name, r.negative, r.priority) for r in catalogue.alerting.rules] == [
        ("angry", 0.9, Priority.URGENT)
    ]
    assert catalogue.topics[0].examples == ("two hours late",)


@pytest.mark.parametrize("alerts", [None, "", "# nothing here\n"], ids=["no file", "empty", "comment"])
def test_without_alerts_the_default_rules_hold(tmp_path: Path, alerts: str | None) -> None:
    files = {"brands": GOOD} | ({} if alerts is None else {"alerts": alerts})
    assert read_catalogue(written(tmp_path, **files), SOURCES).alerting.rules == DEFAULT_RULES


BRAND_MISTAKES = {
    "unknown key at the top": (
        GOOD + "brand: Acme\n",
        "brands.yaml:7 (brand): unknown key 'brand'; known here: brands",
    ),
    "unknown key of a brand": (
        GOOD + "    handle: a\n",
        "brands.yaml:7 (brands[0].handle): unknown key 'handle'; known here: name",
    ),
    "unknown option": (
        GOOD + "        limt: 1\n",
        "brands.yaml:7 (brands[0].targets[0].limt): unknown key 'limt'",
    ),
    "wrong type": (
        GOOD + "        limit: many\n",
        "brands.yaml:7 (brands[0].targets[0].limit): Input should be a valid",
    ),
    "key given twice": (
        GOOD + "    name: Other\n",
        'brands.yaml:7: is not valid YAML: found duplicate key "name"',
    ),
    "target name given twice": (
        TWO_TARGETS,
        "brands.yaml:7 (brands[0].targets[1]): target name 'acme-air-x' is already taken at ",
    ),
    "unknown source": (
        GOOD.replace("source: x", "source: y"),
        "brands.yaml:5 (brands[0].targets[0].source): expected one of reddit, x; found source 'y'",
    ),
    "no source": (
        GOOD.replace("source: x", "name: z"),
        "brands.yaml:5 (brands[0].targets[0].source): expected one of reddit, x; found no `source:`",
    ),
    "source is a list": (
        GOOD.replace("source: x", "source: [x]"),
        "brands.yaml:5 (brands[0].targets[0].source): ",
    ),
    "source is a mapping": (
        GOOD.replace("source: x", "source: {x: 1}"),
        "brands.yaml:5 (brands[0].targets[0].source): ",
    ),
    "option missing": (
        GOOD.replace("        query: acme\n", ""),
        "brands.yaml:5 (brands[0].targets[0].query): Field required",
    ),
    "empty name": (
        GOOD.replace("Acme Air", "''"),
        "brands.yaml:2 (brands[0].name): String should have at least 1",
    ),
    "key is a list": (GOOD + "        ? [a]\n        : 1\n", "brands.yaml:5 (brands[0].targets[0]"),
    "targets empty": (
        "brands:\n  - name: A\n    targets:\n",
        "brands.yaml:3 (brands[0].targets): expected a list; found no",
    ),
    "brands is a text": ("brands: Acme\n", "brands.yaml:1 (brands): expected a list; found str 'Acme'"),
    "brand is a text": (
        "# by hand\n\nbrands:\n  - Acme\n",
        "brands.yaml:4 (brands[0]): expected keys and values; found str",
    ),
    "list at the top": ("- Acme\n- Other\n", "brands.yaml:1: expected keys and values; found "),
    "empty list at the top": ("[]\n", "brands.yaml:1: expected "),
    "no targets": (
        "brands:\n  - name: A\n    targets: []\n",
        "brands.yaml:3 (brands[0].targets): expected at least one",
    ),
    "a handle that is no list": (
        GOOD.replace("[acmeair]", "acmeair"),
        "brands.yaml:3 (brands[0].handles): expected a list, such as [one, another]",
    ),
    "an empty handle": (
        GOOD.replace("[acmeair]", "['@']"),
        "brands.yaml:3 (brands[0].handles[0]): expected an account's handle",
    ),
    "an address for a handle": (
        GOOD.replace("[acmeair]", "[https://x.example/acmeair]"),
        "brands.yaml:3 (brands[0].handles[0]): expected an account's handle",
    ),
    "a query that is a text": (
        GOOD + "    query: acme\n",
        "brands.yaml:7 (brands[0].query): expected keys and values",
    ),
    "no budget": ("budget: 0\n" + GOOD, "brands.yaml:1 (budget): expected keys and values; found int '0'"),
    "budget is a list": (
        "budget: []\n" + GOOD,
        "brands.yaml:1 (budget): expected keys and values; found",
    ),
    "empty file": ("", "brands.yaml:1: expected `brands:` with at least one brand"),
    "tab": ("brands:\n\t- name: A\n", "brands.yaml:2: is not valid YAML: "),
    "no such date": (GOOD.replace("Acme Air", "2020-99-99"), "brands.yaml:2"),
    "no such number": (GOOD.replace("Acme Air", "!!int abc"), "brands.yaml:2"),
    "number too long": (GOOD.replace("Acme Air", "9" * 5_000), "brands.yaml:2"),
    "not UTF-8": (b"# caf\xe9\n" + GOOD.encode(), "brands.yaml:1: "),
    "binary at the end": (GOOD.encode() + b"\xff\xfe\x80\n", "brands.yaml:7: "),
    "control characters": (b"brands:\n  - \x00\x01\n", "brands.yaml:2: is not valid YAML: "),
}


@pytest.mark.parametrize(("brands", "said"), BRAND_MISTAKES.values(), ids=BRAND_MISTAKES)
def test_a_mistake_in_brands_is_told_with_file_line_and_key(
    tmp_path: Path, brands: str | bytes, said: str
) -> None:
    assert complaint(tmp_path, brands=brands).startswith(said)


RULE = "rules:\n  - name: angry\n"


ALERT_MISTAKES = {
    "no condition": (
        RULE + "    priority: high\n",
        "alerts.yaml:2 (rules[0]): needs at least one of: complaint, negative",
    ),
    "unknown key of a rule": (
        RULE + "    negativ: 1\n",
        "alerts.yaml:3 (rules[0].negativ): unknown key 'negativ'",
    ),
    "wrong type": (
        RULE + "    rating: low\n",
        "alerts.yaml:3 (rules[0].rating): Input should be a valid number",
    ),
    "not a probability": (
        RULE + "    negative: 60\n",
        "alerts.yaml:3 (rules[0].negative): Input should be less than or equal",
    ),
    "not a number": (RULE + "    negative: .nan\n", "alerts.yaml:3 (rules[0].negative): "),
    "unknown priority": (
        RULE + "    rating: 1\n    priority: hihg\n",
        "alerts.yaml:4 (rules[0].priority): Input should be 'low', 'normal', 'high' or 'urgent'",
    ),
    "rule name given twice": (
        RULE + "    rating: 1\n  - name: angry\n    rating: 2\n",
        "alerts.yaml:4 (rules[1].name): two rules ",
    ),
    "no age": ("old_after_days: 0\n", "alerts.yaml:1 (old_after_days): Input should be greater than or"),
    "no rules": ("rules: []\n", "alerts.yaml:1 (rules): "),
    "unknown key at the top": (
        "rulez: []\n",
        "alerts.yaml:1 (rulez): unknown key 'rulez'; known here: rules, channels, retry",
    ),
    "no address": (
        "channels:\n  - name: slack\n",
        "alerts.yaml:2 (channels[0]): needs url_env: the name of the env",
    ),
    "unknown key of a channel": (
        "channels:\n  - name: slack\n    url: a\n",
        "alerts.yaml:3 (channels[0].url): unknown key 'url'; known here: name, type, url_env",
    ),
    "no channels": ("channels: []\n", "alerts.yaml:1 (channels): expected at least one"),
    "a digest's channel that is no list": (
        "digest:\n  daily: support\n",
        "alerts.yaml:2 (digest.daily): expected a list, such as [one, another]",
    ),
    "address for the console": (
        "channels:\n  - name: shell\n    type: console\n    url_env: A\n",
        "alerts.yaml:2 (channels[0]): a console channel takes no url_env",
    ),
    "too many attempts": (
        "retry:\n  attempts: 99\n",
        "alerts.yaml:2 (retry.attempts): Input should be less than or equal to 50",
    ),
    "list at the top": ("- rules\n", "alerts.yaml:1: expected keys and values; found "),
    "empty list at the top": ("[]\n", "alerts.yaml:1: expected keys and values; found "),
}


@pytest.mark.parametrize(("alerts", "said"), ALERT_MISTAKES.values(), ids=ALERT_MISTAKES)
def test_a_mistake_in_alerts_is_told_with_file_line_and_key(tmp_path: Path, alerts: str, said: str) -> None:
    assert complaint(tmp_path, brands=GOOD, alerts=alerts).startswith(said)


@pytest.mark.parametrize(
    ("topics", "said"),
    [
        ("topics:\n  - key: Late Trains\n    sentence: It is late.\n", "topics.yaml:2 (topics[0].key): "),
        ("topics:\n  - key: late\n", "topics.yaml:2 (topics[0].sentence): Field required"),
        ("topics: late\n", "topics.yaml:1 (topics): expected a list; found str 'late'"),
    ],
)
def test_a_mistake_in_topics_is_told_with_file_line_and_key(tmp_path: Path, topics: str, said: str) -> None:
    assert complaint(tmp_path, brands=GOOD, topics=topics).startswith(said)


def test_a_missing_brands_file_is_told(tmp_path: Path) -> None:
    assert complaint(tmp_path).startswith("brands.yaml: there is no such file")


@pytest.mark.parametrize("name", ["alerts", "topics"])
def test_a_file_with_another_ending_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.yml").touch()
    assert complaint(tmp_path, brands=GOOD) == f"{name}.yml: is not read: call it {name}.yaml"


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such folder"):
        read_catalogue(tmp_path / "nowhere", SOURCES)


def test_a_secret_put_where_its_name_belongs_is_not_repeated(tmp_path: Path) -> None:
    alerts = "channels:\n  - name: slack\n    url_env: https://hooks.example/T0/hush\n"
    said = complaint(tmp_path, brands=GOOD, alerts=alerts)
    assert said.startswith("alerts.yaml:3 (channels[0].url_env): expected the name of an environment")
    assert "hush" not in said
