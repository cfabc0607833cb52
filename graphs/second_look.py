"""The second look: the dispatcher asks once more, by itself, whether an effect may leave.

A worker reads strangers' words, so what a worker wrote into the ledger proves nothing. What commits the operator needs an
approval under the operator's own seal that covers exactly this effect. What may go by a rule is judged again: by the policy that
the operator adopted, on facts folded anew, to parties that the operator entered; and a mail is read once more for what no mail may
tell. Nothing here asks a model, and nothing is decided: the answer can only be a no.

Its limit: facts about the world (what a vendor quoted) stand in the ledger as a worker read them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from agents.negotiator.checks.spelling import plain
from agents.negotiator.language import Language
from agents.negotiator.letters import figures_only, question_in
from agents.negotiator.letters.wording import wording_of
from agents.negotiator.outgoing import DAY, Allowed, leaks, without
from agents.negotiator.secrets import secrets_of, vendors_own
from graphs.action import purchase_order_id
from graphs.briefs import brief_for
from graphs.case_file import CaseFile, load_case
from graphs.context import Desk
from graphs.facts import facts_for
from graphs.policy.engine import evaluate
from graphs.policy.facts import Facts, Stage
from memory.database import reading
from memory.domain.approval import Authorization, PlannedEffect, ProposedAction
from memory.domain.effects import CALENDAR_PUT, CONTRACT_SIGN, MAIL_SEND, PAYMENT_INSTRUCT, SendMail
from memory.domain.errors import ConflictError, NotFoundError, RefusedError
from memory.domain.events.authority import ApprovalEdited, ApprovalGranted, ApprovalRequested, AuthorizationBurned
from memory.domain.events.contracts import OrderPlaced
from memory.domain.events.effects import EffectConfirmed
from memory.domain.events.negotiation import CounterofferProposed
from memory.domain.policy import PolicyDecision, Verdict
from memory.domain.seal import SealCheck
from memory.ledger import StoredEvent, read_events
from memory.outbox import OutboxRow, rows
from memory.vouching import vouched

_COMMITTING = frozenset({CONTRACT_SIGN, PAYMENT_INSTRUCT})
_SPAN = re.compile(
    r"\b\d{1,3}(?= (?:days?|weeks?|months?|years?|Tagen?|Wochen?|Monaten?|Jahren?|jours?|semaines?|mois|ans?|días?|semanas?|mes(?:es)?|años?)\b)"
)
_CAP = re.compile(
    "|".join(
        re.escape(wording_of(language).terms.price_cap).replace(re.escape("{share}"), r"\d{1,2}(?:[.,]\d{1,2})?\s?%")
        for language in Language
    )
)
"""A cap on price increases as our letters state it: a share of what the vendor will ask one day, never one of a secret."""


def _questions_about_figures(case: CaseFile, vendor_id: str) -> list[str]:
    """Return our questions about the figures of a vendor's own quotes, as a letter may ask them: they hold nothing else."""
    asked = [question for quote in case.negotiation(vendor_id).quotes for question in quote.ambiguous if figures_only(question)]
    return [question_in(question, language) for question in asked for language in Language]


@dataclass(frozen=True)
class _Yes:
    """A sealed answer that says yes; `good_until` is None in ledgers from before answers expired."""

    approval_id: str
    action: ProposedAction
    good_until: datetime | None


