"""The desk for what went wrong: a task is closed by the operator's word, its letter goes out with the operator's yes, a refusal is entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from graphs.case_file import case_in
from memory import outbox
from memory.database import reading
from memory.domain.approval import Approval, Authorization, PlannedEffect, ProposedAction
from memory.domain.base import Digest, sha256_hex
from memory.domain.clock import Clock
from memory.domain.effects import MAIL_SEND, SendMail
from memory.domain.errors import ConflictError, InputError, NotFoundError, RefusedError
from memory.domain.events.authority import LETTER_PREFIX, ApprovalGranted, ApprovalRequested, AuthorizationGranted
from memory.domain.events.contracts import ContractReviewed, OrderPlaced, PaymentConfirmed
from memory.domain.events.effects import reply_wait
from memory.domain.events.remediation import OrderRefused, RemediationClosed, RemediationSent
from memory.domain.evidence import EvidenceRef, Origin, Span
from memory.domain.mail import message_id_for
from memory.domain.money import Money
from memory.domain.remediation import ReadyLetter, Remediation, TaskOutcome, Trouble
from memory.domain.seal import Sealer, sealed
from memory.evidence import EvidenceStore
from memory.ledger import read_events
from memory.outbox import EffectStatus, effect_key
from memory.projections.cases import cases
from memory.projections.remediations import OPEN, remediations
from memory.unit_of_work import UnitOfWork
from memory.views.registry import RegistryView

#: What a vendor said is told in a sentence or two.
MAX_SAID = 2000
_GOES_WITHIN = timedelta(days=7)
_SENT = (EffectStatus.CONFIRMED, EffectStatus.COMPENSATED)


@dataclass(frozen=True)
class TaskDesk:
    """Closes tasks and sends their letters. `mail_domain` is the part of our Message-IDs behind the @."""

    database: sa.Engine
    unit_of_work: UnitOfWork
    evidence: EvidenceStore
    registry: RegistryView
    clock: Clock
    mail_domain: str
    home_currency: str
    sealer: Sealer | None = None

    def close(
        self, task_id: str, *, outcome: TaskOutcome = TaskOutcome.DONE, amount: Money | None = None, note: str = "", by: str, surface: str
    ) -> Remediation:
        """Close a task, exactly once; money that came back is named by its `amount`.

        Raises:
            NotFoundError: there is no such task.
            InputError: outcome and amount do not fit what the task is about.
            ConflictError: it is closed already, or the bank says otherwise.
        """
        task = self._open(task_id)
        _refuse_unfit(task, outcome, amount, note)
        fact = RemediationClosed(task_id=task_id, outcome=outcome, by=by, surface=surface, amount=amount, note=note.strip())

        def check(connection: sa.Connection) -> None:
            # Under the lock: a statement may be read just now.
            if outcome is TaskOutcome.NOT_PAID and task.trouble is Trouble.PAID_AND_REFUSED and _booked(connection, task):
                raise ConflictError(f"the bank has booked {task.end_to_end_id}", hint="when it is paid back: --refunded AMOUNT")

        done = self.unit_of_work.act(f"{task_id}/closed", [fact], stream=task.case_id, actor=by, check=check)
        if done.repeated:
            raise ConflictError(f"{task_id} is closed already", hint="nothing was changed")
        return task

    def vendor_refused(self, case_id: str, said: str, *, by: str) -> str:
        """Record that a vendor told the operator that it will not fulfil its order; what follows is what follows its mail. Returns the vendor.

        Raises:
            NotFoundError: there is no such case.
            InputError: `said` is empty, or longer than `MAX_SAID` characters.
            ConflictError: nothing is ordered, the refusal is known already, or the case is over without a purchase.
        """
        words = said.strip()
        if not words or len(words) > MAX_SAID:
            raise InputError("what the vendor said is missing, or too long", hint=f"--said TEXT, at most {MAX_SAID:,} characters")
        with reading(self.database) as connection:
            order = _order_in(connection, case_id)
        digest = self.evidence.put_text(words, origin=Origin.OPERATOR, source=f"told by {order.vendor_id}, entered by {by}")
        told = EvidenceRef(digest=digest, origin=Origin.OPERATOR, span=Span(start=0, end=len(words), text=words))
        fact = OrderRefused(vendor_id=order.vendor_id, message=digest, words=told, wait_key=reply_wait(order.effect_key))

        def check(connection: sa.Connection) -> None:
            _order_in(connection, case_id)  # under the lock: its mail may come in just now

        done = self.unit_of_work.act(f"refused/{order.effect_key}", [fact], stream=case_id, actor=by, check=check)
        if done.repeated:
            raise ConflictError(f"the refusal of {case_id} is known already", hint="nothing was changed")
        return order.vendor_id

    def send_letter(self, task_id: str, *, by: str, surface: str) -> SendMail:
        """Send the task's letter as it stands, with the operator's approval of exactly this mail; returns the mail.

        A letter that was not delivered may be sent again, under a key of its own.

        Raises:
            NotFoundError: there is no such task.
            RefusedError: the operator has registered no contact to send it to.
            ConflictError: it was sent before, the task is closed, or it has no letter.
        """
        task = self._open(task_id)
        if task.letter is None:
            raise ConflictError(f"{task_id} has no letter", hint=f"qm tasks show {task_id} says what to do")
        again = self._times_lost(task)
        key = effect_key(task.case_id, f"task/{task_id}", again)
        mail = self._mail(task, task.letter, key)
        effect = PlannedEffect(key=key, kind=MAIL_SEND, payload=mail.model_dump(mode="json"))
        asked = self._asked(task, effect, again)
        act_key, now = f"{task_id}/sent{f'/{again}' if again else ''}", self.clock.now()
        granted = ApprovalGranted(
            approval_id=asked.approval_id,
            digest=asked.action.digest,
            by=by,
            surface=surface,
            reason=f"sent from {task_id}",
            good_until=asked.expires_at,
        )
        permit = Authorization(
            authorization_id=f"AU-{key[:20]}",
            case_id=task.case_id,
            effect_key=key,
            effect_kind=MAIL_SEND,
            effect_digest=effect.digest,
            approval_id=asked.approval_id,
            approver=by,
            policy_version=asked.policy_version,
            granted_at=now,
            expires_at=now + _GOES_WITHIN,
        )
        body = self.evidence.put_text(f"Subject: {mail.subject}\n\n{mail.body}", origin=Origin.SYSTEM, source="letter")
        facts = (
            ApprovalRequested(approval=asked),
            sealed(granted, stream=task.case_id, act_key=act_key, sealer=self.sealer),
            RemediationSent(task_id=task_id, effect_key=key, body=body, by=by, surface=surface),
            AuthorizationGranted(authorization=permit),
        )
        done = self.unit_of_work.act(act_key, facts, stream=task.case_id, actor=by, effects=(effect,))
        if done.repeated:
            raise ConflictError(f"the letter of {task_id} was sent already", hint="nothing was changed; see qm tasks show")
        return mail

    def _open(self, task_id: str) -> Remediation:
        with reading(self.database) as connection:
            row = connection.execute(sa.select(remediations).where(remediations.c.task_id == task_id)).first()
        if row is None:
            raise NotFoundError(f"there is no task {task_id}", hint="qm tasks list --all shows them")
        if row.status != OPEN:
            raise ConflictError(f"{task_id} is closed already, by {row.closed_by}", hint="nothing was changed")
        return Remediation.model_validate_json(row.task)

    def _times_lost(self, task: Remediation) -> int:
        """Return how often the letter was sent, when the last one is known not to have been delivered; else 0."""
        with reading(self.database) as connection:
            sent = [e.body for e in read_events(connection, stream=task.case_id, kinds=(RemediationSent.kind,))]
            keys = [str(body["effect_key"]) for body in sent if body["task_id"] == task.task_id]
            lost = bool(keys) and outbox.read(connection, keys[-1]).status is EffectStatus.FAILED
        return len(keys) if lost else max(0, len(keys) - 1)

    def _mail(self, task: Remediation, letter: ReadyLetter, key: str) -> SendMail:
        contact_id = letter.contact_id or self.registry.party_of("contact", letter.vendor_id)
        if contact_id is None:
            raise RefusedError(
                f"no contact of {letter.vendor_id} in the registry",
                hint=f"add one: qm vendors add --vendor {letter.vendor_id} --email ADDRESS; or send the letter by your own means",
            )
        conversation, domain = f"{task.case_id}/{letter.vendor_id}", self.mail_domain
        with reading(self.database) as connection:
            sent = outbox.rows(connection, case_id=task.case_id, kind=MAIL_SEND, statuses=_SENT)
        ours = tuple(str(row.payload["message_id"]) for row in sent if row.payload["conversation"] == conversation)
        return SendMail(
            contact_id=contact_id,
            subject=letter.subject,
            body=letter.body,
            in_reply_to=ours[-1] if ours else None,
            references=ours,
            message_id=message_id_for(key, domain),
            conversation=conversation,
        )

    def _asked(self, task: Remediation, effect: PlannedEffect, again: int) -> Approval:
        """Return the question that the operator answers by sending: this very mail, and nothing else."""
        now = self.clock.now()
        action = ProposedAction(
            title=f"Send the letter of {task.task_id}",
            vendor_id=task.vendor_id,
            total=Money(amount_minor=0, currency=self.home_currency),
            contract=self._contract(task.case_id, effect),
            effects=(effect,),
        )
        return Approval(
            approval_id=f"{LETTER_PREFIX}{sha256_hex(f'{task.task_id}/{again}'.encode() if again else task.task_id.encode())[:24]}",
            case_id=task.case_id,
            action=action,
            policy_version="operator",
            requested_at=now,
            expires_at=now + _GOES_WITHIN,
        )

    def _contract(self, case_id: str, effect: PlannedEffect) -> Digest:
        """Return the contract that the letter is about, or the letter itself where none was read."""
        with reading(self.database) as connection:
            read = [e.event for e in read_events(connection, stream=case_id, kinds=(ContractReviewed.kind,))]
        return next((e.review.contract for e in reversed(read) if isinstance(e, ContractReviewed)), effect.digest)


def _order_in(connection: sa.Connection, case_id: str) -> OrderPlaced:
    """Return the order that can be refused; raises `NotFoundError`, or `ConflictError` when there is none (any more)."""
    case = case_in(connection, case_id)
    status = connection.scalar(sa.select(cases.c.status).where(cases.c.case_id == case_id))
    if case.order is None or status in {"cancelled", "ended"}:
        raise ConflictError(f"{case_id} has no order that could be refused", hint=f"qm cases show {case_id}")
    if case.refused is not None:
        raise ConflictError(f"the refusal of {case_id} is known already", hint="nothing was changed")
    return case.order


def _refuse_unfit(task: Remediation, outcome: TaskOutcome, amount: Money | None, note: str) -> None:
    if task.awaits is None and outcome is not TaskOutcome.DONE:
        raise InputError(f"{task.task_id} waits for no money", hint=f"qm tasks done {task.task_id} --note TEXT")
    if task.awaits is not None and outcome is TaskOutcome.DONE and not note.strip():
        raise InputError(
            f"{task.task_id} waits for {task.awaits}; what became of it?",
            hint="--refunded AMOUNT, --not-paid, or --note how it was settled",
        )
    if outcome is not TaskOutcome.REFUNDED:
        return
    if (
        amount is None
        or task.awaits is None
        or amount.currency != task.awaits.currency
        or not 0 < amount.amount_minor <= task.awaits.amount_minor
    ):
        raise InputError(f"a refund is more than nothing and at most {task.awaits}", hint=f"--refunded {task.awaits}")


def _booked(connection: sa.Connection, task: Remediation) -> bool:
    lines = read_events(connection, stream=task.case_id, kinds=(PaymentConfirmed.kind,))
    return any(e.body["end_to_end_id"] == task.end_to_end_id for e in lines)
