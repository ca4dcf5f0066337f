"""Reads config/*.yaml into checked values; every complaint names file, line and key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.alerting import Alerting
from core.config import Brand, Budget, Catalogue, Place, Topic
from core.config_file import ConfigFile
from core.configured_targets import TargetReader
from core.errors import ConfigError
from core.target import Platforms
from core.terms import forbidding

BRANDS, ALERTS, TOPICS = "brands.yaml", "alerts.yaml", "topics.yaml"


def read_catalogue(folder: Path, sources: Platforms) -> Catalogue:
    """Read a configuration folder; only brands.yaml must be there.

    Args:
        folder: holds brands.yaml and, where wanted, alerts.yaml and topics.yaml.
        sources: source name -> its options model, and how it is asked by words.

    Raises:
        ConfigError: naming file, line and key.
    """
    if not folder.is_dir():
        raise ConfigError(str(folder), "there is no such folder; name one with --config or EARFUL_CONFIG")
    brands = ConfigFile(folder / BRANDS)
    alerts, topics = _optional(folder / ALERTS), _optional(folder / TOPICS)
    alerting: Alerting = alerts.check(Alerting, alerts.content, ())
    read = _read_brands(brands, sources, folder)
    money = brands.content.get("budget")
    return Catalogue(
        brands=read,
        alerting=alerting,
        topics=_read_topics(topics, sources, read),
        budget=brands.check(Budget, brands.mapping({} if money is None else money, ("budget",)), ("budget",)),
        timezone=_read_timezone(brands),
    )


def _optional(path: Path) -> ConfigFile:
    misnamed = path.with_suffix(".yml")
    if misnamed.exists():
        raise ConfigError(str(misnamed), f"is not read: call it {path.name}")
    return ConfigFile(path, required=False)


def read_timezone(folder: Path) -> str:
    """The team's time zone alone, for whoever needs nothing else of the configuration.

    Raises:
        ConfigError: brands.yaml is missing or cannot be read, or there is no such time zone.
    """
    return _read_timezone(ConfigFile(folder / BRANDS))


def _read_brands(file: ConfigFile, sources: Platforms, folder: Path) -> tuple[Brand, ...]:
    file.only_keys("brands", "budget", "timezone")
    entries = file.entries("brands")
    if not entries:
        raise ConfigError(file.place(()), "expected `brands:` with at least one brand")
    brands: list[Brand] = []
    taken: dict[str, str] = {}
    for i, entry in enumerate(entries):
        where = ("brands", i)
        raw = file.mapping(entry, where)
        targets = file.entries("targets", raw, where)
        reader = TargetReader(file, raw, where, sources, folder)
        read = [reader.read(target, (*where, "targets", j)) for j, target in enumerate(targets)]
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


def _read_timezone(file: ConfigFile) -> str:
    said = {key: value for key, value in file.content.items() if key == "timezone"}
    place: Place = file.check(Place, said, ())
    return place.timezone


def _read_topics(file: ConfigFile, sources: Platforms, brands: Sequence[Brand]) -> tuple[Topic, ...]:
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
