"""What a Hacker News target can ask for. Interface, limits and syntax: hn.algolia.com/api.

Words in quotes are a phrase, a minus excludes a word, everything must be there; there is no "or", so each
alternative of a query is asked on its own.
"""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator

from core.mention import Terms
from core.query import Compiled, Query
from listeners.alternatives import Alternative, askable, compile_each, split
from listeners.base import Asked, Options

TERMS = Terms(keep_for=None, may_train=False, may_export_text=False)
"""Neither Algolia nor Y Combinator names a term for texts. They stay their authors': nothing is trained on
or passed on."""

MOST_QUERIES = 20
"""Alternatives of one target; each costs a request a poll."""
REVISIT_BATCH = 50

TAGS = {"all": "(story,comment,poll,job)", "stories": "(story,poll,job)", "comments": "comment"}

_WORD = re.compile(r"\w+\Z")


class HackerNewsOptions(Options):
    """One target: stories, comments or both that hold the words of a query."""

    query: str = Field(min_length=1, max_length=2000)
    """Words and "phrases", -excluded words; alternatives with OR between them."""
    listing: Literal["all", "stories", "comments"] = "all"
    base_url: str = "https://hn.algolia.com/api/v1"
    page_size: int = Field(default=100, ge=2, le=1000)
    max_pages: int = Field(default=20, ge=1, le=1000)
    """For each alternative."""
    timeout_seconds: float = Field(default=8, gt=0, le=60)

    @field_validator("query")
    @classmethod
    def _askable(cls, query: str) -> str:
        return askable(query, MOST_QUERIES)

    @property
    def queries(self) -> tuple[str, ...]:
        """What is really asked, one after the other."""
        return split(self.query)


def compile_query(query: Query) -> Compiled:
    """A brand's query as a target's `query`."""
    return compile_each(query, _render, MOST_QUERIES)


def _render(one: Alternative) -> Compiled:
    cannot = [
        f"it knows no handles and tags: '{text}' is searched as a word"
        for text in (*one.wanted, *one.unwanted)
        if text.startswith(("@", "#"))
    ]
    terms = [_term(text) for text in one.wanted]
    for text in one.unwanted:
        if _WORD.match(term := _term(text)):
            terms.append(f"-{term}")
        else:
            cannot.append(f"it cannot exclude the phrase '{text}'")
    return Compiled(text=" ".join(term for term in terms if term), cannot=tuple(cannot))


def _term(text: str) -> str:
    words = " ".join(text.replace('"', " ").lstrip("@#").split())
    if not words:
        return ""
    return words if _WORD.match(words) and words != "OR" else f'"{words}"'


def asked(options: HackerNewsOptions) -> Asked:
    """For `earful check`."""
    several = len(options.queries)
    return Asked(
        request="; ".join(
            f"search_by_date?query={query}&tags={TAGS[options.listing]}" for query in options.queries
        ),
        cost=f"free; {several} {'request' if several == 1 else 'requests'} a poll, of 10,000 an hour",
        cannot=("a story that only links to the brand's site is found, but its text is just its title",),
    )
