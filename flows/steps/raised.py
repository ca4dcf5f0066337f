"""What came of judging new readings, in numbers and in words."""

from __future__ import annotations

from dataclasses import dataclass, field

from reports.wording import plural


@dataclass(slots=True, kw_only=True)
class Raised:
    """What the rules made of the new readings."""

    judged: int = 0
    opened: int = 0
    about_old: set[int] = field(default_factory=set)
    """Which of these are about old posts alone, and told to nobody (alerts.yaml, `old_after_days`)."""
    joined: int = 0
    """Posts added to open alerts, or to resolved ones, where they were written before."""
    copies: int = 0
    """How many of these were by somebody else than the alert's author: the same text again."""
    reopened: int = 0
    old_after_days: int = 0
    """As configured."""

    def count_opened(self, alert_id: int, *, old: bool) -> None:
        """One more; `old`: its post is, and nobody is told."""
        self.opened += 1
        if old:
            self.about_old.add(alert_id)

    @property
    def untold(self) -> int:
        """How many are about old posts alone."""
        return len(self.about_old)

    @property
    def about_old_posts(self) -> str:
        """A sentence on those that nobody is told of; empty where there are none."""
        if not self.untold:
            return ""
        return (
            f"{plural(self.untold, 'alert was', 'alerts were')} opened and told to nobody, "
            f"about posts older than {self.old_after_days} days "
            "(old_after_days in alerts.yaml): earful alerts list"
        )
