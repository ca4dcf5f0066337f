"""Which model reads: Earful's own, or Earful's own with another one's sentiment."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from core.config import Topic
from core.errors import ConfigError
from core.reading import SENTIMENTS, UNDETERMINED, Reader, Reading
from core.settings import Settings
from nlp.checkpoint import Checkpoint
from nlp.clean import for_model
from nlp.heads import DIGITS
from nlp.label_map import parse_labels
from nlp.model import Model

OWN = "earful"
"""The name of Earful's own model, where one is asked for by name."""
UNSURE_BELOW = 0.55
"""A round number; what it costs and saves with a checkpoint, `earful evaluate` tells."""
_SETTINGS_THAT_NEED_A_MODEL = ("sentiment_labels", "sentiment_languages", "sentiment_temperature")


class CheckedReader(Reader, Protocol):
    """A reader that can say beforehand whether it will be able to read."""

    def check(self) -> None:
        """Make sure that reading will work; loads no weights.

        Raises:
            ConfigError: what is wrong, and what to do.
        """
        ...


def reader_for(settings: Settings, model: str | None = None, topics: Sequence[Topic] = ()) -> CheckedReader:
    """The reader that the settings ask for; touches neither disk nor network.

    Args:
        settings: the EARFUL_SENTIMENT_* ones, and the cache.
        model: OWN, a folder or a name, instead of EARFUL_SENTIMENT_MODEL: for comparing models. What the
            settings say about that one is not said of another.
        topics: a team's own.

    Raises:
        ConfigError: a setting has no meaning.
    """
    own = Model(topics=topics, cache=settings.cache)
    name = settings.sentiment_model.strip() if model is None else model
    if name and name != OWN:
        meant = settings.sentiment_model.strip() in ("", name)
        labels, languages, temperature = (
            getattr(settings, field) if meant else "" for field in _SETTINGS_THAT_NEED_A_MODEL
        )
        checkpoint = Checkpoint(name, parse_labels(labels), _temperature(temperature))
        return OtherSentiment(own, checkpoint, _languages(languages))
    if model is None:
        for field in _SETTINGS_THAT_NEED_A_MODEL:
            if getattr(settings, field).strip():
                raise ConfigError(
                    f"EARFUL_{field.upper()}", "is set without EARFUL_SENTIMENT_MODEL; set both, or neither"
                )
    return own


class OtherSentiment:
    """Reads with Earful's own model and puts a checkpoint's sentiment in the place of its own.

    Which reading gives what, for a text in a language that

    - the checkpoint reads and Earful too: sentiment and `unsure` from the checkpoint, the rest from Earful;
    - only the checkpoint reads: its sentiment; the other heads abstain, as they would be noise: empty, and
      a complaint of 0;
    - the checkpoint does not read: Earful's own reading.

    A language that cannot be told is one that it reads.
    """

    def __init__(
        self, own: CheckedReader, checkpoint: Checkpoint, languages: frozenset[str] = frozenset()
    ) -> None:
        """Touches neither disk nor network.

        Args:
            own: gives everything but the sentiment.
            checkpoint: gives the sentiment.
            languages: that it reads, as ISO 639 codes; empty: all.
        """
        self._own = own
        self._checkpoint = checkpoint
        self._languages = languages

    own_heads = frozenset({"sentiment"})
    """The rest of a reading is Earful's."""

    @property
    def aims(self) -> bool:
        """Whether Earful's head reads any language alone: a checkpoint is asked about whole texts only."""
        return bool(self._languages)

    @property
    def revision(self) -> str:
        """OWN+NAME@HASH, and the languages where they are named."""
        only = f":{','.join(sorted(self._languages))}" if self._languages else ""
        return f"{self._own.revision}+{self._checkpoint.revision}{only}"

    def check(self) -> None:
        """Make sure that reading will work; loads no weights.

        Raises:
            ConfigError: what is wrong, and what to do.
        """
        self._own.check()
        self._checkpoint.check()

    def prepare(self) -> None:
        """Load both models, once (see `check` for errors)."""
        self._own.prepare()
        self._checkpoint.prepare()

    def read(
        self,
        texts: Sequence[str],
        targets: Sequence[str | None] | None = None,
        sources: Sequence[str | None] | None = None,
    ) -> list[Reading]:
        """Read a batch; the readings come in the order of the texts.

        A sentiment towards a target stays Earful's own where it reads the language and the checkpoint was
        not named for it: a checkpoint is asked about whole texts only.

        Raises:
            ConfigError: a model cannot be loaded.
        """
        revision = self.revision
        readings = [replace(reading, model=revision) for reading in self._own.read(texts, targets, sources)]
        asked = [
            i
            for i, reading in enumerate(readings)
            if self._reads(texts[i], reading)
            and (targets is None or targets[i] is None or not self._is_earfuls(reading))
        ]
        if asked:
            found = self._checkpoint.probabilities([texts[i] for i in asked])
            for i, row in zip(asked, found.tolist(), strict=True):
                readings[i] = _with_sentiment(readings[i], row)
        return readings

    def _reads(self, text: str, own: Reading) -> bool:
        known = not self._languages or own.language in {*self._languages, UNDETERMINED}
        return known and bool(for_model(text))

    def _is_earfuls(self, own: Reading) -> bool:
        return own.supported and own.language not in {*self._languages, UNDETERMINED}


def _with_sentiment(own: Reading, probabilities: Sequence[float]) -> Reading:
    if any(math.isnan(p) for p in probabilities):
        return own  # no number for this text: half precision ran over, or nothing of it is in the vocabulary
    sentiment = {name: round(p, DIGITS) for name, p in zip(SENTIMENTS, probabilities, strict=True)}
    unsure = max(probabilities) < UNSURE_BELOW
    if own.supported:
        return replace(own, sentiment=sentiment, unsure=unsure)
    return Reading(
        model=own.model,
        language=own.language,
        supported=True,
        sentiment=sentiment,
        complaint=0.0,
        unsure=unsure,
    )


def _languages(given: str) -> frozenset[str]:
    codes = [code.strip().casefold().partition("-")[0] for code in given.split(",") if code.strip()]
    for code in codes:
        if not re.fullmatch("[a-z]{2,3}", code):
            raise ConfigError("EARFUL_SENTIMENT_LANGUAGES", f"'{code}' is no language code; write `de,fr`")
    return frozenset(codes)


def _temperature(given: str) -> float:
    try:
        temperature = float(given or 1)
    except ValueError:
        temperature = math.nan
    if not 0.01 <= temperature <= 100:
        raise ConfigError(
            "EARFUL_SENTIMENT_TEMPERATURE", f"is '{given}', expected a number from 0.01 to 100, like 1.4"
        )
    return temperature
