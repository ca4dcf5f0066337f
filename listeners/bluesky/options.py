"""What a Bluesky target can ask for, and what Bluesky's rules allow. Imports no client library.

Search: docs.bsky.app/docs/api/app-bsky-feed-search-posts, bsky.social/about/blog/05-31-2024-search.
Everything has to be there, words in quotes are a phrase, a minus excludes. There is no "or" (on GitHub:
bluesky-social/social-app issue 1522, christopherkenny/bskyr issue 19): each alternative is asked alone.
Limits: docs.bsky.app/docs/advanced-guides/rate-limits.
"""

from __future__ import annotations

import re

from pydantic import Field, field_validator, model_validator

from core.mention import Terms
from core.query import Compiled, Query
from listeners.alternatives import Alternative, askable, compile_each, split
from listeners.base import Asked, Options

TERMS = Terms(keep_for=None, may_train=False, may_export_text=False)
"""No term for live posts; what was deleted goes. Posts stay their authors', whom nobody asked."""

MOST_QUERIES = 10
"""Alternatives of one target; each costs a request a poll."""
POSTS_AT_ONCE = 25
"""getPosts answers for so many."""

_HANDLE = re.compile(r"@?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?\Z", re.IGNORECASE)
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]+\Z")
_BARE = re.compile(r"#?\w+\Z")
"""What means itself without quotes; anything else might be an operator."""
_WORD = re.compile(r"\w+\Z")
_INCOMPLETE = "Bluesky's search is made for people and does not promise to show every post"


class BlueskyOptions(Options):
    """One target: a search, or what is said to our own account."""

    query: str | None = Field(default=None, min_length=1, max_length=4000)
    """Words, "phrases", #tags, @handles, -excluded words; alternatives with OR between them."""
    handle: str | None = None
    """Our own account: its mentions, replies and quotes."""
    account_env: str = Field(default="BLUESKY_HANDLE", min_length=1)
    """Who signs in for a search."""
    app_password_env: str = Field(default="BLUESKY_APP_PASSWORD", min_length=1)
    base_url: str = "https://bsky.social"
    page_size: int = Field(default=100, ge=10, le=100)
    max_pages: int = Field(default=10, ge=1, le=1000)
    """For each alternative."""
    timeout_seconds: float = Field(default=8, gt=0, le=60)

    @field_validator("query")
    @classmethod
    def _askable(cls, query: str | None) -> str | None:
        return askable(query, MOST_QUERIES) if query is not None else None

    @field_validator("handle")
    @classmethod
    def _an_account(cls, handle: str | None) -> str | None:
        if handle is not None and not (_HANDLE.match(handle) or _DID.match(handle)):
            raise ValueError("expected a whole handle such as acme.bsky.social, or a DID")
        return handle.removeprefix("@") if handle is not None else None

    @model_validator(mode="after")
    def _exactly_one(self) -> BlueskyOptions:
        if (self.query is None) == (self.handle is None):
            raise ValueError("give either 'query' (a search) or 'handle' (own mentions), and not both")
        return self

    @property
    def queries(self) -> tuple[str, ...]:
        """What is really searched, one after the other."""
        return split(self.query or "")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The environment variables that it takes to sign in."""
        own = self.handle is not None
        return (self.app_password_env,) if own else (self.account_env, self.app_password_env)


def compile_query(query: Query) -> Compiled:
    """A brand's query as a target's `query`."""
    compiled = compile_each(query, _render, MOST_QUERIES)
    return Compiled(text=compiled.text, cannot=(*compiled.cannot, _INCOMPLETE))


def _render(one: Alternative) -> Compiled:
    cannot, terms = [], []
    for text in one.wanted:
        if text.startswith("@") and _HANDLE.match(text):
            terms.append(text)  # means: this account is mentioned
        elif text.startswith("@"):
            cannot.append(f"'{text}' is no whole handle (such as @acme.bsky.social): searched as a word")
            terms.append(_quoted(text))
        else:
            terms.append(text if _BARE.match(text) and text != "OR" else _quoted(text))
    terms += [f"-{text}" if _WORD.match(text) else f"-{_quoted(text)}" for text in one.unwanted]
    return Compiled(text=" ".join(terms), cannot=tuple(cannot))


def _quoted(text: str) -> str:
    return '"' + " ".join(text.replace('"', " ").split()) + '"'


def asked(options: BlueskyOptions) -> Asked:
    """For `earful check`."""
    if options.handle is not None:
        return Asked(request=f"listNotifications of {options.handle}: mention, reply, quote")
    several = len(options.queries)
    return Asked(
        request="; ".join(f"searchPosts?sort=latest&q={query}" for query in options.queries),
        cost=f"free; {several} {'request' if several == 1 else 'requests'} a poll, of 3000 in five minutes",
        cannot=(_INCOMPLETE,),
    )
