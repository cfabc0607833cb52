"""Signing a PDF in the PAdES form (ETSI EN 319 142-1, baseline B-B), as an addition that leaves the document's bytes as they are."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from memory.domain.errors import EffectRejectedError
from memory.domain.registry import Signatory
from tools.connectors.signature.documents import active_content, opened, outside_of_a_loop, reading
from tools.vault import Secret

if TYPE_CHECKING:
    from pyhanko.sign.signers import PdfSigner, SimpleSigner

_BOX = (72, 96, 290, 166)
"""Where the stamp goes when the document has no field of that name: points from the lower left of the last page."""


@dataclass(frozen=True)
class SigningRequest:
    """One signature to be made."""

    body: bytes
    field: str
    signatory: Signatory
    reason: str
    digest: str
    at: datetime


def load_signer(pkcs12: Secret, passphrase: Secret) -> SimpleSigner:
    """Return the signer of a PKCS#12 store. Raises `EffectRejectedError` when it does not open."""
    from pyhanko.sign.signers import SimpleSigner

    signer: SimpleSigner | None = None
    with contextlib.suppress(ValueError):
        signer = SimpleSigner.load_pkcs12_data(pkcs12.reveal(), other_certs=[], passphrase=passphrase.reveal())
    if signer is None or signer.signing_cert is None:
        raise EffectRejectedError(
            "the signing certificate does not open", hint="Put the PKCS#12 file and its passphrase into the vault again."
        )
    return signer


def check_certificate(signer: SimpleSigner, signatory: Signatory, at: datetime) -> None:
    """Raise `EffectRejectedError` when the certificate is another person's, not yet valid, or expired."""
    certificate: Any = signer.signing_cert
    validity = certificate["tbs_certificate"]["validity"]
    if not validity["not_before"].native <= at <= validity["not_after"].native:
        raise EffectRejectedError(
            f"the signing certificate is valid from {validity['not_before'].native:%Y-%m-%d} to {validity['not_after'].native:%Y-%m-%d} only",
            hint="Make a new signing identity, and put it into the vault.",
        )
    emails = [name.native for name in certificate.subject_alt_name_value or [] if name.name == "rfc822_name"]
    if signatory.email.casefold() not in {str(email).casefold() for email in emails}:
        raise EffectRejectedError(
            f"the signing certificate is not that of {signatory.name} <{signatory.email}>",
            hint="Choose the signatory whose certificate is in the vault, or make one for this signatory.",
        )


def signed(request: SigningRequest, signer: SimpleSigner) -> bytes:
    """Return the document with the signature added.

    Raises `InputError` for what is not a PDF, `EffectRejectedError` for a document that forbids it, has the field signed
    already, or carries active content: a script could show something else tomorrow than what is signed today.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.general import SigningError

    with reading():
        _check_document(request)
        try:
            pdf_signer = _pdf_signer(request, signer)
            writer = IncrementalPdfFileWriter(io.BytesIO(request.body))
            text = {"name": _plain(request.signatory.name), "title": _plain(request.signatory.title), "digest": request.digest[:16]}
            result: Any = outside_of_a_loop(lambda: pdf_signer.sign_pdf(writer, appearance_text_params=text))
        except SigningError as error:
            raise EffectRejectedError(
                f"the document cannot be signed: {error}", hint="Ask the vendor for a copy that may be signed."
            ) from error
        return bytes(result.getvalue())


def _check_document(request: SigningRequest) -> None:
    reader = opened(request.body)
    active = active_content(reader)
    if active:
        raise EffectRejectedError(
            f"the document carries active content ({', '.join(active)})", hint="Ask for a plain PDF without scripts and forms."
        )
    if any(signature.field_name == request.field for signature in reader.embedded_signatures):
        raise EffectRejectedError(
            f"the field {request.field} is signed already", hint="Look at the document: it may be the countersigned one."
        )


def _pdf_signer(request: SigningRequest, signer: SimpleSigner) -> PdfSigner:
    from pyhanko.sign import fields, signers

    class ClockedSigner(signers.PdfSigner):
        """Takes the time of the injected clock and not the machine's."""

        def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
            session = super().init_signing_session(*args, **kwargs)
            session.system_time = request.at
            return session

    reader = opened(request.body)
    metadata = signers.PdfSignatureMetadata(
        field_name=request.field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=request.reason,
        name=request.signatory.name,
        contact_info=request.signatory.email,
        # The first signature certifies: afterwards only further signatures and form fields may be added.
        certify=not reader.embedded_signatures,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS,
    )
    box = fields.SigFieldSpec(sig_field_name=request.field, on_page=int(reader.root["/Pages"]["/Count"]) - 1, box=_BOX)
    return ClockedSigner(metadata, signer=signer, stamp_style=_stamp(has_title=bool(request.signatory.title)), new_field_spec=box)


def _stamp(*, has_title: bool) -> Any:
    from pyhanko.pdf_utils.text import TextBoxStyle
    from pyhanko.stamp import TextStampStyle

    lines = ["Signed electronically by", "%(name)s", *(["%(title)s"] if has_title else []), "%(ts)s", "sha256 %(digest)s..."]
    return TextStampStyle(
        border_width=1, stamp_text="\n".join(lines), timestamp_format="%Y-%m-%d %H:%M:%S UTC", text_box_style=TextBoxStyle(font_size=9)
    )


def _plain(text: str) -> str:
    """The stamp's built-in font knows Latin-1; the certificate and the signature itself carry the name in full."""
    return text.encode("latin-1", errors="replace").decode("latin-1")
