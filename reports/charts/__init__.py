"""Charts as SVG, drawn by hand: each function gives a Picture that says the same as the table beneath it."""

from __future__ import annotations

from reports.charts.rows_of_bars import Series, small_multiples
from reports.charts.share_bars import Share, shares
from reports.charts.stacked_days import DayBar, sentiment_days
from reports.charts.trend_line import TrendPoint, trend

__all__ = ["DayBar", "Series", "Share", "TrendPoint", "sentiment_days", "shares", "small_multiples", "trend"]
