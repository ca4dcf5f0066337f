"""What a platform's terms forbid to infer never reaches the database, whatever a reader answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from core.mention import Mention, Page
from core.reading import Reading
from flows.steps.analyse import analyse
from flows.wiring import Wiring
from storage import coverage
from storage.mentions import find_mentions, save_page
from tests.flows.conftest import NOW, Words

TOPICS = [
    {"key": "pregnancy", "sentence": "The author is expecting a baby."},
    {"key": "seat", "sentence": "The seat was hard.", "sources": ["archive"]},
    {"key": "cabin_cold", "sentence": "The cabin was cold."},
]


class Knowing(Words):
    """A reader that answers every topic of every text, and one that nobody configured."""

    def read(
        self,
        texts: Sequence[str],
        targets: Sequence[str | None] | None = None,
        sources: Sequence[str | None] | None = None,
    ) -> list[Reading]:
        answers = {"delay": 0.5, "elsewhere": 0.5, **{topic["key"]: 0.5 for topic in TOPICS}}
        return [replace(reading, topics=answers) for reading in super().read(texts)]


def capture(wiring: Wiring, *sources: str) -> None:
    (target,) = wiring.targets()
    mentions = tuple(
        Mention(source=source, external_id="1", text="bad", posted_at=NOW, fetched_at=NOW)
        for source in sources
    )
    with wiring.database.transaction() as tx:
        window = coverage.open_window(tx, target, None, NOW)
        save_page(tx, target, Page(mentions=mentions), window, NOW)


def test_a_forbidden_topic_is_not_stored_for_a_mention_of_such_a_platform(house) -> None:
    house.reader = Knowing()
    house.brands({"name": "Acme", "targets": [house.archive("acme", "m.jsonl")]})
    (house.config / "topics.yaml").write_text(json.dumps({"topics": TOPICS}))
    with house.open() as wiring:
        capture(wiring, "archive", "reddit", "x")
        assert analyse(wiring) == 3
        with wiring.database.reading() as tx:
            stored = {
                found.mention.source: set(found.reading.topics)
                for found in find_mentions(tx)
                if found.reading
            }
    assert stored == {
        "archive": {"delay", "pregnancy", "seat", "cabin_cold"},
        "reddit": {"delay", "cabin_cold"},
        "x": {"delay", "cabin_cold"},
    }
