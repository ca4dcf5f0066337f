"""A foreign checkpoint's files: found, checked and named by their bytes, without loading the weights."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import ConfigError

SETTING = "EARFUL_SENTIMENT_MODEL"
CONFIG, WEIGHTS, INDEX = "config.json", "model.safetensors", "model.safetensors.index.json"
SHAPE = f"a folder with {CONFIG}, the tokenizer's files and {WEIGHTS}"
_WANTED = ("*.json", "*.txt", "*.model", "*.safetensors")
"""What is downloaded of a repository: no pickle and no Python."""
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
_DECIDING = (CONFIG, "tokenizer*.json", "*tokens*.json", "vocab.*", "merges.txt", "*.model")
"""Next to the weights, what a reading depends on; a training log beside them does not."""
_TASK = "ForSequenceClassification"


def locate(name: str) -> Path:
    """The folder that holds the checkpoint.

    Args:
        name: a folder, or OWNER/NAME or OWNER/NAME@REVISION on the Hugging Face hub. What was downloaded
            once is used from then on without asking the hub: a reading does not change because somebody
            uploaded something, and an hour with nothing new needs no network.

    Raises:
        ConfigError: there is no such folder or repository, or the hub cannot be reached.
    """
    place = Path(name).expanduser()
    if place.is_dir():
        return place
    if name.startswith((".", "~", "/", "\\")) or "\\" in name or name.count("/") > 1 + ("@" in name):
        raise ConfigError(
            f"{SETTING}={name}", f"there is no such folder; name {SHAPE}, or OWNER/NAME on the hub"
        )
    from huggingface_hub import snapshot_download

    repository, _, revision = name.partition("@")
    asked: dict[str, Any] = {
        "repo_id": repository,
        "revision": revision or None,
        "allow_patterns": list(_WANTED),
        "ignore_patterns": ["*/*"],
    }
    try:
        cached = Path(snapshot_download(**asked, local_files_only=True))
        _ = weights_of(cached)
    except Exception:
        return _download(name, asked)
    return cached


def _download(name: str, asked: dict[str, Any]) -> Path:
    from huggingface_hub import errors, snapshot_download

    try:
        return Path(snapshot_download(**asked))
    except errors.GatedRepoError:
        problem = "asks for its terms to be accepted: do that on its page, then `hf auth login`"
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError, errors.HFValidationError) as error:
        problem = (
            f"is neither a folder here nor on the Hugging Face hub ({type(error).__name__}); name {SHAPE}, "
            "or OWNER/NAME"
        )
    except Exception as error:
        problem = (
            f"is no folder here, and the Hugging Face hub cannot be asked for it ({_first(error)}); "
            f"where there is a network: `hf download {asked['repo_id']} --local-dir FOLDER`, "
            f"and then {SETTING}=FOLDER"
        )
    raise ConfigError(f"{SETTING}={name}", problem)


def read_config(folder: Path) -> dict[str, Any]:
    """The checkpoint's config.json.

    Raises:
        ConfigError: it is missing, damaged, or not of a model that tells one of several classes.
    """
    file = folder / CONFIG
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise ConfigError(str(file), f"is missing; a checkpoint is {SHAPE}") from None
    except ValueError as error:
        raise ConfigError(str(file), f"is damaged: {error}") from None
    if not isinstance(config, dict):
        raise ConfigError(str(file), "is damaged: expected a mapping")
    made_for = config.get("architectures")
    made_for = [_TASK] if made_for in (None, []) else made_for
    if not isinstance(made_for, list) or not all(isinstance(name, str) for name in made_for):
        raise _damaged(file, "architectures", "a list of names")
    if not any(name.endswith(_TASK) for name in made_for):
        raise ConfigError(
            str(file),
            f"is of a model for another task ({made_for[0]}): its classifier would be random; "
            f"use one whose `architectures` end in {_TASK}",
        )
    if config.get("problem_type") in ("multi_label_classification", "regression"):
        raise ConfigError(
            str(file),
            f"says {config['problem_type']}; Earful needs one class of several for each text "
            "(single_label_classification)",
        )
    return config


def _damaged(file: Path, key: str, wanted: str) -> ConfigError:
    return ConfigError(str(file), f"`{key}` is damaged: expected {wanted}; download it again")


def labels_of(folder: Path) -> tuple[str, ...]:
    """The checkpoint's labels in the order of its logits; LABEL_0 and so on where it names none.

    Raises:
        ConfigError: see `read_config`; or its labels are damaged.
    """
    config = read_config(folder)
    named = config.get("id2label")
    if named in (None, {}):
        count = 2 if config.get("num_labels") is None else config["num_labels"]
        if type(count) is not int or count < 1:
            raise _damaged(folder / CONFIG, "num_labels", "how many there are")
        return tuple(f"LABEL_{i}" for i in range(count))
    if not isinstance(named, dict) or {str(i) for i in range(len(named))} != named.keys():
        raise _damaged(folder / CONFIG, "id2label", "a label for each of 0, 1, 2 and so on")
    return tuple(str(named[str(i)]) for i in range(len(named)))


def weights_of(folder: Path) -> tuple[Path, ...]:
    """The files of the weights, one or several parts.

    Raises:
        ConfigError: a part is missing or cut off, or the weights exist as pickle only.
    """
    if (folder / INDEX).is_file():
        try:
            parts = json.loads((folder / INDEX).read_text(encoding="utf-8"))["weight_map"].values()
            files = tuple(folder / name for name in sorted(set(parts)))
        except (ValueError, KeyError, AttributeError, TypeError):
            raise ConfigError(str(folder / INDEX), "is damaged; download it again") from None
    else:
        files = (folder / WEIGHTS,)
    for file in files:
        if not file.is_file():
            raise ConfigError(str(file), _why_missing(folder))
        _check_header(file)
    return files


def _why_missing(folder: Path) -> str:
    if (folder / "adapter_config.json").is_file():
        return "is missing: this is a PEFT adapter; merge it (`merge_and_unload`) and save the whole model"
    pickles = sorted(file.name for pattern in _PICKLES for file in folder.glob(pattern))
    if pickles:
        return (
            f"is missing, and {pickles[0]} is a pickle, which can run anything when it is opened: Earful "
            "does not open it. Save the model again where you trust it: `AutoModelForSequenceClassification"
            ".from_pretrained(FOLDER).save_pretrained(NEW_FOLDER)`, with its tokenizer"
        )
    return (
        f"is missing; a checkpoint is {SHAPE}; on the hub, take a revision that holds safetensors "
        "(OWNER/NAME@REVISION)"
    )


def _check_header(file: Path) -> None:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(file), framework="numpy"):
            pass
    except (SafetensorError, OSError) as error:
        raise ConfigError(str(file), f"is damaged ({_first(error)}); download it again") from None


def digest(folder: Path, *also: str) -> str:
    """Twelve hex digits over the bytes of config, tokenizer and weights, and whatever else decides.

    All bytes, about 1.2 GB a second: two checkpoints of one kind have the same header and the same size.
    """
    whole = hashlib.sha256()
    for file in _deciding(folder):
        whole.update(f"{file.name}:{_sha256(file, file.stat().st_mtime_ns)}\n".encode())
    for text in also:
        whole.update(f"{text}\n".encode())
    return whole.hexdigest()[:12]


def short_name(name: str) -> str:
    """The last part of a folder or repository name, without what does not belong into a revision."""
    last = Path(name.partition("@")[0] if not Path(name).is_dir() else Path(name).resolve()).name
    return re.sub(r"[^\w.-]+", "-", last)[:60]


def _deciding(folder: Path) -> Iterator[Path]:
    yield from weights_of(folder)
    yield from sorted({file for pattern in _DECIDING for file in folder.glob(pattern)})


@cache
def _sha256(file: Path, _changed: int) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _first(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:160]
