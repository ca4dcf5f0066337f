"""What a brand team looks for, as a tree of words: one for every platform, compiled by each source.

`parse` reads it from text such as `(acme OR "acme rail" OR @acme) AND NOT coyote`, `written` gives that text
back; core/matching.py says whether a text has it. docs/queries.md tells it to people.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from core.text import folded


@dataclass(frozen=True, slots=True)
class Words:
    """A word, or several in this order (a phrase). A handle begins with @, a tag with #."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """Must not hold."""

    of: Query


@dataclass(frozen=True, slots=True)
class All:
    """All of these must hold."""

    of: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these must hold."""

    of: tuple[Query, ...]


Query = Words | Not | All | AnyOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A query in one platform's own syntax."""

    text: str
    cannot: tuple[str, ...] = ()
    """What the platform cannot express, in words; what comes nevertheless is sorted out as not relevant."""


class QueryError(ValueError):
    """A text is no query; says where and what to do. A ValueError, so that pydantic adds file and line.

    Args:
        position: of the character where it goes wrong, from 1.
        problem: what is wrong and what to do.
    """

    def __init__(self, position: int, problem: str) -> None:
        self.position = position
        super().__init__(f"at character {position}: {problem}")


LONGEST = 4_000
"""Characters of a query."""
DEEPEST = 30
"""Brackets and NOTs within each other."""

_QUOTES = '"“”„'
_OPERATORS = frozenset({"AND", "OR", "NOT"})
_LETTERS_AND_SIGNS = ("L", "N", "So")
"""Unicode categories of which a word has at least one character: nobody can look for punctuation alone."""


def parse(text: str) -> Query:
    """Read a query.

    Words that stand side by side must all occur; AND binds closer than OR. AND, OR and NOT are in capitals;
    a minus right before a word, a phrase or a bracket is NOT.

    Raises:
        QueryError: and nothing else.
    """
    if len(text) > LONGEST:
        raise QueryError(LONGEST + 1, f"is longer than {LONGEST:,} characters; leave something out")
    reading = _Parser(_tokens(text), len(text) + 1)
    query = reading.alternatives(0)
    reading.expect_end()
    return query


def phrase(text: str) -> Words:
    """One word or phrase, with or without quotes around it.

    Raises:
        ValueError: it is none.
    """
    inner = text.strip()
    if len(inner) > 1 and inner[0] in _QUOTES and inner[-1] in _QUOTES:
        inner = inner[1:-1]
    if any(c in _QUOTES for c in inner):
        raise ValueError("expected one word or phrase; found a quotation mark inside of it")
    if not _can_be_looked_for(inner):
        raise ValueError("expected a word or phrase with at least one letter, digit or emoji")
    return Words(" ".join(inner.split()))


def written(query: Query) -> str:
    """The query as text; `parse` makes the same tree of it."""
    if isinstance(query, Words):
        return query.text if _needs_no_quotes(query.text) else f'"{query.text}"'
    if isinstance(query, Not):
        return f"NOT {_bracketed(query.of)}"
    return (" AND " if isinstance(query, All) else " OR ").join(map(_bracketed, query.of))


def asks_for_something(query: Query) -> bool:
    """Whether whatever it finds must have one of its words: `NOT coyote` alone would find the whole world."""
    if isinstance(query, All):
        return any(map(asks_for_something, query.of))
    if isinstance(query, AnyOf):
        return all(map(asks_for_something, query.of))
    return isinstance(query, Words)


def _bracketed(query: Query) -> str:
    return f"({written(query)})" if isinstance(query, All | AnyOf) else written(query)


def _needs_no_quotes(text: str) -> bool:
    special = text.startswith("-") or any(c.isspace() or c in "():*" or c in _QUOTES for c in text)
    return not special and text.upper() not in _OPERATORS


def _can_be_looked_for(text: str) -> bool:
    return any(unicodedata.category(c).startswith(_LETTERS_AND_SIGNS) for c in folded(text))


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    position: int
    kind: str
    """`word` for what is looked for, `sign` for brackets and operators."""


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token, at = _token(text, at)
        found.append(token)
    return found


