"""What a Mastodon target can ask for, and what the rules allow. Imports no client library.

Interface: docs.joinmastodon.org/methods/timelines, /notifications, /search, /statuses; /api/rate-limits.
Search: docs.joinmastodon.org/methods/search and, for its syntax, app/lib/search_query_transformer.rb of
mastodon/mastodon: everything must be there, words in quotes are a phrase, a minus excludes, there is no "or".
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from core.mention import Terms
from core.query import Compiled, Query
from listeners.alternatives import Alternative, askable, compile_each, pieces, split
from listeners.base import Asked, Options

TERMS = Terms(keep_for=None, may_train=False, may_export_text=False)
"""Each server has its own rules; mastodon.social has forbidden training on its posts since July 2025. What
was deleted goes everywhere."""

MOST_LISTINGS = 10
"""Tags or alternatives of one target; each costs a request a poll."""
STATUSES_AT_ONCE = 20
"""More than so many at a time are refused (422): DEFAULT_STATUSES_LIMIT of mastodon/mastodon."""

_BARE = re.compile(r"#?\w+\Z")
_TAG = re.compile(r"\w+\Z")
_FILTER = re.compile(r"-?[a-z]+:")
_PARTIAL = (
    "only servers with full-text search have one, and a server without it answers with nothing",
    "it finds only authors who agreed to be found, and only what has reached this server",
)


class MastodonOptions(Options):
    """One target: tags, what is said to our own account, or a search; on one server."""

    tags: tuple[str, ...] = ()
    """Posts with one of these tags."""
    mentions: bool = False
    """What is said to the account that the token belongs to."""
    query: str | None = Field(default=None, min_length=1, max_length=4000)
    """Words, "phrases", -excluded words; alternatives with OR between them."""
    access_token_env: str | None = Field(default="MASTODON_ACCESS_TOKEN", min_length=1)
    """None: nobody signs in; many servers show their tags to anybody."""
    base_url: str = "https://mastodon.social"
    page_size: int = Field(default=40, ge=2, le=40)
    max_pages: int = Field(default=10, ge=1, le=1000)
    """For each tag or alternative."""
    timeout_seconds: float = Field(default=8, gt=0, le=60)

    @field_validator("tags", mode="before")
    @classmethod
    def _one_or_several(cls, tags: object) -> object:
        return (tags,) if isinstance(tags, str) else tags

    @field_validator("tags")
    @classmethod
    def _tags(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        named = tuple(dict.fromkeys(tag.removeprefix("#").casefold() for tag in tags))
        if any(not _TAG.match(tag) for tag in named):
            raise ValueError("expected tags such as acme or #acmeair: letters, digits and underscores")
        if len(named) > MOST_LISTINGS:
            raise ValueError(f"has {len(named)} tags; at most {MOST_LISTINGS} can be asked")
        return named

    @field_validator("query")
    @classmethod
    def _askable(cls, query: str | None) -> str | None:
        return askable(query, MOST_LISTINGS) if query is not None else None

    @field_validator("base_url")
    @classmethod
    def _a_server(cls, url: str) -> str:
        if urlsplit(url).scheme not in ("https", "http") or not urlsplit(url).hostname:
            raise ValueError("expected a server's address such as https://mastodon.social")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _exactly_one(self) -> MastodonOptions:
        if [bool(self.tags), self.mentions, self.query is not None].count(True) != 1:
            raise ValueError(
                "give exactly one of 'tags', 'mentions: true' (own mentions) and 'query' (search)"
            )
        if self.access_token_env is None and not self.tags:
            raise ValueError("'mentions' and 'query' need an 'access_token_env'; only 'tags' go without")
        return self

    @property
    def queries(self) -> tuple[str, ...]:
        """What is really searched, one after the other.

        Words, then what must not be there, then filters: of each kind the server knows only those that stand
        together last (`clauses.chunk(&:operator).to_h`), so that "acme -toy bus" would forget acme.
        """
        return tuple(" ".join(sorted(pieces(one), key=_place)) for one in split(self.query or ""))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The environment variables that it asks for."""
        return (self.access_token_env,) if self.access_token_env is not None else ()

    @property
    def server(self) -> str:
        """The server's name: an id means something only with it."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2]


def compile_query(query: Query) -> Compiled:
    """A brand's query as a target's `query`."""
    compiled = compile_each(query, _render, MOST_LISTINGS)
    return Compiled(text=compiled.text, cannot=(*compiled.cannot, *_PARTIAL))


def _render(one: Alternative) -> Compiled:
    cannot = [
        f"it knows no handles: '{text}' is searched as a word"
        for text in (*one.wanted, *one.unwanted)
        if text.startswith("@")
    ]
    terms = [text if _BARE.match(text) and text != "OR" else _quoted(text) for text in one.wanted]
    terms += [f"-{text}" if _BARE.match(text) else f"-{_quoted(text)}" for text in one.unwanted]
    return Compiled(text=" ".join(terms), cannot=tuple(cannot))


def _place(piece: str) -> int:
    return 2 if _FILTER.match(piece) else int(piece.startswith("-"))


def _quoted(text: str) -> str:
    return '"' + " ".join(text.replace('"', " ").split()) + '"'


def asked(options: MastodonOptions) -> Asked:
    """For `earful check`."""
    if options.mentions:
        return Asked(request=f"GET {options.server}/api/v1/notifications?types[]=mention&types[]=quote")
    if options.tags:
        paths = "; ".join(f"/api/v1/timelines/tag/{tag}" for tag in options.tags)
        return Asked(
            request=f"GET {options.server}: {paths}",
            cost=f"free; {len(options.tags)} requests a poll, of 300 in five minutes",
            cannot=("only what has reached this server is there",),
        )
    return Asked(
        request=f"GET {options.server}: "
        + "; ".join(f"/api/v2/search?type=statuses&q={query}" for query in options.queries),
        cost=f"free; {len(options.queries)} requests a poll, of 300 in five minutes",
        cannot=_PARTIAL,
    )
