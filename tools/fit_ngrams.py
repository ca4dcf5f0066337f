"""Fits the n-grams beside a trained network anew, and the calibration of both: the last step of `make train`.

    python tools/fit_ngrams.py --data ../shared/data

On the very cuts that the network was trained by; nothing else of the adapter is changed. Takes minutes.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from nlp import adapter, tokens
from nlp.corpora.cuts import Cut, read_cuts
from nlp.encoder import PACKAGED, locate
from nlp.runtime.compiled import open_runtime
from training.batches import encode
from training.finish import complete
from training.own import with_own
from training.recipe import Recipe


def main() -> None:
    """Read the cuts, let the network answer, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--adapter", type=Path, default=adapter.SHIPPED, help="folder of the trained adapter")
    args = parser.parse_args()
    manifest = adapter.read_manifest(args.adapter)
    cuts = read_cuts(args.data)
    examples, validation = with_own(cuts), cuts[Cut.VALIDATION]
    encoder = locate(PACKAGED)
    window = int(manifest.recipe.get("window", Recipe().window))
    encoded = encode(validation, tokens.load(encoder, window))
    runtime = open_runtime("in training", lambda: adapter.network(encoder, args.adapter), None)
    answers = runtime.run([list(e.tokens) for e in encoded], [list(e.types) for e in encoded])
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        for name in (adapter.DELTA, adapter.HEADS):
            shutil.copyfile(args.adapter / name, made / name)
        found = complete(made, manifest, answers, examples, validation, encoded)
        adapter.put(made, args.adapter)
    print(found.validation)
    print(f"wrote {args.adapter}")


if __name__ == "__main__":
    main()
