"""Contract signatures: PAdES on a PDF, with a certificate from the vault. See `identity` for what such a signature is in law.

It binds a key and the content, not an identity. Class Q: what a key has signed stands in `contracts/.signed` under the
digest of that key, so that asking again finds it. Nothing leaves the house here; sending the document is a mail's business.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from memory.domain.base import JsonObject, canonical_json, digest_of, sha256_hex
from memory.domain.effects import CONTRACT_SIGN, SignContract
from memory.domain.errors import EffectRejectedError, EffectUnknownError, InputError
from memory.domain.evidence import Origin
from tools.atomic_file import write_atomically, write_once
from tools.capability import Clearance
from tools.connectors.base import ConnectorClass, ConnectorContext, ConnectorDeclaration, Receipt, known, read_payload
from tools.connectors.signature.identity import SigningIdentity, make_signing_identity
from tools.connectors.signature.signing import SigningRequest, check_certificate, load_signer, signed
from tools.connectors.signature.verification import SignatureCheck, verify, verify_all

__all__ = [
    "CONNECTOR",
    "PASSPHRASE",
    "PKCS12",
    "PdfSignatures",
    "SignatureCheck",
    "SigningIdentity",
    "make_signing_identity",
    "verify",
    "verify_all",
]

PKCS12 = "signature.pkcs12"
PASSPHRASE = "signature.passphrase"  # noqa: S105 - the name of a secret, not one
FOLDER = "contracts"


@dataclass(frozen=True)
class PdfSignatures:
    """Signs contracts into `contracts/NAME-signed.pdf` and into the evidence store."""

    context: ConnectorContext
    system: ClassVar[str] = "signature"
    kinds: ClassVar[frozenset[str]] = frozenset({CONTRACT_SIGN})
    connector_class: ClassVar[ConnectorClass] = ConnectorClass.LOOKUP

    def perform(self, kind: str, payload: JsonObject, *, key: str, clearance: Clearance) -> Receipt:
        """Sign the contract with this digest, or return the receipt of what this key signed before.

        Raises `EffectRejectedError` when the document is no PDF, forbids signing or carries scripts, the certificate is
        not the signatory's or not valid now, or the key was used for another document.
        """
        contract = self._read(kind, payload)
        self.context.admit(clearance, kind, payload, key)
        earlier = self._earlier(contract, key, EffectRejectedError)
        if earlier is not None:
            return earlier
        at = self.context.clock.now().replace(microsecond=0)
        body = self._signed(contract, at)
        clearance.last_look()
        return self._keep(contract, key, body, at)

    def look_up(self, kind: str, payload: JsonObject, *, key: str) -> Receipt | None:
        """Find what this key has signed. Raises `EffectUnknownError` when its record names another document or is damaged."""
        return self._earlier(self._read(kind, payload), key, EffectUnknownError)

    def _keep(self, contract: SignContract, key: str, body: bytes, at: datetime) -> Receipt:
        """Record what was signed; of two runs under one key the first counts, and the second one's document is thrown away."""
        record = {"payload": digest_of(contract), "signed": sha256_hex(body), "at": at.isoformat()}
        write_atomically(self._signed_file(key, sha256_hex(body)), body)
        if not write_once(self._kept(key, "json"), canonical_json(record)):  # from here on it counts as signed
            earlier = self._earlier(contract, key, EffectRejectedError)
            if earlier is not None:
                return earlier
        return self._receipt(contract, key, body, at)

    def _read(self, kind: str, payload: JsonObject) -> SignContract:
        if kind not in self.kinds:
            raise EffectRejectedError(f"the signature connector does not do {kind!r}", hint="This is a wiring mistake; report it.")
        return read_payload(SignContract, payload)

    def _kept(self, key: str, ending: str) -> Path:
        return self.context.home_files / FOLDER / ".signed" / f"{sha256_hex(key.encode())[:32]}.{ending}"

    def _signed_file(self, key: str, digest: str) -> Path:
        """Where the signed bytes are: named by what they are, so that two runs under one key never write into each other's file."""
        return self._kept(key, f"{digest[:16]}.pdf")

    def _signed(self, contract: SignContract, at: datetime) -> bytes:
        body = known(self.context.evidence.get, contract.contract)
        if sha256_hex(body) != contract.contract:
            raise EffectRejectedError(
                "the contract's bytes are not those that were approved", hint="Import the contract again, and approve it again."
            )
        signatory = known(self.context.registry.signatory, contract.signatory_id)
        signer = load_signer(self.context.secrets(PKCS12), self.context.secrets(PASSPHRASE))
        check_certificate(signer, signatory, at)
        try:
            result = signed(SigningRequest(body, contract.field, signatory, contract.reason, contract.contract, at), signer)
            check = verify(result, (), at=at, field=contract.field)
        except InputError as error:
            raise EffectRejectedError(error.message, hint=error.hint) from error
        if not (check.intact and check.covers_whole_document):
            raise EffectRejectedError(
                "the signature made does not hold on this document", hint="Print the contract into a new PDF and have that agreed."
            )
        return result

    def _earlier(self, contract: SignContract, key: str, otherwise: type[EffectRejectedError | EffectUnknownError]) -> Receipt | None:
        path = self._kept(key, "json")
        if not path.is_file():
            return None
        try:
            record = json.loads(path.read_bytes())
            named = self._signed_file(key, str(record["signed"]))
            body = (named if named.is_file() else self._kept(key, "pdf")).read_bytes()  # older homes have one name for all
            at = datetime.fromisoformat(record["at"])
            whole = sha256_hex(body) == record["signed"]
            same = record["payload"] == digest_of(contract)
        except (OSError, ValueError, KeyError, TypeError):
            whole = same = False
        if not whole:
            raise EffectUnknownError(
                f"the record of what was signed is damaged ({path.name})", hint=f"Look for the signed contract in {FOLDER}."
            )
        if not same:
            raise otherwise("this key has signed something else", hint="Propose the signature again; it gets a key of its own.")
        return self._receipt(contract, key, body, at)

    def _receipt(self, contract: SignContract, key: str, body: bytes, at: datetime) -> Receipt:
        """Put the document where the operator finds it, also after an interruption, and tell of it."""
        file = f"{FOLDER}/{contract.contract[:8]}-{sha256_hex(key.encode())[:8]}-signed.pdf"
        if not (self.context.home_files / file).is_file():
            write_atomically(self.context.home_files / file, body)
        digest = self.context.evidence.put(body, media_type="application/pdf", origin=Origin.SYSTEM, source=file)
        return Receipt(
            reference=digest,
            at=at,
            evidence=(digest,),
            detail={
                "file": file,
                "contract": contract.contract,
                "signed": digest,
                "signatory_id": contract.signatory_id,
                "field": contract.field,
            },
        )


CONNECTOR = ConnectorDeclaration(
    system="signature",
    payloads={CONTRACT_SIGN: SignContract},
    connector_class=ConnectorClass.LOOKUP,
    open=PdfSignatures,
    secrets=frozenset({PKCS12, PASSPHRASE}),
    slots=1,
    at_most=60,
)
