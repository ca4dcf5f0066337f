"""A config.json in which something else stands than should."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigError
from nlp.checkpoint_folder import CONFIG, labels_of


def folder_with(folder: Path, **config: Any) -> Path:
    (folder / CONFIG).write_text(json.dumps(config), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("num_labels", value) for value in ("three", 0, -1, 2.5, [], {}, True)),
        *(("id2label", value) for value in (5, "negative", ["a", "b"], {"a": "negative"}, {"1": "b"}, True)),
        *(("architectures", value) for value in (5, {"0": "B"}, "BertForSequenceClassification", [5], "")),
    ],
)
def test_a_damaged_key_is_named_with_its_file(tmp_path: Path, key: str, value: Any) -> None:
    with pytest.raises(ConfigError) as caught:
        labels_of(folder_with(tmp_path, **{key: value}))
    assert str(tmp_path / CONFIG) in str(caught.value)
    assert f"`{key}` is damaged: expected " in str(caught.value)


@pytest.mark.parametrize(
    ("config", "labels"),
    [
        ({}, ("LABEL_0", "LABEL_1")),
        ({"id2label": None, "num_labels": None, "architectures": None}, ("LABEL_0", "LABEL_1")),
        ({"id2label": {}, "num_labels": 3, "architectures": []}, ("LABEL_0", "LABEL_1", "LABEL_2")),
        ({"id2label": {"1": "bad", "0": 7}}, ("7", "bad")),
    ],
)
def test_what_is_left_out_is_as_the_library_has_it(
    tmp_path: Path, config: dict[str, Any], labels: tuple[str, ...]
) -> None:
    assert labels_of(folder_with(tmp_path, **config)) == labels
