"""A mailbox: the contract suite, and what is read of it, now and of the past."""

from __future__ import annotations

import tracemalloc
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.mention import Visibility
from core.target import Archivist
from listeners.base import Borrowed
from listeners.inbox.imap import quoted
from listeners.inbox.options import InboxOptions
from listeners.registry import SOURCES
from tests.imap_server import ImapServer, Mailbox
from tests.listeners import inbox_mailbox
from tests.listeners.contract import Pagination, Records, checkpoint, ids
from tests.listeners.inbox_mailbox import USER, ImapScenario
from tests.listeners.scenarios.base import NOW, SECRET, posted
from tests.listeners.scenarios.inbox import a_mail

imap = inbox_mailbox.imap
scenario = inbox_mailbox.scenario


class TestPagination(Pagination):
    pass


class TestRecords(Records):
    def test_a_deleted_text_is_not_taken_over(self, scenario: Any) -> None:
        """Nobody can take a mail back; an empty one is rejected."""
        scenario.publish(1, kind="deleted")
        (page,) = scenario.poll()
        assert page.mentions == ()
        assert [(r.reason[:15], r.place) for r in page.rejected] == [("this is no mail", "INBOX, uid 1")]


class TestReading:
    def test_it_only_reads(self, scenario: ImapScenario) -> None:
        scenario.publish(1, 2)
        assert len(ids(scenario.poll())) == 2
        assert not any(mail.seen for mail in scenario.imap.inbox.mails)
        assert {command.split()[0] for command in scenario.imap.commands} == {
            "CAPABILITY",
            "LOGIN",
            "EXAMINE",
            "UID",
            "LOGOUT",
        }

    def test_the_server_marks_mails_as_seen_where_it_should(self, imap: ImapServer) -> None:
        """Else the test above could not fail."""
        import imaplib

        imap.inbox.add(bytes(a_mail(1)), posted(1))
        client = imaplib.IMAP4("127.0.0.1", imap.port, timeout=5)
        client.login(USER, SECRET)
        client.select("INBOX")
        client.uid("FETCH", "1", "(BODY[])")
        client.logout()
        assert imap.inbox.mails[0].seen

    def test_nothing_new_costs_one_look(self, scenario: ImapScenario) -> None:
        scenario.publish(1)
        stored = checkpoint(scenario.poll())
        scenario.imap.commands.clear()
        (page,) = scenario.poll(stored)
        assert (page.mentions, page.checkpoint) == ((), stored)
        assert scenario.imap.commands == ["CAPABILITY", "LOGIN", 'EXAMINE "INBOX"', "LOGOUT"]

    def test_the_first_poll_reaches_back_so_many_days(self, scenario: ImapScenario) -> None:
        for days in (30, 9, 6, 0):
            scenario.imap.inbox.add(bytes(a_mail(days, Date="soon")), NOW - timedelta(days=days))
        assert ids(scenario.poll()) == ["6@example.org", "0@example.org"]
        assert ids(scenario.poll(first_reach_days=40)) == [f"{n}@example.org" for n in (30, 9, 6, 0)]

    def test_a_mailbox_where_nothing_is_young_enough_is_searched_once(self, scenario: ImapScenario) -> None:
        scenario.imap.inbox.add(bytes(a_mail(1)), NOW - timedelta(days=300))
        stored = checkpoint(scenario.poll())
        scenario.imap.commands.clear()
        scenario.poll(stored)
        assert not any("SEARCH" in command for command in scenario.imap.commands)

    def test_posted_when_it_was_sent_or_else_when_it_arrived(self, scenario: ImapScenario) -> None:
        scenario.imap.inbox.add(bytes(a_mail(1)), posted(3))
        scenario.imap.inbox.add(bytes(a_mail(2, Date="soon")), posted(4))
        scenario.imap.inbox.add(bytes(a_mail(3, Date="Sun, 22 Nov 2099 10:00:00 +0000")), posted(5))
        times = [mention.posted_at for page in scenario.poll() for mention in page.mentions]
        assert times == [posted(1), posted(4), posted(5)]

    def test_a_mailbox_built_anew_is_read_from_shortly_before_what_is_known(
        self, scenario: ImapScenario
    ) -> None:
        scenario.imap.inbox.add(bytes(a_mail(1)), NOW - timedelta(days=6))
        scenario.publish(2, 3)
        stored = checkpoint(scenario.poll())
        scenario.imap.inbox.build_anew()
        scenario.now = NOW + timedelta(days=30)  # longer ago than a first poll reaches
        scenario.imap.inbox.add(bytes(a_mail(4)), NOW + timedelta(days=9))
        assert ids(scenario.poll(stored)) == [f"{n}@example.org" for n in (2, 3, 4)]

    def test_a_server_that_does_not_tell_the_next_uid(self, scenario: ImapScenario) -> None:
        scenario.imap.tells_next_uid = False
        scenario.publish(1, 2, 3, 4)
        first = scenario.poll()
        assert ids(first) == [f"{n}@example.org" for n in (1, 2, 3, 4)]
        assert ids(scenario.poll(checkpoint(first))) == []  # though `5:*` names mail 4
        scenario.publish(5)
        assert ids(scenario.poll(checkpoint(first))) == ["5@example.org"]

    def test_uids_far_apart(self, scenario: ImapScenario) -> None:
        for number, uid in ((1, 3), (2, 10_004), (3, 900_000), (4, 1_900_000)):
            scenario.imap.inbox.add(bytes(a_mail(number)), posted(number), uid)
        first = scenario.poll()
        assert ids(first) == [f"{n}@example.org" for n in (1, 2, 3, 4)]
        assert len([command for command in scenario.imap.commands if "SEARCH" in command]) < 40

    def test_a_poll_ends_after_so_many_pages_and_says_so(self, scenario: ImapScenario) -> None:
        scenario.publish(*range(1, 9))
        first = scenario.poll(max_pages=2)
        assert ids(first) == [f"{n}@example.org" for n in range(1, 7)]
        assert [bool(page.truncated) for page in first] == [False, True]
        second = scenario.poll(checkpoint(first), max_pages=2)
        assert ids(second) == ["7@example.org", "8@example.org"]
        assert not any(page.truncated for page in second)

    def test_a_mail_that_is_gone_when_it_is_fetched(self, scenario: ImapScenario) -> None:
        scenario.publish(1, 2, 3)

        def expunge(command: str, _number: int) -> None:
            if command == "UID FETCH":
                scenario.imap.inbox.mails[:] = [m for m in scenario.imap.inbox.mails if m.uid != 2]

        scenario.imap.fault = expunge
        assert ids(scenario.poll()) == ["1@example.org", "3@example.org"]

    def test_a_large_mail_does_not_fill_memory(self, scenario: ImapScenario) -> None:
        mail = a_mail(1, "Here is my ticket.")
        mail.add_attachment(b"\x00\xff" * 9_000_000, maintype="image", subtype="png", filename="t.png")
        data = bytes(mail)
        assert len(data) > 24_000_000
        scenario.imap.inbox.add(data, posted(1))
        tracemalloc.start()
        try:
            (page,) = scenario.poll(timeout_seconds=10)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert page.mentions[0].text == "Order 1\n\nHere is my ticket."
        assert peak < 16_000_000

    def test_other_mailboxes_by_name(self, scenario: ImapScenario) -> None:
        scenario.imap.mailboxes['Kunden/&ANw-ber uns &- "mehr"'] = Mailbox()
        assert len(scenario.poll(mailbox='Kunden/Über uns & "mehr"')) == 1
        assert quoted("日本語") == '"&ZeVnLIqe-"'  # the example of RFC 3501, section 5.1.3


class TestPast:
    def test_a_span(self, scenario: ImapScenario) -> None:
        scenario.publish(*range(1, 9))
        listener = scenario.listener()
        assert isinstance(listener, Archivist)
        pages = list(listener.past(posted(3), posted(7), None))
        assert ids(pages) == [f"{n}@example.org" for n in (3, 4, 5, 6)]
        assert list(listener.past(posted(3), posted(7), checkpoint(pages))) == []
        rest = list(scenario.listener().past(posted(3), posted(7), pages[0].checkpoint))
        assert ids([pages[0], *rest]) == ids(pages)

    def test_a_drop_folder_has_none(self, tmp_path: Path) -> None:
        checked = InboxOptions.model_validate({"folder": "drop"}, context={"folder": tmp_path})
        borrowed = Borrowed(clock=lambda: NOW, secret=str, http=None)  # type: ignore[arg-type]
        assert not isinstance(SOURCES["inbox"].build(checked, borrowed), Archivist)


def test_visibility_is_never_guessed(scenario: ImapScenario) -> None:
    scenario.publish(1)
    assert scenario.poll()[0].mentions[0].visibility is Visibility.LIVE
