from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from core.errors import ConfigError
from nlp.adapter import DELTA, HEADS, MANIFEST, NGRAMS, SHIPPED, network, read_manifest, revision
from nlp.adapter.trained import NAME, Trained, Use
from nlp.corpora.cuts import Cut, read_cuts
from nlp.encoder import PACKAGED, PACKAGED_SHA256, locate
from nlp.heads import EMBEDDING, EVIDENCE, ON_TEXT, PREFIX, TARGET
from nlp.model import Model

REAL_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FILES = (MANIFEST, HEADS, DELTA, NGRAMS)
"""All that reading depends on."""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(SHIPPED / name, tmp_path / name)
    return tmp_path


def test_the_revision_stays_the_same(copied: Path) -> None:
    assert revision(copied) == revision(copied) == revision(SHIPPED)
    assert revision(copied).startswith("earful-")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("where", [0.0, 0.5, 1.0], ids=["first byte", "middle byte", "last byte"])
def test_another_byte_makes_another_revision(copied: Path, name: str, where: float) -> None:
    before = revision(copied)
    content = bytearray((copied / name).read_bytes())
    content[int(where * (len(content) - 1))] ^= 1
    (copied / name).write_bytes(content)
    assert revision(copied) != before


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_told_before_anything_is_loaded(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(ConfigError, match=f"{copied / name}: is missing; check the file out again, or"):
        Model(folder=copied).check()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Invalid JSON: EOF"),
        (b"{", "Invalid JSON: EOF"),
        (b"[]", "Input should be an object"),
        (b"\xff", "Invalid JSON"),
        (b'{"encoder": "a"}', "encoder_sha256: Field required"),
    ],
    ids=["empty", "cut", "list", "binary", "part"],
)
def test_a_manifest_that_is_none_is_told_with_what_is_wrong(copied: Path, content: bytes, why: str) -> None:
    (copied / MANIFEST).write_bytes(content)
    with pytest.raises(ConfigError, match=rf"{MANIFEST}: is damaged \({why}.*\); check the file out again"):
        read_manifest(copied)


@pytest.mark.parametrize("name", [HEADS, DELTA, NGRAMS])
def test_a_file_that_was_cut_off_is_told(copied: Path, name: str) -> None:
    content = (copied / name).read_bytes()
    (copied / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(ConfigError, match=f"{copied}.*; check the file out again, or"):
        Model(folder=copied).read(["late again"])


def test_an_adapter_of_another_encoder_is_refused(copied: Path) -> None:
    manifest = json.loads((copied / MANIFEST).read_text())
    (copied / MANIFEST).write_text(json.dumps({**manifest, "encoder_sha256": "0" * 64}))
    with pytest.raises(ConfigError, match="the adapter was trained on 000000000000…"):
        Model(folder=copied).read(["late again"])


def test_the_shipped_manifest_fits_the_code() -> None:
    manifest = read_manifest()
    assert manifest.encoder_sha256 == PACKAGED_SHA256
    assert set(manifest.calibration) == {*ON_TEXT, TARGET, EVIDENCE}
    assert all(c.temperature > 0 for c in manifest.calibration.values())
    assert 1 / 3 < manifest.unsure_below < 1
    assert 0 < manifest.evidence_above < 1
    assert "en" in manifest.languages
    assert set(manifest.ngrams) <= set(ON_TEXT)
    assert all(0 < share < 1 for share in manifest.ngrams.values())


def test_the_shipped_weights_are_the_encoders_and_a_head_for_every_question() -> None:
    found = network(locate(PACKAGED))
    heads = {name.split(".")[1] for name in found.weights if name.startswith(PREFIX)}
    assert heads == {*ON_TEXT, TARGET, EVIDENCE, EMBEDDING}
    assert len(found.peaks) == 4 * 6


def test_no_text_of_a_held_back_cut_was_trained_on() -> None:
    """The weights were made by the cuts as they are: what is held back is not among what they saw.

    The n-grams were fitted on the same train cut (tools/fit_ngrams.py): the same texts, no others.
    """
    if not REAL_DATA.is_dir():
        pytest.skip(f"the labelled data is not part of the repository; it is looked for in {REAL_DATA}")
    trained = Trained.load(SHIPPED / NAME)
    cuts = read_cuts(REAL_DATA)
    tested = {e.fingerprint: e.text for _, e in cuts[Cut.TEST]}
    seen = [text for text in tested.values() if text in trained]
    # 32 bits of each fingerprint are kept: one text in 14,000 is taken for another one
    assert len(seen) <= 3 + len(tested) / 5_000, seen
    assert all(e.text in trained for _, e in cuts[Cut.TRAIN][::500])
    tuned = {e.fingerprint: e.text for _, e in cuts[Cut.VALIDATION]}
    learned = [text for text in tuned.values() if trained.use_of(text) is Use.TRAINED]
    assert len(learned) <= 3 + len(tuned) / 5_000, learned


def test_the_model_card_is_of_the_shipped_weights() -> None:
    assert f"Model `{revision(SHIPPED)}`" in (SHIPPED / "README.md").read_text("utf-8")
