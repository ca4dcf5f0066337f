"""A mailbox that a token opens."""

from __future__ import annotations

import traceback

import pytest

from core.errors import AuthFailed, RateLimited, SchemaChanged, SourceError, SourceUnavailable
from core.mention import Page
from tests.listeners import inbox_mailbox
from tests.listeners.contract import ids
from tests.listeners.inbox_mailbox import ImapScenario
from tests.listeners.scenarios.base import SECRET
from tests.replay import Answer, Seen

imap = inbox_mailbox.imap
scenario = inbox_mailbox.scenario


class TestTokens:
    @pytest.fixture
    def tokens(self, scenario: ImapScenario) -> ImapScenario:
        scenario.imap.token = "t0k3n"
        scenario.publish(1)
        return scenario

    def poll(self, scenario: ImapScenario, answer: Answer) -> list[Page]:
        asked: list[Seen] = []

        def play(seen: Seen) -> Answer:
            asked.append(seen)
            return answer

        scenario.server.play("POST", "/token", play)
        try:
            return scenario.poll(token_url=f"{scenario.server.url}/token")
        finally:
            assert "grant_type=client_credentials" in asked[0].body
            assert f"client_secret={SECRET}" in asked[0].body

    def test_a_token_opens_the_mailbox(self, tokens: ImapScenario) -> None:
        assert ids(self.poll(tokens, Answer(body={"access_token": "t0k3n"}))) == ["1@example.org"]

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (Answer(body={"access_token": "expired"}), AuthFailed),
            (Answer(status=401, body={"error": "invalid_client"}), AuthFailed),
            (Answer(status=400, body={"error": "invalid_scope"}), AuthFailed),
            (Answer(status=503), SourceUnavailable),
            (Answer(status=429, headers={"retry-after": "60"}), RateLimited),
            (Answer(body={"token": "?"}), SchemaChanged),
            (Answer(body="<html>"), SchemaChanged),
        ],
    )
    def test_or_not(self, tokens: ImapScenario, answer: Answer, error: type[SourceError]) -> None:
        with pytest.raises(error) as raised:
            self.poll(tokens, answer)
        told = "".join(traceback.format_exception(raised.value))
        assert SECRET not in told
        assert "expired" not in told
