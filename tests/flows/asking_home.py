"""A team whose archive is a list of posts, on SQLite or PostgreSQL, and an embedder that knows words only."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import text

from flows.steps.analyse import analyse
from flows.steps.answers import answer
from flows.steps.daily import count_days
from flows.steps.listen import listen_all
from flows.steps.questions import questions
from flows.steps.update_questions import update_questions
from flows.wiring import Wiring
from reports.markdown import markdown
from tests.flows.conftest import NOW, House

__all__ = [
    "LATE",
    "PARCEL",
    "REFUND",
    "WORDS",
    "Bag",
    "Home",
    "home",
    "keep",
    "words_of",
]

DIMENSIONS = 512
PARCEL, REFUND, LATE = "where is my parcel", "how long do refunds", "bad train came late"
"""Two questions and a complaint (tests/flows/conftest.py: 'bad' is one)."""
WORDS = [
    *("please", "friends", "today", "again", "then", "folks", "now", "anyway", "actually", "still", "ever"),
    *("tomorrow", "yesterday", "honestly", "really", "somehow", "indeed", "here", "there", "perhaps"),
]


class Bag:
    """Embeds by words: texts that share words are near. Keeps what it was asked."""

    def __init__(self, revision: str = "bag-1", shift: int = 0) -> None:
        self.revision = revision
        self.asked: list[str] = []
        self._shift = shift

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        found = np.full((len(texts), DIMENSIONS), 1e-3, dtype=np.float32)
        for i, words in enumerate(texts):
            for word in words.casefold().strip("?").split():
                digest = hashlib.sha256(word.encode()).digest()
                found[i, (int.from_bytes(digest[:4]) + self._shift) % DIMENSIONS] += 1
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    def ordinary(self) -> NDArray[np.float32]:
        return np.zeros(DIMENSIONS, dtype=np.float32)


class Home(House):
    """A house on either database, whose archive is one list of posts."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder, url)
        self.bag = Bag()
        self._posts: list[dict[str, Any]] = []
        self.brands(
            {"name": "Acme", "handles": ["acme"], "targets": [self.archive("posts", "posts.jsonl")]},
        )

    def post(self, *posts: dict[str, Any]) -> None:
        self._posts += posts

    def ask(self, stem: str, count: int, first: int = 0, **more: Any) -> None:
        """Different texts by different people."""
        self.post(
            *(
                {
                    "id": f"{stem}-{n}",
                    "text": f"{stem} {WORDS[n]}{'' if 'bad' in stem else '?'}",
                    "author": f"{stem[:3]}{n}",
                    "url": f"https://posts.example/{n}",
                    **more,
                }
                for n in range(first, first + count)
            )
        )

    @contextmanager
    def heard(self) -> Iterator[Wiring]:
        """Everything posted so far is stored and read."""
        self.mentions("posts.jsonl", *self._posts)
        with self.open() as wiring:
            list(listen_all(wiring, wiring.targets(), lambda count: None))
            analyse(wiring)
            yield wiring

    def update(self, **options: Any) -> int:
        with self.heard() as wiring:
            return update_questions(wiring, embedder=self.bag, **options)

    def put(self) -> int:
        """How many posts belong to a question."""
        ((posts,),) = self.rows("SELECT count(question_id) FROM faq_mentions")
        return int(posts)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.open() as wiring, wiring.database.reading() as tx:
            return [tuple(row) for row in tx.execute(text(sql))]

    def everything(self, table: str) -> list[tuple[Any, ...]]:
        return self.rows(f"SELECT * FROM {table}")  # noqa: S608 - our own names

    def groups(self) -> dict[int, set[str]]:
        """The texts of each question."""
        found: dict[int, set[str]] = {}
        sql = "SELECT q.question_id, m.text FROM faq_mentions q JOIN mentions m ON m.id = q.mention_id"
        for number, words in self.rows(f"{sql} WHERE q.question_id IS NOT NULL"):
            found.setdefault(number, set()).add(" ".join(words.split()[:4]))
        return found


@pytest.fixture
def home(tmp_path: Path, url_of: Callable[..., str]) -> Home:
    return Home(tmp_path, url_of())


def keep(wiring: Wiring, number: int, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "url": "https://acme.example/faq",
        "on": None,
        "note": "",
        "by": "ann",
        "now": NOW,
    }
    return answer(wiring.database, number, **{**values, "zone": wiring.catalogue.zone, **changes})


def words_of(wiring: Wiring) -> str:
    count_days(wiring)
    report = questions(wiring, "Acme", NOW)
    return (markdown(report.compact) + markdown(report.full)).replace("\\", "")
