"""Recognises copies: the same text posted again, by one hand or by a campaign, exactly or a little changed.

Three rules, by how much a text says. Words are counted without handles, links, punctuation, emoji, a leading
RT and trailing hashtags; in scripts without spaces two characters count as a word.

- From NEAR_WORDS on, one word in EDITABLE may differ (word edit distance), but no number, in digits or words,
  and no negation: with another flight number it is another customer's story. Candidates come from MinHash
  (Broder 1997) over pairs of neighbouring words, in bands (Leskovec, Rajaraman, Ullman: Mining of Massive
  Datasets, 3.4), and are then compared word by word: no merge rests on the hash of a few words.
- From SAME_WORDS on, the words must be the same in the same order.
- Shorter ones ("thanks!", "worst airline ever") are written by many people who never saw each other: they are
  copies only where the account that they quote, their links or their author are the same, too.

Measured by tests/nlp/test_duplicates.py where the labelled data are, on 2,000 tweets of two sets, each with
NEAR_WORDS. Found: with an added hashtag, link, handle, emoji or RT all, in capitals 98.8 %, with a changed
word 94 %, a dropped one 91 %, an added one 99.8 %, two changed words 72 %; no two tweets were merged. Once,
by hand and by no test, in four sets of tweets with 89,000 texts: 312 merges of texts that are not the same
words; 81 of them were read, and all 81 were copies.
SimHash (Charikar 2002; Manku, Jain, Das Sarma 2007), 64 bits and a distance of 3, found 6 % of the changed
words: in a tweet one word turns 8 bits, and no banded lookup is fast at that distance.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.mention import BANDS, Mention, Signature
from nlp.fingerprint import NOISE

NEAR_WORDS = 10
"""From this many words on, a copy is recognised though a word was changed."""

SAME_WORDS = 6
"""From this many words on, the same words are a copy, whoever wrote them: up to five ("got another flight,
thank you") different customers' tweets to airlines are the same by chance."""

EDITABLE = 7
"""One word in so many may differ; from one in five on, different customers' texts are that near."""

ROWS = 3
"""Minima in a band. With two, a million texts have 110 candidates for each new one; with three, 10."""

READ_CHARACTERS = 4_000
"""The beginning of a long article stands for it. Stored signatures depend on it, as on _SEEDS."""

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese: written without spaces."""

_QUOTED = re.compile(r"^\W*(?:rt|qt)\b[\s:]*@(\w+)|^\W*[\"“”]\s*@(\w+)\s*:", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NEGATIONS = frozenset(
    ("no", "not", "never", "none", "nobody", "nothing", "neither", "nor", "without", "hardly", "barely", "t",
     "cannot", "cant", "dont", "doesnt", "didnt", "wont", "isnt", "aint", "arent", "wasnt", "werent", "hasnt",
     "havent", "hadnt", "couldnt", "wouldnt", "shouldnt")
)  # fmt: skip
"""`t` is what is left of "didn't"."""

_NUMBERS = frozenset(
    ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
)
"""Not `one`, which is a pronoun more often."""

_SEEDS = np.random.Generator(np.random.PCG64(20_260_301)).integers(0, 2**64, (BANDS, ROWS), dtype=np.uint64)
"""Stored bands depend on them: another seed needs a migration that empties `texts` and `copies`."""

_MIX = np.uint64(0x9E3779B97F4A7C15)
_MIX_AGAIN = np.uint64(0xBF58476D1CE4E5B9)
_HALF = np.uint64(32)


def sign(mention: Mention) -> Signature | None:
    """By what copies of a mention are found; 12,000 a second on one core.

    Returns:
        None: so short, and without a link, quotation or known author, that nothing is a copy of it.
    """
    found = words(mention.text)
    size = _size(found)
    said = " ".join(found)
    if size >= SAME_WORDS:
        return Signature(digest=_hash(said), bands=_bands(found) if size >= NEAR_WORDS else ())
    mark = _mark(mention)
    return Signature(digest=_hash(f"{said}\n{mark}")) if mark else None


def near(text: str, other: str) -> bool:
    """Whether one text is a copy of the other one, as far as words tell; their order does not matter."""
    a, b = words(text), words(other)
    shorter = min(_size(a), _size(b))
    if shorter < NEAR_WORDS:
        return a == b and shorter >= SAME_WORDS
    allowed = min(len(a), len(b)) // EDITABLE
    differing = (Counter(a) - Counter(b)) + (Counter(b) - Counter(a))
    if differing.total() > 2 * allowed or any(map(_weighty, differing)):
        return False
    return _distance(a, b, allowed) <= allowed


def words(text: str) -> list[str]:
    """What a text says, word by word."""
    tokens = text[:READ_CHARACTERS].split()
    end = len(tokens)
    while end and (tokens[end - 1].startswith("#") or not NOISE.sub("", tokens[end - 1])):
        end -= 1
    trimmed = _split(" ".join(tokens[:end]))
    return trimmed if _size(trimmed) >= SAME_WORDS else _split(" ".join(tokens))


def _split(text: str) -> list[str]:
    bare = unicodedata.normalize("NFKC", NOISE.sub(" ", text).casefold())
    found = _UNSPACED.sub(r" \g<0> ", bare).split()
    return found[1:] if found[:1] in (["rt"], ["qt"]) else found


def _size(found: Sequence[str]) -> int:
    return len(found) - sum(1 for word in found if _UNSPACED.match(word)) // 2


def _mark(mention: Mention) -> str:
    """What makes two short texts one: whom they quote, else where they lead to, else who wrote them."""
    text = mention.text[:READ_CHARACTERS]
    if quoted := _QUOTED.match(text):
        return f"of {(quoted[1] or quoted[2]).casefold()}"
    if links := _LINK.findall(text):
        return f"at {' '.join(links)}"
    if mention.author is not None and mention.author.external_id:
        return f"by {mention.author.source} {mention.author.external_id}"
    return ""


def _hash(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _bands(found: Sequence[str]) -> tuple[int, ...]:
    """One number a band, from its ROWS least hashes of the pairs of words."""
    pairs = {zlib.crc32(f"{one} {after}".encode("utf-8", "replace")) for one, after in pairwise(found)}
    shingles = np.fromiter(pairs, dtype=np.uint64, count=len(pairs))
    mixed = (shingles ^ _SEEDS[..., None]) * _MIX
    mixed = (mixed ^ (mixed >> _HALF)) * _MIX_AGAIN
    least: NDArray[np.uint64] = mixed.min(axis=2)
    keys = _SEEDS[:, 0]  # so that the same minima mean something else in another band
    for row in range(ROWS):
        keys = (keys ^ least[:, row]) * _MIX
        keys ^= keys >> _HALF
    return tuple(keys.view(np.int64).tolist())


def _weighty(word: str) -> bool:
    return word in _NEGATIONS or word in _NUMBERS or any(c.isdigit() for c in word)


def _distance(a: Sequence[str], b: Sequence[str], limit: int) -> int:
    """Words to change, add or drop (Levenshtein); anything over the limit where it is over the limit."""
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    a, b = a[start:], b[start:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    above = list(range(len(b) + 1))
    for i, word in enumerate(a, 1):
        row = [i]
        for j, against in enumerate(b, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (word != against)))
        if min(row) > limit:
            return limit + 1
        above = row
    return above[-1]
