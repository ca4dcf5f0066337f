"""The texts that the bench reads; loads nothing that reading itself does not need."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TWEETS = ROOT.parent / "shared" / "data" / "tweeteval_sentiment" / "val.jsonl.gz"
DEMO = ROOT / "demo" / "mentions.jsonl"


def texts() -> tuple[list[str], list[int] | None]:
    """Tweets with their sentiment where the labelled data lies beside the checkout, else made-up posts."""
    if TWEETS.is_file():
        with gzip.open(TWEETS, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        return [row["text"] for row in rows], [row["label"] for row in rows]
    found = []
    for line in DEMO.read_text(encoding="utf-8").splitlines():
        try:
            found.append(json.loads(line)["text"])
        except (ValueError, KeyError):
            continue
    return [f"{found[i % len(found)]} {i}" for i in range(2_000)], None
