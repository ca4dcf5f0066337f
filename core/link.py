"""Addresses that strangers give: followed only where they lead to the web, and shown as they are."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

LINK_LIMIT = 2_000
"""Characters; a longer address is nobody's post."""

_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\]")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def web_link(url: str) -> str:
    """The address, percent-encoded, if it leads to the web; else nothing.

    Dropped: every scheme but http and https, names and passwords before the host (they disguise where a
    link leads), what is no host name, and what is longer than LINK_LIMIT.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        host = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii").lower()
    except ValueError:  # UnicodeError is one
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _HOST.fullmatch(host):
        return ""
    link = f"{parts.scheme}://{host}" + (f":{port}" if port else "") + _encoded(parts.path, "/")
    link += f"?{_encoded(parts.query, '/?')}" if parts.query else ""
    link += f"#{_encoded(parts.fragment, '/?')}" if parts.fragment else ""
    return link if len(link) <= LINK_LIMIT else ""


def _encoded(part: str, also: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", part), safe=f"%&=+,:;-._{also}", errors="replace")
