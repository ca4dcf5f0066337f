"""What the model sees of a text, in training and in reading, and where each character of it came from."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator

from core.handles import HANDLE, SERVER

READ_CHARACTERS = 4_000
"""More than the model's window ever holds: of a megabyte post the beginning is cleaned, and looked at."""

Instead = Callable[[re.Match[str]], str]


def _in_words(emoji: re.Match[str]) -> str:
    name = unicodedata.name(emoji.group(), "")
    return f" {name.lower()} " if name else " "


_EMOJI = re.compile("[\u2600-\u27bf\u2b50\U0001f300-\U0001faff]")
_HANDLE = re.compile(HANDLE)
_STEPS: tuple[tuple[re.Pattern[str], Instead], ...] = (
    # whatever html.unescape looks at
    (
        re.compile("&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)"),
        lambda m: html.unescape(m.group()),
    ),
    # Characters that carry nothing a person sees, or the tone of an emoji's skin. U+FFFD is among them: in
    # two of the training sets it stands in one class only and would give the label away.
    (
        re.compile(
            "[\ufffd\ufe0f\u200b-\u200f\u202a-\u202e\u2060-\u2069\x00-\x08\x0e-\x1b\x7f\ud800-\udfff"
            "\U0001f3fb-\U0001f3ff]"
        ),
        lambda _: "",
    ),
    (re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE), lambda _: " http "),
    (_HANDLE, lambda _: "@user"),
    (_EMOJI, _in_words),
)
_ASKED = re.compile(r"@(?P<name>\w{1,50})(?P<server>[@.][\w.-]+)?")
_BETWEEN_WORDS = re.compile("_+|(?<=[a-z])(?=[A-Z])")


def for_model(text: str, towards: str | None = None, *, name_emoji: bool = True) -> str:
    """Handles become @user and links `http`, as in TweetEval (Barbieri et al. 2020); emoji become words.

    The encoder's vocabulary has almost no emoji: without their names an angry face is one more unknown token.

    Args:
        text: anything.
        towards: what is asked about; its handle becomes its words instead: @acme_rail is acme rail. So does
            the tag of a name of several words, which the text has not as words: #AcmeRail is Acme Rail.
        name_emoji: whether emoji become words; a model whose vocabulary holds them reads them better.
    """
    text = text[:READ_CHARACTERS]
    for pattern, instead in _steps(towards):
        if name_emoji or pattern is not _EMOJI:
            text = pattern.sub(instead, text)
    return " ".join(text.split())


def origins(text: str, towards: str | None = None) -> list[tuple[int, int]]:
    """For each character of `for_model(text, towards)`, which characters of the text it stands for.

    Each is [start, end).
    """
    text = text[:READ_CHARACTERS]
    places = [(i, i + 1) for i in range(len(text))]
    for pattern, instead in _steps(towards):
        if pattern.search(text):
            text, moved = _replaced(text, pattern, instead)
            places = [(places[start][0], places[end - 1][1]) for start, end in moved]
    kept: list[tuple[int, int]] = []
    gap: tuple[int, int] | None = None
    for character, here in zip(text, places, strict=True):
        if character.isspace():
            gap = here
            continue
        if gap and kept:
            kept.append(gap)
        gap = None
        kept.append(here)
    return kept


def _steps(towards: str | None) -> Iterator[tuple[re.Pattern[str], Instead]]:
    for step in _STEPS:
        if towards and step[0] is _HANDLE:
            yield from _opened(towards)
        yield step


def _opened(towards: str) -> Iterator[tuple[re.Pattern[str], Instead]]:
    """How the handle or the tag of what is asked about becomes words."""
    if asked := _ASKED.fullmatch(towards):
        words = _BETWEEN_WORDS.sub(" ", asked["name"])
        server = "" if asked["server"] else f"(?:{SERVER})?"
        handle = rf"(?<![\w@]){re.escape(asked.group())}{server}(?!\w)"
        yield re.compile(handle, re.IGNORECASE), lambda _: words
    elif " " in towards:
        tag = re.escape("".join(towards.split()))
        yield re.compile(rf"(?<!\w)#{tag}(?!\w)", re.IGNORECASE), lambda _: towards


def _replaced(text: str, pattern: re.Pattern[str], instead: Instead) -> tuple[str, list[tuple[int, int]]]:
    """The text after a substitution, and where each of its characters came from."""
    found: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    for match in [*pattern.finditer(text), None]:
        until = len(text) if match is None else match.start()
        found.append(text[at:until])
        places += [(i, i + 1) for i in range(at, until)]
        if match is not None:
            new = instead(match)
            found.append(new)
            places += [match.span()] * len(new)
            at = match.end()
    return "".join(found), places
