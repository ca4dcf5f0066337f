"""Tables of what each brand had on each day. Kept by storage/daily.py; Alembic revision 0008."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import STABLE_IDS, Base, Count, Id, Key
from storage.columns import KeyText


class ChangedHourRow(Base):
    """An hour (UTC) of which a brand's mentions are not counted as they are now.

    The same one may stand here often: whoever counts deletes what it sees, never what comes meanwhile.
    """

    __tablename__ = "changed_hours"
    __table_args__ = (Index(None, "brand", "hour"), STABLE_IDS)

    id: Mapped[Id]
    brand: Mapped[Key]
    hour: Mapped[datetime]


class DailyRow(Base):
    """core.counts.Counts of a brand and day of a time zone; a day without mentions has no row."""

    __tablename__ = "daily"

    brand: Mapped[str] = mapped_column(KeyText, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    zone: Mapped[str]
    mentions: Mapped[Count]
    texts: Mapped[Count]
    negative: Mapped[Count]
    neutral: Mapped[Count]
    positive: Mapped[Count]
    complaints: Mapped[Count]
    unsure: Mapped[Count]
    unsupported: Mapped[Count]
    unread: Mapped[Count]
    without_text: Mapped[Count]


class TopicDailyRow(Base):
    """storage.daily.TopicDaily of a brand, day and topic."""

    __tablename__ = "daily_topics"

    brand: Mapped[str] = mapped_column(KeyText, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(KeyText, primary_key=True)
    complaints: Mapped[Count]
    positive: Mapped[Count]
