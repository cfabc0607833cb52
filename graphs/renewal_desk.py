"""The desk for renewals: cases are started, decided and fed with what only the operator knows. It sends nothing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import sqlalchemy as sa

from graphs.registrar import Registrar
from graphs.renewal_file import RenewalFile, load_renewal
from graphs.renewal_words import RenewalWords
from graphs.state import GRAPH_VERSION
from graphs.steps import OVER
from memory.database import reading
from memory.domain.base import Digest
from memory.domain.errors import ConflictError, InputError, NotFoundError, StaleError
from memory.domain.events import Event
from memory.domain.events.cases import CaseOpened
from memory.domain.events.contracts import RenewalDecided
from memory.domain.events.effects import reply_wait
from memory.domain.events.remediation import RemediationClosed
from memory.domain.events.renewals import (
    NoticeConfirmed,
    NoticeGiven,
    RenewalStarted,
    notice_wait,
)
from memory.domain.evidence import Origin
from memory.domain.notice import NoticeChannel
from memory.domain.registry import Contact, notices_id
from memory.domain.remediation import TaskOutcome, Trouble, task_id
from memory.domain.renewal import RenewalAction
from memory.projections.cases import cases
from memory.projections.duties import renewal_times
from memory.projections.remediations import OPEN, remediations
from memory.views.renewals import Renewal


@dataclass(frozen=True)
class Proof:
    """A file that shows that a notice went out, or that it was confirmed."""

    filename: str
    body: bytes


@dataclass(frozen=True)
class Settled:
    """What became of a decision: the case that carries it out, '' where nothing has to be carried out."""

    uid: str
    vendor_name: str
    action: RenewalAction
    case_id: str


def start_key(schedule: str, number: int) -> str:
    """Return the key under which the case of a term is opened: whoever opens it, and however often, it is opened once."""
    return f"renewal/{schedule}/start/{number}"


def opening(line: Renewal, case_id: str, *, why: str, channel: str, evidence: Digest) -> tuple[Event, Event]:
    """Return the facts that open a renewal case."""
    opened = CaseOpened(case_id=case_id, instruction=heading(line), evidence=evidence, channel=channel, graph_version=GRAPH_VERSION)
    started = RenewalStarted(
        case_id=case_id,
        uid=line.uid,
        schedule=line.schedule,
        vendor_id=line.vendor_id,
        vendor_name=line.vendor_name,
        decide_by=line.decide_by,
        why=why,
    )
    return opened, started


def heading(line: Renewal) -> str:
    """Return what a renewal case is about, in a line."""
    return f"Renewal of {line.vendor_name}: decide by {line.decide_by}, {line.yearly}"


def untouched(line: Renewal, number: int, connection: sa.Connection) -> None:
    """Raise `ConflictError` when the contract was scheduled anew, or a case was opened for it, since it was looked at."""
    row = connection.execute(sa.select(renewal_times.c.schedule, renewal_times.c.started).where(renewal_times.c.uid == line.uid)).first()
    if row is None or (row.schedule, row.started) != (line.schedule, number):
        raise ConflictError(f"{line.uid} changed meanwhile", hint="nothing was changed; look again")


class RenewalDesk(RenewalWords):
    """What the operator decides about renewals, recorded as facts, and what was done by hand."""

    def start(self, name: str, *, by: str, channel: str, why: str = "you asked for it") -> str:
        """Open the renewal case of a contract's current term and return its id.

        Raises `ConflictError` when one goes on, when the contract ends, or when the term is over and a worker has not noted the next yet.
        """
        line = self.line(name)
        number = self._started(line)
        going = self.open_case(line)
        if going:
            raise ConflictError(f"{going} is about this renewal already", hint=f"qm cases show {going}")
        if line.ends_on is not None:
            raise ConflictError(f"the contract with {line.vendor_name} ends on {line.ends_on}", hint="qm renewals")
        case_id = self.ids.new("CASE")
        digest = self.evidence.put_text(heading(line), origin=Origin.SYSTEM, source=line.uid)
        facts = opening(line, case_id, why=why, channel=channel, evidence=digest)
        check = partial(untouched, line, number)
        if self.unit_of_work.act(start_key(line.schedule, number), facts, stream=case_id, actor=by, check=check).repeated:
            raise ConflictError("somebody else opened it just now", hint="qm cases list")
        return case_id

    def decide(self, name: str, action: RenewalAction, *, by: str, surface: str, digest: str = "") -> Settled:
        """Record what becomes of a contract, and let its case carry it out; a case is opened where the wish takes steps and none waits.

        Raises `StaleError` when `digest` is not that of the recommendation that waits, and `ConflictError` when the case is past deciding.
        """
        line = self.line(name)
        going = self.open_case(line)
        if going:
            found = load_renewal(self.database, going)
            self._answer(found, line, action, by=by, surface=surface, digest=digest)
            return Settled(line.uid, line.vendor_name, action, going)
        if digest:
            raise StaleError("no recommendation waits for an answer", hint=f"qm renewals show {line.uid}")
        if line.ends_on is not None:
            raise ConflictError(f"the contract with {line.vendor_name} ends on {line.ends_on}", hint="nothing was changed")
        mark = self.ids.new("DEC")
        said = RenewalDecided(vendor_id=line.vendor_id, uid=line.uid, action=action.value, by=by, instruction=mark, surface=surface)
        self.unit_of_work.act(f"decision/{mark}", [said], actor=by)
        takes_steps = action is RenewalAction.RENEGOTIATE or (action is RenewalAction.CANCEL and line.auto_renews)
        case_id = self.start(line.uid, by=by, channel=surface, why=f"you decided to {action.value} it") if takes_steps else ""
        return Settled(line.uid, line.vendor_name, action, case_id)

    def _answer(self, found: RenewalFile, line: Renewal, action: RenewalAction, *, by: str, surface: str, digest: str) -> None:
        asked = found.recommended
        if asked is None or found.decided is not None:
            what = "is still looking into it" if asked is None and found.decided is None else "is decided already"
            raise ConflictError(
                f"{found.case_id} {what}", hint=f"qm cases show {found.case_id}; to begin anew: qm cases cancel {found.case_id}"
            )
        if digest and not asked.digest.startswith(digest.lower().rstrip("…")):
            raise StaleError("another recommendation stands by now", hint=f"look again: qm renewals show {line.uid}")
        said = RenewalDecided(
            vendor_id=line.vendor_id,
            uid=line.uid,
            action=action.value,
            by=by,
            instruction=found.case_id,
            digest=asked.digest,
            surface=surface,
            wait_key=asked.wait_key,
        )
        if self.unit_of_work.act(f"decision/{asked.wait_key}", [said], stream=found.case_id, actor=by).repeated:
            raise StaleError("already decided", hint="nothing was changed")

    def open_case(self, line: Renewal) -> str:
        """Return the renewal case of a term that goes on, or ''."""
        with reading(self.database) as connection:
            status = connection.scalar(sa.select(cases.c.status).where(cases.c.case_id == line.renewal_case)) if line.renewal_case else None
        return line.renewal_case if status is not None and status not in OVER else ""

    def enter_contact(self, name: str, contact: Contact, *, registrar: Registrar, by: str) -> str:
        """Enter to whom the notices of a vendor go, as the operator confirmed it; a case that waits for it writes its notice anew."""
        line = self.line(name)
        contact_id = notices_id(line.vendor_id)
        registrar.add_contact(contact_id, contact, vendor_id=line.vendor_id)
        going = self.open_case(line)
        if going:
            self._by_hand(
                load_renewal(self.database, going),
                Trouble.NOTICE_CONTACT,
                sent_on=None,
                proof=(),
                note=f"contact {contact_id} entered",
                by=by,
            )
        return contact_id

    def sent_by_hand(self, name: str, *, on: date, by: str, proof: Sequence[Proof] = (), note: str = "") -> str:
        """Record that the operator sent the notice; returns the case. Raises `ConflictError` when no notice waits to be sent by hand."""
        if on > self.today:
            raise InputError(f"{on} is still to come", hint="say the day on which it was sent")
        line = self.line(name)
        found = self._case(line)
        if not self._by_hand(found, Trouble.NOTICE_BY_HAND, sent_on=on, proof=self._kept(proof, line), note=note, by=by):
            raise ConflictError(f"no notice to {line.vendor_name} waits to be sent by hand", hint=f"qm cases show {found.case_id}")
        return found.case_id

    def _by_hand(
        self, found: RenewalFile, trouble: Trouble, *, sent_on: date | None, proof: tuple[Digest, ...], note: str, by: str
    ) -> bool:
        if not found.prepared:
            return False
        number = len(found.prepared) - 1
        wait, ident = notice_wait(found.case_id, number), task_id(found.case_id, trouble, str(number) if number else "")
        with reading(self.database) as connection:
            task = connection.scalar(sa.select(remediations.c.status).where(remediations.c.task_id == ident))
        if task is None:
            return False
        given = NoticeGiven(
            uid=found.about.uid,
            vendor_id=found.about.vendor_id,
            wait_key=wait,
            channel=found.prepared[-1].channel if sent_on else NoticeChannel.MAIL,
            sent_on=sent_on,
            proof=proof,
            note=note,
            by=by,
        )
        done = [RemediationClosed(task_id=ident, outcome=TaskOutcome.DONE, by=by, note=note)] if task == OPEN else []
        return not self.unit_of_work.act(f"given/{wait}", [given, *done], stream=found.case_id, actor=by).repeated

    def confirmed(self, name: str, *, ends_on: date, by: str, proof: Sequence[Proof] = (), note: str = "") -> str:
        """Record that the end of the contract is confirmed, as the operator holds it in writing; returns the case.

        Raises `InputError` without proof or note, and `ConflictError` when no notice is out.
        """
        if not proof and not note.strip():
            raise InputError("a confirmation needs its proof", hint="--proof FILE, or --note with who said it, when and how")
        line = self.line(name)
        found = self._case(line)
        if not found.sent and not any(given.sent_on for given in found.given):
            raise ConflictError(f"no notice to {line.vendor_name} is out", hint=f"qm cases show {found.case_id}")
        standing = found.waits[-1] if found.waits else reply_wait(found.sent[-1].effect_key) if found.sent else ""
        fact = NoticeConfirmed(
            uid=line.uid,
            vendor_id=line.vendor_id,
            ends_on=ends_on,
            by=by,
            proof=self._kept(proof, line),
            note=note,
            wait_key=standing,
        )
        if self.unit_of_work.act(f"confirmed/{found.case_id}", [fact], stream=found.case_id, actor=by).repeated:
            raise ConflictError("it is confirmed already", hint="nothing was changed")
        return found.case_id

    def letter(self, name: str) -> bytes:
        """Return the notice as a PDF to print. Raises `NotFoundError` where none was written to go by post."""
        line = self.line(name)
        found = load_renewal(self.database, line.renewal_case) if line.renewal_case else None
        digest = next((p.letter for p in reversed(found.prepared) if p.letter), None) if found else None
        if digest is None:
            raise NotFoundError(f"no letter to {line.vendor_name} lies ready", hint=f"qm renewals show {line.uid}")
        return self.evidence.get(digest)

    def _kept(self, proof: Sequence[Proof], line: Renewal) -> tuple[Digest, ...]:
        source = f"proof of the notice to {line.vendor_id}"
        kept = (
            self.evidence.put(p.body, media_type=_media_type(p), origin=Origin.OPERATOR, source=f"{source}: {p.filename}") for p in proof
        )
        return tuple(kept)

    def _case(self, line: Renewal) -> RenewalFile:
        going = self.open_case(line)
        if not going:
            raise NotFoundError(f"no renewal case of {line.vendor_name} goes on", hint=f"qm renewals start {line.uid}")
        return load_renewal(self.database, going)

    def _started(self, line: Renewal) -> int:
        with reading(self.database) as connection:
            row = connection.execute(sa.select(renewal_times.c.started).where(renewal_times.c.uid == line.uid)).first()
        return int(row.started) if row else 0


def _media_type(proof: Proof) -> str:
    kinds = {b"%PDF": "application/pdf", b"\x89PNG": "image/png", b"\xff\xd8\xff\xe0": "image/jpeg"}
    return kinds.get(proof.body[:4], "application/octet-stream")
