"""Strangers' text for chats and mail: nothing in it pings, links, formats or loads anything.

One text must be safe wherever Apprise carries it, and escapes differ from place to place (a backslash that
saves Markdown is shown by Slack). So what could act is swapped for a look-alike character, or broken by a
WORD JOINER (U+2060), which no reader sees and no parser skips.
"""

from __future__ import annotations

import re

from core.text import plain

JOINER = "\u2060"

_LOOK_ALIKES = str.maketrans(
    {
        "<": "\u2039",  # Slack's <!channel>, <@U1>, <http://...|label>; HTML
        ">": "\u203a",
        "[": "\uff3b",  # Markdown's links and images
        "]": "\uff3d",
        "*": "\u2217",
        "`": "\u02cb",
        "~": "\u223c",
        "|": "\u2223",  # tables; Discord's spoilers
        "\\": "\u2216",
        "#": "\uff03",  # headings; channels
    }
)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")  # one inside a word is only a name: my_handle
_BREAK_AFTER = re.compile(
    r"""
    \bh(?=ttps?:) | \bw(?=ww\.)       # as most places recognise an address
    | (?<=[a-z]):(?=\S) | :(?=//)     # any other scheme: javascript:, mailto:, slack://
    | (?<=\w)[.\u3002\uff0e\uff61](?=[^\W\d_])   # a bare host name, also with other scripts' dots
    | [@\uff20]                       # @channel, @here, @everyone, and mail addresses
    | \{(?=\{)                        # Adaptive Cards' {{DATE(...)}}
    """,
    re.VERBOSE | re.IGNORECASE,
)


def defuse(text: str, limit: int) -> str:
    """One line of a stranger's words that no chat or mail program acts on.

    Args:
        text: anything.
        limit: characters to keep; a cut is marked with an ellipsis.
    """
    shown = _ENTITY.sub("\uff06", plain(text, limit)).translate(_LOOK_ALIKES)
    shown = _UNDERSCORE.sub("\u02cd", shown)
    return _BREAK_AFTER.sub(rf"\g<0>{JOINER}", shown)
