"""Which addresses lead to something that is still there; the others are taken off what was written."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.link import web_link
from storage.faq_tables import AnswerRow
from storage.statements import in_chunks
from storage.tables import MentionRow


def live_links(tx: Session, addresses: Collection[str]) -> set[str]:
    """Those of these addresses (of core.link) that belong to a mention with a text, or to an answer.

    The cost follows how many mentions there are: ask seldom.
    """
    found: set[str] = set()
    for chunk in in_chunks(sorted(addresses)):
        written = select(MentionRow.url).where(MentionRow.url.in_(chunk), MentionRow.text != "")
        found.update(tx.scalars(written))
    found.update(web_link(url) for url in tx.scalars(select(AnswerRow.url)))
    missing = set(addresses) - found
    if missing:  # what platforms write in another way than we link it is compared one by one
        every = select(MentionRow.url).where(MentionRow.url != "", MentionRow.text != "")
        rows = tx.scalars(every.execution_options(yield_per=5_000))
        found.update(link for link in map(web_link, rows) if link in missing)
    return found & set(addresses)
