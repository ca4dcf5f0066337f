"""One address to one document, as cheaply as the site allows.

RFC 9110 section 13 (conditional requests), section 15.4 (redirects).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from core.errors import AuthFailed, SchemaChanged, SourceError, SourceGone, SourceUnavailable
from core.text import plain
from listeners.base import Borrowed
from listeners.feed.options import FeedOptions
from listeners.http import from_status
from listeners.json_api import JsonApi

LOG = logging.getLogger(__name__)

MOST_REDIRECTS = 5
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
_PERMANENT = (301, 308)
_REDIRECTS = (*_PERMANENT, 302, 303, 307)
_LONGEST_VALIDATOR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a site gave us to ask "and since then?" with. Empty: it gave nothing."""

    etag: str = ""
    modified: str = ""

    def headers(self) -> dict[str, str]:
        """Of a conditional request."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A document as it came."""

    body: bytes
    content_type: str
    url: str
    """Where it lay in the end: what relative links are relative to."""
    validators: Validators


def fetch(options: FeedOptions, borrowed: Borrowed, known: Validators) -> Fetched | None:
    """The document, or None where it is still the one that `known` stands for.

    Raises:
        SourceError: and nothing else.
    """
    url, moved_for_good, been = options.url, True, {options.url}
    for _ in range(1 + MOST_REDIRECTS):
        status, headers, body = _send(options, borrowed, url, known)
        if status == 304 and known.headers():
            return None
        if status not in _REDIRECTS or "location" not in headers:
            break
        url = _next(url, headers["location"])
        if url in been:
            raise SchemaChanged(
                f"{_name(options)}: sends us round in circles, to an address that was already read"
            )
        been.add(url)
        moved_for_good = moved_for_good and status in _PERMANENT
        if moved_for_good:
            LOG.warning("%s has moved for good: set its target's url to %s", _name(options), _shown(url))
    else:
        raise SchemaChanged(
            f"{_name(options)}: sent us on more than {MOST_REDIRECTS} times; check the target's url"
        )
    if not 200 <= status < 300:
        raise _judged(options, status) or from_status(_name(options), status, headers, borrowed.clock())
    return Fetched(
        body=body,
        content_type=headers.get("content-type", ""),
        url=url,
        validators=Validators(
            etag=_usable(headers.get("etag", "")), modified=_usable(headers.get("last-modified", ""))
        ),
    )


def _send(
    options: FeedOptions, borrowed: Borrowed, url: str, known: Validators
) -> tuple[int, httpx.Headers, bytes]:
    parts = urlsplit(url)
    api = JsonApi(
        _name(options),
        borrowed,
        base_url=f"{parts.scheme}://{parts.netloc}",
        timeout=options.timeout_seconds,
        headers={"Accept": _ACCEPT, **known.headers()},
    )
    return api.send("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def _next(url: str, location: str) -> str:
    """Where a redirect leads. That it stays on the host was seen to by the client (listeners/http.py)."""
    target = str(httpx.URL(url).join(location)).split("#")[0]
    if url.startswith("https:") and not target.startswith("https:"):
        raise SchemaChanged(
            f"feed of {urlsplit(url).hostname}: sends us on to an unencrypted address; not followed"
        )
    return target


def _judged(options: FeedOptions, status: int) -> SourceError | None:
    name = _name(options)
    if status in (401, 403):
        return AuthFailed(
            f"{name}: answered {status}: it wants a login, or turns programs away; "
            "Earful reads public feeds only"
        )
    if status == 410:
        return SourceGone(f"{name}: answered 410: the feed is gone for good; take its target out")
    if status == 404:
        return SourceGone(f"{name}: answered 404: there is no feed at the target's url (any more)")
    if status == 304:
        return SourceUnavailable(f"{name}: says that nothing changed, without having been asked that")
    return None


def _name(options: FeedOptions) -> str:
    """For messages: the host only, as a feed's address may hold its reader's token."""
    return f"feed of {urlsplit(options.url).hostname}"


def _shown(url: str) -> str:
    address, query, _ = url.partition("?")
    return plain(address, 200) + ("?… (the rest is not shown: it may hold a token)" if query else "")


def _usable(validator: str) -> str:
    """It is sent back as it came; what cannot be a header's value is not."""
    fine = len(validator) <= _LONGEST_VALIDATOR and validator.isascii() and validator.isprintable()
    return validator.strip() if fine else ""
