"""What training added to the encoder: LoRA weights, heads, and the manifest that goes with them.

The weights lie beside this file; the model card is README.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from core.errors import ConfigError

if TYPE_CHECKING:
    from nlp.network import Network

SHIPPED = Path(__file__).parent
MANIFEST, HEADS, LORA = "manifest.json", "heads.safetensors", "adapter_model.safetensors"
LORA_CONFIG = "adapter_config.json"


class Manifest(BaseModel):
    """How the weights were made, and what reading with them needs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoder: str
    encoder_sha256: str
    languages: tuple[str, ...]
    """Languages of the training texts; any other is read as unsupported."""
    temperatures: Mapping[str, float]
    """Head -> divisor of its logits that calibrates them (Guo et al. 2017), fitted on the validation cut."""
    recipe: Mapping[str, Any]
    examples: int
    validation: Mapping[str, float]


def read_manifest(folder: Path = SHIPPED) -> Manifest:
    """The manifest of an adapter folder.

    Raises:
        ConfigError: the folder holds no adapter.
    """
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(str(folder), f"holds no readable adapter ({type(error).__name__})") from None


def revision(folder: Path = SHIPPED) -> str:
    """Names encoder and adapter exactly, from their bytes; loads neither."""
    digest = hashlib.sha256()
    for name in (MANIFEST, HEADS, LORA, LORA_CONFIG):
        path = folder / name
        if not path.is_file():
            raise ConfigError(
                str(path), "is missing; train one with `make train`, or check the file out again"
            )
        digest.update(path.read_bytes())
    return f"earful-{digest.hexdigest()[:12]}"


def save_adapter(folder: Path, network: Network, manifest: Manifest) -> None:
    """Write LoRA, heads (both in half precision: half the size, the same readings) and manifest."""
    import torch
    from peft import get_peft_model_state_dict
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    encoder: Any = network.encoder
    half = {name: w.to(torch.float16).contiguous() for name, w in get_peft_model_state_dict(encoder).items()}
    save_file(half, folder / LORA)
    encoder.peft_config["default"].base_model_name_or_path = manifest.encoder
    encoder.peft_config["default"].save_pretrained(str(folder))
    save_file(
        {n: w.to(torch.float16).contiguous() for n, w in network.heads.state_dict().items()}, folder / HEADS
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
