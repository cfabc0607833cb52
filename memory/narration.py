"""Events in the operator's words: one sentence per fact, the same in the terminal, the timeline and the answers.

Vendor text that appears here (names, subjects) is shortened to one line and is always shown as plain text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from memory.charge_narration import SENTENCES as CHARGES
from memory.domain.answers import Answer, answers_in_words
from memory.domain.approval import Authorization
from memory.domain.events import Event
from memory.domain.events import authority as a
from memory.domain.events import cases as c
from memory.domain.events import contracts as k
from memory.domain.events import control as o
from memory.domain.events import effects as f
from memory.domain.events import negotiation as n
from memory.domain.events import sourcing as s
from memory.domain.events import workspace as w
from memory.domain.policy import Verdict
from memory.domain.quote import NegotiationOutcome, Terms
from memory.domain.requisition import MONTHS
from memory.domain.words import counted, one_line, with_hint
from memory.duty_narration import SENTENCES as DUTIES
from memory.remedy_narration import SENTENCES as REMEDIES
from memory.renewal_narration import SENTENCES as RENEWALS

E = TypeVar("E", bound=Event)

#: Characters a sentence may have: parts of it may be a vendor's words, of any length.
_LONGEST = 600

_EFFECT_WORDS = {
    "mail.send": "mail",
    "contract.sign": "signature",
    "payment.instruct": "payment file",
    "calendar.put": "calendar entry",
}


_DEEDS = {
    "mail.send": "sent",
    "contract.sign": "made",
    "payment.instruct": "written",
    "calendar.put": "made",
}

#: The stages of policy, as something one does.
_STAGES = {
    "precheck": "looking into the request",
    "outreach": "writing to vendors",
    "counteroffer": "making a counteroffer",
    "award": "choosing the vendor",
    "commit": "signing and paying",
    "deliver": "sending the order",
    "pay": "paying",
    "calendar": "putting a date into the calendar",
}

_VERDICTS = {Verdict.ALLOW: "Policy allows", Verdict.REQUIRE_APPROVAL: "Your yes is needed for", Verdict.DENY: "Policy forbids"}


Namer = Callable[[str], str]
"""Gives the name to show for a vendor's id."""


def narrate(event: Event, names: Mapping[str, str] | None = None) -> str:
    """Return one sentence on one line, without markup or control characters; without a sentence it is the event's kind.

    `names` gives vendors' names by id; a vendor that is not in it is called by its id.
    """
    say = _SENTENCES.get(type(event))
    known = names or {}

    def named(vendor_id: str) -> str:
        return one_line(known.get(vendor_id, vendor_id), 60)

    return one_line(say(event, named) if say else "", _LONGEST) or event.kind.replace(".", " ").replace("_", " ")


def terms_in_words(terms: Terms) -> str:
    """Return terms as `48.00 EUR per month net, 12 months, all-in 685.44 EUR`."""
    setup = f" + {terms.setup_fee} set-up" if terms.setup_fee.amount_minor else ""
    return f"{terms.unit_price} net{setup}, {counted(terms.term_months, 'month')}, all-in {terms.all_in_total()}"


def conditions_in_words(terms: Terms) -> str:
    """Return the terms besides the price and the length as `paid per year, 14 days to pay, 30 days' notice`; what is left open is not said."""
    said = [f"paid per {terms.billing.value}"] if terms.unit_price.period in MONTHS else []
    said += [f"set-up {terms.setup_fee}"] if terms.setup_fee.amount_minor else []
    said += [f"{counted(terms.payment_days, 'day')} to pay"] if terms.payment_days is not None else []
    said += [f"cap {terms.price_increase_cap_bp / 100:g} %"] if terms.price_increase_cap_bp is not None else []
    said += [f"{counted(terms.notice_days, 'day')} of notice"] if terms.notice_days is not None else []
    said += [f"{counted(terms.free_months, 'month')} free"] if terms.free_months else []
    said += [f"credit {terms.credit}"] if terms.credit is not None and terms.credit.amount_minor else []
    said += [f"{one_line(terms.support_level, 40)} support"] if terms.support_level else []
    return ", ".join(said)


def permit_in_words(permit: Authorization, to: str = "") -> str:
    """Return what a permit let happen and who allowed it: `Mail to Postino sent without asking, as your rule 'mails' allows`.

    Of the rules behind a permit the first is named: it is the one about that kind of effect.
    """
    what = f"{_EFFECT_WORDS.get(permit.effect_kind, permit.effect_kind).capitalize()}{f' to {one_line(to, 60)}' if to else ''}"
    if not permit.rule:
        return f"{what} authorized by {permit.approver}"
    rule = permit.rule.removeprefix("policy: ").partition(", ")[0]
    allowed = "as your policy allows" if rule == "default" else f"as your rule '{rule}' allows"
    return f"{what} {_DEEDS.get(permit.effect_kind, 'done')} without asking, {allowed}"


