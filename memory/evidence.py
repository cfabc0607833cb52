"""The evidence store: raw mails, pages, PDFs, prompts and answers, each under the sha256 of its bytes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from memory.database import reading, writing
from memory.domain.base import Digest, sha256_hex
from memory.domain.clock import Clock
from memory.domain.errors import InputError, IntegrityError, NotFoundError
from memory.domain.evidence import EvidenceItem, Origin
from memory.schema import evidence as table

#: Larger pieces are refused: a mail or a contract of this size is a mistake or an attack. The largest mail that reception reads
#: (`MailLimits.raw`, and one byte more) must fit: one that did not would be fetched again for ever and block the inbox.
MAX_BYTES = 48 * 1024 * 1024


class EvidenceStore:
    """Content-addressed bytes in the database, so that one backup holds both the ledger and what it points at."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def put(self, body: bytes, *, media_type: str, origin: Origin, source: str = "") -> Digest:
        """Store `body` and return its digest; bytes already there are left as they are.

        Raises `InputError` when the piece is larger than `MAX_BYTES`.
        """
        if len(body) > MAX_BYTES:
            raise InputError(
                f"{source or 'this piece of evidence'} has {len(body):,} bytes; at most {MAX_BYTES:,} are kept",
                hint="give a smaller file, for example without embedded images",
            )
        digest = sha256_hex(body)
        with writing(self._engine, alone_on=[f"evidence {digest}"]) as connection:
            if connection.scalar(sa.select(table.c.digest).where(table.c.digest == digest)) is None:
                row = {
                    "digest": digest,
                    "media_type": media_type,
                    "origin": origin.value,
                    "source": source[:500],
                    "size": len(body),
                    "stored_at": self._clock.now().isoformat(),
                    "body": body,
                }
                connection.execute(table.insert().values(row))
        return digest

    def put_text(self, text: str, *, origin: Origin, source: str = "") -> Digest:
        """Store `text` as UTF-8 and return its digest."""
        return self.put(text.encode(), media_type="text/plain", origin=origin, source=source)

    def get(self, digest: Digest) -> bytes:
        """Return the bytes behind `digest`.

        Raises `NotFoundError` when there are none, `IntegrityError` when they no longer match their digest.
        """
        with reading(self._engine) as connection:
            body: bytes | None = connection.scalar(sa.select(table.c.body).where(table.c.digest == digest))
        if body is None:
            raise NotFoundError(f"no evidence {digest[:12]}…", hint="run qm doctor; a backup may hold it")
        if sha256_hex(body) != digest:
            raise IntegrityError(f"evidence {digest[:12]}… was changed on disk", hint="restore it from a backup and run qm ledger verify")
        return body

    def text(self, digest: Digest) -> str:
        """Return the text behind `digest`, undecodable bytes replaced."""
        return self.get(digest).decode(errors="replace")

    def describe(self, digest: Digest) -> EvidenceItem:
        """Return what is known about a stored piece; raises `NotFoundError` when there is none."""
        columns = [c for c in table.c if c.name != "body"]
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(*columns).where(table.c.digest == digest)).mappings().first()
        if row is None:
            raise NotFoundError(f"no evidence {digest[:12]}…")
        return EvidenceItem(
            digest=row["digest"],
            media_type=row["media_type"],
            origin=Origin(row["origin"]),
            size=row["size"],
            stored_at=datetime.fromisoformat(row["stored_at"]),
            source=row["source"],
        )
