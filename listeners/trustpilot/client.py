"""The questions that Trustpilot is asked. All are public ones: an API key, no login."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from core.errors import AuthFailed, SchemaChanged, SourceError, SourceGone
from listeners.base import Borrowed, usable_secret
from listeners.json_api import JsonApi
from listeners.trustpilot.options import TrustpilotOptions
from listeners.values import mapping, shown

_UNIT = re.compile(r"[0-9A-Za-z_-]{1,64}")


class Api:
    """Trustpilot, as far as one target needs it.

    Args:
        options: the target's.
        borrowed: client, clock, permit, secrets; the memory keeps the id that belongs to a domain.
    """

    def __init__(self, options: TrustpilotOptions, borrowed: Borrowed) -> None:
        self._options, self._memory = options, borrowed.memory
        key = usable_secret(options.api_key_env, borrowed.secret(options.api_key_env))
        self._json = JsonApi(
            "Trustpilot",
            borrowed,
            base_url=options.base_url,
            timeout=options.timeout_seconds,
            headers={"apikey": key, "Accept": "application/json"},
            judge=self._judged,
        )

    def page(self, number: int) -> tuple[list[Any], bool]:
        """The reviews of a page, newest first, and whether there may be another one.

        Past the end a page is empty. The link to the next one is missing on the last one; where it is missing
        from a full page, the next one is asked for all the same: a call too many costs less than a review.
        """
        body = self._json.get(
            f"/business-units/{self._unit()}/reviews",
            perPage=self._options.page_size,
            page=number,
            orderBy="createdat.desc",
            language=self._options.language,
        )
        reviews = mapping(body).get("reviews")
        if not isinstance(reviews, list):
            raise SchemaChanged(f"Trustpilot: expected an object with a list 'reviews', found {shown(body)}")
        links = mapping(body).get("links")
        linked = (
            any(mapping(link).get("rel") == "next-page" for link in links)
            if isinstance(links, list)
            else False
        )
        return reviews, bool(reviews) and (linked or len(reviews) >= self._options.page_size)

    def review(self, own_id: str) -> Any:
        """One review; None where there is none with this id (any more)."""
        try:
            return self._json.get(f"/reviews/{quote(own_id, safe='')}")
        except SourceGone:
            return None

    def _unit(self) -> str:
        """The business unit's id. One that had to be looked up is remembered: ids do not change."""
        if self._options.by_id:
            return self._options.business_unit
        name = f"trustpilot unit {self._options.base_url} {self._options.business_unit}"
        if name not in self._memory:
            found = mapping(self._json.get("/business-units/find", name=self._options.business_unit)).get(
                "id"
            )
            if not isinstance(found, str) or not _UNIT.fullmatch(found):
                raise SchemaChanged(
                    f"Trustpilot: expected a business unit with an 'id', found {shown(found)}"
                )
            self._memory[name] = found
        return self._memory[name]

    def _judged(self, status: int, _headers: Mapping[str, str], _body: Any) -> SourceError | None:
        key = self._options.api_key_env
        if status == 401:
            return AuthFailed(f"Trustpilot: refused the API key (401); check {key}")
        if status == 403:
            return AuthFailed(
                f"Trustpilot: answered 403: the key in {key} is not allowed to do this; check that the plan "
                "has the API module and that the year's calls are not used up"
            )
        if status == 404:
            return SourceGone(
                f"Trustpilot: knows no business unit {self._options.business_unit}; check business_unit"
            )
        return None
