"""The only door for app, notebooks and jobs: start, ask, decide, clarify, pause, resume, cancel, retry, advance.

Nothing outside goes below it: whatever is decided becomes a fact in the ledger, in the same transaction as the job that lets
the case go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from graphs.overdue import overdue_replies
from graphs.undelivered import order_never_left
from memory import outbox
from memory.case_pause import unpause_key
from memory.database import reading
from memory.domain.approval import Approval, ApprovalStatus, Approve, Decision, Edit, Reject
from memory.domain.clock import Clock, IdMaker
from memory.domain.effects import CONTRACT_SIGN
from memory.domain.errors import ConflictError, InputError, NotFoundError, QuartermasterError, StaleError
from memory.domain.events import Event
from memory.domain.events.authority import ApprovalEdited, ApprovalExpired, ApprovalGranted, ApprovalRejected
from memory.domain.events.cases import (
    CaseCancelled,
    CaseOpened,
    CasePaused,
    CaseResumed,
    ClarificationGiven,
    StepFailed,
    StepRetried,
)
from memory.domain.events.negotiation import ReplyOverdue
from memory.domain.events.workspace import BudgetReleased
from memory.domain.evidence import Origin
from memory.domain.money import Money
from memory.domain.seal import OperatorFact, Sealer, sealed
from memory.effect_jobs import dispatch_job
from memory.engine.port import Job
from memory.evidence import EvidenceStore
from memory.ledger import read_events
from memory.projections.approvals import approvals
from memory.projections.cases import cases
from memory.projections.spend import commitments
from memory.unit_of_work import Check, Recorded, UnitOfWork

#: Longer instructions are a mistake: a request fits on a page.
MAX_INSTRUCTION = 20_000
_ACTIVE = ("running", "waiting", "needs_you", "failed")
#: Between a yes and the payment that it covers lie the vendor's confirmation and invoice; what takes longer is asked again.
_YES_HOLDS = timedelta(days=60)
#: How often a cancel looks again when effects leave while it looks.
_TRIES = 5


@dataclass(frozen=True)
class Decided:
    """What became of an answer at a gate."""

    approval_id: str
    case_id: str
    status: ApprovalStatus
    title: str


class Procurement:
    """The procurement department's front desk. Without a `sealer` it takes no yes that the dispatcher would believe."""

    def __init__(
        self,
        database: sa.Engine,
        unit_of_work: UnitOfWork,
        evidence: EvidenceStore,
        clock: Clock,
        ids: IdMaker,
        *,
        sealer: Sealer | None = None,
    ) -> None:
        self._database = database
        self._unit_of_work = unit_of_work
        self._evidence = evidence
        self._clock = clock
        self._ids = ids
        self._sealer = sealer

    def start(self, instruction: str, *, channel: str, case_id: str | None = None) -> str:
        """Open a case for an instruction and return its id; the worker takes it from there.

        With a `case_id` of the caller's the call can be repeated: the second one opens nothing.

        Raises `InputError` for an empty instruction or one longer than `MAX_INSTRUCTION` characters.
        """
        from graphs.state import GRAPH_VERSION

        text = readable_instruction(instruction)
        case_id = case_id or self._ids.new("CASE")
        digest = self._evidence.put_text(text, origin=Origin.OPERATOR, source=f"instruction by {channel}")
        opened = CaseOpened(case_id=case_id, instruction=text, evidence=digest, channel=channel, graph_version=GRAPH_VERSION)
        self._unit_of_work.act(f"{case_id}/open", [opened], stream=case_id, actor="operator")
        return case_id

    def decide(self, decision: Decision, *, surface: str) -> Decided:
        """Record the operator's answer to an approval, exactly once.

        Raises:
            NotFoundError: there is no such approval.
            StaleError: it was answered already, has expired, or asks for something else by now (another digest).
            InputError: the edits change nothing.
        """
        approval = self.approval(decision.approval_id)
        now = self._clock.now()

        def check(connection: sa.Connection) -> None:
            row = connection.execute(sa.select(approvals).where(approvals.c.approval_id == decision.approval_id)).one()
            if row.status != ApprovalStatus.OPEN.value:
                raise StaleError(f"already answered: {row.status} by {row.decided_by}", hint="nothing was changed")
            if row.digest != decision.digest:
                raise StaleError("this approval asks for something else by now", hint=f"look again: qm approvals show {row.approval_id}")
            if now >= approval.expires_at:
                raise StaleError("this approval has expired, and that is a no", hint="start the case again")

        event, status = _answer(approval, decision, surface, now)
        key = f"decision/{decision.approval_id}"
        if isinstance(event, OperatorFact):
            event = sealed(event, stream=approval.case_id, act_key=key, sealer=self._sealer)
        recorded = self._unit_of_work.act(key, [event], stream=approval.case_id, actor=decision.by, check=check)
        if recorded.repeated:
            raise StaleError("already answered", hint="nothing was changed")
        return Decided(decision.approval_id, approval.case_id, status, approval.action.title)

    def approval(self, approval_id: str) -> Approval:
        """Return the question as it was asked; raises `NotFoundError`."""
        with reading(self._database) as connection:
            request = connection.scalar(sa.select(approvals.c.request).where(approvals.c.approval_id == approval_id))
        if request is None:
            raise NotFoundError(f"there is no approval {approval_id}", hint="qm approvals list shows the open ones")
        return Approval.model_validate_json(request)

    def expire_approvals(self) -> int:
        """Turn every unanswered approval past its time into a no; returns how many."""
        now = self._clock.now().isoformat()
        open_ = approvals.c.status == ApprovalStatus.OPEN.value
        with reading(self._database) as connection:
            late = connection.execute(sa.select(approvals).where(open_, approvals.c.expires_at <= now)).all()
        for row in late:
            fact = ApprovalExpired(approval_id=row.approval_id, digest=row.digest)
            self._unit_of_work.act(f"decision/{row.approval_id}", [fact], stream=row.case_id, actor="expiry")
        return len(late)

    def give_up_waiting(self) -> int:
        """Let cases go on without vendors that did not answer in time; returns how many waits ended by silence."""
        late = overdue_replies(self._database, self._clock.now())
        for wait in late:
            fact = ReplyOverdue(vendor_id=wait.vendor_id, wait_key=wait.wait_key)
            self._unit_of_work.act(f"overdue/{wait.wait_key}", [fact], stream=wait.case_id, actor="clock")
        return len(late)

    def clarify(self, case_id: str, text: str, *, surface: str) -> None:
        """Hand the operator's answer to a case that asked; raises `ConflictError` when it is not asking."""
        answer = readable_instruction(text)
        wait = self._open_waits(case_id, "clarification.requested", "clarification.given")[-1]
        fact = ClarificationGiven(wait_key=wait, text=answer)
        still_open = partial(_expect_status, case_id=case_id, verb="be answered", allowed=(*_ACTIVE, "paused"))
        self._unit_of_work.act(f"answer/{wait}", [fact], stream=case_id, actor=f"operator:{surface}", check=still_open)

    def pause(self, case_id: str, *, by: str, reason: str = "") -> None:
        """Hold a case: nothing new happens until it is resumed."""
        self._control(case_id, "pause", CasePaused(reason=reason), by=by, allowed=_ACTIVE)

    def resume(self, case_id: str, *, by: str, reason: str = "") -> None:
        """Let a paused case go on, and its effects with it."""
        with reading(self._database) as connection:
            held = outbox.rows(connection, case_id=case_id, statuses=outbox.WAITING)
            pauses = list(read_events(connection, stream=case_id, kinds=(CasePaused.kind,)))
        jobs = [dispatch_job(row, f"{row.attempts}/after-pause-{self._ids.new('CMD')}") for row in held]
        key = unpause_key(case_id, pauses[-1].seq if pauses else 0)
        fact = sealed(CaseResumed(reason=reason), stream=case_id, act_key=key, sealer=self._sealer)
        if self._control(case_id, "resume", fact, by=by, allowed=("paused",), jobs=jobs, key=key).repeated:
            raise ConflictError(f"{case_id} was resumed already", hint=f"to let its effects go: qm cases pause {case_id}, then resume it")

    def retry(self, case_id: str, *, by: str) -> None:
        """Try the failed steps of a case again (negotiations fail side by side); raises `ConflictError` when no step failed."""
        waits = self._open_waits(case_id, "step.failed", "step.retried")
        facts = [StepRetried(wait_key=wait, by=by) for wait in waits]
        still_open = partial(_expect_status, case_id=case_id, verb="be retried", allowed=(*_ACTIVE, "paused"))
        self._unit_of_work.act(f"answer/{waits[-1]}", facts, stream=case_id, actor=by, check=still_open)

    def note_failure(self, case_id: str, error: Exception) -> None:
        """Record that a case could not be run, for a reason outside its steps; the operator can retry it."""
        known = error if isinstance(error, QuartermasterError) else None
        number = self._ids.new("RUN")
        fact = StepFailed(
            node="run",
            error=known.code if known else type(error).__name__,
            message=known.message if known else f"unexpected {type(error).__name__}",
            hint=(known.hint if known else "") or f"qm doctor, then: qm cases retry {case_id}",
            wait_key=f"repair/{case_id}/run/{number}",
        )
        still_open = partial(_expect_status, case_id=case_id, verb="fail", allowed=(*_ACTIVE, "paused"))
        with suppress(ConflictError):  # what is over cannot fail any more
            self._unit_of_work.act(f"{case_id}/failed/{number}", [fact], stream=case_id, actor="worker", check=still_open)

    def note_stranded(self, case_id: str, node: str) -> None:
        """Record that a case waits at a step which this version does not have; told once for each step and version."""
        from graphs.state import GRAPH_VERSION

        fact = StepFailed(
            node=node,
            error="stranded",
            message=f"the case waits at the step {node}, which this version of Quartermaster does not have",
            hint=f"go back to the version it began with, then: qm cases retry {case_id}; or give it up: qm cases cancel {case_id}",
            wait_key=f"repair/{case_id}/{node}/v{GRAPH_VERSION}",
        )
        self._unit_of_work.act(f"{case_id}/stranded/{node}/v{GRAPH_VERSION}", [fact], stream=case_id, actor="worker")

    def cancel(self, case_id: str, *, by: str, reason: str = "") -> None:
        """End a case: what was not sent yet is withdrawn, and reserved budget is given back.

        Raises `ConflictError` once the contract is signed, or may be: from there it takes the vendor's consent, not a command.
        """
        for _ in range(_TRIES):
            with reading(self._database) as connection:
                waiting, held = _withdrawable(connection, case_id), _set_aside(connection, case_id)
            facts: list[Event] = [CaseCancelled(reason=reason), *([_given_back(case_id, held, "the case was cancelled")] if held else [])]
            moves = [outbox.Move(key, outbox.EffectStatus.CANCELLED, note="case cancelled") for key in waiting]
            try:
                self._control(
                    case_id,
                    "cancel",
                    *facts,
                    by=by,
                    allowed=(*_ACTIVE, "paused"),
                    moves=moves,
                    also=partial(_as_looked, case_id, waiting, held),
                )
            except _MovedError:
                continue
            return
        raise ConflictError(f"{case_id} is sending just now", hint="nothing was changed; try again in a moment")

    def _control(
        self,
        case_id: str,
        verb: str,
        *facts: Event,
        by: str,
        allowed: tuple[str, ...],
        moves: Sequence[outbox.Move] = (),
        jobs: Sequence[Job] = (),
        also: Check | None = None,
        key: str = "",
    ) -> Recorded:
        def check(connection: sa.Connection) -> None:
            _expect_status(connection, case_id, verb, allowed)
            if also is not None:
                also(connection)

        key = key or f"{case_id}/{verb}/{self._ids.new('CMD')}"
        return self._unit_of_work.act(key, facts, stream=case_id, actor=by, check=check, moves=moves, jobs=jobs)

    def _open_waits(self, case_id: str, asked: str, answered: str) -> list[str]:
        with reading(self._database) as connection:
            waits = [(e.kind, str(e.body["wait_key"])) for e in read_events(connection, stream=case_id, kinds=(asked, answered))]
            known = connection.scalar(sa.select(cases.c.case_id).where(cases.c.case_id == case_id))
        if known is None:
            raise NotFoundError(f"there is no case {case_id}", hint="qm cases list shows them")
        done = {wait for kind, wait in waits if kind == answered}
        still = [wait for kind, wait in waits if kind == asked and wait not in done]
        if not still:
            raise ConflictError(f"{case_id} waits for nothing of the kind", hint=f"qm cases show {case_id}")
        return still


