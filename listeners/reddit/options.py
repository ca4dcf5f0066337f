"""What a Reddit target can ask for, and what Reddit's terms allow. Imports no client library.

Terms: support.reddithelp.com article 16160319875092 (Data API Wiki), "Responsible Builder Policy".
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal

from pydantic import Field, field_validator, model_validator

from core.mention import Terms
from listeners.base import Options
from listeners.http import user_agent

TERMS = Terms(keep_for=timedelta(hours=48), may_train=False, may_export_text=False)
"""What was deleted on Reddit must go here too, even if made anonymous. Reddit strongly recommends to delete
stored content within 48 hours: who looks at a post again within that time may keep it for as long again."""

WALL = 1000
"""No listing serves more than about its newest 1000 items, whatever is asked."""

LONGEST_QUERY = 512
"""Characters that a search takes (reddit.com/dev/api, GET /search)."""

_COMMUNITIES = re.compile(r"[A-Za-z0-9_]{2,24}(\+[A-Za-z0-9_]{2,24})*\Z")


class RedditOptions(Options):
    """One target: the new posts or comments of a community, or a search, alone or with the comments below."""

    subreddit: str = "all"
    """A community, or several joined by '+'."""
    query: str | None = Field(default=None, min_length=1, max_length=LONGEST_QUERY)
    listing: Literal["new", "comments", "search", "threads"] = "new"
    """`threads`: the posts that a search finds, and all comments below them."""
    follow_days: float = Field(default=3, gt=0, le=30)
    """For threads: how long new comments on a post are looked for, counted back from the newest post."""
    max_threads: int = Field(default=200, ge=1, le=2000)
    """For threads: how many comment trees a poll reads; the rest is read by the next one."""
    max_more: int = Field(default=20, ge=0, le=500)
    """For threads: how many requests for folded comments one tree may take a poll; 0: they are left out."""
    client_id_env: str = "REDDIT_CLIENT_ID"
    client_secret_env: str = "REDDIT_CLIENT_SECRET"  # noqa: S105 - the name of a variable, not a secret
    user_agent: str = Field(default_factory=user_agent, min_length=7, max_length=200)
    """Reddit asks for: platform:app:version (by /u/account)."""
    reddit_url: str = "https://www.reddit.com"
    oauth_url: str = "https://oauth.reddit.com"
    page_size: int = Field(default=100, ge=1, le=100)
    max_pages: int = Field(default=10, ge=1, le=100)
    timeout_seconds: float = Field(default=8, gt=0, le=60)

    @field_validator("subreddit")
    @classmethod
    def _a_community(cls, subreddit: str) -> str:
        name = subreddit.removeprefix("/").removeprefix("r/")
        if not _COMMUNITIES.match(name):
            raise ValueError("expected a community's name such as 'acme', or several joined by '+'")
        return name

    @field_validator("user_agent")
    @classmethod
    def _a_header(cls, agent: str) -> str:
        if not (agent.isascii() and agent.isprintable()):
            raise ValueError("expected plain ASCII characters on one line")
        return agent

    @model_validator(mode="after")
    def _fits_together(self) -> RedditOptions:
        searches = self.listing in ("search", "threads")
        if searches != (self.query is not None):
            raise ValueError("'query' goes with listing: search or threads, and these need a 'query'")
        if not searches and self.everywhere:
            raise ValueError("'subreddit' is needed for listing: new and listing: comments")
        return self

    @property
    def everywhere(self) -> bool:
        """Whether all of Reddit is asked."""
        return self.subreddit.lower() == "all"
