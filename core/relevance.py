"""Whether a mention that was found by words is about the brand: one that is not is kept, and left alone.

Only sightings by such targets are judged (core.target.Target.by_words). Whatever else is listened to is about
the brand by its source: its own mentions, reviews of its app, surveys, inboxes, archives. The rules are few,
and docs/queries.md tells them to people.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from core.config import Brand
from core.matching import matches
from core.mention import Mention
from core.query import All, Not, written

VERSION = 1
"""Of the rules in this file: with another one everything is judged again."""

SPAM_SPAN = timedelta(hours=24)
"""Copies count as spam by how many accounts post them within this time of each other."""


class Why(StrEnum):
    """Why a mention counts as not about the brand."""

    EXCLUDED = "excluded_word"
    NO_WORD = "no_word"
    """Neither text, author nor thread has one of the brand's words."""
    NO_CONTEXT = "no_context"
    AUTHOR = "ignored_author"
    SITE = "ignored_site"
    LANGUAGE = "language"
    SPAM = "spam"
    """The same text with a link, by many accounts at once."""
    PERSON = "person"
    """Somebody says so; stands until somebody says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """Whether a mention is about a brand; with why where that needs saying."""

    relevant: bool
    why: Why | None = None
    detail: str = ""
    """The word, author, site or language; nothing that a stranger wrote. An author goes with the mention."""


RELEVANT = Relevance(relevant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A person's word on whether a mention is about a brand, with who, when and why."""

    mention_id: int | None
    """As stored; None: the mention was erased."""
    brand: str
    relevant: bool
    by: str
    at: datetime
    why: str = ""


ForeignTo = Callable[[str, Sequence[str]], bool]
"""(text, languages) -> whether it is surely in none of these."""


def judge(
    brand: Brand,
    mention: Mention,
    *,
    thread: Sequence[str] = (),
    accounts: int = 0,
    foreign: ForeignTo = lambda text, languages: False,
) -> Relevance:
    """Judge one mention that was found by words.

    Args:
        brand: whose words.
        mention: what was found.
        thread: what the posts say that it belongs to or answers.
        accounts: how many accounts have posted the same text within SPAM_SPAN of it, its own one included;
            counted as far as it matters.
        foreign: tells languages apart where the platform does not say which one it is.
    """
    if not mention.text:
        return RELEVANT  # gone, or never there: the platform found it, and nothing speaks against it
    return (
        _by_words(brand, mention, thread)
        or _by_origin(brand, mention)
        or _by_language(brand, mention, foreign)
        or _by_copies(brand, mention, accounts)
        or RELEVANT
    )


def fingerprint(brand: Brand) -> str:
    """What the judgement of a brand's sightings depends on: with another one they are judged again."""
    rules = brand.query.model_dump(mode="json") if brand.query else None
    by_words = sorted(target.name for target in brand.targets if target.by_words)
    parts = json.dumps([VERSION, written(brand.words), rules, by_words], sort_keys=True)
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _by_words(brand: Brand, mention: Mention, thread: Sequence[str]) -> Relevance | None:
    words = brand.words
    author = mention.author
    around = [*thread, *([f"{author.name} @{author.handle.lstrip('@')}"] if author else [])]
    parts = words.of if isinstance(words, All) else (words,)
    context = brand.query.context_words if brand.query else None
    for part in sorted(parts, key=lambda part: not isinstance(part, Not)):  # an excluded word says most
        if matches(part, mention.text, around):
            continue
        if isinstance(part, Not):
            return Relevance(relevant=False, why=Why.EXCLUDED, detail=written(part.of))
        return Relevance(relevant=False, why=Why.NO_CONTEXT if part == context else Why.NO_WORD)
    return None


def _by_origin(brand: Brand, mention: Mention) -> Relevance | None:
    rules = brand.query
    if rules is None:
        return None
    if mention.author and brand.ignores(mention.author.handle):
        detail = mention.author.handle.lstrip("@").casefold()
        return Relevance(relevant=False, why=Why.AUTHOR, detail=detail)
    host = _host(mention.url)
    for site in rules.ignore_sites:
        if host == site or host.endswith(f".{site}"):
            return Relevance(relevant=False, why=Why.SITE, detail=site)
    return None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:  # a stranger's address may be anything
        return ""


def _by_language(brand: Brand, mention: Mention, foreign: ForeignTo) -> Relevance | None:
    wanted = brand.query.languages if brand.query else None
    if not wanted:
        return None
    claimed = (mention.language or "").split("-")[0].split("_")[0].lower()
    if not _LANGUAGE.match(claimed):
        unwanted, said = foreign(mention.text, wanted), ""
    else:
        unwanted, said = claimed not in wanted, claimed
    return Relevance(relevant=False, why=Why.LANGUAGE, detail=said) if unwanted else None


def _by_copies(brand: Brand, mention: Mention, accounts: int) -> Relevance | None:
    most = brand.query.spam_accounts if brand.query else None
    if most is None or accounts < most or not has_link(mention.text):
        return None
    return Relevance(relevant=False, why=Why.SPAM, detail=f"{most} accounts or more")


def has_link(text: str) -> bool:
    """Whether it leads somewhere; a complaint that goes around does not sell anything."""
    return _LINK.search(text) is not None


_LINK = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?!und$|zxx$|mul$|mis$|art$|q[a-t][a-z]$)[a-z]{2,3}$")
"""Codes that name a language; X has some of its own for texts that are only links or emoji (qme, zxx)."""