def _token(text: str, at: int) -> tuple[_Token, int]:
    """The token that begins here, and where it ends."""
    if text[at] in "()":
        return _Token(text[at], at + 1, "sign"), at + 1
    if text[at] == "-":
        if at + 1 == len(text) or text[at + 1].isspace() or text[at + 1] == ")":
            raise QueryError(at + 1, "a minus stands right before what must not occur, as in -coyote")
        return _Token("NOT", at + 1, "sign"), at + 1
    if text[at] in _QUOTES:
        end = next((i for i in range(at + 1, len(text)) if text[i] in _QUOTES), None)
        if end is None:
            raise QueryError(at + 1, "this quotation mark is never closed; add another one after the phrase")
        return _Token(_checked(text[at + 1 : end], at), at + 1, "word"), end + 1
    end = at
    while end < len(text) and not text[end].isspace() and text[end] not in "()" and text[end] not in _QUOTES:
        end += 1
    return _bare(text[at:end], at), end


def _bare(word: str, at: int) -> _Token:
    if word in _OPERATORS:
        return _Token(word, at + 1, "sign")
    if word.upper() in _OPERATORS:
        raise QueryError(at + 1, f'write {word.upper()} in capitals, or "{word}" to look for the word')
    if ":" in word:
        raise QueryError(
            at + 1,
            f"there is no operator such as {word.split(':')[0][:20]}: here; languages, authors and sites "
            "have keys of their own (docs/queries.md); to look for the text, put it in quotation marks",
        )
    if "*" in word:
        raise QueryError(at + 1 + word.index("*"), "* stands for nothing here; list the words with OR")
    return _Token(_checked(word, at), at + 1, "word")


def _checked(text: str, at: int) -> str:
    if not _can_be_looked_for(text):
        raise QueryError(at + 1, "expected a word with at least one letter, digit or emoji")
    return " ".join(text.split())


class _Parser:
    """Recursive descent: alternatives (OR) of conjunctions (AND, or side by side) of parts."""

    def __init__(self, tokens: Sequence[_Token], end: int) -> None:
        self._tokens, self._next, self._end = tokens, 0, end

    def alternatives(self, depth: int) -> Query:
        found = [self._conjunction(depth)]
        while self._takes("OR"):
            found.append(self._conjunction(depth))
        return found[0] if len(found) == 1 else AnyOf(tuple(found))

    def expect_end(self) -> None:
        if self._next < len(self._tokens):
            raise QueryError(self._position, "this bracket was never opened; remove it, or add one before")

    def _conjunction(self, depth: int) -> Query:
        found = [self._part(depth)]
        while self._next < len(self._tokens) and not self._sees("OR") and not self._sees(")"):
            self._takes("AND")
            found.append(self._part(depth))
        return found[0] if len(found) == 1 else All(tuple(found))

    def _part(self, depth: int) -> Query:
        position = self._position
        if depth > DEEPEST:
            raise QueryError(position, f"more than {DEEPEST} brackets within each other; write it simpler")
        if self._takes("NOT"):
            return Not(self._part(depth + 1))
        if self._takes("("):
            query = self.alternatives(depth + 1)
            if not self._takes(")"):
                raise QueryError(position, "this bracket is never closed; add ) after what belongs together")
            return query
        if self._next == len(self._tokens) or self._tokens[self._next].kind == "sign":
            raise QueryError(position, "expected a word, a phrase in quotation marks, or a bracket here")
        self._next += 1
        return Words(self._tokens[self._next - 1].text)

    def _sees(self, sign: str) -> bool:
        token = self._tokens[self._next] if self._next < len(self._tokens) else None
        return token is not None and token.kind == "sign" and token.text == sign

    def _takes(self, sign: str) -> bool:
        seen = self._sees(sign)
        self._next += seen
        return seen

    @property
    def _position(self) -> int:
        return self._tokens[self._next].position if self._next < len(self._tokens) else self._end