def _requisition(e: c.RequisitionSubmitted, _v: Namer) -> str:
    return one_line(e.restated, 400)


def _policy(e: c.PolicyEvaluated, _v: Namer) -> str:
    verdict = e.decision.verdict
    stage = _STAGES.get(e.decision.stage, e.decision.stage.replace("_", " "))
    says = dict.fromkeys(o.says.strip().rstrip(".") for o in e.decision.outcomes if o.verdict is verdict)
    why = f": {'; '.join(says)}" if verdict is not Verdict.ALLOW and says else ""
    return f"{_VERDICTS[verdict]} {stage}{why}"


def _discovered(e: s.VendorDiscovered, _v: Namer) -> str:
    facts = e.candidate.facts
    price = f", list price {facts.list_price}" if facts.list_price else ", no list price known"
    return f"Found {one_line(facts.name, 60)} in the {e.candidate.found_in}{price}"


def _qualified(e: s.VendorQualified, v: Namer) -> str:
    missing = e.qualification.missing_evidence
    gap = f"; still to be proved: {', '.join(missing)}" if missing else ""
    # The analyst puts what speaks for a vendor first and the price, which may speak against it, behind.
    reasons = [one_line(reason.text) for reason in e.qualification.reasons]
    why = f": {'; '.join(dict.fromkeys([reasons[0], reasons[-1]]))}" if reasons else ""
    return f"{v(e.vendor_id)} qualifies with {e.qualification.score}/100{why}{gap}"


def _rejected(e: s.VendorRejected, v: Namer) -> str:
    return f"{v(e.vendor_id)} is out: {'; '.join(one_line(r.text) for r in e.qualification.reasons) or 'no reason recorded'}"


def _message(e: n.MessageReceived, v: Namer) -> str:
    notes = f" ({'; '.join(e.findings)})" if e.findings else ""
    return f"Mail from {v(e.vendor_id)}: {one_line(e.subject)}{notes}"


def _quote(e: n.QuoteReceived, v: Namer) -> str:
    refused = answers_in_words([told for told in e.on_our_terms if told.answer is Answer.REFUSED])
    return f"{v(e.quote.vendor_id)} offers ({_round(e.quote.round)}): {terms_in_words(e.quote.terms)}{f'. {refused}' if refused else ''}"


def _round(number: int) -> str:
    return f"round {number}" if number else "first offer"


def _counter(e: n.CounterofferProposed, v: Namer) -> str:
    return f"We ask {v(e.counteroffer.vendor_id)} (round {e.counteroffer.round}): {terms_in_words(e.counteroffer.terms)}"


_OUTCOMES = {
    NegotiationOutcome.AGREED: "agreed",
    NegotiationOutcome.FINAL_QUOTE: "ended at its last quote",
    NegotiationOutcome.WALKED_AWAY: "we walked away",
    NegotiationOutcome.NO_REPLY: "no reply",
    NegotiationOutcome.FAILED: "failed",
}


def _concluded(e: n.NegotiationConcluded, v: Namer) -> str:
    final = f" at {terms_in_words(e.final_quote.terms)}" if e.final_quote else ""
    return f"Negotiation with {v(e.vendor_id)}: {_OUTCOMES[e.outcome]}{final}"


def _reasoned(e: n.NegotiationReasoned, v: Namer) -> str:
    # The last sentence says what was done and why; the whole paragraph stands with the case.
    start = e.reasoning.words.rfind("So we ")
    return f"With {v(e.vendor_id)}: {one_line(e.reasoning.words[max(start, 0) :], 400)}"


def _reviewed(e: k.ContractReviewed, v: Namer) -> str:
    r = e.review
    notes = sum(1 for x in r.findings if x.severity.value != "note")
    return f"Read the contract of {v(e.vendor_id)}: {counted(r.pages, 'page')}, {counted(len(r.clauses), 'clause')}, {counted(notes, 'concern')}"


def _invoice(e: k.InvoiceMatched, _v: Namer) -> str:
    if e.matches:
        return f"Invoice {one_line(e.invoice_number or '?', 40)} matches the order: {e.invoiced}"
    return f"The invoice does not match the order: {'; '.join(e.problems)}"


def _closed(e: c.CaseClosed, _v: Namer) -> str:
    return one_line(e.summary, 300)


