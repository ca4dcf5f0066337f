"""Measures the shipped model on texts that training never saw, and writes the table into its card.

`make figures`. The test cut is a fixed part of each set, chosen by the hash of the text (nlp/corpora.py).
The linear model that it is compared with is trained here, on the same training cut.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from alerts.rules import judge
from core.config import DEFAULT_RULES
from core.mention import Mention
from core.reading import SENTIMENTS, Reading
from nlp.clean import for_model
from nlp.corpora import Cut, Example, read_cuts
from nlp.metrics import calibration_error, macro_f1, macro_recall, precision, recall
from nlp.model import Model

CARD = Path("nlp/adapter/README.md")
BEGIN, END = "<!-- figures: written by `make figures` -->", "<!-- end of figures -->"
NEGATIVE = SENTIMENTS.index("negative")
Row = tuple[str, str, str, str, str]


def linear(train: Sequence[Example], label: Callable[[Example], int | None]) -> Any:
    """Word and character n-grams into a logistic regression: the plain model to beat."""
    used = [e for e in train if label(e) is not None]
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True)
    model = make_pipeline(
        make_union(words, characters), LogisticRegression(C=4, max_iter=300, class_weight="balanced")
    )
    return model.fit([for_model(e.text) for e in used], [label(e) for e in used])


def flagged(example: Example, reading: Reading) -> bool:
    """Whether the built-in rules raise an alert for a text with this reading."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    mention = Mention(
        source="archive", external_id=example.id, text=example.text, posted_at=moment, fetched_at=moment
    )
    return judge(mention, reading, DEFAULT_RULES) is not None


def sentiment_rows(
    name: str, corpus: str, held: list[Example], readings: list[Reading], base: Any
) -> list[Row]:
    """Macro-recall, macro-F1, calibration and the effect of `unsure`, for one set."""
    wanted = [e.sentiment or 0 for e in held]
    got = [SENTIMENTS.index(r.label) for r in readings]
    plain = [int(p) for p in base.predict([for_model(e.text) for e in held])]
    sure = [i for i, r in enumerate(readings) if not r.unsure]
    confidence = np.array([max(r.sentiment.values()) for r in readings])
    error = calibration_error(confidence, np.array(wanted) == np.array(got))
    over = f"{corpus}, {len(held):,} texts"
    kept = macro_recall([wanted[i] for i in sure], [got[i] for i in sure])
    return [
        (
            name,
            over,
            "macro-recall",
            f"{macro_recall(wanted, got):.1%}",
            f"{macro_recall(wanted, plain):.1%}",
        ),
        (name, over, "macro-F1", f"{macro_f1(wanted, got):.1%}", f"{macro_f1(wanted, plain):.1%}"),
        (name, over, "expected calibration error", f"{error:.3f}", "-"),
        (name, over, f"macro-recall on the {len(sure) / len(held):.0%} not unsure", f"{kept:.1%}", "-"),
    ]


def alert_rows(held: list[Example], readings: list[Reading], base: Any) -> list[Row]:
    """Precision and recall of the built-in rules for tweets that people called negative."""
    wanted = [int(e.sentiment == NEGATIVE) for e in held]
    got = [int(flagged(e, r)) for e, r in zip(held, readings, strict=True)]
    plain = [int(p == NEGATIVE) for p in base.predict([for_model(e.text) for e in held])]
    over = f"us_airline, {len(held):,} texts"
    return [
        (
            "alerts",
            over,
            f"{name} for negative",
            f"{score(wanted, got, 1):.1%}",
            f"{score(wanted, plain, 1):.1%}",
        )
        for name, score in (("precision", precision), ("recall", recall))
    ]


def complaint_rows(held: list[Example], readings: list[Reading], base: Any) -> list[Row]:
    """Macro-F1 of complaint or not, and its calibration."""
    wanted = [e.complaint or 0 for e in held]
    got = [int(r.complaint >= 0.5) for r in readings]
    plain = [int(p) for p in base.predict([for_model(e.text) for e in held])]
    confidence = np.array([max(r.complaint, 1 - r.complaint) for r in readings])
    error = calibration_error(confidence, np.array(wanted) == np.array(got))
    over = f"complaints_acl19, {len(held):,} texts"
    return [
        ("complaint", over, "macro-F1", f"{macro_f1(wanted, got):.1%}", f"{macro_f1(wanted, plain):.1%}"),
        ("complaint", over, "expected calibration error", f"{error:.3f}", "-"),
    ]


def measure(data: Path) -> list[Row]:
    """Every figure of the card."""
    cuts = read_cuts(data)
    model = Model()
    by_corpus: dict[str, list[Example]] = {}
    for example in cuts[Cut.TEST]:
        by_corpus.setdefault(example.corpus, []).append(example)
    rows: list[Row] = []
    for corpus in ("us_airline_sentiment", "tweeteval_sentiment"):
        held = by_corpus[corpus]
        readings = model.read([e.text for e in held])
        base = linear([e for e in cuts[Cut.TRAIN] if e.corpus == corpus], lambda e: e.sentiment)
        rows += sentiment_rows("sentiment", corpus, held, readings, base)
        if corpus == "us_airline_sentiment":
            rows += alert_rows(held, readings, base)
    held = by_corpus["complaints_acl19"]
    base = linear([e for e in cuts[Cut.TRAIN] if e.corpus == "complaints_acl19"], lambda e: e.complaint)
    return rows + complaint_rows(held, model.read([e.text for e in held]), base)


def table(rows: Sequence[Row]) -> str:
    """As Markdown."""
    lines = ["| what | on | measure | this model | linear model |", "|---|---|---|---|---|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def main() -> None:
    """Measure, print, and put the table into the card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--no-card", action="store_true", help="only print")
    args = parser.parse_args()
    text = f"Model `{Model().revision}`.\n\n{table(measure(args.data))}"
    print(text)
    if not args.no_card:
        card = CARD.read_text(encoding="utf-8")
        block = f"{BEGIN}\n{text}\n{END}"
        CARD.write_text(
            re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: block, card, flags=re.S),
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
