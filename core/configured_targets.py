"""Reads a brand's targets in brands.yaml, and asks by the brand's query where a target says nothing else.

That is so where its source can be asked by words (`Source.compile`), its options have a `query`, none is
given, and without one the options are not complete. What an `x` target with a `user` asks for is complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from core.config import Named
from core.config_file import ConfigFile, Where, kind_of
from core.errors import ConfigError
from core.query import Compiled
from core.target import Platform, Platforms, Target

QUERY = "query"
"""The option that holds what a platform is asked, in its own syntax."""

RELEVANCE = "relevance"
_WORDS, _ALL = "words", "all"


class TargetReader:
    """One brand's targets.

    Args:
        file: brands.yaml.
        raw: the brand as it stands there.
        where: the place of the brand.
        sources: what there is to listen to.
        folder: what a target's paths are relative to.
    """

    def __init__(
        self, file: ConfigFile, raw: Mapping[str, Any], where: Where, sources: Platforms, folder: Path
    ) -> None:
        self._file, self._raw, self._where = file, raw, where
        self._sources, self._context = sources, {"folder": folder}

    def read(self, entry: Any, where: Where) -> Target:
        """A target, checked.

        Raises:
            ConfigError: naming file, line and key.
        """
        given = dict(self._file.mapping(entry, where))
        source = self._source(given.pop("source", None), where)
        brand = str(self._raw.get("name", ""))
        name = str(given.pop("name", None) or f"{brand.lower().replace(' ', '-')}-{source}")
        relevance = given.pop(RELEVANCE, None)
        options, compiled = self._options(source, given, where)
        return Target(
            brand=brand,
            source=source,
            name=name,
            options=options,
            place=self._file.place(where),
            compiled=compiled,
            by_words=self._by_words(relevance, where)
            if relevance is not None
            else self._sources[source].by_words(options)
            and (compiled is not None or self._raw.get(QUERY) is not None),
        )

    def _source(self, source: Any, where: Where) -> str:
        if isinstance(source, str) and source in self._sources:
            return source
        found = (
            "no `source:`"
            if source is None
            else f"source {source!r}"
            if isinstance(source, str)
            else kind_of(source)
        )
        known = ", ".join(sorted(self._sources))
        raise ConfigError(self._file.place((*where, "source")), f"expected one of {known}; found {found}")

    def _options(self, source: str, given: dict[str, Any], where: Where) -> tuple[BaseModel, Compiled | None]:
        platform = self._sources[source]
        alone = _errors(platform, given, self._context)
        if alone and platform.compile and QUERY in platform.options.model_fields and QUERY not in given:
            compiled = self._compiled(platform, source)
            asking = {**given, QUERY: compiled.text}
            errors = _errors(platform, asking, self._context)
            if not errors:
                return platform.options.model_validate(asking, context=self._context), compiled
            if any(error["loc"][:1] == (QUERY,) for error in errors):
                self._refuse(source, compiled, errors)
            if all(error["loc"] for error in errors):  # the query was missing, and that is not all
                given = asking
        checked: BaseModel = self._file.check(platform.options, given, where, context=self._context)
        return checked, None

    def _compiled(self, platform: Platform, source: str) -> Compiled:
        head = {key: self._raw[key] for key in Named.model_fields if key in self._raw}
        words = self._file.check(Named, head, self._where).words
        assert platform.compile is not None  # noqa: S101 - asked before
        try:
            return platform.compile(words)
        except ValueError as error:
            problem = f"{source} cannot be asked by the brand's query: {error}"
            raise ConfigError(self._file.place((*self._where, QUERY)), problem) from None

    def _refuse(self, source: str, compiled: Compiled, errors: list[Any]) -> None:
        said = next(error["msg"] for error in errors if error["loc"][:1] == (QUERY,))
        raise ConfigError(
            self._file.place((*self._where, QUERY)),
            f"compiled for {source}, the brand's query has {len(compiled.text)} characters: "
            f"{said.removeprefix('Value error, ')}; shorten it, or give that target a `query` of its own",
        )

    def _by_words(self, relevance: Any, where: Where) -> bool:
        if relevance not in (_WORDS, _ALL):
            raise ConfigError(
                self._file.place((*where, RELEVANCE)),
                f"expected {_WORDS} (what has the brand's words is about it) or {_ALL}; "
                f"found {kind_of(relevance)}",
            )
        return bool(relevance == _WORDS)


def _errors(platform: Platform, given: Mapping[str, Any], context: dict[str, Any]) -> list[Any]:
    try:
        platform.options.model_validate(given, context=context)
    except ValidationError as error:
        return error.errors(include_url=False, include_input=False)
    return []
