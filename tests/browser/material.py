"""What the browser tests read: airline tweets moved to end now, beside mentions that mean harm."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from core.clock import utc_now
from tests.browser.hostile import hostile_mentions
from tests.earful import SHARED_DATA

AIRLINES = SHARED_DATA / "us_airline_sentiment" / "all.jsonl.gz"
OURS, COMPETITOR = "Delta", "Virgin America"
"""Two of the six: 1,764 and 397 tweets. All six are read in tests/flows/test_real_input.py."""
HOSTILE = "Nasty & <b>Sons</b>"
NEWEST_AGO = timedelta(minutes=40)


def airlines_are_there() -> bool:
    """Whether the labelled data lies beside the checkout, as in CI."""
    return AIRLINES.exists()


def airline_tweets() -> list[dict[str, Any]]:
    """The tweets of two airlines, their times moved by one amount so that they end just now."""
    with gzip.open(AIRLINES, "rt", encoding="utf-8") as lines:
        tweets = [t for t in map(json.loads, lines) if t["airline"] in (OURS, COMPETITOR)]
    times = [datetime.fromisoformat(t["created_at"]).astimezone(UTC) for t in tweets]
    shift = utc_now() - NEWEST_AGO - max(times)
    return [
        {
            "id": tweet["id"],
            "text": tweet["text"],
            "airline": tweet["airline"],
            "posted_at": (time + shift).isoformat(),
        }
        for tweet, time in zip(tweets, times, strict=True)
    ]


def prepare(folder: Path, port: int) -> Path:
    """A configuration folder with everything that is to be read.

    Args:
        folder: an empty one.
        port: where the hostile mentions want the browser to go.
    """
    folder.mkdir(parents=True)
    _write(folder / "hostile.jsonl", hostile_mentions(port, utc_now() - NEWEST_AGO))
    brands = [_brand(HOSTILE, "hostile", "hostile.jsonl")]
    if airlines_are_there():
        _write(folder / "airlines.jsonl", airline_tweets())
        ours = _brand(OURS, "delta-tweets", "airlines.jsonl", where={"airline": OURS})
        other = _brand(COMPETITOR, "virgin-tweets", "airlines.jsonl", where={"airline": COMPETITOR})
        brands = [ours, {**other, "competitor": True}, *brands]
    (folder / "brands.yaml").write_text(json.dumps({"brands": brands}), encoding="utf-8")
    return folder


def _brand(name: str, target: str, path: str, **options: Any) -> dict[str, Any]:
    return {
        "name": name,
        "targets": [{"source": "archive", "name": target, "path": path, "dataset": target, **options}],
    }


def _write(file: Path, records: Iterable[dict[str, Any]]) -> None:
    lines = [json.dumps(record, ensure_ascii=True) for record in records]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
