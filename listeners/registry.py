"""The sources that Earful knows: its own, and those that installed packages offer.

A source is a module with a `SOURCE`; a client library is imported when a listener that needs it is built.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

from core.errors import ConfigError
from listeners.base import Source

OWN = (
    "appstore",
    "archive",
    "bluesky",
    "discourse",
    "feed",
    "googleplay",
    "hackernews",
    "inbox",
    "mastodon",
    "reddit",
    "survey",
    "trustpilot",
    "x",
    "youtube",
)
"""Modules of this package."""

ENTRY_POINTS = "earful.sources"
"""Under this group, a package names its sources: `mastodon_groups = "their_package.module:SOURCE"`."""


def _own() -> Iterator[Source]:
    for name in OWN:
        yield import_module(f"listeners.{name}").SOURCE


def offered(found: EntryPoint) -> Source:
    """What a package offers under the group.

    Raises:
        ConfigError: it cannot be loaded, is no Source, or has the name of another.
    """
    place = f"the source '{found.name}' of the installed package {found.dist.name if found.dist else '?'}"
    try:
        source = found.load()
    except Exception as error:
        raise ConfigError(place, f"cannot be loaded ({type(error).__name__}: {error})") from error
    if not isinstance(source, Source) or source.name != found.name or source.name in OWN:
        raise ConfigError(place, "must be a listeners.base.Source of that name, which no other source has")
    return source


def _load() -> tuple[dict[str, Source], tuple[ConfigError, ...]]:
    sources, troubles = {source.name: source for source in _own()}, []
    for found in entry_points(group=ENTRY_POINTS):
        try:
            sources[found.name] = offered(found)
        except ConfigError as trouble:
            troubles.append(trouble)
    return sources, tuple(troubles)


_SOURCES, TROUBLES = _load()
"""TROUBLES: why what some packages offer cannot be used; told when a configuration is read."""

SOURCES: Mapping[str, Source] = MappingProxyType(_SOURCES)
"""Source name, as in brands.yaml -> the source."""
