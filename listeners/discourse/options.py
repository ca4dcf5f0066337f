"""What a Discourse target can ask for. Interface: docs.discourse.org. Limits: meta.discourse.org 296032.

A search shows of each topic its newest matching post only (`order:latest`, discourse/lib/search.rb), 500
results at most, and a visitor may search eight times a minute. All new posts of a forum cost one request for
fifty. So: read everything where the forum is about the brand, search where it is about the world.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from core.mention import Terms
from core.query import Compiled, Query
from listeners.alternatives import Alternative, compile_each, split
from listeners.base import Asked, Options

TERMS = Terms(keep_for=None, may_train=False, may_export_text=False)
"""Each forum has terms of its own; what its members wrote is neither trained on nor passed on."""

MOST_QUERIES = 5
"""Alternatives of one target; a visitor may search eight times a minute."""
REVISIT_BATCH = 20

_WORD = re.compile(r"\w+\Z")
_TAG = re.compile(r"[^\s,:+\"]{1,100}\Z")


class DiscourseOptions(Options):
    """One target: the new posts of a forum or of some of its categories, or a search."""

    base_url: str
    """The forum's address."""
    listing: Literal["latest", "search"] = "latest"
    query: str | None = Field(default=None, min_length=1, max_length=1000)
    """Words and "phrases"; alternatives with OR between them. With listing: search."""
    category: tuple[int, ...] = Field(default=(), max_length=50)
    """Numbers of categories, from their addresses: /c/name/NUMBER. A subcategory has its own."""
    tag: str | None = None
    """With listing: search."""
    api_key_env: str | None = None
    """Only for forums that are not public, and for higher limits."""
    api_username: str = ""
    """On whose behalf the key asks: what this account can see is what comes."""
    max_pages: int = Field(default=20, ge=1, le=1000)
    """50 posts each; of a search, for each alternative."""
    timeout_seconds: float = Field(default=8, gt=0, le=60)

    @field_validator("base_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        parts = urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or "@" in parts.netloc:
            raise ValueError("expected the forum's address, such as https://forum.example.org")
        return url.strip().rstrip("/")

    @field_validator("category", mode="before")
    @classmethod
    def _several(cls, category: object) -> object:
        return [category] if isinstance(category, int) else category

    @field_validator("tag")
    @classmethod
    def _a_tag(cls, tag: str | None) -> str | None:
        if tag is not None and not _TAG.match(tag):
            raise ValueError("expected one tag, without spaces")
        return tag

    @field_validator("api_username")
    @classmethod
    def _a_header(cls, name: str) -> str:
        if not (name.isascii() and name.isprintable()):
            raise ValueError("expected a user name in plain ASCII characters")
        return name.strip()

    @model_validator(mode="after")
    def _fits_together(self) -> DiscourseOptions:
        if self.listing == "latest" and (self.query is not None or self.tag is not None):
            raise ValueError("'query' and 'tag' go with listing: search")
        if self.listing == "search" and self.query is None and self.tag is None:
            raise ValueError("listing: search needs a 'query' or a 'tag'")
        if self.listing == "search" and len(self.category) > 1:
            raise ValueError("a search takes one category; make a target of each")
        if len(self.queries) > MOST_QUERIES:
            raise ValueError(
                f"'query' has {len(self.queries)} alternatives; at most {MOST_QUERIES} can be asked"
            )
        if (self.api_key_env is None) != (not self.api_username):
            raise ValueError("'api_key_env' and 'api_username' go together")
        return self

    @property
    def site(self) -> str:
        """What tells this forum's posts from another's with the same number."""
        parts = urlsplit(self.base_url)
        return f"{parts.netloc.rpartition('@')[2]}{parts.path}".lower()

    @property
    def queries(self) -> tuple[str, ...]:
        """The searches of this target, as the forum's search box takes them."""
        narrowed = [f"category:{number}" for number in self.category]
        narrowed += [f"tags:{self.tag}"] if self.tag else []
        found = split(self.query) if self.query is not None else ("",)
        return tuple(" ".join([*filter(None, [one]), *narrowed, "order:latest"]) for one in found)


def compile_query(query: Query) -> Compiled:
    """A brand's query as a target's `query`."""
    return compile_each(query, _render, MOST_QUERIES)


def _render(one: Alternative) -> Compiled:
    cannot = [f"its search cannot exclude '{text}'" for text in one.unwanted]
    cannot += [
        f"in its search, '{text}' means something else: it is searched as a word"
        for text in one.wanted
        if text.startswith(("@", "#"))
    ]
    return Compiled(text=" ".join(filter(None, map(_term, one.wanted))), cannot=tuple(cannot))


def _term(text: str) -> str:
    words = " ".join(text.replace('"', " ").lstrip("@#").split())
    if not words:
        return ""
    return words if _WORD.match(words) and words != "OR" else f'"{words}"'


def asked(options: DiscourseOptions) -> Asked:
    """For `earful check`."""
    if options.listing == "latest":
        some = f", of the categories {', '.join(map(str, options.category))}" if options.category else ""
        return Asked(request=f"all new posts of {options.site}{some}", cost="free; a request for 50 posts")
    return Asked(
        request="; ".join(f"search.json?q={query}" for query in options.queries),
        cost=f"free; {len(options.queries)} searches a poll, of 8 a minute; a request for each topic found",
        cannot=("its search shows only the newest matching post of a topic, and 500 results at most",),
    )
