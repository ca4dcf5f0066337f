"""What an X target asks, in X's own words, and what that costs.

Syntax (docs.x.com/x-api/posts/search/integrate/build-a-query): a space is AND, OR in capitals, quotes,
a minus before what must not be there, but not before a group and not among alternatives; 512 characters.
"""

from __future__ import annotations

import re

from core.query import Compiled, Query
from listeners.base import Asked
from listeners.syntax import Syntax
from listeners.x.options import LONGEST_QUERY, MENTIONS_LIMIT, USER_USD, XOptions

_WORD = re.compile(r"[#@$]?\w+\Z")
_OPERATORS = frozenset({"AND", "OR", "NOT"})


def compile_query(query: Query) -> Compiled:
    """A brand's query in X's search syntax."""
    return _SYNTAX.compile(query)


def asked(options: XOptions) -> Asked:
    """What a target really asks, and what it costs, for `earful check`."""
    cost = f"${options.post_usd:.3f} a post"
    cost += f" and ${USER_USD:.3f} an author not known yet" if options.authors else ""
    cost += f"; never more than ${options.monthly_budget_usd:.2f} a month"
    if options.query is not None:
        cannot = ["its search reaches back seven days"]
        if not options.authors and "-from:" not in options.query:
            cannot.append(
                "without 'authors' it cannot tell your own posts from customers': leave them out with "
                "-from:YOUR_ACCOUNT in a 'query' of the target's own"
            )
        return Asked(request=options.query, cost=cost, cannot=tuple(cannot))
    wall = f"it shows no more than the newest {MENTIONS_LIMIT} mentions"
    return Asked(request=f"the mentions of {options.user}", cost=cost, cannot=(wall,))


def _word(text: str) -> str | None:
    text = text.replace('"', "").strip()
    if not any(c.isalnum() or ord(c) > 0x2000 for c in text):
        return None
    return text if _WORD.match(text) and text not in _OPERATORS else f'"{text}"'


_SYNTAX = Syntax(platform="X", word=_word, both=" ", minus="-", longest=LONGEST_QUERY)
