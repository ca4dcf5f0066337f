from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.clean import READ_CHARACTERS, for_model, origins

ODD = st.sampled_from("@#&;\x00\x1b\r\n\u200b\u200d\u202e\ufe0f\ufffd\ud83d\ude21😡❤ab1 .:/")
ANYTHING = st.text(ODD | st.characters())


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("late again", "late again"),
        ("@acme where is it", "@user where is it"),
        ("thanks @a_1 and @b2", "thanks @user and @user"),
        ("write to a@b.example", "write to a@b.example"),
        ("thanks @acme.bsky.social.", "thanks @user."),
        ("@acme.com and @acme@toots.example, late", "@user and @user, late"),
        ("@acme.Thanks @acme.why", "@user.Thanks @user.why"),
        ("see https://x.example/a?b=1 now", "see http now"),
        ("see www.x.example", "see http"),
        ("HTTP://X.EXAMPLE", "http"),
        ("late &amp; rude &lt;b&gt;", "late & rude <b>"),
        ("&#64;acme late", "@user late"),
        ("a \n\n b\tc", "a b c"),
        ("a\r\nb", "a b"),
        ("a\rb", "a b"),
        ("a\u200bb", "ab"),
        ("a\u202eb", "ab"),
        ("a\x00b\x1b", "ab"),
        ("late\ufffd again", "late again"),
        ("&#0;&#xD83D;", ""),
        ("😡", "pouting face"),
        ("late😡😡", "late pouting face pouting face"),
        ("I ❤️ it", "I heavy black heart it"),
        ("👨\u200d👩\u200d👧", "man woman girl"),
        ("don\u2019t", "don\u2019t"),
        ("\ud800 hello", "hello"),
        ("hello \ud83d\ude21", "hello"),
        ("", ""),
    ],
)
def test_the_model_sees(text: str, seen: str) -> None:
    assert for_model(text) == seen


@pytest.mark.parametrize(
    ("text", "towards", "seen"),
    [
        ("left @acme for @globex", "@acme", "left acme for @user"),
        ("left @ACME for @acme_help", "@acme", "left acme for @user"),
        ("left @acmerail, bye", "@AcmeRail", "left Acme Rail, bye"),
        ("left &#64;acme_rail", "@acme_rail", "left acme rail"),
        ("ask @acme.example.social now", "@acme.example.social", "ask acme now"),
        ("left @acme.bsky.social for @globex.bsky.social", "@acme", "left acme for @user"),
        ("left @acme.bsky.social for @globex.bsky.social", "@Acme.bsky.social", "left Acme for @user"),
        ("left #AcmeRail, #acmerails", "Acme Rail", "left Acme Rail, #acmerails"),
        ("left #acme", "acme", "left #acme"),
        ("see https://x.example/@acme and me@acme", "@acme", "see http and me@acme"),
        ("left @acme for @globex", "acme", "left @user for @user"),
        ("@acme", "@acme", "acme"),
        ("left @acme rail", "@acme rail", "left @user rail"),
        ("@ is no handle", "@", "@ is no handle"),
    ],
)
def test_a_handle_that_is_asked_about_is_seen_as_its_words(text: str, towards: str, seen: str) -> None:
    assert for_model(text, towards) == seen


@given(ANYTHING)
def test_what_the_model_sees_is_one_line_that_can_be_encoded(text: str) -> None:
    seen = for_model(text)
    assert seen == " ".join(seen.split())
    assert not re.search("[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\ufffd]", seen)
    seen.encode("utf-8")


@given(st.text(ODD.filter(lambda c: c != "&") | st.characters(exclude_characters="&"), max_size=300))
def test_cleaning_again_changes_nothing(text: str) -> None:
    assert for_model(for_model(text)) == for_model(text)


@pytest.mark.parametrize("piece", ["a", "a ", "@", "@a ", "&", "http://", "😡", "\u200d"])
def test_of_a_megabyte_only_the_beginning_is_worked_on(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert for_model(text) == for_model(text[:READ_CHARACTERS])


@pytest.mark.parametrize("towards", [None, "@a", "@AbC_1"])
@given(text=ANYTHING)
def test_every_character_that_the_model_sees_has_an_origin(towards: str | None, text: str) -> None:
    seen, places = for_model(text, towards), origins(text, towards)
    assert len(places) == len(seen)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(a <= b for a, b in itertools.pairwise(places)), "in the order of the text"


def test_origins_lead_back_through_every_replacement() -> None:
    text = "so &amp; late \ufffd@acme 😡 see https://x.example/1"
    seen, places = for_model(text), origins(text)
    assert seen == "so & late @user pouting face see http"
    for words, original in [
        ("&", "&amp;"),
        ("@user", "@acme"),
        ("pouting", "😡"),
        ("http", "https://x.example/1"),
    ]:
        at = seen.index(words)
        assert text[places[at][0] : places[at + len(words) - 1][1]] == original


def test_the_words_of_a_handle_lead_back_to_all_of_it() -> None:
    text = "so glad I left @acme_rail_help for @globex!"
    seen, places = for_model(text, "@acme_rail_help"), origins(text, "@acme_rail_help")
    at = seen.index("acme rail help")
    assert {text[start:end] for start, end in places[at : at + 14]} == {"@acme_rail_help"}
    assert text[slice(*places[-1])] == "!"
