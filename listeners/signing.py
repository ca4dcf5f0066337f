"""Signing JSON Web Tokens with a private key from the environment, without ever telling the key.

Imports pyjwt and cryptography, which take a while to load: import it where a listener is built.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from core.errors import ConfigError

_P256 = "secp256r1"
"""The one curve that ES256 is made for."""
_SMALLEST_RSA = 2048
"""Bits; pyjwt warns of shorter ones, and Google gives none."""


class Signer:
    """Signs with one key.

    Args:
        variable: the environment variable that holds the key, for messages.
        pem: the key in PEM form; line breaks may also be written as backslash and n, as in JSON.
        algorithm: `ES256` (Apple) or `RS256` (Google).

    Raises:
        ConfigError: it is no such key. Neither its text nor its cause quotes the key.
    """

    def __init__(self, variable: str, pem: str, algorithm: str) -> None:
        self._algorithm = algorithm
        key = _key(variable, pem.strip().replace("\\n", "\n"))
        if isinstance(key, EllipticCurvePrivateKey):
            fits = algorithm == "ES256" and key.curve.name == _P256
        else:
            fits = isinstance(key, RSAPrivateKey) and algorithm == "RS256" and key.key_size >= _SMALLEST_RSA
        if not fits:
            raise ConfigError(
                variable,
                f"holds a private key of another sort than {algorithm} needs; use the file as it came",
            )
        self._key: Any = key

    def sign(self, claims: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> str:
        """The token."""
        return jwt.encode(dict(claims), self._key, algorithm=self._algorithm, headers=dict(headers or {}))


def _key(variable: str, pem: str) -> object:
    try:
        return load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        pass
    raise ConfigError(
        variable,
        "does not hold a private key in PEM form, with its first line -----BEGIN PRIVATE KEY-----",
    )
