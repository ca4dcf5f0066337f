"""From files to what is measured: rows of a published set by its reader, others by Earful's simple form."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.reading import EMOTIONS, SENTIMENTS, SEVERITIES
from nlp.adapter.trained import Trained, Use
from nlp.corpora.elsewhere import ELSEWHERE
from nlp.corpora.example import Example
from nlp.corpora.files import Problem, Row, SetFile, Tell, read_rows
from nlp.corpora.table import TABLE
from nlp.evaluation import simple

READERS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[dict[str, Any]]]] = {
    **{corpus.name: corpus.read for corpus in TABLE},
    **ELSEWHERE,
}
"""Set -> reader of its rows, whatever the split is called."""

_CLASSES = {
    "sentiment": len(SENTIMENTS),
    "target": len(SENTIMENTS),
    "severity": len(SEVERITIES),
    "emotion": len(EMOTIONS),
    **dict.fromkeys(("complaint", "offensive", "irony"), 2),
}
_GAVE_THE_LABEL = {"tweeteval_irony": re.compile(r"#(?:irony|sarcasm|not)\b", re.IGNORECASE)}
"""Set -> what its annotators were led by and its test split still holds: taken out before reading."""
_HELD_BACK = frozenset((corpus.name, corpus.split) for corpus in TABLE if corpus.test)
"""Set and split of the files that a test cut is drawn from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An example, with what only measuring needs."""

    example: Example
    split: str
    language: str | None = None
    """What the row says that its language is."""
    own: frozenset[str] | None = None
    """Keys of the team's own topics that it is about; None: nobody said."""
    is_mention: bool = False
    """Of a team's own row, whether alerts are counted on it: on what is read towards a target, if that is."""
    rating: float | None = None
    followers: int | None = None
    """As a mention has them."""


@dataclass(slots=True, kw_only=True)
class Account:
    """What became of one file's rows."""

    name: str
    split: str
    rows: int = 0
    counted: int = 0
    """Examples: a row has several where it has several targets."""
    left_out: Counter[Use] = field(default_factory=Counter)
    """Examples that the adapter was made with."""
    left: int = 0
    """Examples that it was not made with, of which `limit` counts some."""
    problems: int = 0
    bare: int = 0
    """Rows without a label that can be measured."""

    @property
    def is_sample(self) -> bool:
        """Whether what is left speaks for its file: a test cut was drawn from it, or at least half is left.

        What else is left is what training lost to another file's test cut, as its words are the same:
        "Awesome", an emoji. Nobody drew these.
        """
        return (self.name, self.split) in _HELD_BACK or self.left >= self.left_out.total()


def gather(
    file: SetFile,
    trained: Trained,
    account: Account,
    tell: Tell,
    limit: int = 0,
    own_topics: Sequence[str] = (),
) -> Iterator[Item]:
    """What of a file is measured.

    Args:
        file: is read line by line.
        trained: whose texts are left out.
        account: is filled on the way.
        tell: gets what could not be read.
        limit: at most so many, chosen by the texts' own hash; 0: all.
        own_topics: keys of the team's own topics.
    """

    def noted(problem: Problem) -> None:
        account.problems += 1
        tell(problem)

    found = _unused(_items(file, account, noted, own_topics), trained, account)
    if limit:
        found = iter(heapq.nsmallest(limit, found, key=lambda item: item.example.fingerprint))
    for item in found:
        account.counted += 1
        yield item


def _items(file: SetFile, account: Account, tell: Tell, own_topics: Sequence[str]) -> Iterator[Item]:
    for row in read_rows(file, tell):
        account.rows += 1
        try:
            items = _items_of(file, row, own_topics)
        except KeyError as error:
            tell(Problem(place=row.place, what=f"has no key {error}, which rows of {file.name} have"))
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            tell(Problem(place=row.place, what=f"is not as rows of {file.name} are: {error}"))
        else:
            account.bare += not items
            yield from items


def _items_of(file: SetFile, row: Row, own_topics: Sequence[str]) -> list[Item]:
    text = row.fields.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("`text` is missing or empty")
    language = row.fields.get("lang")
    common: dict[str, Any] = {
        "split": file.split,
        "language": language if isinstance(language, str) else None,
    }
    base: dict[str, Any] = {"corpus": file.name, "id": str(row.fields.get("id", row.place))}
    if file.name not in READERS:
        own = simple.own_topics(row.fields, own_topics)
        made = [Example(**base, **fields) for fields in simple.read(row.fields)]
        judged = [example for example in made if {"sentiment", "complaint", "target"} & {*example.labels}]
        common |= {name: simple.number(row.fields, name) for name in simple.OF_A_MENTION}
        if own is not None and not any(example.target is None for example in made):
            made.append(Example(**base, text=text))
        return [
            Item(
                example=example,
                own=own if example.target is None else None,
                is_mention=example in judged[-1:],
                **common,
            )
            for example in made
        ]
    examples = _allowed([Example(**base, **fields) for fields in READERS[file.name](row.fields)])
    return [Item(example=_plain(e), **common) for e in map(_checked, examples) if _measurable(e)]


def _allowed(examples: list[Example]) -> list[Example]:
    """What counts as the right topic of a text does so too where that is read towards a target."""
    allowed = next((e.allowed for e in examples if e.target is None), ())
    return [e if e.target is None else replace(e, allowed=allowed) for e in examples]


def _measurable(example: Example) -> bool:
    """Whether it holds an answer to a question of ours, and not only to one that teaches."""
    if example.target is not None:
        return "target" in example.labels
    return bool({*example.labels} & {*_CLASSES, "topics"} - {"target"} or example.reason or example.allowed)


def _checked(example: Example) -> Example:
    for head, count in _CLASSES.items():
        label = example.labels.get(head)
        if label is not None and label not in range(count):
            raise ValueError(f"the label {label!r} of {head} is none of 0 to {count - 1}")
    return example


def _plain(example: Example) -> Example:
    gave_away = _GAVE_THE_LABEL.get(example.corpus)
    if gave_away is None or not gave_away.search(example.text):
        return example
    return replace(example, text=gave_away.sub(" ", example.text))


def _unused(items: Iterator[Item], trained: Trained, account: Account) -> Iterator[Item]:
    for item in items:
        if (use := trained.use_of(item.example.text)) is None:
            account.left += 1
            yield item
        else:
            account.left_out[use] += 1
