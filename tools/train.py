"""Trains the adapter in nlp/adapter: `make train`, or `python tools/train.py --help`.

One LoRA (Hu et al. 2021) over all linear layers of the frozen encoder and one linear head a question are
trained together on mixed batches of similar length. Every decision is taken on the validation cut; the test
cut is not looked at. An interrupted run goes on from its last checkpoint.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor

from nlp.adapter import Manifest, save_adapter
from nlp.corpora import CORPORA, Cut, Example, read_cuts
from nlp.encoder import PACKAGED, PACKAGED_SHA256, load_encoder, load_tokenizer, locate, verify
from nlp.metrics import fit_temperature
from nlp.network import Network
from training.batches import Encoded, encode
from training.loop import RESULT, SAVE_EVERY, fit, trainable
from training.recipe import Recipe
from training.scores import predict, validate


def build(recipe: Recipe) -> Network:
    """The encoder with a fresh LoRA, and fresh heads."""
    torch.manual_seed(recipe.seed)
    folder = locate(PACKAGED)
    verify(folder, PACKAGED_SHA256)
    encoder = load_encoder(folder)
    lora = LoraConfig(r=recipe.rank, lora_alpha=recipe.alpha, lora_dropout=0.05, target_modules="all-linear")
    return Network(get_peft_model(encoder, lora), encoder.config.hidden_size)


def focus_on(examples: Sequence[Example], data: Sequence[Encoded], seed: int) -> list[Encoded]:
    """What customers write to brands, and as many other texts, so that these are not forgotten."""
    names = {corpus.name for corpus in CORPORA if corpus.focus}
    focus = [e for example, e in zip(examples, data, strict=True) if example.corpus in names]
    others = [e for example, e in zip(examples, data, strict=True) if example.corpus not in names]
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    return focus + rng.sample(others, min(len(focus), len(others)))


def blend(network: Network, other: Mapping[str, Tensor], share: float) -> None:
    """Move the network's weights towards others until it has only this share of its own."""
    with torch.no_grad():
        for name, weights in trainable(network).items():
            weights.copy_(other[name].lerp(weights, share))


def train(data: Path, out: Path, work: Path, recipe: Recipe, save_every: int) -> None:
    """Read the cuts, train in two phases, fit the temperatures on the validation cut, write the adapter."""
    cuts = read_cuts(data)
    tokenizer = load_tokenizer(locate(PACKAGED))
    examples = cuts[Cut.TRAIN][: recipe.limit or None]
    encoded = encode(examples, tokenizer, recipe.window)
    held = encode(cuts[Cut.VALIDATION], tokenizer, recipe.window)
    corpora = [e.corpus for e in cuts[Cut.VALIDATION]]
    network = build(recipe)
    fit(network, encoded, recipe, work / "broad", save_every)
    print("after the broad phase:", validate(network, held, corpora), flush=True)
    broad = {name: weights.detach().clone() for name, weights in trainable(network).items()}
    focus = focus_on(examples, encoded, recipe.seed)
    fit(network, focus, recipe.focused(), work / "focus", save_every)
    print("after the focused phase:", validate(network, held, corpora))
    blend(network, broad, recipe.blend)
    scores = validate(network, held, corpora)
    print("both, blended:", scores)
    logits = predict(network, held)
    manifest = Manifest(
        encoder=PACKAGED,
        encoder_sha256=PACKAGED_SHA256,
        languages=("en",),
        temperatures={
            head: fit_temperature(values.numpy(), [getattr(e, head) for e in held])
            for head, values in logits.items()
        },
        recipe=asdict(recipe),
        examples=len(examples),
        validation=scores,
    )
    save_adapter(out, network, manifest)
    for phase in ("broad", "focus"):  # the next training begins anew
        (work / phase / RESULT).unlink()
    print(f"wrote {out}")


def main() -> None:
    """The command line: where things are, and one option for each ingredient of the recipe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("nlp/adapter"))
    parser.add_argument("--work", type=Path, default=Path(".earful/training"), help="checkpoint and log")
    parser.add_argument("--save-every", type=int, default=SAVE_EVERY, help="steps between checkpoints")
    for field in fields(Recipe):
        option = f"--{field.name.replace('_', '-')}"
        parser.add_argument(option, type=type(field.default), default=field.default)
    args = vars(parser.parse_args())
    recipe = Recipe(**{field.name: args[field.name] for field in fields(Recipe)})
    train(args["data"], args["out"], args["work"], recipe, args["save_every"])


if __name__ == "__main__":
    main()
