"""Reads config/*.yaml into checked values; every complaint names file, line and key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from core.config import Alerting, Brand, Catalogue, Topic
from core.errors import ConfigError
from core.target import OptionModels, Target
from core.terms import forbidding

Model = TypeVar("Model", bound=BaseModel)

BRANDS, ALERTS, TOPICS = "brands.yaml", "alerts.yaml", "topics.yaml"


def read_catalogue(folder: Path, sources: OptionModels) -> Catalogue:
    """Read a configuration folder; only brands.yaml must be there.

    Args:
        folder: holds brands.yaml and, where wanted, alerts.yaml and topics.yaml.
        sources: source name -> the model of its targets' options.

    Raises:
        ConfigError: naming file, line and key.
    """
    if not folder.is_dir():
        raise ConfigError(str(folder), "there is no such folder; name one with --config or EARFUL_CONFIG")
    brands = _File(folder / BRANDS)
    alerts = _File(folder / ALERTS, required=False)
    topics = _File(folder / TOPICS, required=False)
    alerting: Alerting = alerts.check(Alerting, alerts.content, ())
    read = _read_brands(brands, sources, folder)
    return Catalogue(brands=read, alerting=alerting, topics=_read_topics(topics, sources, read))


def _read_brands(file: _File, sources: OptionModels, folder: Path) -> tuple[Brand, ...]:
    file.only_keys("brands")
    entries = file.entries("brands")
    if not entries:
        raise ConfigError(file.place(()), "expected `brands:` with at least one brand")
    brands: list[Brand] = []
    taken: dict[str, str] = {}
    for i, entry in enumerate(entries):
        where = ("brands", i)
        raw = file.mapping(entry, where)
        targets = file.entries("targets", raw, where)
        read = [
            _read_target(file, target, (*where, "targets", j), str(raw.get("name", "")), sources, folder)
            for j, target in enumerate(targets)
        ]
        for target in read:
            if target.name in taken:
                raise ConfigError(
                    target.place,
                    f"target name '{target.name}' is already taken at {taken[target.name]}; "
                    "give each target a `name:` of its own",
                )
            taken[target.name] = target.place
        brand = file.check(Brand, {**raw, "targets": tuple(read)}, where)
        if any(brand.name == other.name for other in brands):
            raise ConfigError(file.place((*where, "name")), f"two brands are called '{brand.name}'")
        brands.append(brand)
    return tuple(brands)


def _read_topics(file: _File, sources: OptionModels, brands: Sequence[Brand]) -> tuple[Topic, ...]:
    file.only_keys("topics")
    listened = {target.source for brand in brands for target in brand.targets}
    topics: list[Topic] = []
    for i, entry in enumerate(file.entries("topics")):
        where = ("topics", i)
        topic: Topic = file.check(Topic, file.mapping(entry, where), where)
        if any(topic.key == other.key for other in topics):
            raise ConfigError(file.place((*where, "key")), f"two topics have the key '{topic.key}'")
        for j, source in enumerate(topic.sources or ()):
            if source not in sources:
                raise ConfigError(
                    file.place((*where, "sources", j)),
                    f"expected one of {', '.join(sorted(sources))}; found '{source}'",
                )
        refusing = forbidding(topic.trait, listened)
        if topic.sources is None and refusing:
            place = (*where, topic.finding.where) if topic.finding else where
            raise ConfigError(file.place(place), topic.refusal(refusing))
        topics.append(topic)
    return tuple(topics)


def _read_target(
    file: _File, entry: Any, where: tuple[str | int, ...], brand: str, sources: OptionModels, folder: Path
) -> Target:
    options = dict(file.mapping(entry, where))
    source = options.pop("source", None)
    if not isinstance(source, str) or source not in sources:
        found = (
            "no `source:`"
            if source is None
            else f"source {source!r}"
            if isinstance(source, str)
            else _kind(source)
        )
        raise ConfigError(
            file.place((*where, "source")), f"expected one of {', '.join(sorted(sources))}; found {found}"
        )
    name = str(options.pop("name", None) or f"{brand.lower().replace(' ', '-')}-{source}")
    checked = file.check(sources[source], options, where, context={"folder": folder})
    return Target(brand=brand, source=source, name=name, options=checked, place=file.place(where))


class _File:
    """One YAML file that knows the line of everything in it."""

    def __init__(self, path: Path, *, required: bool = True) -> None:
        self.path = path
        self.content: Any = {}
        if not path.exists() and not required:
            return
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            raise ConfigError(str(path), "there is no such file; see config/ for an example") from None
        except OSError as error:
            raise ConfigError(str(path), f"cannot be read: {_first_line(error)}") from None
        content = _parse(path, raw)
        self.content = {} if content is None else content
        self.mapping(self.content, ())

    def place(self, where: Sequence[str | int]) -> str:
        """File, line and key of a value; of the nearest thing above it where it is missing."""
        node, line = self.content, 1
        for step in where:
            lines = getattr(node, "lc", None)
            try:
                line = (lines.item(step) if isinstance(step, int) else lines.key(step))[0] + 1  # type: ignore[union-attr]
                node = node[step]
            except (AttributeError, KeyError, IndexError, TypeError):
                break
        key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where).lstrip(".")
        return f"{self.path}:{line}" + (f" ({key})" if key else "")

    def mapping(self, value: Any, where: Sequence[str | int]) -> Mapping[str, Any]:
        """The value, if it is a mapping."""
        if not isinstance(value, Mapping):
            raise ConfigError(self.place(where), f"expected keys and values; found {_kind(value)}")
        return value

    def entries(
        self, key: str, within: Mapping[str, Any] | None = None, where: tuple[str | int, ...] = ()
    ) -> Sequence[Any]:
        """The list under a key; empty where the key is absent."""
        value = (self.content if within is None else within).get(key, [])
        if not isinstance(value, list):
            raise ConfigError(self.place((*where, key)), f"expected a list; found {_kind(value)}")
        return value

    def only_keys(self, *known: str) -> None:
        """Complain about any other key at the top."""
        for key in self.content:
            if key not in known:
                raise ConfigError(self.place((key,)), _unknown(key, known))

    def check(
        self,
        model: type[Model],
        value: Any,
        where: tuple[str | int, ...],
        context: dict[str, Any] | None = None,
    ) -> Model:
        """The value as a model; the first complaint as a ConfigError at its line."""
        try:
            return model.model_validate(value, context=context)
        except ValidationError as error:
            # A typo in a key first: that it is missing under its right name is only what follows.
            found = error.errors(include_url=False, include_input=False)
            first = min(found, key=lambda e: e["type"] != "extra_forbidden")
            place = self.place((*where, *first["loc"], *first.get("ctx", {}).get("at", ())))
            if first["type"] == "extra_forbidden":
                problem = _unknown(
                    first["loc"][-1], tuple(model.model_fields) if len(first["loc"]) == 1 else ()
                )
            else:
                problem = first["msg"].removeprefix("Value error, ")
            raise ConfigError(place, problem) from None


class _Constructor(RoundTripConstructor):
    """Tells the place of a date or number that cannot be one; ruamel lets Python's own errors through."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (YAMLError, RecursionError):
            raise
        except Exception as error:
            raise MarkedYAMLError(problem=_first_line(error), problem_mark=node.start_mark) from None


def _parse(path: Path, raw: bytes) -> Any:
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    yaml.composer.warn_double_anchors = False  # YAML allows it
    try:
        return yaml.load(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}", "is not UTF-8 text") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{path}:{line}", f"is not valid YAML: {error.problem}") from None
    except ReaderError as error:
        line = raw.decode("utf-8").count("\n", 0, error.position) + 1
        raise ConfigError(f"{path}:{line}", f"is not valid YAML: {_first_line(error)}") from None
    except RecursionError:
        raise ConfigError(f"{path}:1", "is nested too deeply") from None


def _unknown(key: object, known: Sequence[str]) -> str:
    return f"unknown key '{key}'" + (f"; known here: {', '.join(known)}" if known else "")


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "keys and values"
    if isinstance(value, list):
        return "a list"
    return f"{type(value).__name__} {str(value)[:40]!r}"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
