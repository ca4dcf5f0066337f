"""What the model made of one text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

SENTIMENTS = ("negative", "neutral", "positive")

SEVERITIES = ("no_explicit_reproach", "disapproval", "accusation", "blame")
"""Of a complaint, by how much its wording threatens the face of who is complained about
(Jin & Aletras 2021); a text that is none has the severity NO_COMPLAINT."""
NO_COMPLAINT = "none"
COMPLAINT = 0.5
"""From this probability on, a text counts as a complaint."""

TOPICS = (
    "delay",
    "cancellation",
    "lost_or_damaged",
    "staff",
    "unreachable",
    "billing",
    "price",
    "quality",
    "app",
    "outage",
    "account",
    "booking",
    "policy",
    "safety",
    "feature_request",
)
"""What complaints are about, without a team's own."""

EMOTIONS = ("anger", "joy", "optimism", "sadness")

UNDETERMINED = "und"
"""The language code (BCP 47) for a text that is too short or too odd to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of the original text, in characters, that speaks for the reading."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One model's opinion on one text; probabilities between 0 and 1.

    A head that the model does not have leaves its place empty: nothing is made up.
    """

    model: str
    """The revision that read it: encoder and adapter, exactly."""
    language: str
    """BCP 47 code by our own guess, or UNDETERMINED."""
    supported: bool
    """Whether the model was trained for that language; if not, its numbers mean little."""
    sentiment: Mapping[str, float]
    complaint: float
    severity: Mapping[str, float] = field(default_factory=dict)
    topics: Mapping[str, float] = field(default_factory=dict)
    emotion: Mapping[str, float] = field(default_factory=dict)
    offensive: float | None = None
    irony: float | None = None
    """Probabilities; None where the model was not asked."""
    unsure: bool = False
    """Whether a person should look before anything is built on it."""
    evidence: tuple[Span, ...] = ()

    @property
    def negative(self) -> float:
        """Probability that the text is negative."""
        return self.sentiment["negative"]

    @property
    def label(self) -> str:
        """The likeliest sentiment."""
        return max(self.sentiment, key=lambda name: self.sentiment[name])

    def as_json(self, record_id: str) -> dict[str, Any]:
        """The reading in the form that `earful read` prints (docs/architecture.md)."""
        return {
            "id": record_id,
            "model": self.model,
            "language": self.language,
            "supported": self.supported,
            "sentiment": dict(self.sentiment),
            "complaint": self.complaint,
            "severity": dict(self.severity),
            "topics": dict(self.topics),
            "emotion": dict(self.emotion),
            **({} if self.offensive is None else {"offensive": self.offensive}),
            **({} if self.irony is None else {"irony": self.irony}),
            "unsure": self.unsure,
            "evidence": [{"start": s.start, "end": s.end, "weight": s.weight} for s in self.evidence],
        }


class Reader(Protocol):
    """Reads texts: the one thing that the rest of Earful knows about the model."""

    @property
    def revision(self) -> str:
        """Names the model or models exactly; known without loading any."""
        ...

    @property
    def aims(self) -> bool:
        """Whether the sentiment of a mention is best asked for towards its brand, or of the whole text."""
        ...

    def prepare(self) -> None:
        """Load what reading needs, once; worth doing before a lock is taken."""
        ...

    def read(
        self,
        texts: Sequence[str],
        targets: Sequence[str | None] | None = None,
        sources: Sequence[str | None] | None = None,
    ) -> list[Reading]:
        """Read a batch; the readings come in the order of the texts.

        Args:
            texts: anything.
            targets: what the sentiment shall be towards, such as a brand; None: the text as a whole.
            sources: where each was captured: some topics must not be asked of some sources.
        """
        ...


@runtime_checkable
class Borrows(Protocol):
    """A reader that fills in with another one's heads what it does not have; others have all they give."""

    @property
    def own_heads(self) -> frozenset[str]:
        """Parts of a reading that are its own: it is credited with no others."""
        ...
