"""Words that are hidden from the encoder in training."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

_MASKS = ("[MASK]", "<mask>")


@dataclass(frozen=True, slots=True)
class Hiding:
    """What a tokenizer puts in the place of a word, and what is never hidden."""

    mask: int
    special: tuple[int, ...]

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> Hiding:
        """By the tokenizer's own special tokens.

        Raises:
            ValueError: it has none for a hidden word.
        """
        found = [tokenizer.token_to_id(mask) for mask in _MASKS]
        known = [id_ for id_ in found if id_ is not None]
        if not known:
            raise ValueError(f"the encoder's tokenizer has none of {', '.join(_MASKS)}")
        return cls(known[0], tuple(sorted(tokenizer.get_added_tokens_decoder())))

    def hide(self, ids: Tensor, types: Tensor, share: float, seed: int) -> Tensor:
        """The ids with a share of the text's words hidden; the target's stay, or nobody could be meant."""
        random_ = torch.Generator().manual_seed(seed)
        hidden = (torch.rand(ids.shape, generator=random_) < share).to(ids.device)
        special = torch.isin(ids, torch.tensor(self.special, device=ids.device))
        return torch.where(hidden & ~special & (types == 0), self.mask, ids)
