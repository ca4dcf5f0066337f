"""Some texts on their way to readings: what is asked beside the network, and what is made of its answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.reading import EMOTIONS, NO_COMPLAINT, SENTIMENTS, SEVERITIES, TOPICS, Reading, Span
from nlp import language
from nlp.adapter import Manifest
from nlp.evidence import spans
from nlp.heads import DIGITS, EVIDENCE, TARGET, YES_NO
from nlp.tokens import says_something

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding

    from nlp.ngrams.weights import Logits, NGrams
    from nlp.runtime.compiled import Answers

Probabilities = Mapping[str, list[list[float]]]
"""Head -> for each text, rounded, its answers."""
_WORTH_A_REASON = 0.5
"""A likelier complaint gets its evidence, and so does a text that is less likely neutral."""


@dataclass(slots=True, kw_only=True)
class Chunk:
    """Texts that are read together."""

    texts: Sequence[str]
    cleaned: Sequence[str]
    targets: Sequence[str | None]
    encoded: Sequence[Encoding]
    ngrams: NGrams | None
    manifest: Manifest
    revision: str
    languages: list[tuple[str, bool]] = field(default_factory=list)
    scores: NDArray[np.float32] | None = None

    def look(self) -> Iterator[None]:
        """What can be told without the network, in small steps."""
        if self.ngrams:
            self.scores = self.ngrams.scores(self.cleaned)
            yield
        for text in self.texts:
            self.languages.append(language.guess(text, self.manifest.languages))
            yield

    def finish(
        self, answers: Answers, own: Sequence[Mapping[str, float]], found: list[Reading]
    ) -> Iterator[None]:
        """Put the readings behind those that were found before, one a step.

        Args:
            answers: the network's.
            own: what each text has of a team's own topics.
            found: gets them.
        """
        logits = answers.heads
        if self.ngrams and self.scores is not None:
            logits = self.ngrams.add_to(logits, self.scores)
        probabilities = self._probabilities(logits)
        for row in range(len(self.texts)):
            found.append(self._reading(row, probabilities, own[row], answers))
            yield

    def _probabilities(self, logits: Logits) -> Probabilities:
        """Calibrated, by head; sentiment is towards the target, if any."""
        found = {
            head: getattr(calibration, "yes" if head in YES_NO else "classes")(logits[head])
            for head, calibration in self.manifest.calibration.items()
            if head in logits
        }
        aimed = [i for i, target in enumerate(self.targets) if target is not None]
        found["sentiment"][aimed] = found[TARGET][aimed]
        # All at once: a number of numpy's is slow to round and to turn into Python's.
        return {head: values.round(DIGITS).tolist() for head, values in found.items()}

    def _reading(self, row: int, found: Probabilities, own: Mapping[str, float], answers: Answers) -> Reading:
        code, supported = self.languages[row]
        readable = supported and says_something(self.encoded[row])
        sentiment = _named(SENTIMENTS, found["sentiment"][row])
        complaint = found["complaint"][row][0]
        evidence: tuple[Span, ...] = ()
        if readable and (complaint >= _WORTH_A_REASON or sentiment["neutral"] < _WORTH_A_REASON):
            evidence = self._evidence(row, answers.tokens[row])
        return Reading(
            model=self.revision,
            language=code,
            supported=supported,
            sentiment=sentiment,
            complaint=complaint,
            severity={
                NO_COMPLAINT: round(1 - complaint, DIGITS),
                **_named(SEVERITIES, [round(complaint * p, DIGITS) for p in found["severity"][row]]),
            },
            topics={**_named(TOPICS, found["topics"][row]), **own},
            emotion=_named(EMOTIONS, found["emotion"][row]),
            offensive=found["offensive"][row][0],
            irony=found["irony"][row][0],
            unsure=not readable or max(sentiment.values()) < self.manifest.unsure_below,
            evidence=evidence,
        )

    def _evidence(self, row: int, logits: NDArray[np.float32]) -> tuple[Span, ...]:
        encoding = self.encoded[row]
        words = [o if t == 0 else (0, 0) for o, t in zip(encoding.offsets, encoding.type_ids, strict=True)]
        weights = self.manifest.calibration[EVIDENCE].yes(logits)
        above = self.manifest.evidence_above
        return spans(self.texts[row], self.cleaned[row], words, weights, above, self.targets[row])


def _named(names: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    return dict(zip(names, values, strict=True))
