"""Google Play: looking again at reviews that are known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from core.errors import SourceGone, SourceUnavailable
from core.mention import Kind, Mention, Visibility
from core.target import Known, Reviewer
from listeners.base import Borrowed
from listeners.googleplay import SOURCE
from listeners.googleplay.options import GooglePlayOptions
from tests.listeners.contract import ids, until_trouble
from tests.listeners.googleplay_platform import publisher_fixture, scenario_fixture  # noqa: F401
from tests.listeners.scenarios.base import NOW, posted
from tests.listeners.scenarios.googleplay import GooglePlayScenario, PublicScenario
from tests.replay import Answer, Seen


class TestLookingAgain:
    def known(self, scenario: GooglePlayScenario, number: int, **change: Any) -> Known:
        own_id = scenario.external_id(number)
        fields = {"external_id": own_id, "thread_id": own_id, "posted_at": posted(number), "url": ""} | change
        return Known(**fields, kind=Kind.REVIEW)

    def reviewer(self, scenario: GooglePlayScenario) -> Reviewer:
        assert SOURCE.revisit is not None
        options = GooglePlayOptions.model_validate(scenario.options())
        borrowed = Borrowed(clock=lambda: scenario.now, secret=scenario.secret, http=scenario.http)
        return SOURCE.revisit.build(options, borrowed)

    def look(self, scenario: GooglePlayScenario, *known: Known) -> list[Mention]:
        pages = self.reviewer(scenario).look_again(known)
        return [mention for page in pages for mention in page.mentions]

    def serve(self, scenario: GooglePlayScenario, found: Mapping[str, Any]) -> None:
        def platform(seen: Seen) -> Answer:
            own_id = seen.path.rsplit("/", 1)[1].replace("%3A", ":")
            return Answer(body=found[own_id]) if own_id in found else Answer(status=404, body={})

        scenario.server.play("GET", f"{scenario.path}/", platform)

    def test_changed_and_deleted(self, publisher: GooglePlayScenario) -> None:
        self.serve(publisher, {publisher.external_id(1): publisher.record(1, "good")})
        two, one = self.look(publisher, self.known(publisher, 1), self.known(publisher, 2))
        assert (one.external_id, one.visibility) == (publisher.external_id(1), Visibility.LIVE)
        assert (two.external_id, two.text, two.visibility) == (
            publisher.external_id(2),
            "",
            Visibility.DELETED,
        )
        assert two.kind is Kind.REVIEW

    def test_an_account_that_lost_the_app_deletes_nothing(self, publisher: GooglePlayScenario) -> None:
        self.serve(publisher, {})
        publisher.fail(Answer(status=404, body={}))
        with pytest.raises(SourceGone):
            self.look(publisher, self.known(publisher, 1))

    def test_one_that_always_fails_keeps_no_other_from_being_told(
        self, publisher: GooglePlayScenario
    ) -> None:
        self.serve(publisher, {publisher.external_id(2): publisher.record(2, "good")})
        bad = f"{publisher.path}/{quote(publisher.external_id(1))}"
        publisher.server.on("GET", bad, Answer(status=500, body="down"))
        pages = self.reviewer(publisher).look_again([self.known(publisher, n) for n in (1, 2, 3)])
        got, trouble = until_trouble(pages)
        assert sorted(ids(got)) == [publisher.external_id(2), publisher.external_id(3)]
        assert isinstance(trouble, SourceUnavailable)
        assert publisher.external_id(1) in str(trouble)

    def test_of_old_ones_and_replies_nothing_is_concluded(self, publisher: GooglePlayScenario) -> None:
        self.serve(publisher, {})
        old = self.known(publisher, 1, posted_at=NOW - timedelta(days=8))
        reply = self.known(publisher, 2, external_id=f"{publisher.external_id(2)}:reply")
        assert self.look(publisher, old, reply) == []

    def test_the_pages_cannot(self, scenario: PublicScenario) -> None:
        assert self.look(scenario, self.known(scenario, 1)) == []
        assert scenario.server.requests == []
