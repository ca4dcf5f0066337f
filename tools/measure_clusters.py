"""Measures how well texts that ask the same are put together, and whether questions are recognised.

    python tools/measure_clusters.py --data ../shared/data

The first table is what ALIKE of nlp/clusters.py was chosen by: sets whose labels say which texts belong
together. banking77 has 77 intents, finer than anybody needs; the others have coarse labels (ten reasons of
complaints, 25 kinds of bank business), for which only purity means something: their groups are finer, and
rightly so. Purity and the share of texts count groups of three and more, which is what becomes a question;
V-measure (Rosenberg & Hirschberg 2007; with equal weights it is NMI) counts all. The second table is a burst:
two thirds of the texts are one intent. The third is the rule of nlp/asking.py on posts that were labelled by
hand (asking_labels.json holds their ids): the first sample was at hand when the rule was written, the second
was labelled after it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import v_measure_score

from nlp.asking import asks
from nlp.clusters import ALIKE, Cluster, Vectors, centred, clusters, common, mean_of
from nlp.corpora.cuts import only_measured, read_set
from nlp.embedding import Embedder, ModelEmbedder
from nlp.fingerprint import fingerprint
from nlp.model import Model

LABELS = Path(__file__).parent / "asking_labels.json"
SMALLEST = 3
ROWS = 3_000
THRESHOLDS = (0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
Names = NDArray[np.str_]


def sets(data: Path) -> dict[str, tuple[list[str], Names]]:
    """By name: texts, and what each is about; without those that the model is measured by."""
    held = only_measured(data)
    banking = list(read_set(data, "banking77_glean_split", "train"))
    order = np.random.default_rng(0).permutation(len(banking))[:ROWS]
    airline = [
        row
        for row in read_set(data, "us_airline_sentiment", "all")
        if row["negativereason"] and row["airline"] == "United"
    ]
    money = [row for row in read_set(data, "complaints_xfincorp", "all") if row["label"] == 1]
    chosen = {
        "banking77": ([banking[i] for i in order], "intent"),
        "banking77 dev": (list(read_set(data, "banking77_glean_split", "dev")), "intent"),
        "airline": (airline, "negativereason"),
        "xfincorp": (money, "domain"),
    }
    return {
        name: ([row["text"] for row in rows], np.array([str(row[label]) for row in rows]))
        for name, (every, label) in chosen.items()
        for rows in [[row for row in every if fingerprint(row["text"]) not in held]]
    }


def numbers(found: Sequence[Cluster], count: int) -> NDArray[np.intp]:
    """Each text's group, shape (count,)."""
    numbered = np.zeros(count, dtype=np.intp)
    for number, cluster in enumerate(found):
        numbered[list(cluster.members)] = number
    return numbered


def purity(found: Sequence[Cluster], labels: Names) -> tuple[float, float]:
    """Of texts in groups of SMALLEST and more: the share with their group's commonest label; and how many."""
    large = [cluster for cluster in found if len(cluster.members) >= SMALLEST]
    inside = sum(len(cluster.members) for cluster in large)
    commonest = [np.unique(labels[list(c.members)], return_counts=True)[1].max() for c in large]
    return float(sum(commonest)) / max(inside, 1), inside / len(labels)


def compare(name: str, vectors: Vectors, labels: Names, ordinary: Vectors) -> None:
    """One set: plain, less the mean, and less what is common, at several thresholds."""
    spaces = {
        "as they are": vectors,
        "less the mean": centred(vectors, mean_of(vectors)),
        "less what is common": centred(vectors, common(vectors, ordinary)),
    }
    for space, moved in spaces.items():
        for alike in THRESHOLDS:
            found = clusters(moved, alike)
            pure, covered = purity(found, labels)
            v = v_measure_score(labels, numbers(found, len(labels)))
            chosen = "  <- chosen" if alike == ALIKE and space == "less what is common" else ""
            groups = sum(len(cluster.members) >= SMALLEST for cluster in found)
            largest = len(found[0].members)
            print(
                f"{name:14} {space:20} {alike:.2f}  purity {pure:.3f}  in groups {covered:.2f}  V {v:.3f}  "
                f"groups {groups:4}  largest {largest:5}{chosen}"
            )


def burst(vectors: Vectors, labels: Names, ordinary: Vectors) -> None:
    """Into how many parts the texts of one intent fall among half as many others."""
    intents, counts = np.unique(labels, return_counts=True)
    for intent in intents[np.argsort(-counts)][:5]:
        mine = vectors[labels == intent][:100]
        others = vectors[labels != intent][: len(mine) // 2]
        both = np.concatenate([mine, others])
        for space, centre in (("mean", mean_of(both)), ("common", common(both, ordinary))):
            found = clusters(centred(both, centre))
            parts = sorted((sum(row < len(mine) for row in c.members) for c in found), reverse=True)
            print(f"burst of {len(mine):3} {intent:40} less the {space:6}: largest parts {parts[:5]}")


def recognise(data: Path) -> None:
    """Precision and recall, each stratum counted for as many posts as it stands for."""
    for sample, strata in json.loads(LABELS.read_text("utf-8")).items():
        hits = wrong = missed = 0.0
        for stratum in strata:
            texts = {row["id"]: row["text"] for row in read_set(data, stratum["set"], "all")}
            for id_, wanted in stratum["asks"].items():
                said = asks(texts[id_])
                hits += stratum["weight"] * (said and bool(wanted))
                wrong += stratum["weight"] * (said and not wanted)
                missed += stratum["weight"] * (not said and bool(wanted))
        print(
            f"questions, {sample}: precision {hits / (hits + wrong):.2f}, recall {hits / (hits + missed):.2f}"
        )


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, help="the folder with the labelled sets")
    data = parser.parse_args().data
    embedder: Embedder = ModelEmbedder(Model())
    ordinary = embedder.ordinary()
    embedded = {name: (embedder.embed(texts), labels) for name, (texts, labels) in sets(data).items()}
    for name, (vectors, labels) in embedded.items():
        compare(name, vectors, labels, ordinary)
    burst(*embedded["banking77"], ordinary)
    recognise(data)


if __name__ == "__main__":
    main()
