"""Trains the adapter in nlp/adapter: `make train`, or `python tools/train.py --help`.

The packaged encoder and a linear head a question are trained together, on mixed batches of similar length;
its vocabulary stays frozen. At the end n-grams are fitted beside it (training/ngrams.py). Every decision is
taken on the validation cut; the test cut is not looked at. An interrupted run goes on from its last
checkpoint.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModel, PreTrainedModel
from transformers.utils import logging

from nlp import adapter, tokens
from nlp.corpora.cuts import Cut, missing, read_cuts
from nlp.encoder import PACKAGED, PACKAGED_SHA256, locate, verify
from nlp.network import Network
from training.batches import EXTRA, device_of, encode, schedule
from training.finish import finish
from training.hiding import Hiding
from training.loop import RESULT, SAVE_EVERY, fit, trainable
from training.own import with_own
from training.precision import KEPT, settled
from training.recipe import Recipe
from training.scores import average_score
from training.taught import Taught

SHARES = (1.0, 0.9, 0.8, 0.7, 0.6)
"""Tried for Recipe.blend."""


def build(recipe: Recipe) -> tuple[Network, nn.Module]:
    """The network to train, its vocabulary frozen, and the untrained encoder."""
    torch.manual_seed(recipe.seed)
    folder = locate(PACKAGED)
    verify(folder, PACKAGED_SHA256)
    encoder, untrained = (load_encoder(folder) for _ in range(2))
    words: Any = encoder.embeddings
    for frozen in (words.word_embeddings, words.position_embeddings, untrained):
        frozen.requires_grad_(False)
    for layer in encoder.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = 0.0  # words are hidden instead: Recipe.masked
    network = Network(encoder, encoder.config.hidden_size, EXTRA)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return network.to(device), untrained.eval().to(device)


def begin_with(network: Network, folder: Path) -> None:
    """Give the network the weights of an adapter; heads that it has not stay as they are."""
    weights = adapter.network(locate(PACKAGED), folder).weights
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            known = weights.get(name.removeprefix("encoder."))
            if known is not None:
                parameter.copy_(torch.from_numpy(known))


@torch.no_grad()
def blend(network: nn.Module, began: Mapping[str, Tensor], judge: Callable[[], float]) -> float:
    """Give the network the mean of what it began with and of what it is that `judge` likes best.

    Returns:
        The share of what it was.
    """
    trained = {name: p.detach().clone() for name, p in trainable(network).items()}

    def judged(share: float) -> float:
        for name, parameter in trainable(network).items():
            parameter.copy_(torch.lerp(began[name], trained[name], share))
        score = judge()
        print(f"{share:.0%} of what was trained: {score:.4f}", flush=True)
        return score

    best = max(SHARES, key=judged)
    for name, parameter in trainable(network).items():
        parameter.copy_(torch.lerp(began[name], trained[name], best))
    return best


def load_encoder(folder: Path) -> PreTrainedModel:
    """The packaged weights, in single precision."""
    logging.disable_progress_bar()
    # On a CPU, the backward pass of torch's fused attention takes several times that of the plain one.
    encoder: PreTrainedModel = AutoModel.from_pretrained(
        str(folder), local_files_only=True, attn_implementation="eager"
    )
    return encoder


def train(
    data: Path, out: Path, work: Path, start: Path | None, taught: Taught, recipe: Recipe, save_every: int
) -> None:
    """Read the cuts, train, fit n-grams and calibration, write the adapter."""
    cuts = read_cuts(data)
    for corpus in missing(data):
        print(f"without {corpus.name}/{corpus.split}: the folder does not hold it", flush=True)
    examples = with_own(cuts)[: recipe.limit or None]
    tokenizer = tokens.load(locate(PACKAGED), recipe.window)
    encoded = encode(examples, tokenizer, taught)
    validation = encode(cuts[Cut.VALIDATION], tokenizer)
    order = schedule(examples, recipe.passes, recipe.early, random.Random(recipe.seed))  # noqa: S311
    asked = sum(example.taught is not None for example in encoded)
    print(f"{len(examples):,} examples, {len(order):,} with their passes, {asked:,} taught", flush=True)
    network, untrained = build(recipe)
    recipe = replace(recipe, precision=settled(recipe.precision, device_of(network), work))
    if start:
        begin_with(network, start)
        recipe = replace(recipe, start=adapter.revision(start))
    began = {name: p.detach().clone() for name, p in trainable(network).items()}
    held_back = cuts[Cut.VALIDATION]

    def judge(trained: Network) -> float:
        return average_score(trained, validation, held_back)

    fit(
        network,
        untrained,
        Hiding.of(tokenizer),
        encoded,
        order,
        judge,
        recipe,
        work,
        save_every,
    )
    if start:
        recipe = replace(recipe, blend=blend(network, began, lambda: judge(network)))
    manifest = finish(out, locate(PACKAGED), network, examples, held_back, validation, recipe)
    for name in (RESULT, KEPT):  # the next training begins anew
        (work / name).unlink(missing_ok=True)
    print(manifest.validation)
    print(f"wrote {out}")


def main() -> None:
    """The command line: where things are, and one option for each ingredient of the recipe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("nlp/adapter"))
    parser.add_argument("--work", type=Path, default=Path(".earful/training"), help="checkpoint and log")
    parser.add_argument("--start", type=Path, help="adapter to begin with; the untrained encoder otherwise")
    parser.add_argument("--save-every", type=int, default=SAVE_EVERY, help="steps between checkpoints")
    parser.add_argument("--teacher", type=Path, help="answers of a teacher, from tools/teach.py")
    ingredients = [field for field in fields(Recipe) if field.name not in ("start", "teacher", "blend")]
    for field in ingredients:
        option = f"--{field.name.replace('_', '-')}"
        parser.add_argument(option, type=type(field.default), default=field.default)
    args = vars(parser.parse_args())
    taught = Taught.load(args["teacher"]) if args["teacher"] else Taught.nothing()
    recipe = Recipe(**{field.name: args[field.name] for field in ingredients}, teacher=taught.revision)
    train(args["data"], args["out"], args["work"], args["start"], taught, recipe, args["save_every"])


if __name__ == "__main__":
    main()
