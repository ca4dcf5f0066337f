"""What a support agent reads: composed once, laid out for a person, fitted to each channel."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from alerts.defuse import defuse
from alerts.digest import digest_lines, fits
from core.alert import EXCERPT_LIMIT, Flag, Happening, Message
from core.link import web_link
from core.mention import Mention
from core.reading import Reading
from core.text import plain

AUTHOR_LIMIT = 160
POST_LIMIT = 100
LIKELY = 0.5
MOST_TOPICS = 3
MOST_OF_IT = 0.8
"""Words that are more than this share of the text need not be repeated."""
SHORTEST_QUOTE = 40
"""A quote cut to fewer characters says nothing; it is left out instead."""

_THRESHOLD = re.compile(r", flagged from [\d.]+ %")
_FIRST_OF_ALL = ("Post:", "Next:", "Alert number:")
"""With these alone an alert can be followed up."""

_HEADLINES = {
    Happening.OPENED: "Unhappy customer",
    Happening.JOINED: "Unhappy customer wrote again",
    Happening.REOPENED: "Customer is unhappy again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message as text, safe to hand to any channel."""

    title: str
    body: str


def compose(
    *,
    alert_id: int,
    brand: str,
    mention: Mention,
    reading: Reading,
    flag: Flag,
    happening: Happening = Happening.OPENED,
    mentions: int = 1,
    copies: int = 0,
    authors: int = 1,
) -> Message:
    """Say what there is to say about an alert.

    Args:
        alert_id: the alert's number.
        brand: as configured.
        mention: the one that raised the alert now.
        reading: of that mention.
        flag: why it was flagged.
        happening: opened, joined or reopened.
        mentions: how many the alert holds now.
        copies: how many of them say the same as another one.
        authors: how many different people wrote them.
    """
    what = _HEADLINES.get(happening, _HEADLINES[Happening.OPENED])
    step = "ack" if happening is Happening.OPENED else "show"
    return Message(
        alert_id=alert_id,
        headline=f"{what}: {plain(brand, 100)}, {flag.priority} priority",
        brand=brand,
        priority=flag.priority,
        reasons=(*_once([reason.explanation for reason in flag.reasons]), *_doubts(reading)),
        excerpt=plain(mention.text, EXCERPT_LIMIT),
        author=plain(_author(mention), AUTHOR_LIMIT),
        link=web_link(mention.url),
        posted_at=mention.posted_at,
        post=plain(mention.external_id, POST_LIMIT),
        mentions=mentions,
        copies=copies,
        authors=authors,
        about=_about(reading),
        words=_words(mention.text, reading),
        next_step=f"earful alerts {step} {alert_id}",
    )


def render(
    message: Message,
    *,
    now: datetime,
    title_limit: int = 250,
    body_limit: int = 32_000,
    show: Callable[[str, int], str] = defuse,
    attached: bool = False,
) -> Rendered:
    """Lay a message out as plain text.

    Args:
        message: what to say.
        now: for "2 hours ago".
        title_limit: characters that the channel takes as a title.
        body_limit: characters that it takes as a body; what had to go is said at the end.
        show: makes a stranger's text harmless where it will be seen.
        attached: whether the message's report page goes with it as a file.
    """
    if message.digest:
        lines = digest_lines(message, show, attached=attached)
        return Rendered(title=plain(message.headline, title_limit), body=fits(lines, body_limit))
    if message.alert_id is None:
        return _to_the_operator(message, title_limit, body_limit)
    why = [f"{'Also' if i else 'Why'}: {plain(reason, 500)}" for i, reason in enumerate(message.reasons)]
    if message.about:
        why.append(f"About: {plain(message.about, 500)}")
    if message.words:
        why.append(f"In their words: “{show(message.words, EXCERPT_LIMIT)}”")
    quote = show(message.excerpt, EXCERPT_LIMIT)
    facts = _facts(message, now, show)
    return Rendered(title=plain(message.headline, title_limit), body=_fit(why, quote, facts, body_limit))


def _to_the_operator(message: Message, title_limit: int, body_limit: int) -> Rendered:
    lines = [plain(reason, 500) for reason in message.reasons]
    if message.next_step:
        lines.append(f"Next: {message.next_step}")
    body = "\n".join(lines)
    if len(body) > body_limit:
        body = _as_much_as_fits(lines, "(Cut to fit this channel.)", body_limit)
    return Rendered(title=plain(message.headline, title_limit), body=body)


