"""Mails: which of their words are kept, out of parts, encodings, quotations and signatures."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from core.mention import Mention, Rejected
from listeners.inbox.mail import LONGEST_TEXT
from listeners.inbox.trim import own_words, own_words_of_html
from tests.listeners.inbox_reader import mention, raw, read
from tests.listeners.scenarios.inbox import a_mail


class TestText:
    def test_plain_goes_before_html(self) -> None:
        mail = a_mail(1, "plain words", Subject="")
        mail.add_alternative("<p>html words</p>", subtype="html")
        assert mention(mail).text == "plain words"

    def test_html_alone_or_beside_an_empty_plain_part(self) -> None:
        mail = a_mail(1, " ", Subject="")
        mail.add_alternative("<style>p{}</style><p>Fish &amp; chips</p><p>caf&eacute;</p>", subtype="html")
        assert mention(mail).text == "Fish & chips\n\ncafé"
        alone = a_mail(1, Subject="")
        alone.set_content("<div>one</div><div>two</div>", subtype="html")
        assert mention(alone).text == "one\ntwo"

    def test_several_plain_parts_and_no_attachment(self) -> None:
        mail = a_mail(1, "before the picture", Subject="")
        mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
        mail.add_attachment("not ours", filename="log.txt")
        inner = EmailMessage()
        inner.set_content("after the picture")
        mail.attach(inner)
        forwarded = a_mail(2, "a mail within the mail")
        mail.add_attachment(forwarded)
        assert mention(mail).text == "before the picture\n\nafter the picture"

    @pytest.mark.parametrize(
        ("charset", "data", "text"),
        [
            ("utf-8", "Größe".encode(), "Größe"),
            ("iso-8859-1", b"Gr\xf6\xdfe", "Größe"),
            ("windows-1251", "Привет".encode("cp1251"), "Привет"),
            ("gb2312", "你好".encode("gb2312"), "你好"),
            ("us-ascii", "Größe".encode(), "Größe"),
            ("us-ascii", b"Gr\xf6\xdfe", "Größe"),
            ("utf-8", b"Gr\xf6\xdfe", "Gr\ufffd\ufffde"),
            ("x-unknown", b"Gr\xf6\xdfe", "Größe"),
            ("zlib", "Größe".encode(), "Größe"),
            ("undefined", "Größe".encode(), "Größe"),
            ('"utf-8', "Größe".encode(), "Größe"),
            ("utf-8", b"a\x00b", "ab"),
        ],
    )
    def test_charsets(self, charset: str, data: bytes, text: str) -> None:
        head = ("From: ann@example.org", f"Content-Type: text/plain; charset={charset}")
        assert mention(raw(*head, "Content-Transfer-Encoding: 8bit", "", data)).text == text

    @pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-uuencode", "what"])
    def test_damaged_encodings_keep_what_they_can(self, encoding: str) -> None:
        body = raw("From: ann@example.org", f"Content-Transfer-Encoding: {encoding}", "", "Hello=ZZ w*rld")
        assert mention(body).text

    def test_a_mail_cut_in_the_middle(self) -> None:
        mail = a_mail(1, "the words", Subject="")
        mail.add_attachment(b"\x00" * 100_000, maintype="image", subtype="png", filename="a.png")
        assert mention(bytes(mail)[:5_000]).text == "the words"

    def test_an_attachment_before_the_text(self) -> None:
        mail = EmailMessage()
        mail["From"] = "ann@example.org"
        mail.add_attachment(b"\x00" * 100_000, maintype="image", subtype="png", filename="a.png")
        found = read(bytes(mail)[:5_000], cut=True)
        assert isinstance(found, Rejected)
        assert "max_bytes" in found.reason

    def test_endless_text_is_cut(self) -> None:
        found = mention(a_mail(1, "word " * 100_000, Subject=""))
        assert len(found.text) <= LONGEST_TEXT + 4
        assert found.text.endswith("[…]")

    def test_parts_within_parts_without_end(self) -> None:
        depth = 3_000
        head = [f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}" for n in range(depth)]
        data = "From: ann@example.org\r\n" + "\r\n".join(head) + "\r\n\r\nHello"
        assert isinstance(read(data.encode()), Mention | Rejected)

    def test_html_within_html_without_end(self) -> None:
        assert own_words_of_html("<div>" * 20_000 + "Hello") in ("Hello", "")


PLAIN = {
    "signature": ("Late again.\n-- \nAnn\nAcme fan", "Late again."),
    "dashes in a text are none": ("a -- b\n--- c", "a -- b\n--- c"),
    "answer above": (
        "Still broken.\n\nOn Fri, 20 Nov 2026 at 10:00, Care <care@acme.test> wrote:\n> Again.\n>\n> Care",
        "Still broken.",
    ),
    "attribution on two lines": (
        "No.\n\nAm 20.11.2026 um 10:00 schrieb\nCare <c@acme.test>:\n\n> Bitte",
        "No.",
    ),
    "answer below": ("On 20 Nov 2026, Care wrote:\n> Solved?\n\nNo, it is not.", "No, it is not."),
    "answers between": ("> Solved?\nNo.\n> Sure?\nYes.", "No.\nYes."),
    "own words that end in a colon stay": ("You said this:\n> we refund\nWhen?", "You said this:\nWhen?"),
    "outlook in english": (
        "Hello?\n\n-----Original Message-----\nFrom: Care\nTo: Ann\n\nWe refund.",
        "Hello?",
    ),
    "outlook in german": ("Hallo?\n\n---- Ursprüngliche Nachricht ----\nWir erstatten.", "Hallo?"),
    "headers": ("Hello?\n\nFrom: Care\nSent: Friday\nTo: Ann\nSubject: Re\n\nWe refund.", "Hello?"),
    "headers in french": ("Alors?\n\nDe : Care\nEnvoyé : vendredi\nÀ : Ann\n\nNous", "Alors?"),
    "a contact form is none": ("Name: Ann\nEmail: a@b.test\nMessage: From: Rome", None),
    "from a place": ("From: Rome I flew home.\nIt was late.", None),
    "a forwarded mail stays": ("-----Forwarded Message-----\nFrom: Ann\nTo: Care\n\nLate!", None),
    "only quoted": ("> Late again!", None),
    "empty": ("", None),
}


@pytest.mark.parametrize("case", PLAIN)
def test_quotations_and_signatures(case: str) -> None:
    text, left = PLAIN[case]
    assert own_words(text) == (text if left is None else left)
    assert own_words(text.replace("\n", "\r\n")) == own_words(text)


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        ("<p>Late</p><div class='gmail_quote'>On x wrote: <blockquote>y</blockquote></div>", "Late"),
        ("<p>Late</p><blockquote type='cite'>We refund</blockquote>", "Late"),
        (
            "<p>Late</p><div id='appendonsend'></div><hr><div id='divRplyFwdMsg'>From: x</div><div>y</div>",
            "Late",
        ),
        ("<p>Late</p><div class='gmail_signature'>Ann<div class='gmail_signature'>x</div></div>", "Late"),
        ("<blockquote>They said sorry</blockquote>", "They said sorry"),
        ("<div class='gmail_quote'>Forwarded: late!</div>", "Forwarded: late!"),
        ("https://acme.test/late", "https://acme.test/late"),
        ("<p>Late</p>" + "<a id=" * 50_000, "Late"),
        ("<p>Late</p>" + "<!--" * 50_000, "Late"),
        ("<p>I <3 you</p> 3 < 4", "I <3 you\n\n3 < 4"),
        ("Late<br><!-- cut <b>", "Late"),
        ("<?xml version='1.0'?><html><body>Late</body></html>", "Late"),
    ],
)
def test_quotations_and_signatures_in_html(markup: str, left: str) -> None:
    assert own_words_of_html(markup) == left
