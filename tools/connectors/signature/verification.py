"""Is a signed PDF what it claims to be? Offline, against the roots that the caller trusts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from memory.domain.base import Noun, UtcTime
from memory.domain.errors import InputError
from tools.connectors.signature.documents import opened, outside_of_a_loop, reading

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko_certvalidator import ValidationContext


class SignatureCheck(Noun):
    """What is known of one signature. Judge by `sound`: `intact` alone only says that the signed part was not changed.

    `modification_level` is what was added after it (NONE, LTA_UPDATES, FORM_FILLING, ANNOTATIONS, OTHER); a further
    signature counts as FORM_FILLING. `signed_at` is the signer's own claim. `bottom_line` is pyHanko's overall judgement.
    """

    field: str
    signer: str
    signed_at: UtcTime | None
    reason: str
    intact: bool
    trusted: bool
    covers_whole_document: bool
    modification_level: str
    bottom_line: bool

    @property
    def sound(self) -> bool:
        """Whether the signature holds: good overall, and nothing but further signatures or form fields came after it."""
        after = {"NONE", "LTA_UPDATES"} if self.covers_whole_document else {"NONE", "LTA_UPDATES", "FORM_FILLING"}
        return self.bottom_line and self.intact and self.trusted and self.modification_level in after


def verify(pdf: bytes, trust_roots: Sequence[bytes], *, at: datetime, field: str | None = None) -> SignatureCheck:
    """Check one signature: that of `field`, else the last one. `trust_roots` are certificates in PEM; `at` is the present.

    Never touches the network. Raises `InputError` for what is not a PDF or carries no such signature.
    """
    checks = verify_all(pdf, trust_roots, at=at)
    chosen = [check for check in checks if field in {None, check.field}]
    if not chosen:
        what = f"a signature in the field {field}" if field else "a signature"
        raise InputError(f"the document does not carry {what}", hint="Give the signed copy of the document.")
    return chosen[-1]


def verify_all(pdf: bytes, trust_roots: Sequence[bytes], *, at: datetime) -> tuple[SignatureCheck, ...]:
    """Check every signature, in the order in which they were made. Raises `InputError` for what is not a PDF."""
    with reading():
        signatures = opened(pdf).embedded_regular_signatures
        return outside_of_a_loop(lambda: tuple(_check(signature, _trusting(trust_roots, at)) for signature in signatures))


def _trusting(trust_roots: Sequence[bytes], at: datetime) -> ValidationContext:
    from pyhanko.keys import load_certs_from_pemder_data
    from pyhanko_certvalidator import ValidationContext

    roots = [certificate for root in trust_roots for certificate in load_certs_from_pemder_data(root)]
    return ValidationContext(trust_roots=roots, moment=at.astimezone(UTC), allow_fetching=False, revocation_mode="soft-fail")


def _check(signature: EmbeddedPdfSignature, context: ValidationContext) -> SignatureCheck:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    says = {
        "field": signature.field_name,
        "signed_at": signature.self_reported_timestamp,
        "reason": str(signature.sig_object.get("/Reason", "")),
    }
    try:
        status = validate_pdf_signature(signature, context)
        signer = str(signature.signer_cert.subject.native.get("common_name", ""))
    except SignatureValidationError:  # so broken that there is nothing to judge
        return SignatureCheck(
            **says, signer="", intact=False, trusted=False, covers_whole_document=False, modification_level="OTHER", bottom_line=False
        )
    return SignatureCheck(
        **says,
        signer=signer,
        intact=bool(status.intact and status.valid),
        trusted=bool(status.trusted),
        covers_whole_document=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        modification_level=status.modification_level.name if status.modification_level is not None else "OTHER",
        bottom_line=bool(status.bottom_line),
    )
