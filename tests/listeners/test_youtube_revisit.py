"""YouTube: known comments looked at again."""

from __future__ import annotations

from core.mention import Kind, Visibility
from core.target import Known
from listeners.base import Borrowed
from listeners.youtube import SOURCE
from listeners.youtube.options import YouTubeOptions
from tests.listeners.scenarios.base import NOW, SECRET, posted
from tests.listeners.scenarios.youtube import VIDEO, YouTubeScenario
from tests.listeners.youtube_platform import site as site


class TestRevisit:
    def test_fifty_a_request(self, site: YouTubeScenario) -> None:
        site.publish(*range(1, 61))
        site.reply(60, 2)
        site.records[2]["snippet"]["topLevelComment"]["snippet"]["textDisplay"] = "Found again"
        known = [
            Known(
                external_id=site.external_id(n),
                thread_id=site.external_id(n),
                posted_at=posted(n),
                url=f"https://www.youtube.com/watch?v={VIDEO}&lc=x",
                kind=Kind.COMMENT,
            )
            for n in range(1, 61)
        ]
        parent = site.external_id(60)
        known += [
            Known(external_id=f"{parent}.{own}", thread_id=parent, posted_at=NOW, url="u", kind=Kind.REPLY)
            for own in ("r1", "r9")
        ]
        for thread in site.records.values():
            del thread["snippet"]["topLevelComment"]["snippet"]["videoId"]
        del site.records[1]
        borrowed = Borrowed(clock=lambda: NOW, secret=lambda _: SECRET, http=site.http)
        assert SOURCE.revisit is not None
        options = YouTubeOptions.model_validate(site.options())
        pages = list(SOURCE.revisit.build(options, borrowed).look_again(known))
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
