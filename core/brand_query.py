"""The `query` of a brand in brands.yaml: what it is found by, and what of that is not about it."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from core.query import All, AnyOf, Not, Query, Words, asks_for_something, parse, phrase

_LANGUAGE = re.compile(r"[a-z]{2,3}\Z")
_SITE = re.compile(r"(?:https?://)?(?:www\.)?(?P<host>[^\s/:@]+\.[^\s/:@.]+)/?\Z")


def _phrase(text: str) -> str:
    return phrase(text).text


def _language(text: str) -> str:
    if not _LANGUAGE.match(text):
        raise ValueError("expected a language's code of two or three letters, such as en")
    return text


def account(text: str) -> str:
    """An account's handle, without the sign before it.

    Raises:
        ValueError: it is none.
    """
    handle = text.strip().lstrip("@")
    if not handle or any(c.isspace() or c == "/" for c in handle):
        raise ValueError("expected an account's handle such as coyote_news")
    return handle


def _folded_account(text: str) -> str:
    return account(text).casefold()


def _site(text: str) -> str:
    found = _SITE.match(text.strip().lower())
    if found is None:
        raise ValueError("expected a site such as coyote.example, without a path")
    return found["host"]


def _boolean(text: str) -> str:
    if not asks_for_something(parse(text)):
        raise ValueError("says only what must not occur; name what to look for, too")
    return text


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


Phrases = Annotated[tuple[Annotated[str, AfterValidator(_phrase)], ...], Field(min_length=1, max_length=200)]
Languages = Annotated[
    tuple[Annotated[str, BeforeValidator(_lower), AfterValidator(_language)], ...], Field(min_length=1)
]


class BrandQuery(BaseModel):
    """What is looked for: words in lists, or one boolean text; and what is sorted out of what was found."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    any: Phrases | None = None
    """Names, handles, tags: at least one must occur. None: the brand's name and its handles."""
    context: Phrases | None = None
    """At least one of these must occur, too: for a brand that is called like something else."""
    exclude: Phrases | None = None
    """None of these may occur."""
    boolean: Annotated[str, AfterValidator(_boolean)] | None = None
    """Instead of the three: `(acme OR @acme) AND NOT coyote`."""
    languages: Languages | None = None
    """Only texts in these; None: in all."""
    ignore_authors: tuple[Annotated[str, AfterValidator(_folded_account)], ...] = ()
    ignore_sites: tuple[Annotated[str, AfterValidator(_site)], ...] = ()
    """Of what is published there, on subdomains too, nothing is about the brand."""
    spam_accounts: Annotated[int, Field(ge=2)] | None = 10
    """A text with a link that so many accounts post within a day is spam; None: nothing is."""

    @model_validator(mode="after")
    def _one_way_of_saying_it(self) -> Self:
        if self.boolean is not None and (self.any or self.context or self.exclude):
            raise ValueError("give either `boolean`, or `any`, `context` and `exclude`; not both")
        return self

    @property
    def context_words(self) -> Query | None:
        """What must occur besides the brand's names."""
        return _any_of(self.context) if self.context else None

    def tree(self, name: str, handles: tuple[str, ...]) -> Query:
        """Everything that must and must not occur.

        Args:
            name: of the brand, looked for where no words are given.
            handles: of the brand, likewise.
        """
        if self.boolean is not None:
            return parse(self.boolean)
        parts = [
            _any_of(self.any or _default(name, handles)),
            self.context_words,
            *(Not(Words(text)) for text in self.exclude or ()),
        ]
        asked = tuple(part for part in parts if part is not None)
        return asked[0] if len(asked) == 1 else All(asked)


def _default(name: str, handles: tuple[str, ...]) -> tuple[str, ...]:
    """A name is whatever people see in reports: quotation marks in it are nothing to look for."""
    called = " ".join(re.sub('["\u201c\u201d\u201e]', " ", name).split())
    return (called or name, *(f"@{handle}" for handle in handles))


def _any_of(texts: tuple[str, ...]) -> Query:
    found = tuple(map(Words, dict.fromkeys(texts)))
    return found[0] if len(found) == 1 else AnyOf(found)
