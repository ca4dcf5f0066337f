"""The words that tell one group of texts from the others: log-odds with the words of all as a prior.

Monroe, Colaresi and Quinn (2008), "Fightin' Words": a word stands out where its share in a group differs from
its share elsewhere by many standard errors, so that neither common words nor words said once win. Each text
counts a word once: nobody is louder by repeating it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from core.handles import HANDLE
from core.text import folded
from nlp.clean import READ_CHARACTERS

_ASIDE = re.compile(rf"(?:https?://|www\.)\S+|{HANDLE}|&\w+;")
_WORD = re.compile(r"[^\W\d_][^\W_]*(?:'[^\W\d_]+)?")
_SURE = 1.0
"""Standard errors."""
# fmt: off
_EMPTY = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do",
    "does", "for", "from", "get", "got", "had", "has", "have", "he", "her", "him", "his", "how",
    "i", "i'm", "i've", "if", "in", "is", "it", "it's", "its", "just", "me", "my", "no", "not",
    "of", "on", "or", "our", "out", "she", "so", "than", "that", "the", "their", "them", "then",
    "there", "they", "this", "to", "too", "u", "up", "us", "very", "was", "we", "were", "what",
    "when", "where", "which", "who", "why", "will", "with", "would", "you", "your", "don't",
    "can't", "won't", "didn't", "isn't", "i'll", "am", "about", "any", "all", "rt",
))
# fmt: on
"""Words that say nothing alone, though they may tell groups apart."""
LONGEST = 30
"""Characters of a word that is shown."""


def distinctive(groups: Sequence[Sequence[str]], most: int = 4) -> list[list[str]]:
    """For each group of texts its words, the most distinctive first.

    Args:
        groups: texts of each group, anything.
        most: words of a group at most. A word that only one text of the group says is none, unless the
            group has one text.
    """
    counts = [_counted(texts) for texts in groups]
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    everything = sum(total.values())
    return [
        _best(count, len(texts), total, everything, most) for count, texts in zip(counts, groups, strict=True)
    ]


def _counted(texts: Sequence[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for text in texts:
        said = folded(_ASIDE.sub(" ", text[:READ_CHARACTERS]))
        found.update({word for word in _WORD.findall(said) if 1 < len(word) <= LONGEST} - _EMPTY)
    return found


def _best(count: Counter[str], texts: int, total: Counter[str], everything: int, most: int) -> list[str]:
    mine = sum(count.values())
    ranked = []
    for word, here in count.items():
        if here < min(2, texts):
            continue
        prior, elsewhere = total[word], total[word] - here
        theirs = everything - mine
        odds = math.log((here + prior) / max(mine + everything - here - prior, 1))
        odds -= math.log((elsewhere + prior) / max(theirs + everything - elsewhere - prior, 1))
        surprise = odds / math.sqrt(1 / (here + prior) + 1 / (elsewhere + prior))
        if surprise > _SURE or theirs == 0:  # where nobody else says anything, all that is said is its own
            ranked.append((-surprise, -here, word))
    return [word for _, _, word in sorted(ranked)[:most]]
