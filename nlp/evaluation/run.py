"""The evaluation: every file is read once, every reader reads the same texts in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from core.reading import Borrows, Reader, Reading
from nlp.adapter.trained import Trained
from nlp.corpora.files import SetFile, Tell
from nlp.evaluation.gather import Account, Item, gather
from nlp.evaluation.heads import OUTCOMES, Collector, Head, heads_of
from nlp.evaluation.other_heads import Evidence, Flagged
from nlp.evaluation.report import Report, Result

BATCH = 2_000
"""Texts that a reader gets at once: enough to fill its batches of similar length, and little memory."""
_ORDER = [head.name for head in heads_of("", lambda *_: False)]

Advance = Callable[[SetFile, int], None]
"""Is told of every batch: its file, and how many texts were read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    model: str
    head: str
    name: str
    split: str
    part: str


@dataclass(slots=True)
class _Tally:
    flagged: Flagged | None
    kept: dict[_Place, Collector] = field(default_factory=dict)
    unasked: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, model: str, item: Item, reading: Reading, own: frozenset[str] | None) -> None:
        """Put one reading to every question; `own`: heads that are the model's, None: all that answer."""
        example = item.example
        for head in heads_of(example.corpus, self.flagged):
            if not head.asks(item):
                continue
            if own is not None and head.name not in own | OUTCOMES:
                self.miss(model, head.name)
                continue
            has = False
            for part in self._parts(head, item):
                place = _Place(model=model, head=head.name, name=example.corpus, split=item.split, part=part)
                if place not in self.kept:
                    self.kept[place] = head.collector()
                has = self.kept[place].add(item, reading)
            if not has:
                self.miss(model, head.name)

    def miss(self, model: str, head: str, count: int = 1) -> None:
        if not count:
            return
        heads = self.unasked.setdefault(model, {})
        heads[head] = heads.get(head, 0) + count

    def results(self) -> Iterator[Result]:
        for place, collector in self.kept.items():
            score = collector.score()
            if score is not None:
                yield Result(
                    model=place.model,
                    head=place.head,
                    name=place.name,
                    split=place.split,
                    part=place.part,
                    score=score,
                )
            elif isinstance(collector, Evidence) and not place.part:
                self.miss(place.model, place.head, len(collector.f1))

    @staticmethod
    def _parts(head: Head, item: Item) -> Iterable[str]:
        """Of its set, under which an answer is counted; empty: all of it."""
        if head.part:
            return (head.part,)
        language = item.language if head.name == "language" and item.language else ""
        return dict.fromkeys(("", item.example.part, language))


def evaluate(
    files: Iterable[SetFile],
    readers: Mapping[str, Reader],
    trained: Trained,
    *,
    tell: Tell,
    limit: int = 0,
    own_topics: Sequence[str] = (),
    flagged: Flagged | None = None,
    advance: Advance | None = None,
) -> Report:
    """Read every file with every reader and score what they said.

    Args:
        files: of labelled rows.
        readers: by name.
        trained: texts that are left out.
        tell: gets what could not be read.
        limit: of each file at most so many examples, chosen by their texts' hash; 0: all.
        own_topics: keys of the team's own topics.
        flagged: whether an alert follows; None: alerts are not measured.
        advance: is told of every batch.
    """
    tally, accounts = _Tally(flagged), []
    for file in files:
        account = Account(name=file.name, split=file.split)
        accounts.append(account)
        items = gather(file, trained, account, tell, limit, own_topics)
        while batch := list(islice(items, BATCH)):
            for name, reader in readers.items():
                asked = batch if reader.aims else [i for i in batch if i.example.target is None]
                tally.miss(name, "target", len(batch) - len(asked))
                own = reader.own_heads if isinstance(reader, Borrows) else None
                for item, reading in _readings(reader, asked):
                    tally.add(name, item, reading, own)
            if advance is not None:
                advance(file, len(batch))
    samples = {(account.name, account.split) for account in accounts if account.is_sample}
    results = (result for result in tally.results() if (result.name, result.split) in samples)
    return Report(
        models={name: reader.revision for name, reader in readers.items()},
        accounts=tuple(accounts),
        results=tuple(sorted(results, key=lambda r: (_ORDER.index(r.head), r.name, r.split, r.part))),
        unasked=tally.unasked,
        known=len(trained),
    )


def _readings(reader: Reader, items: Sequence[Item]) -> Iterator[tuple[Item, Reading]]:
    texts = [item.example.text for item in items]
    targets = [item.example.target for item in items]
    readings = reader.read(texts, targets) if any(targets) else reader.read(texts)
    yield from zip(items, readings, strict=True)