class _MovedError(ConflictError):
    """An effect began to leave between the look and the lock."""


def _expect_status(connection: sa.Connection, case_id: str, verb: str, allowed: tuple[str, ...]) -> None:
    status = connection.scalar(sa.select(cases.c.status).where(cases.c.case_id == case_id))
    if status is None:
        raise NotFoundError(f"there is no case {case_id}", hint="qm cases list shows them")
    if status not in allowed:
        raise ConflictError(f"{case_id} is {status}; it cannot {verb} now", hint=f"qm cases show {case_id}")


def _withdrawable(connection: sa.Connection, case_id: str) -> list[str]:
    rows = outbox.rows(connection, case_id=case_id, statuses=(outbox.EffectStatus.QUEUED, outbox.EffectStatus.DELAYED))
    return [row.effect_key for row in rows]


def _set_aside(connection: sa.Connection, case_id: str) -> Any:
    """Return the row of the money that is set aside for a case, or None."""
    return connection.execute(sa.select(commitments).where(commitments.c.case_id == case_id, commitments.c.status == "reserved")).first()


def _given_back(case_id: str, held: Any, reason: str) -> BudgetReleased:
    amount = Money(amount_minor=held.amount_minor, currency=held.currency)
    return BudgetReleased(case_id=case_id, category=held.category, top_category=held.top_category, amount=amount, reason=reason)


