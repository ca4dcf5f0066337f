"""YouTube: known comments looked at again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.errors import AuthFailed, SourceGone
from core.mention import Kind, Page, Visibility
from core.target import Known
from listeners.base import Borrowed
from listeners.youtube import SOURCE
from listeners.youtube.options import YouTubeOptions
from tests.listeners.scenarios.base import NOW, SECRET, posted
from tests.listeners.scenarios.youtube import VIDEO, YouTubeScenario
from tests.listeners.youtube_platform import refusal
from tests.listeners.youtube_platform import site as site
from tests.replay import Answer, Seen


def published(site: YouTubeScenario, count: int) -> list[Known]:
    """So many threads, as they were stored."""
    site.publish(*range(1, count + 1))
    return [
        Known(
            external_id=site.external_id(n),
            thread_id=site.external_id(n),
            posted_at=posted(n),
            url=f"https://www.youtube.com/watch?v={VIDEO}&lc=x",
            kind=Kind.COMMENT,
        )
        for n in range(1, count + 1)
    ]


def look_again(site: YouTubeScenario, known: list[Known]) -> Iterator[Page]:
    borrowed = Borrowed(clock=lambda: NOW, secret=lambda _: SECRET, http=site.http)
    assert SOURCE.revisit is not None
    options = YouTubeOptions.model_validate(site.options())
    return SOURCE.revisit.build(options, borrowed).look_again(known)


class TestRevisit:
    def test_fifty_a_request(self, site: YouTubeScenario) -> None:
        known = published(site, 60)
        site.reply(60, 2)
        site.records[2]["snippet"]["topLevelComment"]["snippet"]["textDisplay"] = "Found again"
        parent = site.external_id(60)
        known += [
            Known(external_id=f"{parent}.{own}", thread_id=parent, posted_at=NOW, url="u", kind=Kind.REPLY)
            for own in ("r1", "r9")
        ]
        for thread in site.records.values():
            del thread["snippet"]["topLevelComment"]["snippet"]["videoId"]
        del site.records[1]
        pages = list(look_again(site, known))
        assert len(pages) == len(site.server.requests) == 2
        found = {mention.external_id: mention for page in pages for mention in page.mentions}
        assert len(found) == 62
        assert (found[site.external_id(1)].visibility, found[site.external_id(1)].text) == (
            Visibility.DELETED,
            "",
        )
        again = found[site.external_id(2)]
        assert (again.text, again.parent_id, again.url) == ("Found again", VIDEO, known[1].url)
        assert (found[f"{parent}.r1"].kind, found[f"{parent}.r1"].parent_id) == (Kind.REPLY, parent)
        first, lost = found[site.external_id(1)], found[f"{parent}.r9"]
        assert lost.visibility is Visibility.DELETED
        assert [(m.kind, m.parent_id) for m in (first, lost)] == [
            (Kind.COMMENT, VIDEO),
            (Kind.REPLY, parent),
        ]


class TestRefused:
    """Of all that a request asks for, because of a few."""

    def refuse(self, site: YouTubeScenario, answers: dict[str, Answer]) -> None:
        def serve(seen: Seen) -> Answer:
            asked_for = seen.query["id"].split(",")
            return next((answers[own_id] for own_id in asked_for if own_id in answers), site.comments(seen))

        site.server.play("GET", "/comments", serve)

    def test_the_few_are_gone_and_the_others_are_looked_at(self, site: YouTubeScenario) -> None:
        known = published(site, 60)
        lost, hidden = site.external_id(1), site.external_id(37)
        self.refuse(
            site,
            {
                lost: refusal("commentNotFound", 404),
                hidden: refusal("forbidden", domain="youtube.comment"),
            },
        )
        found = {m.external_id: m for page in look_again(site, known) for m in page.mentions}
        assert set(found) == {item.external_id for item in known}
        gone = {own_id: m.visibility for own_id, m in found.items() if m.visibility.gone}
        assert gone == {lost: Visibility.DELETED, hidden: Visibility.PROTECTED}
        assert [(found[own_id].text, found[own_id].parent_id) for own_id in gone] == [("", VIDEO)] * 2

    def test_one_in_fifty_takes_a_dozen_more_requests(self, site: YouTubeScenario) -> None:
        known = published(site, 50)
        self.refuse(site, {site.external_id(50): refusal("commentNotFound", 404)})
        list(look_again(site, known))
        assert len(site.server.requests) <= 13

    @pytest.mark.parametrize(
        ("answer", "error"),
        [(refusal("forbidden"), AuthFailed), (Answer(status=404, body="<html>"), SourceGone)],
    )
    def test_what_is_not_of_a_comment_erases_none(
        self, site: YouTubeScenario, answer: Answer, error: type[Exception]
    ) -> None:
        known = published(site, 2)
        site.server.play("GET", "/comments", lambda _seen: answer)
        with pytest.raises(error):
            list(look_again(site, known))
        assert len(site.server.requests) == 1
