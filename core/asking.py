"""Within which bounds one looks for questions that come again and again."""

from __future__ import annotations

from datetime import timedelta

SPAN = timedelta(days=28)
"""What is older is not put together any more; it stays with the question that it was put to."""
MOST = 4_000
"""Different texts that are grouped at once; whoever has more says how many are left out."""