def _statement(e: w.StatementImported, _v: Namer) -> str:
    return f"Read {one_line(e.filename, 60)}: {counted(len(e.lines), 'line')}, {e.matched} matched, {e.already_known} known already"


def _effect(verb: str) -> Callable[[Any, Namer], str]:
    return lambda e, _v: f"{_EFFECT_WORDS.get(e.effect_kind, e.effect_kind).capitalize()} {verb}"


_SENTENCES: dict[type, Callable[[Any, Namer], str]] = {
    c.CaseOpened: lambda e, _v: f"Request: {one_line(e.instruction, 200)}",
    c.RequisitionSubmitted: _requisition,
    c.ClarificationRequested: lambda e, _v: "Question for you: " + " ".join(e.questions),
    c.ClarificationGiven: lambda e, _v: f"You answered: {one_line(e.text)}",
    c.PolicyEvaluated: _policy,
    c.CasePaused: lambda e, _v: f"Paused {e.reason}".strip(),
    c.CaseResumed: lambda e, _v: f"Resumed {e.reason}".strip(),
    c.CaseCancelled: lambda e, _v: f"Cancelled: {e.reason or 'no reason given'}",
    c.CaseClosed: _closed,
    c.CaseEnded: lambda e, _v: f"Ended without a purchase: {e.reason}",
    c.StepFailed: lambda e, _v: f"The step {e.node} failed: {with_hint(e.message, e.hint)}",
    c.StepRetried: lambda e, _v: f"Trying again ({e.by})",
    s.VendorDiscovered: _discovered,
    s.VendorQualified: _qualified,
    s.VendorRejected: _rejected,
    s.VendorUpdated: lambda e, _v: f"Profile of {e.facts.name} changed by {e.by}",
    s.VendorMerged: lambda e, v: f"{one_line(e.merged_id, 60)} is the same vendor as {v(e.vendor_id)}: {one_line(e.reason, 200)}",
    s.VendorSeparated: lambda e, v: f"{one_line(e.merged_id, 60)} is another vendor than {v(e.vendor_id)}: {one_line(e.reason, 200)}",
    s.ClaimStruck: lambda e, _v: f"{counted(len(e.claims), 'claim')} without evidence struck from the {e.agent}'s proposal",
    s.AwardRecommended: lambda e, _v: one_line(e.recommendation, 300),
    n.RfqIssued: lambda e, v: f"Request for quotation to {v(e.vendor_id)}: {one_line(e.subject)}",
    n.MessageReceived: _message,
    n.MessageUnmatched: lambda e, _v: f"A mail from {one_line(e.from_address, 60)} belongs to no conversation of ours; kept for you",
    n.ReplyOverdue: lambda e, v: f"{v(e.vendor_id)} did not answer in time",
    n.QuoteReceived: _quote,
    n.QuoteUnreadable: lambda e, v: f"No clear offer in the mail from {v(e.vendor_id)}: {'; '.join(e.problems)}",
    n.CounterofferProposed: _counter,
    n.NegotiationConcluded: _concluded,
    n.NegotiationReasoned: _reasoned,
    n.WalkAwaySet: lambda e, _v: f"Your walk-away is {e.limit}" if e.limit else "Your walk-away was taken back",
    k.AcceptanceSent: lambda e, v: f"Chose the offer of {v(e.vendor_id)}, subject to contract, and asked for the paper",
    k.DeclineSent: lambda e, v: f"Thanked {v(e.vendor_id)} and declined",
    k.ContractReceived: lambda e, v: f"Contract received from {v(e.vendor_id)}: {one_line(e.filename, 60)}",
    k.ContractMissing: lambda e, v: f"No contract from {v(e.vendor_id)}: {e.reason}",
    k.ContractReviewed: _reviewed,
    k.ContractSigned: lambda _e, _v: "Contract signed (PAdES); the signature verifies",
    k.OrderPlaced: lambda e, v: f"Order {e.purchase_order_id} to {v(e.vendor_id)} over {e.total}, signed contract attached",
    k.InvoiceMatched: _invoice,
    k.PaymentSubmitted: lambda e, _v: f"Payment of {e.amount} to {e.payee_id} written ({e.end_to_end_id}); only a bank line confirms it",
    k.PaymentConfirmed: lambda e, _v: f"The bank booked {e.amount} on {e.booked_on} ({e.end_to_end_id})",
    k.RenewalScheduled: lambda e, v: f"Decide by {e.decide_by} whether to keep {v(e.vendor_id)}; the term ends {e.term_end}",
    k.RenewalDecided: lambda e, v: f"Decided on {v(e.vendor_id)}: {e.action}",
    k.RenewalDropped: lambda e, v: f"The contract with {v(e.vendor_id)} is watched no more: {one_line(e.reason, 200)}",
    k.ContractImported: lambda e, v: f"Imported the contract {one_line(e.filename, 60)} of {v(e.vendor_id)}",
    a.ApprovalRequested: lambda e, _v: f"Your approval is needed: {one_line(e.approval.action.title, 200)}",
    a.ApprovalGranted: lambda e, _v: f"Approved by {e.by}{f': {one_line(e.reason)}' if e.reason else ''}",
    a.ApprovalEdited: lambda e, _v: f"Approved with changes by {e.by}{f': {one_line(e.reason)}' if e.reason else ''}",
    a.ApprovalRejected: lambda e, _v: f"Rejected by {e.by}: {one_line(e.reason)}",
    a.ApprovalExpired: lambda e, _v: (
        f"The question was withdrawn: {one_line(e.reason)}" if e.reason else "The approval expired unanswered; that is a no"
    ),
    a.AuthorizationGranted: lambda e, _v: permit_in_words(e.authorization),
    a.AuthorizationBurned: lambda _e, _v: "Permit used",
    f.EffectConfirmed: _effect("confirmed"),
    f.EffectFailed: lambda e, v: f"{_effect('failed')(e, v)}: {e.message}",
    f.EffectUnknown: lambda e, v: f"{_effect('outcome unknown')(e, v)}: {e.message}",
    f.EffectContradicted: lambda e, v: f"{_effect('happened after all')(e, v)}, although it stands as {e.stands}: {one_line(e.says)}",
    f.EffectDelayed: lambda e, v: f"{_effect('waits')(e, v)}: {e.message}",
    o.EffectSettled: lambda e, v: (
        f"{_effect('settled by hand')(e, v)}: {'it happened' if e.happened else 'it did not happen, so it goes again'} ({one_line(e.reason)})"
    ),
    o.EffectsStopped: lambda e, _v: f"Nothing leaves any more: {one_line(e.reason)}",
    o.EffectsResumed: lambda e, _v: f"Effects may leave again: {one_line(e.reason)}",
    f.ModelAsked: lambda e, _v: f"The {e.agent} asked a model",
    w.WorkspaceMade: lambda e, _v: f"A home was made for {e.operator}",
    w.HolidaysNoted: lambda e, _v: (
        f"Days are counted with the public holidays of {e.place} from now on" if e.place else "Public holidays are not counted any more"
    ),
    w.ContactAdded: lambda e, _v: f"Contact {e.contact_id} added by {e.by}",
    w.PayeeAdded: lambda e, _v: f"Payee {e.payee_id} added by {e.by}",
    w.SignatoryAdded: lambda e, _v: f"Signatory {e.signatory_id} added by {e.by}",
    w.AccountAdded: lambda e, _v: f"Account {e.account_id} added by {e.by}",
    w.BudgetSet: lambda e, _v: f"Budget for {e.category} set to {e.limit} by {e.by}",
    w.BudgetReserved: lambda e, _v: f"Reserved {e.amount} of the {e.category} budget",
    w.BudgetCommitted: lambda e, _v: f"Committed {e.amount} of the {e.category} budget at the settled amount",
    w.BudgetReleased: lambda e, _v: f"Released {e.amount} of the {e.category} budget: {e.reason}",
    w.PolicyAdopted: lambda e, _v: f"Policy {e.policy_version} adopted by {e.by}",
    w.PolicyProposed: lambda e, _v: f"A change of policy was asked for: {one_line(e.instruction)}",
    w.MemoryMissed: lambda e, _v: f"Contract and vendor memory was away ({e.reason}); qm memory rebuild makes it up",
    w.PreferenceSet: lambda e, _v: f"Standing preference {e.name}: {one_line(e.value)}",
    w.TermWeighed: lambda e, _v: f"Your preference{f' for {e.scope}' if e.scope else ''}: {one_line(e.words, 200)}",
    w.TermDropped: lambda e, _v: f"Preference taken back: {one_line(e.key, 80)}{f' for {e.scope}' if e.scope else ''}",
    w.StatementImported: _statement,
    w.InstructionReceived: lambda e, _v: f"You said: {one_line(e.text, 200)}",
    w.InstructionAnswered: lambda e, _v: f"Answered: {one_line(e.answer, 200)}",
    w.DecisionReviewed: lambda e, _v: f"Decision reviewed: {e.verdict}",
    **DUTIES,
    **REMEDIES,
    **CHARGES,
    **RENEWALS,
}
