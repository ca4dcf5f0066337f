"""Which texts ask something that could be answered, told from those that only sound like it.

A rule over sentences, in English, without the model: a sentence asks if it ends in a question mark, opens as
a question, or says that somebody wants to know; unless it is the kind of question that expects no answer
("why would you ...", "how hard can it be", "seriously?!"). What that is worth: tools/measure_clusters.py,
and docs/questions.md for the figures.
"""

from __future__ import annotations

import re

from core.handles import HANDLE
from core.text import folded
from nlp.clean import READ_CHARACTERS

FEWEST_WORDS = 4

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|" + HANDLE, re.IGNORECASE)
_ASIDE = re.compile(rf"(?:https?://|www\.)\S+|{HANDLE}|(?<!\w)#\w+|\brt\b:?", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.?!…\n]+[.?!…]*|[.?!…]+")
_NO_WORDS = re.compile(r"^[^\w?]+")
_POLITE = re.compile(
    r"^(?:(?:hi|hey|hello|so|and|but|also|ok|okay|please|pls|just|well|yes|no|thanks|thank you|sorry|guys|"
    r"y'?all|there|team|folks|question|quick question|dear)\b[\s,:;!-]*)+"
)
_OPENS = re.compile(
    r"^(?:how (?:do|does|can|could|should|would|long|much|many|often|late|early|soon|far|to)\b"
    r"|(?:can|could|may|should|shall) (?:i|we|you|someone|somebody|anyone|this|my)\b"
    r"|(?:is|are) (?:there|it|this|you|my|the|we)\b"
    r"|(?:do|does|did|has|have|will|would) (?:i|you|we|it|the|my|any)\b"
    r"|(?:what|what's|whats|when|when's|where|where's|which|who)(?: \w+){0,3} (?:is|are|do|does|did|will|can|"
    r"should|would|happen\w*|going)\b|(?:what's|whats|where's|when's) "
    r"|any (?:idea|chance|news|update|way|word|help|eta|advice|tips)\b)"
)
_WANTS = re.compile(
    r"\b(?:(?:any(?:one|body)|some(?:one|body)|you guys) (?:else )?(?:know|have any idea|tell|explain)\b"
    r"|(?:was |am |just |been )?wondering (?:if|how|what|when|where|whether|why|is|who|about)\b"
    r"|i wonder (?:if|how|what|when|where|whether|who)\b"
    r"|(?:would|'d) (?:like|love) to know\b|want to know\b|need to know\b"
    r"|(?:tell|let) me (?:know )?(?:how|when|where|whether|if|what)\b"
    r"|(?:not|n't) (?:sure|know|understand|figure out) (?:how|where|when|whether) (?:to|i|my)\b)"
)
_EXPECTS_NONE = re.compile(
    r"^(?:why (?:the|on earth|would|must|should)\b"
    r"|why (?:do|does|did|can't|cannot|cant|couldn't|don't|dont|won't|is it|are they|are you)"
    r"(?! (?:i|my|your)\b)"
    r"|how (?:hard|dare|come|is (?:this|that|it) (?:even|ok|okay|acceptable|possible|legal|fair))\b"
    r"|how (?:can|could|do|are|did) (?:you|they|anyone|u|a company) (?!help|tell|get|reach|contact|know)"
    r"|(?:do|are|did|have|is) (?:you|they|u|it) (?:even|not|really|seriously|kidding|joking|serious|insane)\b"
    r"|(?:really|seriously|srsly|wtf|what the|what does (?:this|that|it) even|who does that"
    r"|who needs|right|huh"
    r"|eh|not|remember|guess what|are we (?:there|having)|is this a (?:joke|computer)|what kind of"
    r"|since when)\b"
    r"|(?:don't|didn't|isn't|aren't|doesn't|haven't|couldn't|shouldn't) (?:you|they|it|that|this|we)\b"
    r"|(?:that's|thats) (?:it|your|all|how|what)\b)"
)
_TAIL = re.compile(r"\b(?:seriously|really|right|huh|eh|ok|okay|kidding me|joking|insane|why bother)\W*$")


def without_addresses(text: str) -> str:
    """The beginning of a text without handles and links."""
    return _ADDRESS.sub(" ", text[:READ_CHARACTERS])


def says_enough(text: str) -> bool:
    """Whether it has the words to be about something: "you are terrible" is about everything."""
    said = folded(_ASIDE.sub(" ", text[:READ_CHARACTERS]))
    return len(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", said)) >= FEWEST_WORDS


def asks(text: str) -> bool:
    """Whether somebody asks something in it that an answer would help with."""
    said = folded(_ASIDE.sub(" ", text[:READ_CHARACTERS]))
    return any(_asks(sentence.strip()) for sentence in _SENTENCE.findall(said))


def _asks(sentence: str) -> bool:
    words = _POLITE.sub("", _NO_WORDS.sub("", sentence)).strip()
    if _WANTS.search(words):
        return True
    if "?" not in words:
        return bool(_OPENS.search(words)) and not words.endswith("!")
    if "?!" in words or "!?" in words or _EXPECTS_NONE.search(words) or _TAIL.search(words):
        return False
    return len(re.findall(r"[^\W\d_]+", words)) > 1
