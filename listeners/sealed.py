"""A session that may be kept where others can look: sealed with the password, or key, that it was begun with.

Who has that needs no session, and who has it not cannot read one.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken

_COST = 2**14
"""Tries per guess of a password that somebody chose; an app password cannot be guessed anyway."""


def seal(session: str, account: str, password: str) -> str:
    """The session as text that says nothing without the password."""
    return _box(account, password).encrypt(session.encode()).decode()


def unseal(sealed: str, account: str, password: str) -> str | None:
    """The session; None: it was sealed with another password, or is none."""
    try:
        return _box(account, password).decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError):
        return None


@lru_cache(maxsize=16)  # targets share accounts, and a key takes its time
def _box(account: str, password: str) -> Fernet:
    key = hashlib.scrypt(password.encode(), salt=account.encode(), n=_COST, r=8, p=1, dklen=32)
    return Fernet(base64.urlsafe_b64encode(key))
