"""What an X target can ask for, what it costs, and what X's terms allow. Imports no client library.

Prices and limits: docs.x.com/x-api/getting-started/pricing and /fundamentals/rate-limits, as of 2026-11.
Terms: developer.x.com/developer-terms, "restricted use cases": no training, no sensitive inferences.
"""

from __future__ import annotations

import re

from pydantic import Field, field_validator, model_validator

from core.mention import Terms
from listeners.base import Options

OWNED_POST_USD = 0.001
"""A post in the mentions timeline of the account that owns the app ("Owned Reads")."""
POST_USD = 0.005
USER_USD = 0.010
"""Each user that is read, be it by lookup or as an expansion of a post."""

LONGEST_QUERY = 512
"""Characters of a recent search, but for Enterprise (docs.x.com/x-api/posts/search/introduction)."""
MENTIONS_LIMIT = 800
"""The mentions timeline serves no more than its newest 800 posts."""
SMALLEST_MENTIONS_PAGE = 5
SMALLEST_SEARCH_PAGE = 10

TERMS = Terms(keep_for=None, may_train=False, may_export_text=False)
"""No term for live posts; deleted ones within 24 hours of a request. Redistributing text is not allowed."""

_HANDLE = re.compile(r"@?[A-Za-z0-9_]{1,15}\Z")
_ACCOUNT_ID = re.compile(r"[0-9]{1,19}\Z")


class XOptions(Options):
    """One target: either the mentions of our own account, or a search in the last seven days."""

    user: str | None = None
    """Our own account, as its number (cheaper) or its handle."""
    query: str | None = Field(default=None, min_length=1, max_length=LONGEST_QUERY)
    bearer_token_env: str = "X_BEARER_TOKEN"  # noqa: S105 - the name of a variable, not a secret
    base_url: str = "https://api.twitter.com"
    owned: bool = True
    """Whether `user` owns the app that the token belongs to; if not, each post costs five times as much."""
    monthly_budget_usd: float = Field(default=20, gt=0)
    authors: bool = True
    """Whether authors that are not known yet are looked up, each for 0.010 USD."""
    revisit_budget_usd: float = Field(default=2, ge=0)
    """What looking again at known posts may cost in a month, apart from monthly_budget_usd; 0: never."""
    compliance: bool = False
    """Look again through batch compliance jobs instead of paying for each post."""
    page_size: int = Field(default=100, ge=10, le=100)
    max_pages: int = Field(default=10, ge=1, le=1000)
    timeout_seconds: float = Field(default=8, gt=0, le=60)

    @field_validator("user", mode="before")
    @classmethod
    def _known_form(cls, user: object) -> object:
        if isinstance(user, int):  # YAML reads an unquoted account number as a number
            user = str(user)
        if isinstance(user, str) and not (_ACCOUNT_ID.match(user) or _HANDLE.match(user)):
            raise ValueError("expected an account number such as 12345 or a handle such as @acme")
        return user

    @field_validator("query")
    @classmethod
    def _not_blank(cls, query: str | None) -> str | None:
        if query is not None and not query.strip():
            raise ValueError("expected words to search for")
        return query

    @model_validator(mode="after")
    def _exactly_one(self) -> XOptions:
        if (self.user is None) == (self.query is None):
            raise ValueError("give either 'user' (own mentions) or 'query' (recent search), and not both")
        return self

    @property
    def account_id(self) -> str | None:
        """The account's number, where the target gives it."""
        return self.user if self.user is not None and _ACCOUNT_ID.match(self.user) else None

    @property
    def post_usd(self) -> float:
        """What one post of this target costs."""
        return OWNED_POST_USD if self.user is not None and self.owned else POST_USD

    @property
    def worst_usd(self) -> float:
        """What one post can cost at the most: its author may have to be looked up."""
        return self.post_usd + (USER_USD if self.authors else 0)

    @property
    def smallest_page(self) -> int:
        """The fewest posts that X lets us ask for at a time."""
        return SMALLEST_SEARCH_PAGE if self.query is not None else SMALLEST_MENTIONS_PAGE
