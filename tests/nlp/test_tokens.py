from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers.processors import TemplateProcessing

from core.errors import ConfigError
from nlp.clean import for_model
from nlp.encoder import PACKAGED, locate
from nlp.tokens import TARGET_CHARACTERS, WINDOW, encode, load, says_something, types_of


def test_long_texts_are_cut_at_the_window_and_targets_are_kept() -> None:
    tokenizer = load(locate(PACKAGED))
    alone, pair, long_target = encode(
        tokenizer, ["late " * 1_000] * 3, [None, "Acme Air", "x" * TARGET_CHARACTERS * 9]
    )
    assert len(alone.ids) == len(pair.ids) == len(long_target.ids) == WINDOW
    assert set(alone.type_ids) == {0}
    assert pair.tokens[-2:] == ["air", "[SEP]"]
    assert 0 < sum(long_target.type_ids) < WINDOW / 2


def test_a_target_is_marked_wherever_the_text_names_it() -> None:
    (pair,) = encode(load(locate(PACKAGED)), ["left Acme for Globex, never again Acme"], ["acme"])
    marked = [token for token, kind in zip(pair.tokens, types_of(pair), strict=True) if kind]
    assert marked == ["ac", "##me", "ac", "##me", "ac", "##me", "[SEP]"]


def test_a_handle_is_marked_where_the_text_has_its_words() -> None:
    text, handle = "left @acme_app for @globex", "@acme_app"
    (pair,) = encode(load(locate(PACKAGED)), [for_model(text, handle)], [handle])
    marked = [token for token, kind in zip(pair.tokens, types_of(pair), strict=True) if kind]
    assert marked == ["ac", "##me", "app"] * 2 + ["[SEP]"]


def test_without_segments_the_target_is_marked_by_its_place() -> None:
    """As the teacher's tokenizer has it: every type is 0, and nothing but the place tells the texts apart."""
    tokenizer = load(locate(PACKAGED))
    signs = [(sign, tokenizer.token_to_id(sign)) for sign in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] [SEP] $B [SEP]", special_tokens=signs
    )
    pair, alone = encode(tokenizer, ["left Acme for Globex, never again Acme"] * 2, ["acme", None])
    assert set(pair.type_ids) == {0}
    marked = [token for token, kind in zip(pair.tokens, types_of(pair), strict=True) if kind]
    assert marked == ["ac", "##me"] * 3
    assert set(types_of(alone)) == {0}


def test_without_a_target_nothing_is_marked() -> None:
    (alone,) = encode(load(locate(PACKAGED)), ["left Acme for Globex"], [None])
    assert set(types_of(alone)) == {0}


def test_a_word_that_only_begins_like_the_target_is_not_marked() -> None:
    (pair,) = encode(load(locate(PACKAGED)), ["my appxyz crashed, the app too"], ["app"])
    marked = [i for i, kind in enumerate(types_of(pair)) if kind]
    assert [pair.tokens[i] for i in marked] == ["app", "app", "[SEP]"]
    assert pair.tokens[pair.tokens.index("app") + 1].startswith("##"), "it begins like the target"


@pytest.mark.parametrize("target", ["😍" * 100, "漢" * 300, "&amp;" * 90, "a" * 10_000, " "])
def test_no_target_leaves_the_text_without_room(target: str) -> None:
    (pair,) = encode(load(locate(PACKAGED)), ["late again " * 300], [target])
    assert len(pair.ids) == WINDOW
    assert pair.sequence_ids.count(0) > WINDOW / 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("late", True),
        ("\u2b50\u2b50", True),
        ("\U0001f44d\U0001f3fd", True),
        ("\U0001f1e6\U0001f1f9", False),
        ("\u203c", False),
        ("", False),
    ],
)
def test_what_is_written_in_unknown_signs_alone_says_nothing(text: str, says: bool) -> None:
    (alone,) = encode(load(locate(PACKAGED)), [for_model(text)], [None])
    (pair,) = encode(load(locate(PACKAGED)), [for_model(text)], ["acme"])
    assert says_something(alone) is says_something(pair) is says


def test_a_target_without_words_is_still_one() -> None:
    (pair,) = encode(load(locate(PACKAGED)), ["late"], ["\u200b"])
    assert 1 in pair.type_ids


@pytest.mark.parametrize("content", [None, "", "{}"])
def test_a_folder_without_a_tokenizer_is_told(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(ConfigError, match=r"tokenizer\.json: is no readable tokenizer"):
        load(tmp_path)
