"""What training added to the encoder: the difference to its weights, the heads, and what goes with them.

The files lie beside this one; the model card is README.md.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import ConfigError
from nlp import encoder
from nlp.calibration import Calibration
from nlp.heads import PREFIX

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nlp.ngrams.weights import NGrams
    from nlp.runtime.compiled import Parts

    Weights = Mapping[str, NDArray[np.float32]]

SHIPPED = Path(__file__).parent
MANIFEST, DELTA, HEADS = "manifest.json", "delta.safetensors", "heads.safetensors"
NGRAMS = "ngrams.npz"
"""Linear weights of n-grams beside the network (nlp/ngrams); an adapter may have none."""
_FRESH = ".new"
CURE = "check the file out again, or make all of them anew with `make train`"
"""What to do where one of the files is missing or damaged."""
PEAK = "peaks."
"""What the names of the peaks begin with (nlp/runtime/peaks.py)."""


class Manifest(BaseModel):
    """How the weights were made, and what reading with them needs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoder: str
    encoder_sha256: str
    languages: tuple[str, ...]
    """Languages of the training texts; any other is read as unsupported."""
    calibration: Mapping[str, Calibration]
    """Of each head, fitted on the validation cut."""
    unsure_below: float
    """A likeliest sentiment that is less likely is a guess."""
    evidence_above: float
    """From this likelihood on a word belongs to the reason."""
    recipe: Mapping[str, Any]
    examples: int
    validation: Mapping[str, float]
    ngrams: Mapping[str, float] = {}
    """Head -> share of the n-grams in its logits, of those that gain; none: there is no file of them."""


def read_manifest(folder: Path = SHIPPED) -> Manifest:
    """The manifest of an adapter folder.

    Raises:
        ConfigError: the folder holds no adapter, or not the n-grams that it was calibrated with.
    """
    path = folder / MANIFEST
    try:
        found = Manifest.model_validate_json(path.read_bytes())
    except OSError:
        raise _missing(path) from None
    except ValidationError as error:
        raise ConfigError(str(path), f"is damaged ({_first(error)}); {CURE}") from None
    if found.ngrams and not (folder / NGRAMS).is_file():
        raise _missing(folder / NGRAMS)
    return found


def _first(error: ValidationError) -> str:
    """What is wrong with the first field that does not fit, by name; never its value."""
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg']}" if where else first["msg"]


def revision(folder: Path = SHIPPED) -> str:
    """Names encoder and adapter exactly, from their bytes; loads neither."""
    digest = hashlib.sha256()
    for name in (MANIFEST, HEADS, DELTA, NGRAMS):
        path = folder / name
        if path.is_file():
            digest.update(path.read_bytes())
        elif name != NGRAMS:
            raise _missing(path)
    return f"earful-{digest.hexdigest()[:12]}"


def _missing(path: Path) -> ConfigError:
    return ConfigError(str(path), f"is missing; {CURE}")


def ngrams(manifest: Manifest, folder: Path = SHIPPED) -> NGrams | None:
    """The n-grams beside the network; None: this adapter has none.

    Raises:
        ConfigError: the file is damaged, or is of another adapter.
    """
    if not manifest.ngrams:
        return None
    from nlp.ngrams.weights import load

    found = load(folder / NGRAMS)
    if set(found.heads) != set(manifest.ngrams):
        raise ConfigError(str(folder / NGRAMS), f"does not belong to the {MANIFEST} beside it; {CURE}")
    return found


def network(place: Path, folder: Path = SHIPPED) -> Parts:
    """Encoder and heads as training left them, for the runtime to build from.

    Args:
        place: folder of the encoder that the adapter was trained on.
        folder: of the adapter.

    Raises:
        ConfigError: the files are damaged or do not belong together.
    """
    import numpy as np
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    from nlp.adapter.packing import unpack
    from nlp.runtime.compiled import Parts

    weights, attention_heads = encoder.read(place)
    try:
        for name, difference in unpack(load_file(folder / DELTA)):
            weights[name] = weights[name] + difference
        heads = {name: values.astype(np.float32) for name, values in load_file(folder / HEADS).items()}
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise ConfigError(
            str(folder), f"does not fit this encoder: {str(error).splitlines()[0]}; {CURE}"
        ) from None
    return Parts(
        weights={**weights, **{n: w for n, w in heads.items() if n.startswith(PREFIX)}},
        attention_heads=attention_heads,
        peaks={n.removeprefix(PEAK): w for n, w in heads.items() if n.startswith(PEAK)},
    )


def save_adapter(folder: Path, before: Weights, after: Weights, manifest: Manifest) -> None:
    """Write difference, heads and peaks (in half precision: half the size, the same readings) and manifest.

    Args:
        folder: where to.
        before: the encoder's weights before training, by name.
        after: the trained ones that differ, the heads' and the peaks (their names begin with PREFIX, PEAK).
        manifest: what goes with them.
    """
    import numpy as np
    from safetensors.numpy import save_file

    from nlp.adapter.packing import pack

    folder.mkdir(parents=True, exist_ok=True)
    beside = {n: w.astype(np.float16) for n, w in after.items() if n.startswith((PREFIX, PEAK))}
    save_file(pack({n: w - before[n] for n, w in after.items() if n not in beside}), folder / DELTA)
    save_file(beside, folder / HEADS)
    save_manifest(folder, manifest)


def put(made: Path, folder: Path) -> None:
    """Put a finished adapter in the place of another one.

    A kill on the way leaves none, which is told, and never one's weights with another's calibration.

    Args:
        made: folder of the finished one.
        folder: where it is read from; files of other kinds stay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    finished = sorted(path.name for path in made.iterdir())
    for name in finished:
        shutil.copyfile(made / name, folder / (name + _FRESH))
    (folder / MANIFEST).unlink(missing_ok=True)
    (folder / NGRAMS).unlink(missing_ok=True)
    for name in sorted(finished, key=MANIFEST.__eq__):  # what makes an adapter of them comes last
        (folder / (name + _FRESH)).replace(folder / name)


def save_manifest(folder: Path, manifest: Manifest) -> None:
    """Write what goes with the weights beside them."""
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
