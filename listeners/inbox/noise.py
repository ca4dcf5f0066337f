"""Mails that no customer wrote: they are kept as rejected, with the reason.

Auto-Submitted: RFC 3834. Reports: RFC 6522 (bounces, read receipts). Precedence and X- headers are customs.
"""

from __future__ import annotations

from collections.abc import Collection

from listeners.inbox.mail import Mail

_MACHINES = ("mailer-daemon@", "postmaster@")
_MASS = frozenset({"bulk", "junk", "list", "auto_reply"})
_ANSWERING_MACHINES = ("X-Autoreply", "X-Autorespond", "X-Autoresponder")


def why_noise(mail: Mail, own_lists: Collection[str]) -> str:
    """Why a mail is none of a customer's; empty: it may be one.

    Args:
        mail: the mail.
        own_lists: groups that bring customers' mails.
    """
    content = mail.message.get_content_type()
    if content in ("multipart/report", "message/delivery-status", "message/disposition-notification"):
        return f"a report of a mail system (Content-Type: {content}), such as a bounce or a read receipt"
    submitted = mail.header("Auto-Submitted").split(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return f"an automatic mail (Auto-Submitted: {submitted[:40]})"
    answering = next((name for name in _ANSWERING_MACHINES if mail.header(name)), "")
    if answering and mail.header(answering).lower() not in ("no", "false"):
        return f"an automatic answer ({answering})"
    if any(address.startswith(_MACHINES) for _, address in mail.addresses("from")):
        return "a bounce (From a mail system)"
    if mail.header("Return-Path") == "<>":
        return "a bounce or an automatic answer (Return-Path: <>)"
    return "" if _is_of(mail, own_lists) else _why_mass(mail)


def _is_of(mail: Mail, own_lists: Collection[str]) -> bool:
    listed = mail.header("List-Id").lower()
    return any(own.strip("<> ").lower() in listed for own in own_lists) if listed else False


def _why_mass(mail: Mail) -> str:
    precedence = mail.header("Precedence").lower()
    if precedence in _MASS:
        return (
            f"a mass mail (Precedence: {precedence}); if a group of yours brings it, name it in 'own_lists'"
        )
    if mail.header("List-Id"):
        return "a mailing list's mail (List-Id); if it is a group of yours, name it in 'own_lists'"
    return ""
