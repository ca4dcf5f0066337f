"""Copies are recognised through the edits that people make, and different texts are left apart."""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.mention import BANDS, Author, Mention
from nlp.duplicates import NEAR_WORDS, near, sign, words
from nlp.fingerprint import fingerprint

T = datetime(2026, 3, 1, tzinfo=UTC)
DATA = Path(__file__).parents[3] / "shared" / "data"
LONG = "My night train to Lisbon was cancelled twice and nobody at the station could tell us why"
SHORT = "worst night train ever"


def post(text: str, author: str = "ann") -> Mention:
    who = Author(source="x", external_id=author, handle=author) if author else None
    return Mention(source="x", external_id="1", text=text, posted_at=T, fetched_at=T, author=who)


def copies(text: str, other: str, author: str = "ann", other_author: str = "bo") -> bool:
    """What storage makes of two posts: the same digest, or a shared band and then the words."""
    one, two = sign(post(text, author)), sign(post(other, other_author))
    if one is None or two is None:
        return False
    return one.digest == two.digest or (bool({*one.bands} & {*two.bands}) and near(text, other))


@pytest.mark.parametrize(
    "copy",
    [
        LONG.upper(),
        f"RT @larkspur_fan: {LONG}",
        f"{LONG} #boycott #larkspur",
        f"@larkspur @press {LONG}!!! \U0001f621\U0001f621",
        f"{LONG} https://news.example/4711",
        LONG.replace("Lisbon", "Porto"),
        LONG.replace("nobody at", "nobody there at"),
        LONG.replace("twice ", ""),
    ],
)
def test_what_people_do_to_a_text_they_copy(copy: str) -> None:
    assert copies(LONG, copy)


@pytest.mark.parametrize(
    "other",
    [
        LONG.replace("twice", "2 times"),
        LONG.replace("was cancelled", "was not cancelled"),
        LONG.replace("was cancelled", "wasnt cancelled"),
        LONG.replace("was cancelled", "was hardly cancelled"),
        "My suitcase went to Lisbon without me and nobody at the station could tell us why",
        "Lovely night train to Lisbon, breakfast was great and the staff at the station kind",
    ],
)
def test_another_text_is_left_apart(other: str) -> None:
    assert not copies(LONG, other)


@pytest.mark.parametrize(
    ("says", "unlike"),
    [
        ("has arrived", "hasnt arrived"),
        ("works", "barely works"),
        ("connects", "doesnt connect"),
        ("was late two days", "was late ten days"),
        ("was friendly", "wasnt friendly"),
    ],
)
def test_a_negation_or_a_number_makes_it_another_text(says: str, unlike: str) -> None:
    frame = "to whom it may concern at the shop where I bought it, my new router {} and that is all I say"
    assert not near(frame.format(says), frame.format(unlike))
    assert near(frame.format(says), frame.format(says).replace("new", "old"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Flight 1815 still waits at the gate in Porto after two long hours", "1815|1816", False),
        ("the wifi on board is broken", "the wifi on board is BROKEN!", True),  # six words: the same words
        ("the wifi on board is broken", "the wifi on board was broken", False),
        (SHORT, SHORT, False),  # many people say so
        (f"{SHORT} https://a.example/1", f"{SHORT} https://a.example/1", True),
        (f"{SHORT} https://a.example/1", f"{SHORT} https://a.example/2", False),
        (f"RT @joan: {SHORT}", f"rt @Joan {SHORT} #fail", False),  # the tag is a word of so short a text
        (f"RT @joan: {SHORT}", f"RT @Joan {SHORT}!", True),
        (f"RT @joan: {SHORT}", f"RT @jim: {SHORT}", False),
        (f"“@joan: {SHORT}” https://a.example/1", f"“@joan: {SHORT}” https://a.example/2", True),
        ("", "", False),
        ("\U0001f621", "\U0001f621\U0001f621", False),
    ],
)
def test_the_shorter_the_more_must_be_the_same(one: str, other: str, same: bool) -> None:
    if "|" in other:
        other = one.replace(*other.split("|"))
    assert copies(one, other) is same


def test_the_same_author_repeats_themselves_however_shortly() -> None:
    assert copies(SHORT, SHORT.upper(), "ann", "ann")
    assert sign(post(SHORT, "")) is None


def test_scripts_without_spaces_have_words_too() -> None:
    text = "列車が二回も運休になったのに駅の人は誰も理由を教えてくれませんでした"
    assert copies(text, f"{text}。#larkspur")
    assert copies(text, text.replace("駅の人は", "駅の係は"))
    assert not copies("ありがとう", "ありがとう")


