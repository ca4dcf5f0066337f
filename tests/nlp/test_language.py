from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.reading import UNDETERMINED
from nlp.language import guess

ENGLISH = ("en",)


@pytest.mark.parametrize(
    "text",
    [
        *("thanks", "ok", "lol no", "worst airline ever", "great job guys", "my bag is gone", "no refund"),
        *("delivery late again", "@acme wtf", "love it", "why is the app down??", "5 stars", "not cool man"),
        *(
            "omg yesss",
            "flight cancelled smh",
            "never again.",
            "the staff were lovely",
            "top!",
            "merci @acme",
        ),
        *("this is a rip-off", "app crashes on iPhone 15", "still waiting, day 4", "gg", "a b c d e f"),
    ],
)
def test_short_english_is_not_called_foreign(text: str) -> None:
    assert guess(text, ENGLISH)[1]


@pytest.mark.parametrize("text", ["", "12345", "😡😡😡", "@acme #fail https://x.example/abc", "ok thanks"])
def test_what_is_too_short_to_tell_is_not_told(text: str) -> None:
    assert guess(text, ENGLISH) == (UNDETERMINED, True)


@pytest.mark.parametrize(
    "text",
    [
        "The train was two hours late again and nobody told us why.",
        "I have been waiting for my refund since March, please answer my e-mails.",
        "What a lovely evening, the waiters were friendly and the food was great.",
    ],
)
def test_english_is_told(text: str) -> None:
    assert guess(text, ENGLISH) == ("en", True)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Zug ist schon wieder ausgefallen und niemand sagt uns, wie es weitergeht.", "de"),
        ("Seit drei Wochen warte ich auf mein Paket, so geht das wirklich nicht!", "de"),
        ("El servicio de atención al cliente es pésimo y nadie contesta el teléfono.", "es"),
        ("Llevo dos semanas esperando mi pedido y todavía no ha llegado.", "es"),
        ("Le train est encore en retard et personne ne nous dit ce qui se passe.", "fr"),
        ("Je suis très déçue, le colis est arrivé cassé et on refuse de me rembourser.", "fr"),
        ("الخدمة سيئة جدا ولم يرد علي أحد منذ أسبوع كامل", "ar"),
        ("電車がまた遅れていて、誰も説明してくれません。", "ja"),
        ("最悪です", "ja"),
    ],
)
def test_foreign_is_told(text: str, language: str) -> None:
    found, supported = guess(text, ENGLISH)
    assert not supported
    assert found == language or text == "最悪です", "four signs fit Japanese and Chinese"


def test_what_is_foreign_depends_on_what_is_supported() -> None:
    assert guess("Der Zug ist schon wieder ausgefallen und niemand hilft.", ("en", "de")) == ("de", True)


@settings(deadline=None)  # the first text loads the tables
@given(st.text(st.sampled_from("@# \x00\ud800\u200dé電ع😡a.") | st.characters()))
def test_any_text_gets_an_answer(text: str) -> None:
    language, supported = guess(text, ENGLISH)
    assert language == UNDETERMINED or (language.isalpha() and len(language) in (2, 3))
    assert supported or language not in ENGLISH


@pytest.mark.parametrize("text", ["a" * 1_000_000, "@" * 1_000_000, "http://" * 100_000])
def test_a_megabyte_gets_an_answer(text: str) -> None:
    assert guess(text, ENGLISH)[0]