@dataclass(frozen=True)
class SecondLook:
    """The authority of a dispatcher. `desk` reads through sealed entries only; `tells_secret` knows the vault's secrets.

    `own_receipt` tells what the dispatcher itself recorded from what merely stands in the ledger as such.
    """

    desk: Desk
    check: SealCheck
    tells_secret: Callable[[str], bool]
    own_receipt: Callable[[StoredEvent], bool]

    def confirm(self, row: OutboxRow, authorization: Authorization) -> None:
        """Raise `RefusedError` when the effect must not leave after all, or cannot be judged."""
        try:
            self._confirm(row, authorization)
        except (KeyError, ValueError, AssertionError, ConflictError, NotFoundError) as error:
            raise RefusedError(f"this {row.kind} cannot be judged, so it does not leave", hint=f"qm cases show {row.case_id}") from error

    def _confirm(self, row: OutboxRow, authorization: Authorization) -> None:
        action = self._approved(row, authorization.approval_id)
        if authorization.approval_id is not None or row.kind in _COMMITTING:
            _refuse_unless_covered(action, row, authorization)
        if row.kind == PAYMENT_INSTRUCT:
            self._refuse_denied_payment(row, action)
        elif row.kind == MAIL_SEND:
            self._mail(row, by_rule=authorization.approval_id is None)
        elif row.kind == CALENDAR_PUT:
            self._refuse_unless_allowed(facts_for(self.desk, self._case(row), Stage.CALENDAR, effect_kind=row.kind), row)
        elif row.kind not in _COMMITTING:
            raise RefusedError(f"nothing here can judge {row.kind}")

    # --- what the operator approved --------------------------------------------------------------------------------------

    def _approved(self, row: OutboxRow, approval_id: str | None) -> ProposedAction | None:
        """Return the action that the operator sealed a yes to, and that stands; None when there is none."""
        if approval_id is None:
            return None
        if row.kind in _COMMITTING:
            newest = self._standing_yes(row.case_id, row.kind)
            return newest.action if newest is not None and newest.approval_id == approval_id else None
        return next((yes.action for yes in self._yeses(row.case_id) if yes.approval_id == approval_id), None)

    def _standing_yes(self, case_id: str, kind: str) -> _Yes | None:
        """Return the operator's newest yes to an effect of this kind in the case: each takes the place of the one before.

        Which is the newest is told by the seal, not by the place in the ledger, which who writes to the database could change.
        """
        about = [yes for yes in self._yeses(case_id) if any(effect.kind == kind for effect in yes.action.effects)]
        return max(reversed(about), key=lambda yes: (yes.good_until is not None, yes.good_until), default=None)

    def _yeses(self, case_id: str) -> list[_Yes]:
        """Return what the operator said yes to in this case and still holds. The question is bound to the yes by its digest."""
        asked: dict[str, ProposedAction] = {}
        found = []
        for stored in self._events(case_id, ApprovalRequested.kind, ApprovalGranted.kind, ApprovalEdited.kind):
            event = stored.event
            if isinstance(event, ApprovalRequested):
                asked.setdefault(event.approval.action.digest, event.approval.action)
            elif isinstance(event, ApprovalGranted) and event.digest in asked and vouched(stored, self.check):
                found.append(_Yes(event.approval_id, asked[event.digest], event.good_until))
            elif isinstance(event, ApprovalEdited) and vouched(stored, self.check):
                found.append(_Yes(event.approval_id, event.action, event.good_until))
        now = self.desk.now()
        return [yes for yes in found if yes.good_until is None or now < yes.good_until]

    def _refuse_denied_payment(self, row: OutboxRow, action: ProposedAction | None) -> None:
        """A payment that was approved may still be one that policy forbids today: bank details that changed since, for one.

        Nor is one made for an order that its vendor has refused meanwhile: what was never paid need not be asked back.
        """
        assert action is not None
        case = self._case(row)
        if case.refused is not None:
            raise RefusedError("the vendor will not fulfil the order", hint=f"qm cases show {case.case_id}")
        facts = facts_for(self.desk, case, Stage.PAY, vendor_id=action.vendor_id, review=case.review, effect_kind=row.kind)
        approved = {"approval_id": "sealed", "approved_total": action.total, "all_in_total": action.total}
        decision = evaluate(self.desk.policy(), facts.model_copy(update=approved))
        if decision.verdict is Verdict.DENY:
            raise RefusedError(f"policy holds this payment: {_why(decision)}", hint="qm policy show")

    # --- what may go by a rule -------------------------------------------------------------------------------------------

    def _mail(self, row: OutboxRow, *, by_rule: bool) -> None:
        mail, case = SendMail.model_validate(row.payload), self._case(row)
        case_id, _, vendor_id = mail.conversation.rpartition("/")
        if case_id != row.case_id or self.desk.registry.vendor_of("contact", mail.contact_id) != vendor_id:
            raise RefusedError("the mail does not go to the vendor it was written for", hint="qm vendors show " + vendor_id)
        if self.tells_secret(f"{mail.subject}\n{mail.body}"):
            raise RefusedError("the mail tells a secret of the vault", hint="change that credential: a worker should never have known it")
        if not by_rule:
            return  # the operator saw exactly this mail, and may tell a vendor what no rule would
        self._refuse_unless_allowed(self._mail_facts(row, case, vendor_id), row)
        self._refuse_telling(mail, case, vendor_id)
        self._refuse_strange_files(mail, row, vendor_id)

    def _mail_facts(self, row: OutboxRow, case: CaseFile, vendor_id: str) -> Facts:
        """Return the facts about a mail at the stage its case says it belongs to; one that nobody announced is plain outreach."""
        said = [e.event for e in self._events(row.case_id, CounterofferProposed.kind, OrderPlaced.kind)]
        mine = next((e for e in said if isinstance(e, CounterofferProposed | OrderPlaced) and e.effect_key == row.effect_key), None)
        sent: dict[str, object] = {"mails_in_case": self._mails_sent(row)}
        if isinstance(mine, CounterofferProposed):
            terms = mine.counteroffer.terms
            facts = facts_for(self.desk, case, Stage.COUNTEROFFER, vendor_id=vendor_id, terms=terms, effect_kind=row.kind)
        elif isinstance(mine, OrderPlaced):
            terms = case.final_quote(vendor_id).terms
            facts = facts_for(self.desk, case, Stage.DELIVER, vendor_id=vendor_id, terms=terms, review=case.review, effect_kind=row.kind)
            yes = self._standing_yes(row.case_id, CONTRACT_SIGN)
            if yes is not None and yes.action.vendor_id == vendor_id:
                sent |= {"approval_id": yes.approval_id, "approved_total": yes.action.total}
        else:
            facts = facts_for(self.desk, case, Stage.OUTREACH, vendor_id=vendor_id, effect_kind=row.kind)
        return facts.model_copy(update=sent)

    def _mails_sent(self, row: OutboxRow) -> int:
        """Return how many other mails of the case this dispatcher has burned a permit for: a count that no worker can lower."""
        with reading(self.desk.database) as connection:
            mails = {other.effect_key for other in rows(connection, case_id=row.case_id, kind=MAIL_SEND)}
        burned = [e.event for e in self._events(row.case_id, AuthorizationBurned.kind)]
        return len({e.effect_key for e in burned if isinstance(e, AuthorizationBurned) and e.effect_key in mails} - {row.effect_key})

    def _refuse_telling(self, mail: SendMail, case: CaseFile, vendor_id: str) -> None:
        whole = without(plain(f"{mail.subject}\n{mail.body}"), _questions_about_figures(case, vendor_id))
        text, brief = _CAP.sub(" ", _SPAN.sub(" ", DAY.sub(" ", whole))), brief_for(self.desk, case, vendor_id)
        ours = [yes.action.total for yes in self._yeses(case.case_id) if yes.action.vendor_id == vendor_id]
        totals = [total for quote in case.negotiation(vendor_id).quotes for total in (quote.terms.net_total(), quote.terms.all_in_total())]
        parties = (case.case_id, purchase_order_id(case.case_id), brief.operator, brief.contact, brief.vendor.name)
        wishes = (brief.requisition.need, *brief.requisition.must_have, *brief.requisition.nice_to_have, *brief.missing_evidence)
        words = [word for word in (*parties, *wishes, *self._operators_notes(case)) if word]
        figures: list[Allowed] = [*vendors_own(brief), *ours, *totals, brief.requisition.quantity, *words]
        told = leaks(text, allowed_figures=figures, secrets=secrets_of(brief))
        if told:
            raise RefusedError(f"the mail was held at the door: {'; '.join(told)}", hint="qm cases show " + case.case_id)

    def _operators_notes(self, case: CaseFile) -> list[str]:
        edited = [e for e in self._events(case.case_id, ApprovalEdited.kind) if vouched(e, self.check)]
        return [e.event.edits.order_note or "" for e in edited if isinstance(e.event, ApprovalEdited)]

    def _refuse_strange_files(self, mail: SendMail, row: OutboxRow, vendor_id: str) -> None:
        """An order carries the contract that this dispatcher signed in this very case, to its vendor; no other mail carries a file."""
        if not mail.attachments:
            return
        receipts = [e.event for e in self._events(row.case_id, EffectConfirmed.kind) if self.own_receipt(e)]
        signed = {d for e in receipts if isinstance(e, EffectConfirmed) and e.effect_kind == CONTRACT_SIGN for d in e.evidence}
        yes = self._standing_yes(row.case_id, CONTRACT_SIGN)
        orders = [e.event for e in self._events(row.case_id, OrderPlaced.kind)]
        announced = any(isinstance(e, OrderPlaced) and e.effect_key == row.effect_key for e in orders)
        ours = announced and yes is not None and yes.action.vendor_id == vendor_id
        if not ours or any(attachment.digest not in signed for attachment in mail.attachments):
            raise RefusedError("the mail carries a file that is not the signed contract of this case, on its way to its vendor")

    # --- reading ---------------------------------------------------------------------------------------------------------

    def _refuse_unless_allowed(self, facts: Facts, row: OutboxRow) -> None:
        decision = evaluate(self.desk.policy(), facts)
        if decision.verdict is not Verdict.ALLOW:
            raise RefusedError(f"policy does not allow this {row.kind}: {_why(decision)}", hint="qm policy show")

    def _case(self, row: OutboxRow) -> CaseFile:
        try:
            return load_case(self.desk.database, row.case_id)
        except NotFoundError as error:
            raise RefusedError(f"the effect belongs to no case: {error.message}") from None

    def _events(self, case_id: str, *kinds: str) -> list[StoredEvent]:
        with reading(self.desk.database) as connection:
            return list(read_events(connection, stream=case_id, kinds=kinds))


def _refuse_unless_covered(action: ProposedAction | None, row: OutboxRow, authorization: Authorization) -> None:
    asked = PlannedEffect(key=row.effect_key, kind=row.kind, payload=row.payload)
    covered = {effect.digest for effect in action.effects} if action is not None else set()
    if asked.digest not in covered or authorization.effect_digest != asked.digest:
        raise RefusedError(
            f"{row.kind} needs your own sealed yes to exactly this; what stands in the ledger is none",
            hint="qm approvals list; qm doctor tells whether your seal is in order",
        )


def _why(decision: PolicyDecision) -> str:
    return "; ".join(outcome.says for outcome in decision.reasons) or decision.verdict.value
