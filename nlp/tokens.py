"""Texts as the encoder takes them, by the tokenizers library alone: no torch, no transformers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ConfigError
from nlp.clean import for_model
from nlp.encoder import TOKENIZER

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

WINDOW = 256
"""Tokens of a text that are read: what the encoder was trained with (its model card)."""
TARGET_CHARACTERS = 60
"""A longer target is cut after cleaning, as an emoji becomes a name: it would leave no room for the text."""
_GOES_ON = "##"
"""Begins a token that is a part of the word before: "app" is not named by "apps"."""
_UNKNOWN = frozenset({"[UNK]", "<unk>"})


def load(folder: Path, window: int = WINDOW) -> Tokenizer:
    """The encoder's own tokenizer; the first text of a pair is cut when both are too long.

    Args:
        folder: of the encoder.
        window: tokens of a text, or of a pair, that are kept.

    Raises:
        ConfigError: the folder holds none.
    """
    from tokenizers import Tokenizer

    path = folder / TOKENIZER
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise ConfigError(str(path), f"is no readable tokenizer: {error}") from None
    tokenizer.enable_truncation(window, strategy="only_first")
    tokenizer.no_padding()
    return tokenizer


def encode(tokenizer: Tokenizer, cleaned: Sequence[str], targets: Sequence[str | None]) -> list[Encoding]:
    """Token ids and offsets into the cleaned texts; types are for `types_of`.

    Args:
        tokenizer: from `load`.
        cleaned: texts after `for_model`, each towards its target.
        targets: what each reading shall be about; None: the text as a whole.
    """
    pairs = [
        text if target is None else (text, for_model(target, target)[:TARGET_CHARACTERS] or "it")
        for text, target in zip(cleaned, targets, strict=True)
    ]
    found: list[Encoding] = tokenizer.encode_batch(pairs)
    return found


def types_of(encoding: Encoding) -> list[int]:
    """0 for the text's tokens, 1 for the target's: in the pair's second text, and wherever the first has it.

    Marked so, a target that the text names is read where it stands ("left Acme for Globex").
    """
    ids, types = encoding.ids, list(encoding.type_ids)
    if 1 not in types:  # an encoder without segments: the tokenizer tells the texts apart nevertheless
        types = [int(sequence == 1) for sequence in encoding.sequence_ids]
    first = types.index(1) if 1 in types else len(ids)
    target = ids[first:-1]
    for start in range(1, first - len(target)):
        end = start + len(target)
        if target and ids[start:end] == target and not encoding.tokens[end].startswith(_GOES_ON):
            types[start:end] = [1] * len(target)
    return types


def says_something(encoding: Encoding) -> bool:
    """Whether the encoder knows any of the text's tokens; what is written in nothing but others is unread."""
    return any(
        sequence == 0 and token not in _UNKNOWN
        for token, sequence in zip(encoding.tokens, encoding.sequence_ids, strict=True)
    )
