"""A signing identity of one's own: a root made for one purpose and a P-256 certificate under it, packed as PKCS#12.

It costs nothing and works offline. It proves that whoever held the key signed exactly these bytes, and that they were not
changed since. It does not prove who that was: nobody but the owner vouches for the name in the certificate. In the terms
of eIDAS (EU 910/2014, art. 3 and 25) take it for a simple electronic signature, technically in the form of an advanced
one: valid between parties who accept it, not the equal of a handwritten one. Where a contract or the law asks for a
qualified signature, sign elsewhere and import the document.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from memory.domain.clock import Clock
from tools.vault import Secret

if TYPE_CHECKING:
    from cryptography.x509 import CertificateBuilder, Name

_LIFE = timedelta(days=3 * 365)
_CLOCK_SKEW = timedelta(days=1)


@dataclass(frozen=True)
class SigningIdentity:
    """What `make_signing_identity` gives: two secrets for the vault, and the root (PEM) that others need in order to verify."""

    pkcs12: Secret
    passphrase: Secret
    root_pem: bytes


def make_signing_identity(name: str, email: str, clock: Clock) -> SigningIdentity:
    """Make a root and a signing certificate valid for three years. The root's key is dropped: nothing else can be issued."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, own_name = _name(f"{name} (own root)"), _name(name)
    root = _as_root(_builder(root_name, root_name, clock), root_key.public_key()).sign(root_key, hashes.SHA256())
    own = _as_signer(_builder(own_name, root_name, clock), key.public_key(), root_key.public_key(), email).sign(root_key, hashes.SHA256())
    passphrase = Secret(secrets.token_urlsafe(32))
    packed = pkcs12.serialize_key_and_certificates(b"signing", key, own, [root], BestAvailableEncryption(passphrase.reveal()))
    return SigningIdentity(pkcs12=Secret(packed), passphrase=passphrase, root_pem=root.public_bytes(Encoding.PEM))


def _name(common_name: str) -> Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _builder(subject: Name, issuer: Name, clock: Clock) -> CertificateBuilder:
    from cryptography import x509

    now = clock.now()
    builder = x509.CertificateBuilder(issuer_name=issuer, subject_name=subject, serial_number=x509.random_serial_number())
    return builder.not_valid_before(now - _CLOCK_SKEW).not_valid_after(now + _LIFE)


def _usage(*, issues: bool) -> object:
    from cryptography import x509

    off = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False)
    return x509.KeyUsage(digital_signature=not issues, content_commitment=not issues, key_cert_sign=issues, crl_sign=issues, **off)


def _as_root(builder: CertificateBuilder, public_key: object) -> CertificateBuilder:
    from cryptography import x509

    builder = builder.public_key(public_key)  # type: ignore[arg-type]
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)  # type: ignore[arg-type]
    return builder.add_extension(_usage(issues=True), critical=True)  # type: ignore[arg-type]


def _as_signer(builder: CertificateBuilder, public_key: object, root_key: object, email: str) -> CertificateBuilder:
    from cryptography import x509

    builder = builder.public_key(public_key)  # type: ignore[arg-type]
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)  # type: ignore[arg-type]
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key), critical=False)  # type: ignore[arg-type]
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(email)]), critical=False)
    return builder.add_extension(_usage(issues=False), critical=True)  # type: ignore[arg-type]
