"""Mails: whom and when they are from, which are noise, and what becomes of each, however damaged."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.mention import Kind, Mention, Rejected, Terms
from listeners.inbox.mail import parse
from listeners.inbox.read import MailReader
from tests.listeners.any_json import check
from tests.listeners.inbox_reader import mention, raw, read, reason
from tests.listeners.scenarios.base import NOW, posted
from tests.listeners.scenarios.inbox import a_mail


class TestMails:
    def test_every_field(self) -> None:
        mail = a_mail(
            3,
            "My parcel never came.",
            From='"Ann B." <Ann@Example.org>',
            References="<1@example.org> <2@acme.test>",
            In_Reply_To="<2@acme.test>",
            Content_Language="en-GB, de",
        )
        found = mention(mail, MailReader(terms=Terms(may_train=True)))
        assert (found.source, found.external_id, found.kind) == ("inbox", "3@example.org", Kind.REPLY)
        assert (found.thread_id, found.parent_id) == ("1@example.org", "2@acme.test")
        assert (found.text, found.language) == ("My parcel never came.", "en-GB")
        assert (found.posted_at, found.fetched_at) == (posted(3), NOW)
        assert found.author is not None
        assert (found.author.external_id, found.author.handle, found.author.name) == (
            "ann@example.org",
            "ann@example.org",
            "Ann B.",
        )
        assert found.terms.may_train

    def test_the_first_mail_of_a_thread_says_its_subject_and_names_the_thread(self) -> None:
        found = mention(a_mail(1, "It is broken.", Subject="Still no refund!"))
        assert (found.text, found.kind) == ("Still no refund!\n\nIt is broken.", Kind.POST)
        assert (found.thread_id, found.parent_id) == ("1@example.org", None)
        assert mention(a_mail(1, "x", Subject="AW: Your order")).text == "x"
        assert mention(a_mail(1, " ", Subject="Call me back")).text == "Call me back"

    def test_only_references_or_only_in_reply_to(self) -> None:
        found = mention(a_mail(3, References="<1@a.test> <2@a.test>"))
        assert (found.thread_id, found.parent_id) == ("1@a.test", "2@a.test")
        found = mention(a_mail(3, In_Reply_To="<2@a.test> (your mail)"))
        assert (found.thread_id, found.parent_id) == ("2@a.test", "2@a.test")

    def test_without_a_message_id_the_same_mail_has_the_same_id(self) -> None:
        mails = [a_mail(1, "a"), a_mail(1, "a"), a_mail(1, "b")]
        for mail in mails:
            del mail["Message-ID"]
        one, same, other = [mention(mail).external_id for mail in mails]
        assert one == same != other
        assert one.startswith("sha256-")
        crlf = bytes(mails[0]).replace(b"\n", b"\r\n")
        assert mention(crlf).external_id == one

    def test_an_endless_message_id(self) -> None:
        found = mention(raw(f"Message-ID: <{'a' * 900}@b>", "From: ann@example.org", "", "Hello"))
        assert len(found.external_id) < 60

    def test_when_it_was_posted(self) -> None:
        received = "from a by b; Sat, 21 Nov 2026 03:00:00 -0100"
        assert mention(a_mail(1, Date="soon", Received=received)).posted_at == datetime(
            2026, 11, 21, 4, 0, tzinfo=UTC
        )
        assert mention(a_mail(1, Date="Mon, 1 Jan 2099 00:00:00 +0000")).posted_at == NOW
        assert mention(a_mail(1, Date="Sat, 21 Nov 2026 03:00:00")).posted_at.hour == 3
        assert mention(a_mail(1, Date="31 Dec 9999 23:59:59 -2359")).posted_at == NOW
        assert mention(a_mail(1, Date="1 Jan 1601 00:00:00 +0000")).posted_at == NOW
        assert mention(a_mail(1, Date="soon", Received="x; 31 Dec 9999 23:59:59 +0000")).posted_at == NOW

    def test_a_forwarded_mail_is_its_first_senders(self) -> None:
        mail = a_mail(1, From="'Ann' via Care <care@acme.test>", Reply_To="Ann <ann@example.org>")
        assert mention(mail).author.handle == "care@acme.test"  # type: ignore[union-attr]
        ours = MailReader(terms=Terms(), own_addresses=("Care@acme.test",))
        assert mention(mail, ours).author.handle == "ann@example.org"  # type: ignore[union-attr]
        assert mention(a_mail(1, From="care@acme.test"), ours).author.handle == "care@acme.test"  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        ("value", "address", "name"),
        [
            (b"=?utf-8?B?w4Ru?= <a@b.test>", "a@b.test", "Än"),
            (b"=?utf-8?Q?=C3?= =?utf-8?Q?=84n?= <a@b.test>", "a@b.test", "Än"),
            (b"=?iso-8859-1?Q?J=F6rg_K?= <a@b.test>", "a@b.test", "Jörg K"),
            (b"\xc3\x84n <a@b.test>", "a@b.test", "Än"),
            (b"\xc4n <a@b.test>", "a@b.test", "\ufffdn"),
            (b"=?utf-8?B?!!!?= <a@b.test>", "a@b.test", ""),
            (b"=?no-such-charset?Q?=C3=84n?= <a@b.test>", "a@b.test", "Än"),
            (b"Ann B a@b.test", "a@b.test", ""),
            (b"<<a@b.test>>", "a@b.test", ""),
        ],
    )
    def test_damaged_senders(self, value: bytes, address: str, name: str) -> None:
        author = mention(raw(b"From: " + value, "", "Hello")).author
        assert author is not None
        assert (author.handle, author.name) == (address, name)

    @pytest.mark.parametrize("value", [b"", b"undisclosed", b"@", b"a b c", b'"a'])
    def test_nobody(self, value: bytes) -> None:
        assert mention(raw(b"From: " + value, "Date: x", "", "Hello")).author is None


class TestNoise:
    @pytest.mark.parametrize(
        ("headers", "told"),
        [
            ({"Auto_Submitted": "auto-replied"}, "Auto-Submitted: auto-replied"),
            ({"Auto_Submitted": "auto-generated; x=y"}, "Auto-Submitted: auto-generated"),
            ({"X_Autoreply": "yes"}, "X-Autoreply"),
            ({"Precedence": "bulk"}, "Precedence: bulk"),
            ({"Precedence": "Auto_Reply"}, "Precedence: auto_reply"),
            ({"From": "Mail Delivery <MAILER-DAEMON@acme.test>"}, "bounce"),
            ({"Return_Path": "<>"}, "Return-Path: <>"),
            ({"List_Id": "News <news.shop.test>"}, "List-Id"),
        ],
    )
    def test_it_is_kept_with_the_reason(self, headers: dict[str, str], told: str) -> None:
        found = read(a_mail(1, **headers))
        assert isinstance(found, Rejected)
        assert told in found.reason
        assert (found.external_id, found.place) == ("1@example.org", "a.eml")
        assert "Where is order 1?" in found.raw

    @pytest.mark.parametrize(
        "kind", ["multipart/report; report-type=delivery-status; boundary=b", "message/delivery-status"]
    )
    def test_reports(self, kind: str) -> None:
        data = raw("From: x@y.test", f"Content-Type: {kind}", "", "--b", "", "It failed", "--b--")
        assert "a report of a mail system" in reason(data)

    @pytest.mark.parametrize(
        "headers", [{"Auto_Submitted": "no"}, {"Precedence": "first-class"}, {"X_Autoreply": "no"}, {}]
    )
    def test_a_customers_mail_is_none(self, headers: dict[str, str]) -> None:
        assert mention(a_mail(1, **headers))

    def test_a_group_of_ones_own_brings_customers(self) -> None:
        mail = a_mail(1, List_Id="Care <care.acme.test>", Precedence="list")
        assert "own_lists" in reason(mail)
        ours = MailReader(terms=Terms(), own_lists=("care.acme.test",))
        assert mention(mail, ours)
        mail["Auto-Submitted"] = "auto-replied"
        assert "Auto-Submitted" in reason(mail, ours)

    @pytest.mark.parametrize("data", [b"", b"\x00\x01\xff", b"hello", b"\r\n\r\n", b"%PDF-1.7 %\xe2"])
    def test_what_is_no_mail(self, data: bytes) -> None:
        assert "no mail" in reason(data)


def test_a_mail_in_a_thousand_pieces() -> None:
    """Whatever stands in a mail: a mention or a rejected record, never an exception."""
    parts = st.sampled_from(
        b"From: |Date: |Subject: |Message-ID: <a@b>|References: |Content-Type: |\r\n|\n|\n\n|text/html|<|>"
        b"|a@b|text/plain; charset=|multipart/mixed; boundary=b|--b|--b--|; charset*=utf-8''%ff|=?utf-8?B?|?="
        b"|; boundary*0=b; boundary*1=c|=?q?Q?=ff?=|\xff|\x00|Content-Transfer-Encoding: base64|> x:|-- "
        b"|Content-Disposition: attachment; filename*=|message/rfc822|begin 644 a|List-Id: |Received: ; |<p>"
        b"|<blockquote type=cite>|Fri, 20 Nov 2026 10:00:00 +0000|9999|From: a|To: b|&#0;|\xe2\x80\xa8".split(
            b"|"
        )
    )

    @given(st.lists(parts | st.binary(max_size=6), max_size=25).map(b"".join), st.booleans())
    @example(b"From: \x00", False)
    @example(b"Subject: \r\n", False)
    def holds(data: bytes, cut: bool) -> None:
        found = read(data, cut=cut)
        check(*(((found,), ()) if isinstance(found, Mention) else ((), (found,))))

    holds()


def test_the_parser_keeps_the_first_of_two_headers() -> None:
    assert parse(b"Subject: a\r\nSubject: b\r\n\r\n").header("subject") == "a"
