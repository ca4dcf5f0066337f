"""A forum's JSON interface, and what its errors mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import AuthFailed, RateLimited, SchemaChanged, SourceError, SourceUnavailable
from listeners.base import Borrowed, usable_secret
from listeners.discourse.options import DiscourseOptions
from listeners.http import in_seconds, retry_after
from listeners.json_api import JsonApi
from listeners.values import mapping, shown


class Hidden(AuthFailed):
    """What is asked for exists, and we may not see it."""


def open_api(options: DiscourseOptions, borrowed: Borrowed) -> JsonApi:
    """The interface, as a visitor or with a key.

    Raises:
        ConfigError: the key is named and not set.
    """
    headers = {"Accept": "application/json"}
    if options.api_key_env is not None:
        headers["Api-Key"] = usable_secret(options.api_key_env, borrowed.secret(options.api_key_env))
        headers["Api-Username"] = options.api_username

    def judge(status: int, told: Mapping[str, str], body: Any) -> SourceError | None:
        answer = mapping(body)
        if status == 429 and retry_after(told, borrowed.clock()) is None:
            seconds = mapping(answer.get("extras")).get("wait_seconds")
            if isinstance(seconds, int | float) and (until := in_seconds(seconds, borrowed.clock())):
                return RateLimited("Discourse: answered 429 (too many requests)", until)
        if status == 403 and answer.get("error_type") == "invalid_access":
            return Hidden("Discourse: may not be seen with this key (403)")
        if status == 403 and answer.get("error_type") == "not_logged_in":
            return AuthFailed(
                "Discourse: this forum shows nothing to visitors; set api_key_env and api_username"
            )
        if status == 409:
            return SourceUnavailable("Discourse: is too busy to search; it is tried again later")
        return None

    return JsonApi(
        "Discourse",
        borrowed,
        base_url=options.base_url,
        timeout=options.timeout_seconds,
        headers=headers,
        judge=judge,
    )


def latest_of(body: object) -> list[Any]:
    """The posts of posts.json; where another shape is recognised."""
    posts = mapping(body).get("latest_posts")
    if not isinstance(posts, list):
        raise SchemaChanged(
            f"Discourse: expected 'latest_posts', found {shown(body)}; is it a Discourse forum?"
        )
    return posts


def found_of(body: object) -> tuple[list[Any], bool]:
    """The posts of search.json with the titles of their topics, and whether there are more."""
    answer = mapping(body)
    grouped = mapping(answer.get("grouped_search_result"))
    posts, topics = answer.get("posts"), answer.get("topics")
    if not isinstance(posts, list) or "grouped_search_result" not in answer:
        raise SchemaChanged(f"Discourse: expected 'posts' of a search, found {shown(body)}")
    if grouped.get("error"):
        raise SourceUnavailable("Discourse: its search is overloaded; it is tried again later")
    known: dict[int, Mapping[str, Any]] = {}
    for topic in topics if isinstance(topics, list) else []:
        if isinstance(number := mapping(topic).get("id"), int):
            known[number] = mapping(topic)
    return [_titled(post, known) for post in posts], bool(grouped.get("more_full_page_results"))


def _titled(post: object, topics: Mapping[int, Mapping[str, Any]]) -> object:
    number = mapping(post).get("topic_id")
    if not isinstance(post, dict) or not isinstance(number, int):
        return post
    topic = topics.get(number, {})
    return {"topic_title": topic.get("title"), "topic_slug": topic.get("slug"), **post}


def stream_of(body: object) -> list[Any]:
    """The posts of a topic."""
    posts = mapping(mapping(body).get("post_stream")).get("posts")
    if not isinstance(posts, list):
        raise SchemaChanged(f"Discourse: expected a topic with 'post_stream', found {shown(body)}")
    return posts
