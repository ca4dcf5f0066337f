"""What changed since an earlier span, and what explains most of it: only what is clear is claimed.

A change is divided by topic, by source and by the texts that most posts say: the part that grew (or shrank)
most is named with its share of the whole change. A part is named only if it changed clearly itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.counts import Counts
from reports.change import TOO_FEW, clear, of_counts
from reports.document import Line, Link, Piece, Strong
from reports.figures import Campaign, Comparison, Span
from reports.net import difference, net_of, of_nets
from reports.wording import percent, plural, signed, words

MOST = 0.5
"""From this share of a change on, a part explains most of it."""
_EXCERPT = 120


@dataclass(frozen=True, slots=True)
class Changes:
    """What can be said of one comparison."""

    clear: Sequence[Line]
    """One sentence or two for each figure that changed."""
    unclear: Sequence[str]
    """Figures that changed no more than they do by chance."""
    too_few: Sequence[str]
    """Figures of which there are too few to tell."""


def changes(compared: Comparison) -> Changes:
    """Mentions, net sentiment and complaints of a span against an earlier one."""
    before = compared.before
    if before is None:
        return Changes((), (), ())
    said = [
        _of_counts("Mentions", _mentions, compared, before),
        _of_net(compared.now, before),
        _of_counts("Complaints", _complaints, compared, before),
    ]
    names = ("mentions", "net sentiment", "complaints")
    return Changes(
        clear=[line for line in said if not isinstance(line, str)],
        unclear=[name for name, line in zip(names, said, strict=True) if line == ""],
        too_few=[name for name, line in zip(names, said, strict=True) if line == TOO_FEW],
    )


def _mentions(counts: Counts) -> int:
    return counts.mentions


def _complaints(counts: Counts) -> int:
    return counts.complaints


def _of_counts(
    name: str, count: Callable[[Counts], int], compared: Comparison, before: Span
) -> Sequence[Piece] | str:
    """A sentence about a count; TOO_FEW; or nothing, where there is no clear change."""
    now, then = count(compared.now.counts), count(before.counts)
    change = of_counts(now, then)
    if change == TOO_FEW:
        return TOO_FEW
    if not clear(now, then):
        return ""
    return [
        Strong(f"{name}: {change}."),
        f" {now:,} {compared.now.name}, {then:,} {before.name}. ",
        *_why(name, now - then, count, compared, before),
        *_doubt(compared.now, before),
    ]


def _why(
    name: str, more: int, count: Callable[[Counts], int], compared: Comparison, before: Span
) -> list[Piece]:
    if name == "Mentions" and (loud := _campaign(compared.campaigns, more)):
        return _of_campaign(loud, more)
    parts: dict[str, tuple[int, int]] = {}
    if name == "Complaints":
        parts = {
            f"are about {words(topic)}": (
                compared.now.topics[topic].complaints if topic in compared.now.topics else 0,
                before.topics[topic].complaints if topic in before.topics else 0,
            )
            for topic in sorted({*compared.now.topics, *before.topics})
        }
    sources = sorted({*compared.now.sources, *before.sources})
    nothing = Counts()
    places = {
        f"came from {source}": (
            count(compared.now.sources.get(source, nothing)),
            count(before.sources.get(source, nothing)),
        )
        for source in sources
    }
    said = [line for each in (parts, places if len(sources) > 1 else {}) if (line := _largest(each, more))]
    if said:
        return [" ".join(said)]
    return ["No single topic or source stands out in it." if name == "Complaints" or len(sources) > 1 else ""]


def _largest(parts: Mapping[str, tuple[int, int]], more: int) -> str:
    """What the part that changed most contributed; empty: none changed clearly."""
    along = {name: (now - then) * (1 if more > 0 else -1) for name, (now, then) in parts.items()}
    name = max(sorted(along), key=lambda each: along[each], default="")
    if not name or along[name] <= 0 or not clear(*parts[name], among=len(parts)):
        return ""
    size, whole = along[name], abs(more)
    word = "more" if more > 0 else "fewer"
    if size > whole:
        return f"Those that {name} alone are {size:,} {word}; all others together went the other way."
    said = f"{size:,} of the {whole:,} {word} ({percent(size, whole)}) {name}"
    return f"{said}." if size >= MOST * whole else f"{said}, the largest part."


def _campaign(campaigns: Sequence[Campaign], more: int) -> Campaign | None:
    """The one text that explains most of a rise of posts."""
    loudest = max(campaigns, key=lambda each: each.posts - each.before, default=None)
    if loudest is None or more <= 0 or loudest.posts - loudest.before < MOST * more:
        return None
    return loudest


def _of_campaign(loud: Campaign, more: int) -> list[Piece]:
    size = loud.posts - loud.before
    said = f"{min(size, more):,} of the {more:,} more" if size <= more else f"{size:,} more"
    text = loud.text if len(loud.text) <= _EXCERPT else f"{loud.text[:_EXCERPT]}…"
    return [f"{said} say the same: “{text}” (", Link(loud.source, loud.link, otherwise=loud.source), ")."]


def _of_net(now: Span, before: Span) -> Sequence[Piece] | str:
    change = of_nets(now.counts, before.counts)
    if change == TOO_FEW:
        return TOO_FEW
    points = difference(now.counts, before.counts)
    present, earlier = net_of(now.counts), net_of(before.counts)
    if points is None or present is None or earlier is None:
        return ""
    return [
        Strong(f"Net sentiment: {change}."),
        f" {signed(present.value)} {now.name}, {signed(earlier.value)} {before.name}. ",
        _why_net(points, now, before),
    ]


def _why_net(points: float, now: Span, before: Span) -> str:
    """The source that moved it most: what all of them contribute adds up to the change."""
    if len({*now.sources, *before.sources}) < 2:
        return _topic_of_net(points, now, before)
    nothing = Counts()
    moved = {
        source: (
            _weight(now.sources.get(source, nothing), now.counts.read)
            - _weight(before.sources.get(source, nothing), before.counts.read)
        )
        for source in sorted({*now.sources, *before.sources})
    }
    source = max(moved, key=lambda each: moved[each] * points)
    share = moved[source] / points
    said = ""
    if share >= MOST:
        size = abs(moved[source])
        said = (
            f"{plural(round(size), 'point')} of that come from {source}. "
            if share <= 1
            else f"What was said on {source} moved it; other sources went the other way. "
        )
    return said + _topic_of_net(points, now, before)


def _weight(part: Counts, read: int) -> float:
    return (part.positive - part.negative) / read * 100


def _topic_of_net(points: float, now: Span, before: Span) -> str:
    """The topic whose complaints (when it fell) or praise (when it rose) changed most."""
    field = "complaints" if points < 0 else "positive"
    counts = {
        topic: (
            getattr(now.topics.get(topic), field, 0),
            getattr(before.topics.get(topic), field, 0),
        )
        for topic in sorted({*now.topics, *before.topics})
    }
    grown = {topic: new - old for topic, (new, old) in counts.items() if clear(new, old, len(counts))}
    topic = max(grown, key=lambda each: grown[each], default="")
    if not topic or grown[topic] <= 0:
        return "No single topic stands out in it."
    new, old = counts[topic]
    what = "complaints" if points < 0 else "positive texts"
    return f"What grew most: {what} about {words(topic)} ({new:,}, {old:,} before)."


def _doubt(now: Span, before: Span) -> list[Piece]:
    if not (now.holes or before.holes):
        return []
    return [" Not everything was collected of both, so part of this may be a hole and not a change."]