def ago(then: datetime, now: datetime) -> str:
    """How long ago something was, in words; a platform's clock that runs ahead counts as just now."""
    seconds = (now - then).total_seconds()
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = int(seconds // length)
        if count >= 1:
            return f"{count:,} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def _once(explanations: Sequence[str]) -> list[str]:
    """Without those that an earlier one says already: rules often share a condition, if not its threshold."""
    said: list[str] = []
    for explanation in explanations:
        if not any(_THRESHOLD.sub("", explanation.lower()) in _THRESHOLD.sub("", s.lower()) for s in said):
            said.append(explanation)
    return said


def _about(reading: Reading) -> str:
    """The likeliest topics, if any is likely."""
    likely = sorted((p, key) for key, p in reading.topics.items() if p >= LIKELY)
    named = ", ".join(key.replace("_", " ") for _, key in reversed(likely[-MOST_TOPICS:]))
    return named if reading.supported else ""


def _words(text: str, reading: Reading) -> str:
    """The words that made the model say so, unless that is most of the text."""
    spoken = [text[span.start : span.end] for span in reading.evidence]
    if sum(map(len, spoken)) > MOST_OF_IT * len(text):
        return ""
    return plain(" … ".join(spoken), EXCERPT_LIMIT)


def _doubts(reading: Reading) -> tuple[str, ...]:
    if not reading.supported:
        return ("The model cannot read this language; it was flagged by other signs",)
    return ("The model is unsure about this text: read it before you act",) if reading.unsure else ()


def _author(mention: Mention) -> str:
    if mention.author is None:
        return f"unknown, on {mention.source}"
    name, handle = plain(mention.author.name, 60), plain(mention.author.handle, 60)
    who = f"{name} ({handle})" if name and handle and name != handle else name or handle or "unknown"
    return f"{who}, on {mention.source}"


def _facts(message: Message, now: datetime, show: Callable[[str, int], str]) -> list[str]:
    posted = message.posted_at.astimezone(UTC)
    facts = [
        f"Who: {show(message.author, AUTHOR_LIMIT) or 'unknown'}",
        f"Posted: {posted:%Y-%m-%d %H:%M} UTC ({ago(posted, now)})",
    ]
    if message.mentions > 1:
        facts.append(f"Posts in this alert: {_posts(message)}")
    called = show(message.post, POST_LIMIT)
    facts.append(f"Post: {web_link(message.link) or without_link(called)}")
    if message.next_step:
        facts.append(f"Next: {message.next_step}")
    return [*facts, f"Alert number: {message.alert_id}"]


def without_link(called: str) -> str:
    """How a post without a link is found: by what its source calls it."""
    return f"no link is known; its id there is {called}" if called else "no link is known"


def _posts(message: Message) -> str:
    said = f"{message.mentions:,}"
    if message.authors > 1:
        said += f", by {message.authors:,} authors"
    if message.copies:
        said += f"; {message.copies:,} {'is a copy' if message.copies == 1 else 'are copies'} of another one"
    return said


def _fit(why: Sequence[str], quote: str, facts: Sequence[str], limit: int) -> str:
    whole = _lay_out(why, quote, facts)
    if len(whole) <= limit:
        return whole
    note = "(The quote is cut to fit this channel.)"
    room = limit - len(_lay_out(why, "…", [*facts, note]))
    if room >= SHORTEST_QUOTE:
        return _lay_out(why, quote[:room].rstrip() + "…", [*facts, note])
    lines = sorted([*why, *facts], key=lambda line: line.startswith(_FIRST_OF_ALL), reverse=True)
    return _as_much_as_fits(lines, "(Cut to fit this channel.)", limit)


def _lay_out(why: Sequence[str], quote: str, facts: Sequence[str]) -> str:
    blocks = ["\n".join(why), f"“{quote}”" if quote else "", "\n".join(facts)]
    return "\n\n".join(block for block in blocks if block)


def _as_much_as_fits(lines: Sequence[str], note: str, limit: int) -> str:
    """Whole lines in order of importance: a link that is cut in the middle leads astray."""
    kept: list[str] = []
    for line in lines:
        if len("\n".join([*kept, line, note])) <= limit:
            kept.append(line)
    return "\n".join([*kept, note])[:limit]
