"""Following a source from page to page, without running in circles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from core.errors import SchemaChanged

Answer = TypeVar("Answer")


def follow(
    fetch: Callable[[str | None], tuple[Answer, str | None]],
    *,
    source: str,
    start: str | None = None,
    max_pages: int,
) -> Iterator[tuple[Answer, str | None]]:
    """Yield answers with the token of the next page (None after the last one).

    A page that points back at one we have seen is still yielded, as it was paid for, and then the
    walk ends with an error.

    Args:
        fetch: token -> (answer, next token).
        source: for the error message.
        start: where to begin; None is the first page.
        max_pages: the walk ends quietly after so many; the last token then tells that there is more.
    """
    seen = {start}
    token = start
    for _ in range(max_pages):
        answer, token = fetch(token)
        yield answer, token
        if token is None:
            return
        if token in seen:
            raise SchemaChanged(
                f"{source}: a page names a page that was already read as the next one; stopped instead of "
                "asking for ever. If it happens again, please report it as a bug"
            )
        seen.add(token)
