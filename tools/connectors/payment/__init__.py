"""Payment instructions for any bank: a file to upload, a QR code to scan, a sheet to type from. No money moves by itself.

Class Q: the files under the end-to-end id are the effect. The message id inside holds the digest of key and payload, so
that looking up is a comparison of bytes, not of names. A copy in `.written` remembers instructions whose files were moved away.

In this order: the file is written beside, as `.written/ID.staged`; `.written/ID.begun` says which call is at it; after the last look
the staged file is moved to the bank's folder in one step; a copy is kept; `begun` goes last. So who was killed in between is known to
have instructed nothing while the staged file is there. Where it is gone and the bank's file too, the operator may have taken that
away already: then it is unknown, and the operator's to settle; a "no" of theirs lets the next call go on.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from memory.domain.base import JsonObject, digest_of
from memory.domain.effects import PAYMENT_INSTRUCT, InstructPayment
from memory.domain.errors import EffectRejectedError, EffectUnknownError, UnavailableError
from memory.domain.evidence import Origin
from tools.atomic_file import put_in_place, taken, write_atomically
from tools.capability import Clearance
from tools.connectors.base import ConnectorClass, ConnectorContext, ConnectorDeclaration, Receipt, file_stem, known, read_payload
from tools.connectors.payment import epc_qr, pain001, sheet
from tools.connectors.payment.bank_details import checked_party

FOLDER = "payments"


@dataclass(frozen=True)
class PaymentInstructions:
    """Writes `payments/ID.xml`, `.png`, `.svg` and `.txt` for the operator's bank."""

    context: ConnectorContext
    system: ClassVar[str] = "payment"
    kinds: ClassVar[frozenset[str]] = frozenset({PAYMENT_INSTRUCT})
    connector_class: ClassVar[ConnectorClass] = ConnectorClass.LOOKUP

    def perform(self, kind: str, payload: JsonObject, *, key: str, clearance: Clearance) -> Receipt:
        """Write the files, or return the receipt of those that this key wrote before.

        Raises `EffectRejectedError` for wrong bank details, a name a bank cannot pass on, a currency that has no file
        form, or an end-to-end id which another payment has taken.
        """
        self._expect(kind)
        instruction = read_payload(InstructPayment, payload)
        self.context.admit(clearance, kind, payload, key)
        earlier = self._found(instruction.end_to_end_id, clearance.undone)
        if earlier is not None:
            return self._earlier(instruction, key, earlier, EffectRejectedError)
        order = self._order(instruction, key, self.context.clock.now())
        body = pain001.written(order)
        self._draw(order, instruction)
        return self._instruct(order, instruction, key, body, clearance)

    def look_up(self, kind: str, payload: JsonObject, *, key: str) -> Receipt | None:
        """Find the files of this key.

        Raises `EffectUnknownError` when the id's file says something else than this payload, or was begun and is not there.
        """
        self._expect(kind)
        instruction = read_payload(InstructPayment, payload)
        earlier = self._found(instruction.end_to_end_id)
        if earlier is None and self._call(instruction.end_to_end_id) is not None:
            earlier = self._left_staged(instruction.end_to_end_id)
        return None if earlier is None else self._earlier(instruction, key, earlier, EffectUnknownError)

    def _expect(self, kind: str) -> None:
        if kind not in self.kinds:
            raise EffectRejectedError(f"the payment connector does not do {kind!r}", hint="This is a wiring mistake; report it.")

    def _path(self, end_to_end_id: str, ending: str) -> Path:
        return self.context.home_files / FOLDER / f"{file_stem(end_to_end_id)}.{ending}"

    def _record(self, end_to_end_id: str) -> Path:
        return self.context.home_files / FOLDER / ".written" / f"{file_stem(end_to_end_id)}.xml"

    def _begun(self, end_to_end_id: str) -> Path:
        return self._record(end_to_end_id).with_suffix(".begun")

    def _staged(self, end_to_end_id: str) -> Path:
        return self._record(end_to_end_id).with_suffix(".staged")

    def _lock(self, end_to_end_id: str) -> Path:
        return self._record(end_to_end_id).with_suffix(".lock")

    def _call(self, end_to_end_id: str) -> str | None:
        """Return the token of the call that began to write and did not end, or None."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            return self._begun(end_to_end_id).read_text(encoding="ascii")
        return None

    def _found(self, end_to_end_id: str, undone: frozenset[str] = frozenset()) -> bytes | None:
        """Return the bank's file, or what is remembered of it.

        Raises `EffectUnknownError` when one was begun and is nowhere, not even staged, but for a call in `undone`.
        """
        # Looked at in this order: what is begun after this has not written any yet, and what is moved meanwhile is found where it went.
        call, staged = self._call(end_to_end_id), self._staged(end_to_end_id).is_file()
        places = (self._path(end_to_end_id, "xml"), self._record(end_to_end_id))
        file = next((place.read_bytes() for place in places if place.is_file()), None)
        if file is None and not staged and call is not None and call not in undone:
            raise EffectUnknownError(
                f"the payment {end_to_end_id} was begun and its file is not there: it was never written, or you took it away already",
                hint=f"Look whether you gave {FOLDER}/{file_stem(end_to_end_id)}.xml to your bank; then say whether it happened.",
            )
        return file

    def _left_staged(self, end_to_end_id: str) -> bytes | None:
        """Make sure that a call which staged its file will not move it any more: it has ended, or it is unknown what it will do."""
        with taken(self._lock(end_to_end_id)) as alone:
            if not alone:
                raise EffectUnknownError(f"another process is at the payment {end_to_end_id}", hint="It is looked up again.")
            file = self._found(end_to_end_id)
            if file is None:
                self._begun(end_to_end_id).unlink(missing_ok=True)
            return file

    def _order(self, instruction: InstructPayment, key: str, at: datetime) -> pain001.TransferOrder:
        registry = self.context.registry
        return pain001.TransferOrder(
            message_id=_message_id(instruction, key),
            created_at=at.astimezone(UTC).replace(microsecond=0),
            debtor=checked_party(known(registry.account, instruction.debtor_account_id), "account to pay from"),
            creditor=checked_party(known(registry.payee, instruction.payee_id), "payee"),
            amount=instruction.amount,
            end_to_end_id=instruction.end_to_end_id,
            remittance=instruction.remittance,
            execute_on=instruction.execute_on,
        )

    def _draw(self, order: pain001.TransferOrder, instruction: InstructPayment) -> None:
        """Write what helps a person to type or scan: nothing is instructed by it yet."""
        code = epc_qr.drawn(order)
        reference = order.end_to_end_id
        if code is not None:
            write_atomically(self._path(reference, "png"), code[0])
            write_atomically(self._path(reference, "svg"), code[1])
        name = self.context.registry.payee(instruction.payee_id).name
        write_atomically(self._path(reference, "txt"), sheet.laid_out(order, registry_name=name, with_code=code is not None))

    def _instruct(self, order: pain001.TransferOrder, instruction: InstructPayment, key: str, body: bytes, clearance: Clearance) -> Receipt:
        """Write the bank's file, last but for its record: a run that ended before it has instructed nothing.

        Only one file is ever written under an id: one call at a time is in here, also when it sleeps, and each looks first.
        """
        reference = order.end_to_end_id
        with taken(self._lock(reference)) as alone:
            if not alone:
                raise UnavailableError(f"another process is at the payment {reference}", hint="It is tried again.")
            earlier = self._found(reference, clearance.undone)
            if earlier is not None:
                return self._earlier(instruction, key, earlier, EffectRejectedError)
            self._write(reference, body, clearance)
        return self._receipt(order, instruction, body)

    def _write(self, reference: str, body: bytes, clearance: Clearance) -> None:
        """Stage the file, write that it begins, look once more whether it may, move the file and keep its copy. See the module's text."""
        staged, begun, file = self._staged(reference), self._begun(reference), self._path(reference, "xml")
        write_atomically(staged, body)
        write_atomically(begun, clearance.token.token_id.encode("ascii"))
        try:
            clearance.last_look()
            put_in_place(staged, file)
        except UnavailableError:
            if not file.exists():
                begun.unlink(missing_ok=True)
            raise
        write_atomically(self._record(reference), body)
        begun.unlink(missing_ok=True)

    def _earlier(
        self, instruction: InstructPayment, key: str, body: bytes, otherwise: type[EffectRejectedError | EffectUnknownError]
    ) -> Receipt:
        """Return the receipt when the earlier file is, byte for byte, what this key and payload give.

        Raises `otherwise` when the file is of another payment, `EffectUnknownError` when it is ours but was changed.
        """
        file = f"{FOLDER}/{file_stem(instruction.end_to_end_id)}.xml"
        message_id, created_at = _head(body)
        if message_id != _message_id(instruction, key) or created_at is None:
            raise otherwise(
                f"the end-to-end id {instruction.end_to_end_id} was used for another payment",
                hint=f"Compare {file} with the approval, and propose this payment under an id of its own.",
            )
        with contextlib.suppress(EffectRejectedError):  # the payee may have left the registry since
            order = self._order(instruction, key, created_at)
            if pain001.written(order) == body:
                if not self._record(instruction.end_to_end_id).is_file():  # a run that ended between the two writes
                    write_atomically(self._record(instruction.end_to_end_id), body)
                return self._receipt(order, instruction, body)
        raise EffectUnknownError(
            f"{file} is ours, but no longer says what was approved: the file or the registry was changed since",
            hint="Look in your bank whether it was uploaded, and how; then settle the payment by hand.",
        )

    def _receipt(self, order: pain001.TransferOrder, instruction: InstructPayment, body: bytes) -> Receipt:
        digest = self.context.evidence.put(body, media_type="application/xml", origin=Origin.SYSTEM, source=f"{order.end_to_end_id}.xml")
        return Receipt(
            reference=order.end_to_end_id,
            at=order.created_at,
            evidence=(digest,),
            detail={
                "file": f"{FOLDER}/{file_stem(order.end_to_end_id)}.xml",
                "qr": f"{FOLDER}/{file_stem(order.end_to_end_id)}.png" if epc_qr.possible(order) else None,
                "message_id": order.message_id,
                "payee_id": instruction.payee_id,
                "payee_name_written": order.creditor.name,
                "iban_ends": order.creditor.iban[-4:],
                "amount_minor": order.amount.amount_minor,
                "currency": order.amount.currency,
                "execute_on": order.execute_on.isoformat(),
            },
        )


def _message_id(instruction: InstructPayment, key: str) -> str:
    return f"QM-{digest_of([key, instruction.model_dump(mode='json')])[:32]}"


def _head(body: bytes) -> tuple[str | None, datetime | None]:
    """Read the message id and time of a payment file; nothing from a file that is none."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        head = fromstring(body, forbid_dtd=True).find(".//p:GrpHdr", {"p": pain001.NAMESPACE})
        message_id, created = (head.findtext(f"{{{pain001.NAMESPACE}}}{tag}") if head is not None else None for tag in ("MsgId", "CreDtTm"))
        return message_id, datetime.fromisoformat(created).astimezone(UTC) if created else None
    except (ParseError, DefusedXmlException, ValueError):
        return None, None


CONNECTOR = ConnectorDeclaration(
    system="payment",
    payloads={PAYMENT_INSTRUCT: InstructPayment},
    connector_class=ConnectorClass.LOOKUP,
    open=PaymentInstructions,
    slots=1,
    at_most=60,
)
