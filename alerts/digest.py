"""What a digest looks like in a mail or a chat: the lines of a report, and where the whole of it lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.alert import Message

LINE_LIMIT = 500


def digest_lines(message: Message, show: Callable[[str, int], str], *, attached: bool) -> list[str]:
    """The lines of a digest, safe to show.

    Args:
        message: with `digest`.
        show: makes a stranger's text harmless where it will be seen.
        attached: whether the page goes with it as a file.
    """
    lines = [show(line, LINE_LIMIT) for line in message.digest]
    if message.attachment:
        # Our own address: it has to be read as it is.
        where = "The whole report is attached; it also lies at" if attached else "The whole report:"
        lines.append(f"{where} {message.attachment}")
    return lines


def name_of(address: str) -> str:
    """What an attached file is called: the brand's folder and the period."""
    return "-".join(part for part in address.replace("\\", "/").split("/")[-2:] if part)


def fits(lines: Sequence[str], limit: int) -> str:
    """As many lines as a channel takes; the last one, which says where the rest is, always."""
    if len("\n".join(lines)) <= limit:
        return "\n".join(lines)
    *rest, last = lines
    kept: list[str] = []
    for line in rest:
        if len("\n".join([*kept, line, "…", last])) > limit:
            break
        kept.append(line)
    return "\n".join([*kept, "…", last])[:limit]
