"""What the sentiment of a mention is towards: the brand that it is about, where its text names that brand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from core.config import Brand
from core.matching import matches
from core.query import Words

_SIGN = re.compile("[@#]")


def towards(text: str, brands: Iterable[Brand]) -> str | None:
    """The name to ask a reader about: of those that the brand goes by, one that the text has.

    "So glad I left Acme for Globex" is bad for Acme and good for Globex; a reading has one sentiment. It is
    towards the team's own brand where a competitor was found in the same text, as alerts are about that one;
    of two own brands neither comes first, and the sentiment is of the whole text.

    Args:
        text: what somebody wrote.
        brands: for which it was found.

    Returns:
        None: the sentiment of the whole text is the one to ask for.
    """
    every = list(brands)
    own = [brand for brand in every if not brand.competitor] or every
    return _called(text, own[0]) if len(own) == 1 else None


def _called(text: str, brand: Brand) -> str | None:
    for name in _names(brand):
        if matches(Words(name), text):
            # readers see no handles: who is called by one is asked about by name
            return brand.name if _SIGN.match(name) else name
    return None


def _names(brand: Brand) -> Iterator[str]:
    """Words first: a reader finds them in the text. Those of a boolean query may be about anything."""
    asked = (brand.query.any if brand.query else None) or ()
    handles = [f"@{handle.lstrip('@')}" for handle in brand.handles]
    yield from sorted((brand.name, *asked, *handles), key=lambda name: bool(_SIGN.match(name)))
