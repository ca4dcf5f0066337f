"""Which label of a foreign checkpoint means negative, neutral or positive."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import ConfigError
from core.reading import SENTIMENTS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SETTING = "EARFUL_SENTIMENT_LABELS"

_WORDS = {
    "negative": ("neg", "negative", "very negative", "extremely negative", "1 star", "2 star"),
    "neutral": ("neu", "neutral", "3 star"),
    "positive": ("pos", "positive", "very positive", "extremely positive", "4 star", "5 star"),
}
_MEANING = {word: sentiment for sentiment, words in _WORDS.items() for word in words}
"""Names that leave no doubt, as published checkpoints use them. Stars as in Earful's own rules: up to two
are an unhappy customer. `LABEL_0` is what a checkpoint says when nobody named its labels: never guessed."""

_STAR = re.compile(r"([1-5]) stars?")
_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMap:
    """The labels of a checkpoint, in the order of its logits, and what each of them means."""

    labels: tuple[str, ...]
    sentiments: tuple[int, ...]
    """For each label an index into SENTIMENTS; several may share one (five stars make three sentiments)."""

    def fold(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities of shape (n, labels) added up to shape (n, 3).

        A sentiment that no label means stays at 0: a checkpoint without "neutral" never says neutral.
        """
        import numpy as np

        folded = np.zeros((len(probabilities), len(SENTIMENTS)))
        for label, sentiment in enumerate(self.sentiments):
            folded[:, sentiment] += probabilities[:, label]
        return folded

    def __str__(self) -> str:
        return ",".join(
            f"{label}={SENTIMENTS[sentiment]}"
            for label, sentiment in zip(self.labels, self.sentiments, strict=True)
        )


def parse_labels(given: str) -> dict[str, str]:
    """`LABEL_0=negative,LABEL_1=neutral` as a mapping from label to sentiment; the empty text as none.

    Raises:
        ConfigError: it has another form, names a label twice, or a sentiment that there is not.
    """
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in given.split(","))):
        label, equals, sentiment = (side.strip() for side in part.rpartition("="))
        sentiment = sentiment.casefold()
        if not equals or not label or sentiment not in SENTIMENTS:
            raise ConfigError(
                SETTING, f"'{part}' is not LABEL=SENTIMENT with a sentiment of {', '.join(SENTIMENTS)}"
            )
        if _same(label) in map(_same, found):
            raise ConfigError(SETTING, f"names the label '{label}' twice")
        found[label] = sentiment
    return found


def label_map(labels: Sequence[str], given: Mapping[str, str], place: str) -> LabelMap:
    """What each label means: as the user says, else by its name.

    Args:
        labels: of the checkpoint, in the order of its logits.
        given: label -> sentiment, for those whose names do not say it; letter case is ignored.
        place: the checkpoint, for messages.

    Raises:
        ConfigError: a label's meaning is unknown, or no label means negative, or none positive. The
            message lists the labels that there are and what to write.
    """
    said = {_same(label): sentiment for label, sentiment in given.items()}
    strangers = [label for label in given if _same(label) not in map(_same, labels)]
    if strangers:
        raise ConfigError(
            SETTING, f"names '{strangers[0]}', but the labels of {place} are: {_listed(labels)}"
        )
    meanings = [said.get(_same(label)) or _MEANING.get(_same(label)) for label in labels]
    if None in meanings or not _whole_scale(labels, said):
        raise ConfigError(place, f"its labels are {_listed(labels)}, {_advice(labels)}")
    missing = [name for name in ("negative", "positive") if name not in meanings]
    if missing:
        raise ConfigError(
            place,
            f"its labels are {_listed(labels)}, and none of them means {missing[0]}: it cannot stand in for "
            "the sentiment head",
        )
    return LabelMap(
        labels=tuple(labels), sentiments=tuple(SENTIMENTS.index(name) for name in meanings if name)
    )


def _same(label: str) -> str:
    """Labels that differ only in case, `_`, `-`, spacing and a plural are the same."""
    same = " ".join(re.sub(r"[_\-]", " ", label).casefold().split())
    return _STAR.sub(r"\1 star", same)


def _whole_scale(labels: Sequence[str], said: Mapping[str, str]) -> bool:
    """Stars mean what they say on a scale of five only: three of three is the best there."""
    stars = {found[1] for label in labels if (found := _STAR.fullmatch(_same(label)))}
    return not stars or len(stars) == 5 or all(_same(label) in said for label in labels)


def _listed(labels: Sequence[str]) -> str:
    more = f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else ""
    return ", ".join(labels[:_SHOWN]) + more


def _advice(labels: Sequence[str]) -> str:
    example = ",".join(f"{label}=…" for label in labels[:_SHOWN])
    return (
        "and what they mean cannot be told from their names; look into its model card and set "
        f'{SETTING}="{example}" with {", ".join(SENTIMENTS[:-1])} or {SENTIMENTS[-1]} in each place'
    )
