"""One YAML file whose every value knows its line, for complaints that name file, line and key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from core.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)
Where = tuple[str | int, ...]
"""The keys and places in lists that lead to a value."""


class ConfigFile:
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
            raise ConfigError(self.place(where), f"expected keys and values; found {kind_of(value)}")
        return value

    def entries(
        self, key: str, within: Mapping[str, Any] | None = None, where: tuple[str | int, ...] = ()
    ) -> Sequence[Any]:
        """The list under a key; empty where the key is absent."""
        value = (self.content if within is None else within).get(key, [])
        if not isinstance(value, list):
            raise ConfigError(self.place((*where, key)), f"expected a list; found {kind_of(value)}")
        return value

    def only_keys(self, *known: str) -> None:
        """Complain about any other key at the top."""
        for key in self.content:
            if key not in known:
                raise ConfigError(self.place((key,)), unknown_key(key, known))

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
                *within, key = first["loc"]
                problem = unknown_key(key, _keys(model, within))
            else:
                problem = _EXPECTED.get(first["type"], first["msg"].removeprefix("Value error, "))
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


_EXPECTED = {
    "tuple_type": "expected a list, such as [one, another]",
    "too_short": "expected at least one",
    "model_type": "expected keys and values",
    "dict_type": "expected keys and values",
}
"""Type of a complaint of pydantic's -> what is meant, where its own words speak of Python."""


def _keys(model: type[BaseModel], within: Sequence[str | int]) -> tuple[str, ...]:
    """The keys of a model, or of the one within it that a place leads to; none, where that is unclear."""
    for step in within:
        if isinstance(step, str):
            inner = list(_models(model.model_fields[step].annotation)) if step in model.model_fields else []
            if len(inner) != 1:
                return ()
            (model,) = inner
    return tuple(model.model_fields)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def unknown_key(key: object, known: Sequence[str]) -> str:
    """What is said of a key that should not be there."""
    return f"unknown key '{key}'" + (f"; known here: {', '.join(known)}" if known else "")


def kind_of(value: object) -> str:
    """What stands there, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "keys and values"
    if isinstance(value, list):
        return "a list"
    # Some numbers are of a class of ruamel's, which remembers how they were written.
    plain = next((kind for kind in (int, float, str) if isinstance(value, kind)), type(value))
    return f"{plain.__name__} {str(value)[:40]!r}"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
