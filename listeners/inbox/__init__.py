"""Mails to the team: a folder where mails and webhooks are dropped, or a mailbox through IMAP.

options.py     what a target can ask for
mail.py        the bytes of a mail to its headers and its text, however damaged
trim.py        what the sender wrote, without quotations and signature
noise.py       mails that no customer wrote: automatic answers, bounces, lists
read.py        a mail to a mention
folder.py      a drop folder, file by file
connection.py  a connection whose answers have an end
imap.py        one IMAP connection, which only reads, and its errors by name
mailbox.py     a mailbox, oldest first, batch by batch
"""

from __future__ import annotations

from core.target import Listener
from listeners.base import Asked, Borrowed, Source
from listeners.files.owned import TERMS
from listeners.inbox.options import InboxOptions


def _build(options: InboxOptions, borrowed: Borrowed) -> Listener:
    if options.folder is not None:
        from listeners.inbox.folder import Folder

        return Folder(options, borrowed.clock)
    from listeners.inbox.mailbox import Mailbox

    return Mailbox(options, borrowed)


def _asked(options: InboxOptions) -> Asked:
    if options.folder is not None:
        return Asked(request=f"*.eml, *.json, *.jsonl and *.ndjson in {options.folder.name}")
    return Asked(
        request=f"EXAMINE {options.mailbox} at {options.host}, UID SEARCH, UID FETCH BODY.PEEK[]",
        cannot=("it cannot find mails that were moved to another mailbox before they were read",),
    )


SOURCE = Source(
    name="inbox",
    options=InboxOptions,
    build=_build,
    terms=TERMS,
    secrets=lambda options: options.secrets,
    reads=lambda options: options.folder,
    asked=_asked,
)
