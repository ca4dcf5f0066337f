"""Under which key a report stands in the Prefect UI: its address, which is kept for ever."""

from __future__ import annotations

import hashlib
import re


def key_of(kind: str, brand: str) -> str:
    """The artifact's key: lower case, digits and dashes; always the same, never shared by two brands.

    A name in Plain Title Case keeps a plain key; any other gets a fingerprint after a double dash, which no
    plain key contains.

    Args:
        kind: of report, such as `brand-health`.
        brand: whom it is about, as written in brands.yaml.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", brand.lower()).strip("-")[:60].strip("-")
    if slug and brand == " ".join(word.capitalize() for word in slug.split("-")):
        return f"{kind}-{slug}"
    fingerprint = hashlib.sha256(brand.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{kind}-{slug}--{fingerprint}" if slug else f"{kind}--{fingerprint}"
