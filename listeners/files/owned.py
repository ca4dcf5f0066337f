"""Options of sources whose texts are the team's own: what may be done with them is theirs to say."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from pydantic import Field

from core.mention import Terms
from listeners.base import Options

_READING = {
    *("columns", "where", "date_format", "rating_scale"),
    *("measure", "scale", "best_is_low", "labels", "id_from"),
    *("own_addresses", "own_lists"),
}
"""Options that say what a record means. `dataset` is none: with another one, all would come a second time."""

TERMS = Terms()
"""What we may do with such texts is the user's knowledge: nothing, unless the target says otherwise."""


class Owned(Options):
    """What such targets share."""

    may_train: bool = False
    may_export_text: bool = False
    keep_days: int | None = Field(default=None, ge=1)

    @property
    def read_as(self) -> str:
        """A fingerprint of how records are read: with another one, what was read before is read once more."""
        how = json.dumps(self.model_dump(mode="json", include=_READING), sort_keys=True)
        return hashlib.sha256(how.encode()).hexdigest()[:16]

    @property
    def terms(self) -> Terms:
        """What the target says its texts may be used for."""
        keep_for = timedelta(days=self.keep_days) if self.keep_days is not None else None
        return Terms(keep_for=keep_for, may_train=self.may_train, may_export_text=self.may_export_text)
