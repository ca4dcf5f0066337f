"""Batch compliance jobs: X says which of many posts must go, without charging for each.

One job at a time for an app. It takes minutes to hours, so that one pass hands the ids in and a later one
reads the result; where things stand is known to X, which lists the app's jobs. (docs.x.com/x-api/compliance)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx

from core.errors import RateLimited, SchemaChanged, SourceUnavailable
from core.mention import Page
from core.target import Known
from listeners.base import Borrowed
from listeners.http import from_status
from listeners.values import mapping, shown
from listeners.x.client import Api
from listeners.x.gone import read_compliance

NAME = "earful"
"""Ours among the app's jobs."""
_AGAIN = timedelta(minutes=30)
"""A job that is not done yet is asked for again after so long."""


class Jobs:
    """The app's compliance jobs.

    Args:
        api: tweepy, wrapped.
        borrowed: gives the time, the HTTP client for a job's files, and remembers which results were read.
    """

    def __init__(self, api: Api, borrowed: Borrowed) -> None:
        self._api = api
        self._borrowed = borrowed

    def look_again(self, known: Sequence[Known]) -> Iterator[Page]:
        """Yield what finished jobs found, whatever was asked in them; then hand these posts in.

        Raises:
            RateLimited: another job is on its way; these posts were not handed in.
        """
        jobs = self._listed()
        for job in jobs:
            key = f"x compliance {job.get('id')}"
            if job.get("status") == "complete" and self._ours(job) and key not in self._borrowed.memory:
                text = self._file("GET", _address(job, "download_url"))
                posts = {post.external_id: post for post in known}
                mentions, unread = read_compliance(text, posts, self._borrowed.clock())
                yield Page(mentions=mentions, rejected=unread)
                self._borrowed.memory[key] = "read"
        self._hand_in(jobs, "".join(f"{post.external_id}\n" for post in known))

    def _listed(self) -> list[Mapping[str, Any]]:
        jobs = self._api.jobs().get("data", [])
        if not isinstance(jobs, list):
            raise SchemaChanged(f"X: expected 'data' as a list of jobs, found {shown(jobs)}")
        return [mapping(job) for job in jobs]

    def _ours(self, job: Mapping[str, Any]) -> bool:
        return job.get("name") == NAME and not self._over(job, "download_expires_at")

    def _over(self, job: Mapping[str, Any], key: str) -> bool:
        try:
            return datetime.fromisoformat(str(job.get(key))) <= self._borrowed.clock()
        except (ValueError, TypeError):  # no time, or one without a zone
            return False

    def _hand_in(self, jobs: Sequence[Mapping[str, Any]], ids: str) -> None:
        now = self._borrowed.clock()
        waiting = [job for job in jobs if job.get("status") == "created"]
        open_ = [job for job in waiting if not self._over(job, "upload_expires_at")]
        if any(job.get("status") == "in_progress" for job in jobs):
            raise _later("X: a compliance job is on its way; its result is read later", now)
        # One that was made and never got its ids, because of a crash, is used now.
        job = next((job for job in open_ if job.get("name") == NAME), None)
        if job is None and open_:
            raise _later("X: another compliance job of this app waits for its ids", now)
        job = job or mapping(self._api.new_job(NAME).get("data"))
        self._file("PUT", _address(job, "upload_url"), ids)

    def _file(self, method: str, address: str, content: str | None = None) -> str:
        """Fetch or send a job's file. The address is a stranger's: no key goes there."""
        headers = {"Content-Type": "text/plain"} if content is not None else {}
        try:
            answer = self._borrowed.http.request(method, address, content=content, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SourceUnavailable(
                f"X: no complete answer from where compliance jobs keep their files ({type(error).__name__})"
            ) from None
        if answer.is_success:
            return answer.text
        # Another host than X's: its refusals say nothing about our key, and nobody else has to wait.
        place = "X: where compliance jobs keep their files"
        refused = from_status(place, answer.status_code, answer.headers, self._borrowed.clock())
        if isinstance(refused, RateLimited):
            raise RateLimited(str(refused), refused.retry_at, alone=True)
        raise SourceUnavailable(f"{place} answered {answer.status_code}; it is tried again later")


def _later(why: str, now: datetime) -> RateLimited:
    """Posts may be listened to meanwhile."""
    return RateLimited(why, now + _AGAIN, alone=True)


def _address(job: Mapping[str, Any], key: str) -> str:
    address = job.get(key)
    if not isinstance(address, str) or not address:
        raise SchemaChanged(f"X: expected a compliance job's '{key}', found {shown(address)}")
    return address
