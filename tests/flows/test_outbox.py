"""What is put into the outbox."""

from __future__ import annotations

from datetime import timedelta

from flows.steps.digest import daily_digest
from flows.steps.operator import tell_trouble
from storage.notifications import claim_due
from tests.flows.conftest import House
from tests.flows.test_steps import one_brand


def test_keys_are_the_same_in_every_version(house: House) -> None:
    """They are in databases: another one would send what was sent before once more."""
    one_brand(house, {"id": 1, "text": "good"})
    channels = [{"name": "a", "type": "console"}, {"name": "ä b", "type": "console"}]
    house.alerts(channels=channels, digest={"daily": ["ä b", "ä b"]})
    with house.open() as wiring:
        assert tell_trouble(wiring, "automation: é", "something is wrong") == 1
        sent, again = daily_digest(wiring), daily_digest(wiring)
        assert (sent.told, sent.known, again.told, again.known) == (1, 0, 0, 1)
        with wiring.database.transaction() as tx:
            due = claim_due(tx, wiring.clock(), 10, timedelta(minutes=5))
    assert {each.channel: each.dedupe_key for each in due} == {
        "a": "earful-operator-a1da3c65899bb4a30bcf380fa2846845",
        "ä b": "earful-digest-ce39979a73d69d8b716c20376a75c56d",
    }
