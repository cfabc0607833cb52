"""The ledger as evidence: a bundle that a third party checks with the Python that is on every machine, and with nothing of ours.

events.jsonl    one line an event: `{"event":…,"hash":"…"}`; the bytes between `{"event":` and `,"hash":"` are those that were hashed
anchors.jsonl   one line an anchor: `{"anchor":…,"public_key":"…","signature":"…"}`; likewise the bytes that were signed
heads.json      version and hash of the last event of each stream
public_key.txt  the key that the next anchor will be signed with
verify.py       the check, 60 lines of standard library
README.txt      how to run it, and what it does and does not prove
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from app.new_file import write_new
from memory.anchors import Signer, anchor, read_anchors, stored_heads
from memory.chain import LAST, event_rows
from memory.database import reading
from memory.domain.base import Digest, canonical_json
from memory.domain.clock import Clock
from memory.domain.errors import ConflictError, IntegrityError, UnavailableError
from memory.verification import Verification, verify

_SCRIPT = Path(__file__).with_name("bundle_verifier.py")


@dataclass(frozen=True)
class Exported:
    """What was written. The last of `anchors` covers `signed` of the `events`; `key` is the public key to tell the third party."""

    events: int
    streams: int
    head: Digest
    anchors: int
    signed: int
    key: str


def export(database: sa.Engine, path: Path, *, signer: Signer | None = None, clock: Clock | None = None) -> Exported:
    """Write the bundle, whole or not at all: a zip file when the name ends so, else a folder. With a signer all of it is signed first.

    Raises `IntegrityError` when the ledger does not verify, `ConflictError` when there is something of this name.
    """
    if path.exists():
        raise ConflictError(f"{path} exists already", hint="choose another name; an export never overwrites")
    if signer is not None and clock is not None:
        anchor(database, signer, clock)
    with reading(database) as connection:
        proof = verify(connection)
        if not proof.ok:
            raise IntegrityError("the ledger does not verify, and what is broken is not passed on", hint="qm ledger verify names the place")
        members = _members(connection, proof)
        (_write_zip if path.suffix == ".zip" else _write_folder)(path, members)
    return Exported(proof.events, proof.streams, proof.head, proof.anchors, proof.signed, proof.key)


def _members(connection: sa.Connection, proof: Verification) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield each file of the bundle: its name and its bytes, some at a time."""
    yield "events.jsonl", _events(connection)
    yield "anchors.jsonl", _anchors(connection)
    yield "heads.json", [canonical_json({stream: list(head) for stream, head in stored_heads(connection).items()})]
    yield "public_key.txt", [f"{proof.key}\n".encode()]
    yield "verify.py", [_SCRIPT.read_bytes()]
    yield "README.txt", [_readme(proof).encode()]


def _events(connection: sa.Connection) -> Iterator[bytes]:
    for batch in event_rows(connection, 0, LAST):
        yield b"".join([b'{"event":%b,"hash":"%b"}\n' % (canonical, digest.encode()) for *_, canonical, digest in batch])


def _anchors(connection: sa.Connection) -> Iterator[bytes]:
    for each in read_anchors(connection):
        key, signature = each.public_key.encode(), each.signature.encode()
        yield b'{"anchor":%b,"public_key":"%b","signature":"%b"}\n' % (each.body, key, signature)


def _write_zip(path: Path, members: Iterable[tuple[str, Iterable[bytes]]]) -> None:
    with tempfile.TemporaryFile() as beside:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, pieces in members:
                with archive.open(name, "w", force_zip64=True) as member:
                    for piece in pieces:
                        member.write(piece)
        beside.seek(0)
        write_new(path, iter(lambda: beside.read(1 << 20), b""))


def _write_folder(path: Path, members: Iterable[tuple[str, Iterable[bytes]]]) -> None:
    try:
        beside = Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=path.parent))
        try:
            for name, pieces in members:
                write_new(beside / name, pieces)
            beside.rename(path)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise UnavailableError(f"{path} cannot be written: {error.strerror}", hint="choose a folder that is there and has space") from error


def _readme(proof: Verification) -> str:
    """Return what the bundle says about itself."""
    signed = (
        f"Anchor {proof.anchors} signs the first {proof.signed} of them, with the key {proof.key}."
        if proof.anchors
        else "None of them is signed."
    )
    return f"""The ledger of a Quartermaster: {proof.events} events in {proof.streams} streams. {signed}

Check it with any Python from 3.9 on; nothing else is needed:

    python3 verify.py --key KEY

KEY is the public key that the operator told you on another way than in this bundle (they see it with: qm ledger key).
Without --key the script shows that the bundle fits together, not whose it is: anybody can sign with a key of their own.

Exit code 0: everything holds and is signed. 1: something is broken; the first place is named. 3: everything holds, but the newest
events are signed by nobody, so that who made this bundle could have changed them.

The proof covers that no signed event was changed, dropped, inserted or moved since its anchor was signed. It does not show that an
event told the truth when it was written, nor that there is no newer anchor: ask the operator for the number of the last one.
"""
