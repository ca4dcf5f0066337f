"""What people are happy about, and whom to thank."""

from __future__ import annotations

from reports import opinions
from reports.document import Bullets, Heading, Report
from reports.figures import Opinions
from reports.how_to_read import CHANGE, EXAMPLES, HOLE, MENTIONS, SENTIMENT, THANKS, TOPICS, WEEK
from reports.keys import key_of

_WORDING = opinions.Wording(one="happy text", many="happy texts", field="positive", authors=True)


def report(found: Opinions) -> Report:
    """The report."""
    brand = found.frame.brand
    title = f"{brand}: praise"
    return Report(
        key=key_of("praise", brand),
        title=title,
        compact=opinions.compact(found, _WORDING, opinions.jumps(brand, "brand-health", "complaints")),
        full=[
            Heading(title, 1),
            Heading("Whom to thank: the clearest happy texts by topic"),
            *opinions.examples(found, _WORDING),
            Heading("What people feel"),
            *opinions.shares_table("Likeliest emotion", found.emotion, found, _WORDING),
            Heading("How to read this"),
            Bullets([SENTIMENT, MENTIONS, TOPICS, EXAMPLES, THANKS, WEEK, CHANGE, HOLE]),
        ],
    )
