"""Whether a mention is about the brand, rule by rule."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from core.brand_query import BrandQuery
from core.config import Brand
from core.mention import Author, Mention
from core.relevance import RELEVANT, Why, fingerprint, has_link, judge
from core.target import Target

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class NoOptions(BaseModel):
    pass


def target(name: str = "found", **changes: Any) -> Target:
    values = {"brand": "Acme Rail", "source": "x", "options": NoOptions(), "by_words": True}
    return Target(**{**values, "name": name, **changes})


def brand(*targets: Target, **query: Any) -> Brand:
    given = BrandQuery(**query) if query else None
    return Brand(name="Acme Rail", handles=("acme_rail",), query=given, targets=targets or (target(),))


FULL = brand(
    any=("acme", "acme rail"),
    context=("train", "ticket"),
    exclude=("coyote",),
    languages=("en", "de"),
    ignore_authors=("coyote_news",),
    ignore_sites=("coyote.example",),
    spam_accounts=3,
)


def mention(text: str = "acme lost my ticket", handle: str = "ann", **changes: Any) -> Mention:
    author = Author(source="x", external_id=handle, handle=handle)
    values = {"source": "x", "external_id": "1", "posted_at": NOW, "fetched_at": NOW, "author": author}
    return Mention(**{**values, "text": text, **changes})


@pytest.mark.parametrize(
    ("found", "why", "detail"),
    [
        (mention(), None, ""),
        (mention("a coyote at acme, and my ticket"), Why.EXCLUDED, "coyote"),
        (mention("coyote"), Why.EXCLUDED, "coyote"),
        (mention("they lost my ticket"), Why.NO_WORD, ""),
        (mention("acme anvils"), Why.NO_CONTEXT, ""),
        (mention(handle="@Coyote_News"), Why.AUTHOR, "coyote_news"),
        (mention(url="https://www.coyote.example/1"), Why.SITE, "coyote.example"),
        (mention(url="https://notcoyote.example/1"), None, ""),
        (mention(url="https://[broken"), None, ""),
        (mention(language="fr"), Why.LANGUAGE, "fr"),
        (mention(language="EN-gb"), None, ""),
        (mention(language="und"), None, ""),
        (mention(language="qme"), None, ""),
        (mention("", visibility="deleted"), None, ""),
        (
            mention(
                "late again",
                author=Author(source="x", external_id="9", handle="acme_fan", name="Acme Ticket"),
            ),
            None,
            "",
        ),
        (mention(author=None), None, ""),
    ],
)
def test_each_rule(found: Mention, why: Why | None, detail: str) -> None:
    relevance = judge(FULL, found)
    assert (relevance.relevant, relevance.why, relevance.detail) == (why is None, why, detail)


def test_the_thread_says_what_it_is_about() -> None:
    answer = mention("they lost mine as well")
    assert judge(FULL, answer).why is Why.NO_WORD
    assert judge(FULL, answer, thread=["acme lost my ticket"]) == RELEVANT
    assert judge(FULL, answer, thread=["the acme coyote bought a ticket"]) == RELEVANT
    assert judge(FULL, mention("that coyote"), thread=["acme lost my ticket"]).why is Why.EXCLUDED


def test_spam_is_a_link_by_many_accounts() -> None:
    advert = mention("acme ticket for free https://spam.example")
    assert judge(FULL, advert, accounts=2) == RELEVANT
    assert judge(FULL, advert, accounts=3).why is Why.SPAM
    assert judge(FULL, mention(), accounts=300) == RELEVANT, "a complaint that goes around"
    assert judge(brand(spam_accounts=None), mention("acme rail https://a.example"), accounts=300) == RELEVANT
    assert judge(brand(any=("acme",)), advert, accounts=10).why is Why.SPAM


def test_an_unsaid_language_is_guessed_and_a_said_one_believed() -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []

    def foreign(text: str, languages: Any) -> bool:
        asked.append((text, languages))
        return True

    assert judge(FULL, mention(language="de"), foreign=foreign) == RELEVANT
    assert asked == []
    assert judge(FULL, mention(), foreign=foreign).why is Why.LANGUAGE
    assert asked == [("acme lost my ticket", ("en", "de"))]
    assert judge(brand(any=("acme",)), mention(), foreign=foreign) == RELEVANT, "all languages are wanted"


def test_without_a_query_the_name_and_handles_count() -> None:
    assert judge(brand(), mention("Acme Rail again")) == RELEVANT
    assert judge(brand(), mention("hey @acme_rail")) == RELEVANT
    assert judge(brand(), mention("acme anvils")).why is Why.NO_WORD


def test_a_boolean_text_tells_what_excluded() -> None:
    rules = brand(boolean="(acme OR @acme_rail) (ticket OR train) -coyote -(wile OR roadrunner)")
    assert judge(rules, mention()) == RELEVANT
    assert judge(rules, mention("acme ticket coyote")).detail == "coyote"
    assert judge(rules, mention("acme ticket roadrunner")).detail == "wile OR roadrunner"
    assert judge(rules, mention("acme")).why is Why.NO_WORD


@given(st.text(), st.none() | st.text(max_size=5), st.text(max_size=20), st.text(max_size=9))
def test_whatever_a_stranger_writes_it_is_judged(
    text: str, language: str | None, url: str, handle: str
) -> None:
    relevance = judge(FULL, mention(text, handle, language=language, url=url), thread=[text], accounts=9)
    assert relevance.relevant is (relevance.why is None)
    assert has_link(text) in (True, False)


def test_a_fingerprint_changes_with_whatever_the_judgement_depends_on() -> None:
    one = target()
    seen = {
        fingerprint(each)
        for each in (
            brand(),
            brand(any=("acme",)),
            brand(any=("acme",), languages=("en",)),
            brand(any=("acme",), ignore_sites=("a.example",)),
            brand(any=("acme",), spam_accounts=None),
            brand(one, target("more")),
            brand(one, target("more", by_words=False)).model_copy(update={"handles": ()}),
        )
    }
    assert len(seen) == 7
    assert fingerprint(brand()) == fingerprint(brand(one, target("more", by_words=False)))
