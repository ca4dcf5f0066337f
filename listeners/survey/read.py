"""An answer to a survey as a mention."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.mention import Kind, Mention
from listeners.files.record import Columns, as_text
from listeners.survey.options import COLUMNS, SurveyOptions
from listeners.survey.score import rating, read_score
from listeners.values import Unreadable

NAMES = {"nps": "NPS", "csat": "CSAT", "ces": "CES"}


def columns_of(options: SurveyOptions) -> Columns:
    """How the records of a target are read."""
    return Columns(
        source="survey",
        dataset=options.dataset,
        names=options.columns,
        where=options.where,
        date_format=options.date_format,
        terms=options.terms,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Turns the records of one survey into mentions."""

    options: SurveyOptions
    columns: Columns

    def wanted(self, record: Mapping[str, Any]) -> bool:
        """Whether the target asks for it; raises Unreadable."""
        return self.columns.wanted(record)

    def known_id(self, record: Mapping[str, Any]) -> str | None:
        """Its external id, where at least that can be read."""
        try:
            return self._external_id(record)
        except Unreadable:
            return None

    def read(self, record: Mapping[str, Any], fetched_at: datetime) -> Mention:
        """Turn one record into a mention; one without a comment says its score in words.

        Raises:
            Unreadable: it has no id, neither score nor comment, or a field of it makes no sense.
        """
        options, columns = self.options, self.columns
        external_id = self._external_id(record)
        # A survey's other columns are questions of its own: what they are called means nothing to us.
        record = {name: record[name] for name in map(columns.name, COLUMNS) if name in record}
        score = read_score(columns.text(record, "score"), options.labels)
        text = columns.text(record, "text")
        if score is None and not text and not columns.visibility(record).gone:
            names = f"'{columns.name('score')}' and '{columns.name('text')}'"
            raise Unreadable(f"there is neither a score nor a comment: {names} are missing or empty")
        rated = None
        if score is not None:
            rated = rating(score, options.measure, options.limits, options.best_is_low)
        return columns.mention(
            record,
            fetched_at,
            external_id=external_id,
            text=text or self._in_words(score),
            rating=rated,
            kind=Kind.SURVEY_ANSWER,
        )

    def _in_words(self, score: float | None) -> str:
        """Short on purpose: from six words on, two customers' equal texts would count as copies."""
        if score is None:
            return ""
        return f"{NAMES[self.options.measure]} {score:g}/{self.options.limits[1]:g}, no comment"

    def _external_id(self, record: Mapping[str, Any]) -> str:
        if not self.options.id_from:
            return self.columns.prefixed(self.columns.needed(record, "id"))
        parts = [as_text(record.get(column), column).strip() for column in self.options.id_from]
        if not any(parts):
            raise Unreadable(f"{', '.join(map(repr, self.options.id_from))} are all missing or empty")
        digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
        return self.columns.prefixed(digest[:32])
