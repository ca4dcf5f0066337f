"""What people complain about: topics, what moves, and the clearest complaints of each."""

from __future__ import annotations

from reports import opinions
from reports.document import Bullets, Heading, Report
from reports.figures import Opinions
from reports.how_to_read import CHANGE, EXAMPLES, HOLE, MENTIONS, SENTIMENT, SEVERITY, TOPICS, WEEK
from reports.keys import key_of

_WORDING = opinions.Wording(one="complaint", many="complaints", field="complaints", authors=False)


def report(found: Opinions) -> Report:
    """The report."""
    brand = found.frame.brand
    title = f"{brand}: complaints"
    return Report(
        key=key_of("complaints", brand),
        title=title,
        compact=opinions.compact(found, _WORDING, opinions.jumps(brand, "brand-health", "praise")),
        full=[
            Heading(title, 1),
            Heading("Clearest complaints by topic"),
            *opinions.examples(found, _WORDING),
            Heading("How severe they are"),
            *opinions.shares_table("Severity", found.severity, found, _WORDING),
            Heading("What people feel"),
            *opinions.shares_table("Likeliest emotion", found.emotion, found, _WORDING),
            Heading("How to read this"),
            Bullets([SENTIMENT, MENTIONS, TOPICS, EXAMPLES, SEVERITY, WEEK, CHANGE, HOLE]),
        ],
    )
