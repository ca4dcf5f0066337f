from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from core.errors import ConfigError
from nlp.adapter import HEADS, LORA, MANIFEST, SHIPPED, read_manifest, revision
from nlp.encoder import PACKAGED_SHA256
from nlp.model import Model
from nlp.network import HEADS as QUESTIONS

FILES = (MANIFEST, HEADS, LORA, "adapter_config.json")
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
    with pytest.raises(ConfigError, match=str(copied)):
        Model(folder=copied).check()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff", b'{"encoder": "a"}'],
    ids=["empty", "cut", "list", "binary", "part"],
)
def test_an_unreadable_manifest_is_told(copied: Path, content: bytes) -> None:
    (copied / MANIFEST).write_bytes(content)
    with pytest.raises(ConfigError, match="holds no readable adapter"):
        read_manifest(copied)


@pytest.mark.parametrize("name", [HEADS, LORA, "adapter_config.json"])
def test_a_file_that_was_cut_off_is_told(copied: Path, name: str) -> None:
    content = (copied / name).read_bytes()
    (copied / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(ConfigError, match=str(copied)):
        Model(folder=copied).read(["late again"])


def test_an_adapter_of_another_encoder_is_refused(copied: Path) -> None:
    manifest = json.loads((copied / MANIFEST).read_text())
    (copied / MANIFEST).write_text(json.dumps({**manifest, "encoder_sha256": "0" * 64}))
    with pytest.raises(ConfigError, match="the adapter was trained on 000000000000…"):
        Model(folder=copied).read(["late again"])


def test_the_shipped_manifest_fits_the_code() -> None:
    manifest = read_manifest()
    assert manifest.encoder_sha256 == PACKAGED_SHA256
    assert set(manifest.temperatures) == set(QUESTIONS)
    assert all(t > 0 for t in manifest.temperatures.values())
    assert "en" in manifest.languages