def _as_looked(case_id: str, waiting: list[str], held: Any, connection: sa.Connection) -> None:
    """Refuse what `_unsigned` refuses, and when money was set aside between the look and the lock: nobody would give it back."""
    _unsigned(case_id, waiting, connection)
    if _set_aside(connection, case_id) != held:
        raise _MovedError(f"the budget of {case_id} moved meanwhile")


def _unsigned(case_id: str, waiting: list[str], connection: sa.Connection) -> None:
    """Refuse when a signature is or may be on a contract that left the house, and when what waited to be sent does not wait any more."""
    not_done = {outbox.EffectStatus.QUEUED, outbox.EffectStatus.DELAYED, outbox.EffectStatus.FAILED, outbox.EffectStatus.CANCELLED}
    signed = any(row.status not in not_done for row in outbox.rows(connection, case_id=case_id, kind=CONTRACT_SIGN))
    if signed and not order_never_left(connection, case_id):
        raise ConflictError(f"{case_id} is signed and cannot be cancelled", hint="write to the vendor, or let the term end: qm renewals")
    if _withdrawable(connection, case_id) != waiting:
        raise _MovedError(f"effects of {case_id} moved meanwhile")


def readable_instruction(text: str) -> str:
    """Return the instruction without control characters; raises `InputError` when nothing or too much is left."""
    clean = "".join(ch for ch in text if ch.isprintable() or ch in "\n\t").strip()
    if not clean:
        raise InputError(
            "the instruction is empty", hint='say what you need, for example: qm ask "a CRM for 3 people under 40 EUR a month"'
        )
    if len(clean) > MAX_INSTRUCTION:
        raise InputError(
            f"the instruction has {len(clean):,} characters; at most {MAX_INSTRUCTION:,} are read",
            hint="say it shorter; long documents belong into `qm contracts import`",
        )
    return clean


def _answer(approval: Approval, decision: Decision, surface: str, now: datetime) -> tuple[Event, ApprovalStatus]:
    common: dict[str, Any] = {"approval_id": decision.approval_id, "digest": decision.digest, "by": decision.by, "surface": surface}
    match decision:
        case Approve():
            return ApprovalGranted(**common, reason=decision.reason, good_until=now + _YES_HOLDS), ApprovalStatus.GRANTED
        case Reject():
            return ApprovalRejected(**common, reason=decision.reason), ApprovalStatus.REJECTED
        case Edit():
            from graphs.edits import edited_action

            action = edited_action(approval.action, decision.edits, today=now.date())
            edited = ApprovalEdited(**common, reason=decision.reason, edits=decision.edits, action=action, good_until=now + _YES_HOLDS)
            return edited, ApprovalStatus.EDITED
