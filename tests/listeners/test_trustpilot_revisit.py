"""Trustpilot: known reviews looked at again."""

from __future__ import annotations

import pytest

from core.errors import SchemaChanged, SourceUnavailable
from core.mention import Kind, Visibility
from core.target import Known, Reviewer
from listeners.base import Borrowed
from listeners.registry import SOURCES
from listeners.trustpilot.options import TrustpilotOptions
from tests.listeners.contract import ids, until_trouble
from tests.listeners.scenarios.base import NOW, SECRET, posted
from tests.listeners.scenarios.trustpilot import TrustpilotScenario
from tests.listeners.trustpilot_platform import asked
from tests.listeners.trustpilot_platform import trustpilot as trustpilot
from tests.replay import Answer


def reviewer(trustpilot: TrustpilotScenario) -> Reviewer:
    revisit = SOURCES["trustpilot"].revisit
    assert revisit is not None
    borrowed = Borrowed(
        clock=lambda: NOW, secret=lambda _name: SECRET, http=trustpilot.http, permit=trustpilot._permit
    )
    return revisit.build(TrustpilotOptions.model_validate(trustpilot.options()), borrowed)


def known(trustpilot: TrustpilotScenario, *numbers: int) -> list[Known]:
    return [
        Known(
            external_id=trustpilot.external_id(n),
            thread_id=None,
            posted_at=posted(n),
            url="https://x.example",
            kind=Kind.REVIEW,
        )
        for n in numbers
    ]


class TestLookingAgain:
    def test_pages_tell_of_many_at_once(self, trustpilot: TrustpilotScenario) -> None:
        trustpilot.publish(*range(1, 31))
        trustpilot.records[11]["text"] = "It came after all."
        found = {
            m.external_id: m
            for page in reviewer(trustpilot).look_again(known(trustpilot, 10, 11, 12, 13))
            for m in page.mentions
        }
        assert sorted(found) == [trustpilot.external_id(n) for n in (10, 11, 12, 13)]
        assert "came after all" in found[trustpilot.external_id(11)].text
        assert all(seen.path == trustpilot.path for seen in trustpilot.server.requests)

    def test_what_is_gone_comes_without_its_text(self, trustpilot: TrustpilotScenario) -> None:
        trustpilot.publish(1, 2, 4)
        pages = list(reviewer(trustpilot).look_again(known(trustpilot, 2, 3, 4)))
        visible = {m.external_id: m.visibility for page in pages for m in page.mentions}
        assert visible == {
            trustpilot.external_id(2): Visibility.LIVE,
            trustpilot.external_id(3): Visibility.DELETED,
            trustpilot.external_id(4): Visibility.LIVE,
        }
        (gone,) = [m for page in pages for m in page.mentions if m.visibility.gone]
        assert (gone.text, gone.author, gone.posted_at) == ("", None, posted(3))
        assert (gone.url, gone.kind) == ("https://x.example", Kind.REVIEW)
        assert all(page.checkpoint is None for page in pages)

    def test_what_no_page_shows_but_is_there_is_not_gone(self, trustpilot: TrustpilotScenario) -> None:
        trustpilot.publish(1, 2, 3)
        listed = [trustpilot.records[3], trustpilot.records[1]]
        trustpilot.server.on("GET", trustpilot.path, Answer(body=trustpilot.envelope(listed)))
        found = ids(reviewer(trustpilot).look_again(known(trustpilot, 2)))
        assert found == [trustpilot.external_id(2)]

    def test_when_single_reviews_are_not_told_any_more_nothing_is_gone(
        self, trustpilot: TrustpilotScenario
    ) -> None:
        trustpilot.publish(1, 3)
        trustpilot.server.on("GET", f"/v1/reviews/{trustpilot.external_id(2)}", Answer(status=404))
        trustpilot.server.on("GET", f"/v1/reviews/{trustpilot.external_id(1)}", Answer(status=404))
        trustpilot.server.on("GET", f"/v1/reviews/{trustpilot.external_id(3)}", Answer(status=404))
        with pytest.raises(SchemaChanged, match="not even one that it lists"):
            list(reviewer(trustpilot).look_again(known(trustpilot, 2)))

    def test_an_empty_listing_proves_nothing(self, trustpilot: TrustpilotScenario) -> None:
        pages = list(reviewer(trustpilot).look_again(known(trustpilot, 1, 2)))
        assert ids(pages) == []

    def test_another_review_in_its_place_is_kept_as_rejected(self, trustpilot: TrustpilotScenario) -> None:
        trustpilot.publish(1, 3)
        own_id = trustpilot.external_id(2)
        trustpilot.server.on("GET", f"/v1/reviews/{own_id}", Answer(body=trustpilot.record(9, "good")))
        pages = list(reviewer(trustpilot).look_again(known(trustpilot, 2)))
        assert ids(pages) == []
        assert [record.external_id for page in pages for record in page.rejected] == [own_id]

    def test_one_that_always_fails_keeps_no_other_from_being_told(
        self, trustpilot: TrustpilotScenario
    ) -> None:
        trustpilot.publish(1, 5)
        down = Answer(status=500, body="down")
        trustpilot.server.on("GET", f"/v1/reviews/{trustpilot.external_id(2)}", down)
        got, trouble = until_trouble(reviewer(trustpilot).look_again(known(trustpilot, 2, 3, 4)))
        assert sorted(ids(got)) == [trustpilot.external_id(3), trustpilot.external_id(4)]
        assert isinstance(trouble, SourceUnavailable)
        assert trustpilot.external_id(2) in str(trouble)

    def test_nothing_known_asks_nothing(self, trustpilot: TrustpilotScenario) -> None:
        assert list(reviewer(trustpilot).look_again([])) == []
        assert trustpilot.server.requests == []

    def test_it_is_never_dearer_than_asking_one_by_one(self, trustpilot: TrustpilotScenario) -> None:
        trustpilot.publish(*range(1, 100))
        found = ids(reviewer(trustpilot).look_again(known(trustpilot, 1, 99)))
        assert sorted(found) == [trustpilot.external_id(1), trustpilot.external_id(99)]
        assert asked(trustpilot) == ["1", "1", "2", "1"]  # where to begin, two pages, and review 1 by itself
