"""The sources that Earful knows. A client library is imported when a listener that needs it is built."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.target import Listener
from listeners.archive import options as archive
from listeners.base import Borrowed, Source, usable_secret
from listeners.reddit import options as reddit
from listeners.x import options as x


def _build_x(options: x.XOptions, borrowed: Borrowed) -> Listener:
    from listeners.x.client import Api
    from listeners.x.poll import X

    token = usable_secret(options.bearer_token_env, borrowed.secret(options.bearer_token_env))
    return X(options, Api(options, token, borrowed.clock), borrowed.clock, borrowed.spent_usd)


def _build_reddit(options: reddit.RedditOptions, borrowed: Borrowed) -> Listener:
    from listeners.reddit.client import Api
    from listeners.reddit.poll import Reddit

    names = (options.client_id_env, options.client_secret_env)
    client_id, client_secret = (usable_secret(name, borrowed.secret(name)) for name in names)
    return Reddit(options, Api(options, client_id, client_secret, borrowed.clock), borrowed.clock)


def _build_archive(options: archive.ArchiveOptions, borrowed: Borrowed) -> Listener:
    from listeners.archive.poll import Archive

    return Archive(options, borrowed.clock)


def _x_secrets(options: x.XOptions) -> tuple[str, ...]:
    return (options.bearer_token_env,)


def _reddit_secrets(options: reddit.RedditOptions) -> tuple[str, ...]:
    return (options.client_id_env, options.client_secret_env)


def _no_secrets(_options: archive.ArchiveOptions) -> tuple[str, ...]:
    return ()


_ALL = (
    Source(name="x", options=x.XOptions, build=_build_x, terms=x.TERMS, secrets=_x_secrets),
    Source(
        name="reddit",
        options=reddit.RedditOptions,
        build=_build_reddit,
        terms=reddit.TERMS,
        secrets=_reddit_secrets,
    ),
    Source(
        name="archive",
        options=archive.ArchiveOptions,
        build=_build_archive,
        terms=archive.TERMS,
        secrets=_no_secrets,
    ),
)

SOURCES: Mapping[str, Source] = MappingProxyType({source.name: source for source in _ALL})
"""Source name, as in brands.yaml -> the source."""
