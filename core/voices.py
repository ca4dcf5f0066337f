"""What may be told of the people who wrote about a brand, source by source (docs/voices.md).

Whatever a source allows, nothing is worked out about a person here but how many public texts about this brand
they wrote, when, and how these read; no account is matched with one elsewhere. Sources, looked at in November
2026:

- X, developer terms, "More about restricted uses of the X APIs" (docs.x.com/developer-terms/restricted-use-cases):
  no sensitive traits may be inferred, no account associated with a person or record elsewhere. Counts of public
  posts about one brand do neither.
- Reddit, Responsible Builder Policy (support.reddithelp.com, article 42728983564564): no sensitive
  characteristics may be inferred and no account matched; its Public Content Policy forbids to use what its users
  write to identify or to watch them. Following one account over weeks comes too near to that.
- YouTube, guide to the developer policies (developers.google.com/youtube/terms/developer-policies-guide):
  nothing that identifies a user may be collected, tracked or derived without their consent, and its figures may
  not be made into one with those of other platforms.
- The rest: docs/sources/.
"""  # noqa: E501 - an address

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Telling(StrEnum):
    """How much may be told of a source's authors."""

    NAMED = "named"
    """An author may be listed by handle, with counts."""
    COUNTED = "counted"
    """An author counts in sums; no list names any."""
    LEFT_OUT = "left out"
    """Texts are not put together by author at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What holds for one source."""

    telling: Telling
    why: str
    """In words that follow the source's name and a colon."""


_NICKNAME = "a nickname is nobody in particular, and writes one review"
_WHY: Mapping[Telling, Mapping[str, str]] = {
    Telling.NAMED: {
        "x": "public posts may be counted; no trait is inferred, no account matched",
        "hackernews": "public, under a handle, and no term speaks against it",
        "feed": "articles are signed to be known",
        "archive": "your own file: leave its authors out where its terms forbid this",
    },
    Telling.COUNTED: {
        "bluesky": "some ask not to be shown to people who are not signed in there",
        "mastodon": "every server has its own terms, and many people object",
        "discourse": "every forum has its own terms",
        "trustpilot": "a review is given to the public, not to be put beside others of the same person",
    },
    Telling.LEFT_OUT: {
        "reddit": "its policies forbid watching its users, or deriving who they are",
        "youtube": "its policies forbid tracking who wrote, and adding its figures to those of others",
        "appstore": _NICKNAME,
        "googleplay": _NICKNAME,
        "inbox": "mails are private",
        "survey": "answers were given to be counted, not to be put together",
    },
}
_UNKNOWN = Rule(telling=Telling.LEFT_OUT, why="nobody has looked yet at what its terms allow")

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        source: Rule(telling=telling, why=why)
        for telling, sources in _WHY.items()
        for source, why in sources.items()
    }
)


def rule_of(source: str) -> Rule:
    """What may be told of a source's authors; of one that is not known, nothing."""
    return RULES.get(source, _UNKNOWN)


def told(sources: Collection[str], *allowed: Telling) -> tuple[str, ...]:
    """Those of the sources of whose authors so much may be told, by name."""
    return tuple(sorted({source for source in sources if rule_of(source).telling in allowed}))
