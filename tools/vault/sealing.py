"""AES-256-GCM with the place of each ciphertext bound into it, so that one cannot stand in for another."""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from memory.domain.base import canonical_json

_NONCE_BYTES = 12


class BrokenSealError(Exception):
    """The bytes were altered, stand in another place, or the key is another one. Stays inside the vault."""


def seal(key: bytes, body: bytes, *place: str | int) -> str:
    """Return base64 of nonce and ciphertext. A data key seals one body and a master key few rows: random nonces do."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, body, canonical_json(list(place)))).decode()


def unseal(key: bytes, sealed: object, *place: str | int) -> bytes:
    """Return the body. Raises `BrokenSealError`."""
    if not isinstance(sealed, str):
        raise BrokenSealError
    try:
        raw = base64.b64decode(sealed, validate=True)
        return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], canonical_json(list(place)))
    except (binascii.Error, InvalidTag, ValueError) as error:
        raise BrokenSealError from error
