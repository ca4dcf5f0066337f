"""What the model sees of a text: the same for training and for reading."""

from __future__ import annotations

import html
import re
import unicodedata

READ_CHARACTERS = 4_000
"""More than the model's window ever holds: a megabyte post is not cleaned in full to read its beginning."""

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@])@\w{1,50}")
_PICTOGRAPH = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_INVISIBLE = re.compile(
    "[\ufffd\ufe0f\u200b-\u200f\u202a-\u202e\u2060-\u2069\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]"
)


def for_model(text: str) -> str:
    """Handles become @user and links `http`, as in TweetEval (Barbieri et al. 2020); emoji become words.

    The encoder's vocabulary has almost no emoji: without their names an angry face is one more unknown
    token. Characters that carry nothing a person sees are dropped, U+FFFD among them: in two of the
    training sets it stands in one class only and would give the label away.
    """
    text = html.unescape(text[:READ_CHARACTERS])
    text = _INVISIBLE.sub("", text)
    text = _LINK.sub(" http ", text)
    text = _HANDLE.sub("@user", text)
    text = _PICTOGRAPH.sub(_in_words, text)
    return " ".join(text.split())


def _in_words(emoji: re.Match[str]) -> str:
    name = unicodedata.name(emoji.group(), "")
    return f" {name.lower()} " if name else " "
