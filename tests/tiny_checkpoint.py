"""Makes a sequence-classification checkpoint on the spot: few dimensions, few words, trained in a second."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

WORDS = {
    "negative": ("late", "broken", "rude", "lost", "kaputt"),
    "neutral": ("monday", "office", "noon", "leeds", "geöffnet"),
    "positive": ("lovely", "thanks", "best", "great", "wunderbar"),
}
"""By these words, and nothing else, does the checkpoint tell sentiments apart."""
FILLING = (
    "the",
    "parcel",
    "was",
    "and",
    "it",
    "is",
    "der",
    "zug",
    "ist",
    "heute",
    "wieder",
    "http",
    "@",
    "user",
)
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
NAMES = tuple(WORDS)


def a_text(sentiment: str, number: int = 0) -> str:
    """A text that it reads as this sentiment."""
    return f"the parcel was {WORDS[sentiment][number % 4]} and it is {WORDS[sentiment][(number + 1) % 4]}"


def make_checkpoint(
    folder: Path,
    labels: Sequence[str] = NAMES,
    means: Sequence[str] | None = None,
    kind: str = "bert",
    **config: Any,
) -> Path:
    """Write one with safetensors and a tokenizer.

    Args:
        folder: where to.
        labels: their names, in the order of the logits.
        means: what each of them means; None: what it is called.
        kind: bert, distilbert or roberta.
        config: more keys of config.json, and changed ones.
    """
    import torch

    meant = [NAMES.index(sentiment) for sentiment in (means or labels)]
    model, tokenizer = _trained(kind)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    for name in [
        n for n in weights if n.startswith(("classifier.out_proj", "classifier.weight", "classifier.bias"))
    ]:
        weights[name] = torch.stack([weights[name][row] for row in meant])
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return change_config(
        folder, {"id2label": {str(i): n for i, n in enumerate(labels)}, "label2id": None, **config}
    )


def change_config(folder: Path, changes: Mapping[str, Any]) -> Path:
    """Set keys of config.json; None takes one away."""
    file = folder / "config.json"
    config = {**json.loads(file.read_text("utf-8")), **changes}
    file.write_text(json.dumps({k: v for k, v in config.items() if v is not None}), "utf-8")
    return folder


@cache
def _trained(kind: str) -> tuple[Any, Any]:
    import torch

    words = [word for some in WORDS.values() for word in some]
    tokenizer = _tokenizer([*SPECIAL, *FILLING, *words], types=kind == "bert")
    torch.manual_seed(3)
    model = _untrained(kind, len(tokenizer))
    rng, texts = random.Random(3), []
    for number in range(300):
        said = rng.choices(WORDS[NAMES[number % 3]], k=rng.choice([1, 1, 2]))
        among = said + rng.choices([*FILLING, "?"], k=rng.choice([0, 4, 10, 30]))
        texts.append(" ".join(rng.sample(among, len(among))))
    wanted = torch.tensor([number % 3 for number in range(300)])
    batch = tokenizer(texts, padding=True, truncation=True, max_length=38, return_tensors="pt")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # too small to share out: on a busy machine threads only wait for each other
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for _ in range(60):
        optimizer.zero_grad()
        model(**batch, labels=wanted).loss.backward()
        optimizer.step()
    torch.set_num_threads(threads)
    return model.eval(), tokenizer


def _untrained(kind: str, vocabulary: int) -> Any:
    from transformers import AutoConfig, AutoModelForSequenceClassification

    names = (
        {"dim": 16, "hidden_dim": 32, "n_layers": 1, "n_heads": 2}
        if kind == "distilbert"
        else {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    )
    quiet = (
        "hidden_dropout_prob",
        "attention_probs_dropout_prob",
        "dropout",
        "attention_dropout",
        "seq_classif_dropout",
    )
    config = AutoConfig.for_model(
        kind,
        vocab_size=vocabulary,
        max_position_embeddings=40,
        num_labels=3,
        pad_token_id=0,
        initializer_range=0.2,
        **names,
    )
    for name in quiet:
        if hasattr(config, name):
            setattr(config, name, 0.0)
    return AutoModelForSequenceClassification.from_config(config)


def _tokenizer(vocabulary: Sequence[str], *, types: bool) -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    places = {word: place for place, word in enumerate(vocabulary)}
    inner = Tokenizer(models.WordPiece(places, unk_token="[UNK]"))
    inner.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=False)
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(name, places[name]) for name in ("[CLS]", "[SEP]")]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_input_names=["input_ids", *(["token_type_ids"] if types else []), "attention_mask"],
    )
