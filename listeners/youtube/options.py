"""What a YouTube target can ask for, what it costs, and what YouTube's terms allow.

Quota: developers.google.com/youtube/data/determine_quota_cost. Terms: developers.google.com/youtube/terms/
developer-policies, section III.E.4 (storing), as of 2026-11.
"""

from __future__ import annotations

import re
from datetime import timedelta

from pydantic import Field, field_validator, model_validator

from core.mention import Terms
from core.query import All, AnyOf, Compiled, Not, Query, Words
from listeners.base import Asked, Options

TERMS = Terms(keep_for=timedelta(days=30), may_train=False, may_export_text=False)
"""Data that its author did not hand to us may be kept for 30 days and must then be deleted or fetched again;
looking again does that."""

UNITS_A_DAY = 10_000
SEARCHES_A_DAY = 100
"""Of a project that asked for no more; both begin anew at midnight in California."""
REVISIT_BATCH = 50

_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}\Z")
_ADDRESS = re.compile(
    r"https?://(?:www\.|m\.)?(?:youtube\.com/(?:watch\?(?:\S*&)?v=|shorts/|live/)|youtu\.be/)([A-Za-z0-9_-]{11})"
)
_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}\Z")


class YouTubeOptions(Options):
    """One target: the comments under given videos, all of a channel, or under videos that a search finds."""

    video: tuple[str, ...] = Field(default=(), max_length=500)
    """Ids or addresses of videos; a single one needs no list."""
    channel: str | None = None
    """A channel's id: comments under all of its videos."""
    query: str | None = Field(default=None, min_length=1, max_length=500)
    """Finds videos, not comments: the brand's name in their titles and descriptions."""
    search_every_hours: float = Field(default=24, ge=1, le=24 * 30)
    search_days: int = Field(default=30, ge=1, le=365)
    """Videos that are older are no longer looked for."""
    videos: int = Field(default=25, ge=1, le=50)
    """How many found videos are listened to, the newest ones."""
    look_back_hours: float = Field(default=24, ge=0, le=24 * 30)
    """Threads that began so long before the newest known one are looked at again: for late replies."""
    replies: bool = True
    api_key_env: str = "YOUTUBE_API_KEY"
    base_url: str = "https://www.googleapis.com/youtube/v3"
    page_size: int = Field(default=100, ge=1, le=100)
    max_pages: int = Field(default=10, ge=1, le=1000)
    """For each video, or the channel."""
    max_reply_pages: int = Field(default=5, ge=1, le=100)
    """For each thread; the next poll goes on there."""
    timeout_seconds: float = Field(default=8, gt=0, le=60)

    @field_validator("video", mode="before")
    @classmethod
    def _ids(cls, video: object) -> object:
        given = [video] if isinstance(video, str) else video
        if not isinstance(given, list | tuple):
            return video
        found = []
        for one in given:
            text = str(one).strip()
            address = _ADDRESS.match(text)
            if address is None and not _VIDEO.match(text):
                raise ValueError(f"'{text[:60]}' is no video; expected its 11 characters after 'v='")
            found.append(address[1] if address else text)
        return tuple(dict.fromkeys(found))

    @field_validator("channel")
    @classmethod
    def _a_channel(cls, channel: str | None) -> str | None:
        if channel is not None and not _CHANNEL.match(channel):
            raise ValueError(
                "expected a channel's id: UC and 22 more characters. The channel's page has it under "
                "'About', 'Share channel', 'Copy channel ID'"
            )
        return channel

    @field_validator("query")
    @classmethod
    def _not_blank(cls, query: str | None) -> str | None:
        if query is not None and not query.strip():
            raise ValueError("expected words to search for")
        return query

    @model_validator(mode="after")
    def _exactly_one(self) -> YouTubeOptions:
        if sum((bool(self.video), self.channel is not None, self.query is not None)) != 1:
            raise ValueError("give one of 'video', 'channel' and 'query', and not more than one")
        return self


def compile_query(query: Query) -> Compiled:
    """A brand's query for the search for videos: `|` is "or" and binds first, `-` is "not"."""
    cannot = ["it searches titles and descriptions of videos; comments are taken from what it finds"]
    terms: list[str] = []
    for part in _parts(query):
        words = _words(part)
        if words is None:
            cannot.append("an 'and' inside an 'or' is left out")
        elif isinstance(part, Not):
            terms.extend(f"-{word}" for word in words)
        else:
            terms.append("|".join(words))
    return Compiled(text=" ".join(dict.fromkeys(terms)), cannot=tuple(dict.fromkeys(cannot)))


def _parts(query: Query) -> list[Query]:
    """What must all hold."""
    if isinstance(query, All):
        return [inner for part in query.of for inner in _parts(part)]
    return [query]


def _words(part: Query) -> list[str] | None:
    """Words of which one must be there, or of which none must; None: it is nothing so simple."""
    inner = part.of if isinstance(part, Not) else part
    if isinstance(inner, Words):
        return [_term(inner.text)]
    if isinstance(inner, AnyOf):
        words = [_term(one.text) for one in inner.of if isinstance(one, Words)]
        return words if len(words) == len(inner.of) else None
    return None


def _term(text: str) -> str:
    words = " ".join(re.sub(r'["|]', " ", text).split()).lstrip("-")
    return f'"{words}"' if " " in words or "-" in words else words


def asked(options: YouTubeOptions) -> Asked:
    """For `earful check`."""
    late = f"replies to threads older than {options.look_back_hours:g} hours are not seen"
    listings = options.videos if options.query else len(options.video) or 1
    cost = f"free; about {listings} of {UNITS_A_DAY:,} units a poll"
    what = f"channel {options.channel}" if options.channel else f"videos {', '.join(options.video)}"
    if options.query is None:
        return Asked(request=f"commentThreads.list of {what}", cost=cost, cannot=(late,))
    searches = 24 / options.search_every_hours
    return Asked(
        request=f"search.list?q={options.query}&type=video&order=date, then commentThreads.list of each",
        cost=f"{cost}, and {searches:.2g} of {SEARCHES_A_DAY} searches a day",
        cannot=(
            "comments that name the brand under videos that do not are not found",
            f"only the newest {options.videos} videos of the last {options.search_days} days are listened to",
            late,
        ),
    )
