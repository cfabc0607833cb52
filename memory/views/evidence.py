"""Evidence for people: every paper of a case, and the source behind a claim. Bytes stay in the evidence store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from memory.database import reading
from memory.domain.base import Digest
from memory.domain.evidence import EvidenceItem, Origin
from memory.ledger import StoredEvent, read_events
from memory.schema import evidence as table
from memory.views.names import names_of

_READABLE = ("text/", "application/json", "message/")


@dataclass(frozen=True)
class Paper:
    """One piece of evidence of a case: what it is, who it came from, when, and what was noticed about it.

    `title` and `notes` may hold words of a vendor and are shown as plain text. `ours` tells what we wrote from what we got.
    """

    digest: Digest
    kind: str
    title: str
    vendor_id: str
    vendor_name: str
    at: datetime
    ours: bool
    verified_sender: bool | None
    notes: tuple[str, ...]
    media_type: str
    size: int
    source: str

    @property
    def letter(self) -> bool:
        """Whether we wrote it to a vendor."""
        return self.ours and bool(self.vendor_id) and self.readable

    @property
    def readable(self) -> bool:
        """Whether the bytes are text that can be shown."""
        return self.media_type.startswith(_READABLE)


@dataclass(frozen=True)
class _Mark:
    digest: str
    kind: str
    title: str
    vendor_id: str
    ours: bool
    verified: bool | None = None
    notes: tuple[str, ...] = ()


def case_papers(database: sa.Engine, case_id: str) -> tuple[Paper, ...]:
    """Return the papers of a case in the order they came up, each once per vendor."""
    with reading(database) as connection:
        found: dict[tuple[str, str], tuple[_Mark, datetime]] = {}
        for stored in read_events(connection, stream=case_id):
            for mark in _marks(stored):
                found.setdefault((mark.digest, mark.vendor_id), (mark, stored.at))
        items = _described(connection, (digest for digest, _ in found))
        names = names_of(connection, (mark.vendor_id for mark, _ in found.values()))
    return tuple(
        Paper(
            digest=mark.digest,
            kind=mark.kind,
            title=mark.title,
            vendor_id=mark.vendor_id,
            vendor_name=names.get(mark.vendor_id, ""),
            at=at,
            ours=mark.ours,
            verified_sender=mark.verified,
            notes=mark.notes,
            media_type=items[mark.digest].media_type,
            size=items[mark.digest].size,
            source=items[mark.digest].source,
        )
        for mark, at in found.values()
        if mark.digest in items
    )


def described(database: sa.Engine, digests: Iterable[Digest]) -> dict[Digest, EvidenceItem]:
    """Return what is known about stored pieces; a digest that is not stored is left out."""
    with reading(database) as connection:
        return _described(connection, digests)


def _described(connection: sa.Connection, digests: Iterable[Digest]) -> dict[Digest, EvidenceItem]:
    wanted = sorted(set(digests))
    if not wanted:
        return {}
    columns = [c for c in table.c if c.name != "body"]
    rows = connection.execute(sa.select(*columns).where(table.c.digest.in_(wanted)))
    return {
        row.digest: EvidenceItem(
            digest=row.digest,
            media_type=row.media_type,
            origin=Origin(row.origin),
            size=row.size,
            stored_at=datetime.fromisoformat(row.stored_at),
            source=row.source,
        )
        for row in rows
    }


#: Where events name evidence: kind -> (field, what it is, whether we wrote it).
_PLACES: dict[str, tuple[str, str, bool]] = {
    "case.opened": ("evidence", "Your request", True),
    "rfq.issued": ("body", "Request for quotation", True),
    "counteroffer.proposed": ("body", "Counteroffer", True),
    "acceptance.sent": ("body", "Acceptance", True),
    "decline.sent": ("body", "Decline", True),
    "contract.received": ("contract", "Contract", False),
    "contract.signed": ("signed", "Signed contract", True),
    "payment.confirmed": ("statement", "Bank statement", False),
}


def _marks(stored: StoredEvent) -> Iterator[_Mark]:
    body = stored.body
    vendor = str(body.get("vendor_id") or (body.get("counteroffer") or {}).get("vendor_id", ""))
    if stored.kind == "message.received":
        yield from _mail_marks(body, vendor)
    elif stored.kind == "vendor.discovered":
        yield from _source_marks(body["candidate"])
    elif stored.kind in _PLACES:
        field, kind, ours = _PLACES[stored.kind]
        title = str(body.get("subject") or body.get("filename") or "")
        if stored.kind == "counteroffer.proposed":
            title = f"round {body['counteroffer']['round']}"
        yield _Mark(str(body[field]), kind, title, vendor, ours)


def _mail_marks(body: dict[str, Any], vendor: str) -> Iterator[_Mark]:
    notes = tuple(str(n) for n in body.get("findings", ()))
    yield _Mark(str(body["text"]), "Mail", str(body["subject"]), vendor, ours=False, verified=bool(body["verified_sender"]), notes=notes)
    for attachment in body.get("attachments", ()):
        if attachment.get("kept", True) and attachment.get("digest"):
            yield _Mark(str(attachment["digest"]), "Attachment", str(attachment.get("filename", "")), vendor, ours=False)


def _source_marks(candidate: dict[str, Any]) -> Iterator[_Mark]:
    vendor = str(candidate["facts"]["vendor_id"])
    refs = [*candidate.get("evidence", ()), *(ref for claim in candidate.get("claims", ()) for ref in claim["evidence"])]
    for ref in refs:
        yield _Mark(str(ref["digest"]), "Source of a price or claim", str(candidate["facts"]["name"]), vendor, ours=False)
