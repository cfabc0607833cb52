"""`qm ledger`: proof. Chains and anchors checked, heads signed, a bundle for strangers, every projection replayed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.frame import Command, group, opened
from app.cli.options import DryRun
from app.cli.output import Reply, Table, jsonable, would_write
from memory.domain.errors import ConflictError, InputError, IntegrityError
from memory.domain.words import are, counted

if TYPE_CHECKING:
    from app.bootstrap import Office
    from memory.anchors import Signer
    from memory.verification import Verification

app = group("The ledger: append-only, hash-chained, signed, verifiable.")
#: From so many events on, a second process costs less time than it saves.
_MANY = 500_000
Key = Annotated[str, typer.Option("--key", metavar="HEX", help="The public key you know the ledger by (qm ledger key prints it).")]


@app.command("verify", cls=Command)
def verify_ledger(
    ctx: typer.Context,
    since_anchor: Annotated[bool, typer.Option("--since-anchor", help="Hash only what is newer than the last signed head.")] = False,
    key: Key = "",
) -> Reply:
    """Check every chain from its first event to its head, and against the signed anchors."""
    from memory.database import reading
    from memory.ledger import verify

    known = _hexadecimal(key)
    with opened(ctx) as office, reading(office.database) as connection:
        proof = verify(connection, key=known, since_anchor=since_anchor, by_two_from=_MANY)
    body = {"ok": proof.ok, **jsonable(proof), "unsigned": proof.unsigned}
    if proof.first_break is None:
        return Reply(body, (*_what_holds(proof), f"Head {proof.head}", *_what_is_signed(proof, known)))
    broken = proof.first_break
    problem = IntegrityError(
        f"the ledger is broken at {broken.stream} version {broken.version}: {broken.problem}",
        hint="stop the worker, keep this database as evidence, and restore the last backup that verifies",
    )
    return Reply(body, (), (), problem)


def _hexadecimal(key: str) -> str | None:
    if key and not re.fullmatch(r"[0-9a-fA-F]{64}", key):
        raise InputError("a public key is 64 hexadecimal digits", hint="qm ledger key prints the one of this home")
    return key.lower() or None


def _what_holds(proof: Verification) -> tuple[str, ...]:
    told = f"The ledger verifies: {counted(proof.events, 'event')} in {counted(proof.streams, 'stream')}."
    if proof.since is None:
        return (told,)
    return (told, f"{counted(proof.hashed, 'event')} hashed since anchor {proof.since}; those before it were counted, not read again.")


def _what_is_signed(proof: Verification, known: str | None) -> tuple[str, ...]:
    if not proof.anchors:
        return ("Nothing is signed yet: who may write to the database could hash everything anew. qm ledger anchor signs it.",)
    told = [f"Anchor {proof.anchors} signs the first {counted(proof.signed, 'event')}. Key {proof.key}"]
    if proof.unsigned:
        told.append(f"Not covered yet: the newest {counted(proof.unsigned, 'event')}, until the next anchor.")
    if known is None:
        told.append("The key is the ledger's own word: give --key to hold it against the one you know.")
    return tuple(told)


@app.command("head", cls=Command)
def ledger_head(ctx: typer.Context) -> Reply:
    """Print the one digest that stands for the whole ledger."""
    from memory.database import reading
    from memory.ledger import head_of

    with opened(ctx) as office, reading(office.database) as connection:
        head = head_of(connection)
    return Reply({"head": head}, (head,))


@app.command("key", cls=Command)
def ledger_key(ctx: typer.Context, dry_run: DryRun = False) -> Reply:
    """Print the public key that the ledger's anchors are signed with; it is made on first use. Keep it where the database is not."""
    with opened(ctx) as office:
        signer = _signer(office, make=not dry_run)
    if signer is None:
        return would_write("a signing key to the vault")
    return Reply({"key": signer.public_key}, (signer.public_key,))


@app.command("anchor", cls=Command)
def anchor_ledger(ctx: typer.Context, dry_run: DryRun = False) -> Reply:
    """Sign the heads of all chains as they are now."""
    from memory.anchors import anchor
    from memory.database import reading
    from memory.ledger import verify

    with opened(ctx) as office:
        if dry_run:
            with reading(office.database) as connection:
                proof = verify(connection, since_anchor=True)
            return would_write(f"an anchor over {counted(proof.unsigned, 'new event')}" if proof.unsigned else "nothing: all is signed")
        signer = _signer(office, make=True)
        assert signer is not None
        made = anchor(office.database, signer, office.clock)
    if made is None:
        return Reply({"anchor": None}, ("Nothing moved since the last anchor.",))
    body = {"number": made.number, "at": made.at, "digest": made.digest, "events": made.said["events"], "key": made.public_key}
    told = f"Anchor {made.number} signs {counted(made.said['events'], 'event')} in {counted(made.said['streams'], 'stream')}."
    return Reply({"anchor": body}, (told, f"Digest {made.digest}", f"Key {made.public_key}"))


def _signer(office: Office, *, make: bool) -> Signer | None:
    from app.home import open_vault
    from app.ledger_signing import ensure_signing_key, signer_of

    if make:
        return ensure_signing_key(open_vault(office.home, office.settings))
    return signer_of(office.home, office.settings)


@app.command("export", cls=Command)
def export_ledger(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="Where to write: a name that ends in .zip, or a folder to be made.")],
    dry_run: DryRun = False,
) -> Reply:
    """Write a bundle that anybody can check: events as they were hashed, anchors, and a script that needs nothing but Python."""
    from app.ledger_export import export
    from memory.database import reading
    from memory.ledger import verify

    if path.exists():
        raise ConflictError(f"{path} exists already", hint="choose another name; an export never overwrites")
    with opened(ctx) as office:
        if dry_run:
            with reading(office.database) as connection:
                return would_write(f"{counted(verify(connection).events, 'event')} to {path}")
        done = export(office.database, path, signer=_signer(office, make=False), clock=office.clock)
    told = f"{counted(done.events, 'event')} of {counted(done.streams, 'stream')}, written to {path}."
    unsigned = done.events - done.signed
    signed = f"Signed by anchor {done.anchors}. Tell the reader the key on another way: {done.key}"
    lines = (
        (signed,)
        if not unsigned
        else (f"The newest {counted(unsigned, 'event')} {are(unsigned)} signed by nobody: qm ledger anchor signs them.",)
    )
    return Reply({"path": str(path), **jsonable(done), "unsigned": unsigned}, (told, f"Head {done.head}", *lines))


@app.command("replay", cls=Command)
def replay_ledger(ctx: typer.Context) -> Reply:
    """Fold every projection again from the ledger, beside the live one, and compare."""
    from graphs.replay import replay

    with opened(ctx) as office:
        found = replay(office.database, office.projections)
    rows = [(r.name, r.events, r.live[:12], r.rebuilt[:12], r.equal) for r in found]
    wrong = [r.name for r in found if not r.equal]
    body = {"ok": not wrong, "projections": [{**jsonable(r), "equal": r.equal} for r in found]}
    table = Table(("projection", "events", "live", "rebuilt", "equal"), rows)
    problem = IntegrityError(f"not what the ledger says: {', '.join(wrong)}", hint="qm doctor --mend rebuilds them") if wrong else None
    return Reply(body, (table,), (), problem)