def test_a_signature_is_the_same_in_every_process() -> None:
    """It is stored: whoever changes this has to migrate what was stored."""
    signature = sign(post(LONG))
    assert signature is not None
    assert (signature.digest, signature.bands[:2]) == (
        5_898_022_155_574_900_813,
        (7_782_464_762_183_120_322, -2_587_749_647_962_769_540),
    )
    assert len(signature.bands) == BANDS


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts(one: str, other: str) -> None:
    assert near(one, other) == near(other, one)
    for signature in (sign(post(one)), sign(post(other, ""))):
        if signature is not None:
            assert len(signature.bands) in (0, BANDS)
            assert all(-(2**63) <= number < 2**63 for number in (signature.digest, *signature.bands))


word = st.text(alphabet="abcdefgh", min_size=1, max_size=6)
sentences = st.lists(word, min_size=NEAR_WORDS, max_size=60).map(" ".join)
added = st.sampled_from([" #tag", " https://a.example/x", " @somebody", " !!", " \U0001f621"])


@given(sentences, st.lists(added, max_size=4))
def test_what_is_hung_on_changes_nothing(text: str, more: list[str]) -> None:
    assert sign(post(text + "".join(more))) == sign(post(text))
    assert near(text, text + "".join(more))


@given(sentences)
def test_the_same_fingerprint_is_the_same_text(text: str) -> None:
    noisy = text.replace(" ", " @x ").upper() + "?"
    assert fingerprint(noisy) == fingerprint(text)
    assert copies(text, noisy)


@given(sentences, st.data())
def test_one_word_in_seven_may_differ_and_one_in_five_not(text: str, data: st.DataObject) -> None:
    said = text.split()
    few, many = len(said) // 7, len(said) // 5 + 1
    places = data.draw(st.lists(st.integers(0, len(said) - 1), min_size=many, max_size=many, unique=True))
    for count, wanted in ((few, True), (many, False)):
        changed = [f"x{'y' * place}" if place in places[:count] else w for place, w in enumerate(said)]
        assert near(text, " ".join(changed)) is wanted


def edits(rng: random.Random) -> dict[str, tuple[Callable[[str], str], float]]:
    """What is done to a text, and the share of copies that must be found."""

    def at_a_place(change: Callable[[list[str], int], list[str]]) -> Callable[[str], str]:
        def edit(text: str) -> str:
            said = text.split()
            return " ".join(change(said, rng.randrange(len(said))))

        return edit

    change = at_a_place(lambda said, i: [*said[:i], "honestly", *said[i + 1 :]])
    return {
        "hashtags": (lambda text: f"{text} #boycott #fail", 0.99),
        "link": (lambda text: f"{text} https://a.example/{rng.random()}", 0.99),
        "handle": (lambda text: f"@somebody {text}", 0.99),
        "RT": (lambda text: f"RT @someone: {text}", 0.99),
        "emoji": (lambda text: f"{text} \U0001f621", 0.99),
        "capitals": (str.upper, 0.97),
        "a word changed": (change, 0.90),
        "a word dropped": (at_a_place(lambda said, i: said[:i] + said[i + 1 :]), 0.89),
        "a word added": (at_a_place(lambda said, i: [*said[:i], "really", *said[i:]]), 0.97),
        "two words changed": (lambda text: change(change(text)), 0.65),
    }


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the labelled data are not beside the checkout")
def test_figures_on_tweets(capsys: pytest.CaptureFixture[str]) -> None:
    """Recall by edit, and how many different texts are merged (they were read, and were copies)."""
    texts = []
    for name in ("us_airline_sentiment/all", "tweeteval_sentiment/train"):
        with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            texts += [str(json.loads(line)["text"]) for line in lines]
    rng = random.Random(3)
    base = [text for text in rng.sample(texts, 4_000) if len(words(text)) >= NEAR_WORDS][:2_000]
    for name, (edit, least) in edits(rng).items():
        found = sum(copies(text, edit(text)) for text in base) / len(base)
        with capsys.disabled():
            sys.stdout.write(f"{name}: {found:.1%} found\n")
        assert found >= least, name
    different = list({fingerprint(text): text for text in base}.values())
    by_band: dict[tuple[int, int], list[str]] = {}
    merged = 0
    for text in different:
        signature = sign(post(text))
        assert signature is not None
        alike = {other for key in enumerate(signature.bands) for other in by_band.get(key, ())}
        merged += any(near(text, other) for other in alike)
        for key in enumerate(signature.bands):
            by_band.setdefault(key, []).append(text)
    with capsys.disabled():
        sys.stdout.write(f"{merged} merges among {len(different):,} different texts\n")
    assert merged < len(different) / 100
