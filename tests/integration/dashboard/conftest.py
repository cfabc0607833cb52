"""A home with a history: one purchase finished, one waiting for approval, one asking, one failed, contracts at every distance."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.bootstrap import Office, open_office
from app.dashboard_server import server_settings
from app.home import lay_out
from app.ports import RandomIds
from memory.domain.answers import Answer, TermAnswer
from memory.domain.approval import Approval, Authorization, PlannedEffect, ProposedAction
from memory.domain.contract import Clause, ClauseKind, ContractReview, Finding, Severity
from memory.domain.effects import (
    CALENDAR_PUT,
    CONTRACT_SIGN,
    MAIL_SEND,
    PAYMENT_INSTRUCT,
    InstructPayment,
    PutCalendar,
    SendMail,
    SignContract,
)
from memory.domain.events import Event
from memory.domain.events import authority as au
from memory.domain.events import cases as ca
from memory.domain.events import contracts as co
from memory.domain.events import effects as ef
from memory.domain.events import negotiation as ne
from memory.domain.events import sourcing as so
from memory.domain.events import workspace as wo
from memory.domain.evidence import Claim, EvidenceRef, Origin, Span
from memory.domain.instruction import Urgency
from memory.domain.money import Money, Period, Price
from memory.domain.policy import PolicyDecision, RuleOutcome, Verdict
from memory.domain.quote import ComparisonRow, Counteroffer, NegotiationOutcome, Quote, Terms
from memory.domain.reasoning import OutcomePoint, Reasoning, WalkAway
from memory.domain.registry import Payee
from memory.domain.requisition import Requisition
from memory.domain.vendor import Candidate, Qualification, VendorFacts
from memory.engine.in_process import InProcessEngine
from memory.engine.on_dbos import prepare
from memory.outbox import EffectStatus, Move, effect_key
from memory.schema import heartbeats

DASHBOARD = Path(__file__).parents[3] / "app" / "dashboard.py"
_GUARDS = ("server.address", "server.enableAgentApi", "browser.gatherUsageStats", "client.showErrorDetails")

HOSTILE = "Papertern [click](http://evil.example/x) ![i](http://evil.example/i.png) $9$ <b>bold</b> :material/verified:"
NAMES = {"brieflark": "Brieflark", "postino": "Postino", "papertern": HOSTILE}


@dataclass
class WalkingClock:
    """Stands still until it is told to go on."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def go(self, **step: float) -> None:
        self.at += timedelta(**step)


@dataclass
class Seeded:
    """The home, and what stands in it."""

    home: Path
    now: datetime
    done_case: str = "CASE-done"
    open_case: str = "CASE-open"
    asking_case: str = "CASE-asks"
    failed_case: str = "CASE-failed"
    approval_id: str = "AP-open"
    contract: str = ""
    mails: dict[str, str] = field(default_factory=dict)


def eur(minor: int) -> Money:
    return Money(amount_minor=minor, currency="EUR")


def terms(per_month: int) -> Terms:
    price = Price(amount_minor=per_month, currency="EUR", period=Period.MONTH)
    return Terms(
        unit_price=price, quantity=1, unit="plan", term_months=12, setup_fee=eur(0), tax_rate_bp=1900, payment_days=14, notice_days=60
    )


class Seeder:
    """Writes the events that the graph would write, through the one write path."""

    def __init__(self, office: Office, clock: WalkingClock) -> None:
        self.office, self.clock = office, clock
        self._count = 0

    def act(self, stream: str, *events: Event, actor: str = "graph", effects: tuple[PlannedEffect, ...] = (), **rest) -> None:
        self._count += 1
        self.office.unit_of_work.act(f"seed/{self._count}", events, stream=stream, actor=actor, effects=effects, **rest)
        self.clock.go(minutes=7)

    def keep(self, text: str, origin: Origin, source: str = "") -> str:
        return self.office.evidence.put_text(text, origin=origin, source=source)

    def permit(self, case: str, effect: PlannedEffect) -> au.AuthorizationGranted:
        now = self.clock.now()
        return au.AuthorizationGranted(
            authorization=Authorization(
                authorization_id=f"AU-{effect.key[:20]}",
                case_id=case,
                effect_key=effect.key,
                effect_kind=effect.kind,
                effect_digest=effect.digest,
                rule="policy: outreach within limits",
                approver="policy",
                policy_version="1",
                granted_at=now,
                expires_at=now + timedelta(days=7),
            )
        )

    def mail(self, case: str, node: str, subject: str, body: str, fact) -> str:
        """One mail of ours: authorized, queued, sent."""
        key = effect_key(case, node, 0)
        payload = SendMail(contact_id="sales", subject=subject, body=body, message_id=f"<qm.{key}@shop.example>", conversation=case)
        effect = PlannedEffect(key=key, kind=MAIL_SEND, payload=payload.model_dump(mode="json"))
        digest = self.keep(f"Subject: {subject}\n\n{body}", Origin.SYSTEM, "letter")
        self.act(case, fact(key, digest), self.permit(case, effect), actor="negotiator", effects=(effect,))
        confirmed = ef.EffectConfirmed(effect_key=key, effect_kind=MAIL_SEND, reference=payload.message_id)
        self.act(
            case, confirmed, actor="dispatcher", moves=(Move(key, EffectStatus.SUBMITTED, attempt=True), Move(key, EffectStatus.CONFIRMED))
        )
        return key

    def reply(self, case: str, vendor: str, key: str, text: str, *, findings: tuple[str, ...] = ()) -> str:
        digest = self.keep(text, Origin.VENDOR_MAIL, f"mail from {vendor}")
        raw = self.keep(f"From: sales@{vendor}.example\n\n{text}", Origin.VENDOR_MAIL, f"raw mail from {vendor}")
        fact = ne.MessageReceived(
            message_id=f"<{raw[:20]}@{vendor}.example>",
            conversation=f"{case}/{vendor}",
            vendor_id=vendor,
            wait_key=ef.reply_wait(key),
            from_address=f"sales@{vendor}.example",
            verified_sender=True,
            subject="Re: Request for quotation",
            raw=raw,
            text=digest,
            findings=findings,
        )
        self.clock.go(hours=3)
        self.act(case, fact, actor="reception")
        return digest


def request(case: str, need: str, ceiling_minor: int, *, days: int, now: datetime) -> ca.RequisitionSubmitted:
    requisition = Requisition(
        requisition_id=f"RQ-{case}",
        need=need,
        category="saas",
        catalogue_category="email marketing",
        quantity=5000,
        unit="contacts",
        ceiling=Price(amount_minor=ceiling_minor, currency="EUR", period=Period.MONTH),
        deadline=(now + timedelta(days=days)).date(),
        must_have=("EU data residency",),
        urgency=Urgency.NORMAL,
    )
    return ca.RequisitionSubmitted(
        requisition=requisition, restated=f"You need an {need}, at most {requisition.ceiling}, EU data residency."
    )


def open_case(seed: Seeder, case: str, text: str) -> None:
    digest = seed.keep(text, Origin.OPERATOR, "instruction by cli")
    opened = ca.CaseOpened(case_id=case, instruction=text, evidence=digest, channel="cli", graph_version=1)
    seed.act(case, opened, actor="operator")


def source(seed: Seeder, case: str, vendors: dict[str, int]) -> None:
    for vendor, list_minor in vendors.items():
        page = f"{NAMES[vendor]} pricing\nStandard plan: {list_minor / 100:.2f} EUR per month for 5,000 contacts. Data stays in the EU."
        digest = seed.keep(page, Origin.CATALOGUE, f"https://{vendor}.example/pricing, read 2026-11-02")
        where = page.index("Data stays")
        ref = EvidenceRef(digest=digest, origin=Origin.CATALOGUE, span=Span(start=where, end=len(page), text=page[where:]))
        price = Price(amount_minor=list_minor, currency="EUR", period=Period.MONTH)
        facts = VendorFacts(
            vendor_id=vendor, name=NAMES[vendor], category="email marketing", data_region="EU", list_price=price, plan="Standard"
        )
        found = so.VendorDiscovered(
            candidate=Candidate(
                facts=facts, claims=(Claim(text="Data stays in the EU", evidence=(ref,)),), found_in="catalogue", evidence=(ref,)
            )
        )
        judged = Qualification(vendor_id=vendor, qualified=True, score=90, reasons=(Claim(text="EU data residency", evidence=(ref,)),))
        seed.act(case, found, so.VendorQualified(vendor_id=vendor, qualification=judged), actor="vendor_scout")


CHEAPEST, DEAREST = 48_000, 100_000
"""What the best and the worst imaginable deal cost a year, all-in."""
OFFERED_WITH = "12 months, <img src=x onerror=alert(1)> [support](http://evil.example/s) $1$ :material/verified:"


def point(kind: str, per_month: int, number: int | None, *, off: float = 0.08) -> OutcomePoint:
    """A deal as a point, `off` below the front; the label ends in what a vendor wrote."""
    ours = (DEAREST - terms(per_month).all_in_total().amount_minor) / (DEAREST - CHEAPEST)
    theirs = max(1 - max(ours, 0) ** 2 - (0 if kind == "frontier" else off), 0)
    return OutcomePoint(
        kind=kind,
        ours=round(ours * 1000),
        theirs=round(theirs * 1000),
        label=f"{per_month / 100:.2f} EUR a month, {OFFERED_WITH}",
        round=number,
    )


def reason(number: int, theirs: list[int], ours: list[int], outcome: NegotiationOutcome) -> Reasoning:
    """Why our move of round `number` was made, as the negotiator would say it."""
    front = tuple(point("frontier", 3400 + 200 * k, None) for k in range(18))
    made = [point("theirs", price, k, off=0.02 + 0.05 * k) for k, price in enumerate(theirs[: number + 1])]
    made += [point("ours", price, k + 1) for k, price in enumerate(ours[:number])]
    standing, asked = terms(theirs[number]).all_in_total(), None
    if number < len(ours):
        asked = terms(ours[number]).all_in_total()
        made.append(point("decided", ours[number], number + 1))
    move = "counter" if asked else "walk_away" if outcome is NegotiationOutcome.WALKED_AWAY else "accept"
    limit = terms(min(theirs) - 150).all_in_total()
    width = eur(9000 - 2500 * number)
    walk = WalkAway(amount=eur(71_000), source=f"the offer of {HOSTILE}")
    words = (
        f"Their offer costs {standing} a year, with its terms reckoned in. We walk away above {walk.amount} ({walk.source}). "
        f"We think they can go down to about {limit} (80 %: {limit - width} to {limit + width})."
    )
    return Reasoning(
        round=number,
        move=move,
        words=words,
        standing_utility=made[number].ours,
        standing_cost=standing,
        asked_utility=made[-1].ours if asked else None,
        asked_cost=asked,
        walk_away=walk,
        limit_low=limit - width,
        limit_likely=limit,
        limit_high=limit + width,
        expected=limit + eur(1500),
        deal_chance=820 - 90 * number,
        behaviours={"timed": 480, "dropper": 130, "stubborn": 80},
        points=(*front, *made),
    )


def refused_cap(message: str) -> TermAnswer:
    """What a vendor refused of our terms, in words that must stay words."""
    span = Span(start=0, end=46, text="a 3 % cap [is](http://evil.example/y) not poss")
    return TermAnswer(term="price_increase_cap_bp", asked="300", says=span.text, answer=Answer.REFUSED, span=span, source=message)


def bargain(
    seed: Seeder, case: str, vendor: str, theirs: list[int], ours: list[int], outcome: NegotiationOutcome, *, explained: bool = True
) -> Quote:
    """One request, then offers and counteroffers in turn; returns the last quote. Ledgers from before reasons were kept have none."""
    reply_by = seed.clock.now() + timedelta(days=3)
    body = "Dear sales team,\n\nwe look for an email tool for 5,000 contacts with EU data residency. Please quote for 12 months.\n"
    key = seed.mail(
        case,
        f"rfq/{vendor}",
        "Request for quotation",
        body,
        lambda k, d: ne.RfqIssued(vendor_id=vendor, effect_key=k, subject="Request for quotation", body=d, reply_by=reply_by),
    )
    quotes: list[Quote] = []
    for number, price in enumerate(theirs):
        text = f"Hello,\n\nround {number}: we can offer {price / 100:.2f} EUR per month net, 12 months.\n\nBest regards\n{vendor} sales"
        message = seed.reply(case, vendor, key, text)
        quote = Quote(quote_id=f"Q-{vendor}-{number}", vendor_id=vendor, round=number, terms=terms(price), message=message)
        answers = (refused_cap(message),) if number else ()
        seed.act(case, ne.QuoteReceived(quote=quote, final=number == len(theirs) - 1, on_our_terms=answers), actor="negotiator")
        quotes.append(quote)
        if explained:
            why = ne.NegotiationReasoned(vendor_id=vendor, round=number, reasoning=reason(number, theirs, ours, outcome))
            seed.act(case, why, actor="negotiator")
        if number < len(ours):
            offer = Counteroffer(
                vendor_id=vendor, round=number + 1, terms=terms(ours[number]), rationale="a competing written offer is lower"
            )
            letter = f"Dear sales team,\n\nthank you. We could sign at {ours[number] / 100:.2f} EUR per month net.\n"
            key = seed.mail(
                case,
                f"counter/{vendor}/{number}",
                "Re: Request for quotation",
                letter,
                lambda k, d, offer=offer: ne.CounterofferProposed(counteroffer=offer, effect_key=k, body=d),
            )
    concluded = ne.NegotiationConcluded(
        vendor_id=vendor, outcome=outcome, rounds=len(ours), list_quote=quotes[0], final_quote=quotes[-1], reason="last offer accepted"
    )
    seed.act(case, concluded, actor="negotiator")
    return quotes[-1]


def award(seed: Seeder, case: str, winner: str, finals: dict[str, tuple[int, int]]) -> None:
    rows = tuple(
        ComparisonRow(
            vendor_id=v,
            vendor_name=NAMES[v],
            outcome=NegotiationOutcome.AGREED,
            list_total=terms(first).all_in_total(),
            agreed_total=terms(last).all_in_total(),
            score=90,
            within_ceiling=True,
        )
        for v, (first, last) in finals.items()
    )
    words = f"{NAMES[winner]} is the lowest all-in offer that meets every must-have."
    seed.act(case, so.AwardRecommended(vendor_id=winner, rows=rows, recommendation=words), actor="quote_analyst")


def contract_pdf(vendor: str) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    page = Canvas(out, invariant=1)
    page.drawString(72, 760, f"Service agreement with {vendor}")
    page.drawString(72, 740, "The agreement renews for twelve months unless cancelled sixty days before its end.")
    page.save()
    return out.getvalue()


def review(seed: Seeder, case: str, vendor: str, total: Money) -> ContractReview:
    text = (
        f"Service agreement with {NAMES[vendor]}.\n1. The initial term is twelve months.\n"
        "2. The agreement renews for twelve months unless cancelled sixty days before its end.\n"
        "3. The vendor may raise prices by up to 5 % per renewal term.\n4. Data is stored in the European Union only."
    )
    body = seed.office.evidence.put(
        contract_pdf(vendor), media_type="application/pdf", origin=Origin.VENDOR_DOCUMENT, source="contract.pdf"
    )
    digest = seed.keep(text, Origin.VENDOR_DOCUMENT, "text of contract.pdf")
    seed.act(case, co.ContractReceived(vendor_id=vendor, contract=body, filename=f"{vendor}-agreement.pdf"), actor="reception")

    def clause(kind: ClauseKind, words: str, value: str | None = None) -> Clause:
        start = text.index(words)
        return Clause(kind=kind, span=Span(start=start, end=start + len(words), text=words), value=value)

    raise_clause = clause(ClauseKind.PRICE_INCREASE, "The vendor may raise prices by up to 5 % per renewal term.", "5 %")
    read = ContractReview(
        contract=body,
        text=digest,
        pages=1,
        clauses=(
            clause(ClauseKind.INITIAL_TERM, "The initial term is twelve months.", "12 months"),
            clause(ClauseKind.RENEWAL, "The agreement renews for twelve months unless cancelled sixty days before its end.", "12 months"),
            raise_clause,
            clause(ClauseKind.DATA_REGION, "Data is stored in the European Union only.", "EU"),
        ),
        total=total,
        effective_on=seed.clock.now().date(),
        initial_term_months=12,
        renewal_months=12,
        auto_renews=True,
        notice_days=60,
        governing_law="Germany",
        findings=(
            Finding(severity=Severity.NOTE, text="Governed by German law."),
            Finding(
                severity=Severity.CONCERN,
                text="The price may rise by 5 % at each renewal.",
                clause=ClauseKind.PRICE_INCREASE,
                span=raise_clause.span,
            ),
        ),
    )
    seed.act(case, co.ContractReviewed(vendor_id=vendor, review=read), actor="contract_reader")
    return read


def action(seed: Seeder, case: str, vendor: str, read: ContractReview, total: Money, need: str) -> ProposedAction:
    sign = SignContract(contract=read.contract, vendor_id=vendor, signatory_id="operator", reason=f"Agreed under PO-{case[5:]}")
    key = effect_key(case, "pay", 0)
    pay = InstructPayment(
        payee_id=vendor,
        amount=total,
        end_to_end_id=f"QM{key[:28].upper()}",
        remittance=f"PO-{case[5:]} {need}",
        execute_on=(seed.clock.now() + timedelta(days=7)).date(),
        debtor_account_id="main",
    )
    return ProposedAction(
        title=f"Sign with {NAMES[vendor]} and pay {total} for {need}, 12 months",
        vendor_id=vendor,
        total=total,
        contract=read.contract,
        effects=(
            PlannedEffect(key=effect_key(case, "sign_contract", 0), kind=CONTRACT_SIGN, payload=sign.model_dump(mode="json")),
            PlannedEffect(key=key, kind=PAYMENT_INSTRUCT, payload=pay.model_dump(mode="json")),
        ),
        consequences=(
            f"Your signature goes on the contract {read.contract[:12]}… (1 pages); a signature cannot be taken back.",
            f"The order with the signed contract goes to {NAMES[vendor]} by mail.",
            f"A payment file over {total} to {vendor} is written for your bank; money moves only when you upload it.",
        ),
    )


def ask(seed: Seeder, case: str, approval_id: str, act: ProposedAction, read: ContractReview, quote: Quote, *, hours: float) -> Approval:
    mail = seed.office.evidence.text(quote.message)
    words = "we can offer"
    start = mail.index(words)
    span = Span(start=start, end=start + 40, text=mail[start : start + 40])
    outcomes = (
        RuleOutcome(
            rule="review-over-500", kind="over_amount", verdict=Verdict.REQUIRE_APPROVAL, says="anything over 500 EUR needs your review"
        ),
        RuleOutcome(rule="vendors", kind="vendor_listed", verdict=Verdict.ALLOW, says="the vendor is not barred"),
    )
    decision = PolicyDecision(stage="commit", verdict=Verdict.REQUIRE_APPROVAL, outcomes=outcomes, policy_version="1", facts=read.contract)
    now = seed.clock.now()
    approval = Approval(
        approval_id=approval_id,
        case_id=case,
        action=act,
        evidence=(
            Claim(
                text="The final offer is the lowest of three, all-in.",
                evidence=(EvidenceRef(digest=quote.message, origin=Origin.VENDOR_MAIL, span=span),),
            ),
            Claim(text="The contract states the agreed total.", evidence=(EvidenceRef(digest=read.text, origin=Origin.VENDOR_DOCUMENT),)),
        ),
        risks=read.findings,
        rules=("review-over-500: anything over 500 EUR needs your review",),
        policy_version="1",
        requested_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    seed.act(
        case,
        ca.PolicyEvaluated(decision=decision),
        wo.BudgetReserved(case_id=case, category="email marketing", amount=act.total),
        au.ApprovalRequested(approval=approval),
        actor="gate",
    )
    return approval


def finished_purchase(seed: Seeder, seeded: Seeded) -> None:
    case, need = seeded.done_case, "email tool for 5,000 contacts"
    open_case(seed, case, "Find an email marketing tool for 5,000 contacts, EU data residency, under 60 EUR a month, by Friday")
    seed.act(case, request(case, need, 6000, days=14, now=seed.clock.now()), actor="requisition_intake")
    source(seed, case, {"brieflark": 5900, "postino": 5700, "papertern": 6400})
    quote = bargain(seed, case, "brieflark", [5700, 5100, 4800], [4200, 4600], NegotiationOutcome.AGREED)
    bargain(seed, case, "postino", [5600, 5300], [4300], NegotiationOutcome.FINAL_QUOTE, explained=False)
    bargain(seed, case, "papertern", [6400, 6100], [4400], NegotiationOutcome.WALKED_AWAY)
    award(seed, case, "brieflark", {"brieflark": (5700, 4800), "postino": (5600, 5300)})
    total = terms(4800).all_in_total()
    read = review(seed, case, "brieflark", total)
    act = action(seed, case, "brieflark", read, total, need)
    approval = ask(seed, case, "AP-done", act, read, quote, hours=48)
    seed.clock.go(hours=2)
    granted = au.ApprovalGranted(approval_id="AP-done", digest=act.digest, by="operator", surface="cli", reason="cheapest, EU data")
    seed.act(case, granted, actor="operator")
    sign, pay = approval.action.effects
    seed.act(case, seed.permit(case, sign), effects=(sign,), actor="gate")
    signed = seed.office.evidence.put(
        contract_pdf("brieflark") + b"%signed", media_type="application/pdf", origin=Origin.SYSTEM, source="signed contract"
    )
    seed.act(
        case,
        ef.EffectConfirmed(effect_key=sign.key, effect_kind=CONTRACT_SIGN, reference="sig", evidence=(signed,)),
        co.ContractSigned(vendor_id="brieflark", contract=read.contract, signed=signed, check={"valid": True}),
        moves=(Move(sign.key, EffectStatus.SUBMITTED, attempt=True), Move(sign.key, EffectStatus.CONFIRMED)),
        actor="dispatcher",
    )
    placed = lambda k, _d: co.OrderPlaced(purchase_order_id="PO-done", vendor_id="brieflark", effect_key=k, total=total)  # noqa: E731
    key = seed.mail(case, "order", "Order PO-done", "Dear sales team,\n\nplease find our order and the signed contract.\n", placed)
    seed.reply(case, "brieflark", key, f"Thank you for your order. Invoice INV-77 over {total}.")
    seed.act(
        case,
        co.InvoiceMatched(vendor_id="brieflark", invoice_number="INV-77", invoiced=total, expected=total, matches=True),
        seed.permit(case, pay),
        effects=(pay,),
        actor="reconciler",
    )
    end_to_end = str(pay.payload["end_to_end_id"])
    submitted = co.PaymentSubmitted(effect_key=pay.key, end_to_end_id=end_to_end, payee_id="brieflark", amount=total, files=("pain.xml",))
    seed.act(
        case,
        submitted,
        moves=(Move(pay.key, EffectStatus.SUBMITTED, attempt=True), Move(pay.key, EffectStatus.CONFIRMED)),
        actor="dispatcher",
    )
    seed.clock.go(days=1)
    statement = seed.keep("<Document>camt.053</Document>", Origin.BANK, "statement.xml")
    today = seed.clock.now().date()
    booked = co.PaymentConfirmed(end_to_end_id=end_to_end, amount=total, booked_on=today, statement=statement, line_id="line-1")
    committed = wo.BudgetCommitted(case_id=case, category="email marketing", amount=total)
    seed.act(case, booked, committed, actor="reconciler")
    watched = renewal(seed, "brieflark", case, decide_in=300, ends_in=360, annual=total.amount_minor, contract=read.contract)
    summary = f"Bought from Brieflark for {total}, first offer {terms(5700).all_in_total()}; paid and in the calendar."
    closed = ca.CaseClosed(
        vendor_id="brieflark", list_total=terms(5700).all_in_total(), agreed_total=total, paid_total=total, summary=summary
    )
    seed.act(case, watched, closed, actor="graph")
    seeded.contract = read.contract


def renewal(seed: Seeder, vendor: str, stream: str, *, decide_in: int, ends_in: int, annual: int, contract: str, auto=True) -> Event:
    today = datetime.now(UTC).date()
    del stream
    return co.RenewalScheduled(
        vendor_id=vendor,
        contract=contract,
        term_end=today + timedelta(days=ends_in),
        decide_by=today + timedelta(days=decide_in),
        notice_days=ends_in - decide_in,
        auto_renews=auto,
        renewal_months=12 if auto else None,
        annual_cost=eur(annual),
        uid=f"renewal-{vendor}-{contract[:8]}",
    )


def calendar(seed: Seeder) -> None:
    """Contracts that were signed before: one window missed, one closing, one soon, one later, one that simply ends."""
    contracts = (
        ("cloudpost", "Cloudpost Hosting", -6, 24, 288_000, True),
        ("ledgerly", "Ledgerly Books", 5, 35, 54_000, True),
        ("meetwell", "Meetwell Video", 24, 54, 30_000, True),
        ("pixelbarn", "Pixelbarn Design", 70, 100, 42_000, True),
        ("dataroom", "Dataroom Storage", 40, 40, 9_600, False),
    )
    for vendor, name, decide_in, ends_in, annual, auto in contracts:
        digest = seed.keep(f"Contract of {name}", Origin.VENDOR_DOCUMENT, f"{vendor}.txt")
        seed.act(
            "workspace",
            so.VendorUpdated(facts=VendorFacts(vendor_id=vendor, name=name), by="operator"),
            renewal(seed, vendor, "workspace", decide_in=decide_in, ends_in=ends_in, annual=annual, contract=digest, auto=auto),
            actor="operator",
        )


def waiting_for_approval(seed: Seeder, seeded: Seeded) -> None:
    case, need = seeded.open_case, "newsletter tool for the shop"
    open_case(seed, case, "A newsletter tool for the shop, 5,000 contacts, EU data, at most 70 EUR a month")
    seed.act(case, request(case, need, 7000, days=5, now=seed.clock.now()), actor="requisition_intake")
    source(seed, case, {"papertern": 6400, "postino": 5700})
    quote = bargain(seed, case, "papertern", [6300, 5600, 5200], [4600, 5000], NegotiationOutcome.AGREED)
    bargain(seed, case, "postino", [5700, 5500], [4700], NegotiationOutcome.FINAL_QUOTE)
    award(seed, case, "papertern", {"papertern": (6300, 5200), "postino": (5700, 5500)})
    total = terms(5200).all_in_total()
    read = review(seed, case, "papertern", total)
    seed.clock.at = seeded.now - timedelta(hours=20)
    ask(seed, case, seeded.approval_id, action(seed, case, "papertern", read, total, need), read, quote, hours=44)


def asking_and_failed(seed: Seeder, seeded: Seeded) -> None:
    open_case(seed, seeded.asking_case, "I need a designer for the new site")
    questions = ("What may it cost, all-in?", "By when must it be there?")
    asked = ca.ClarificationRequested(wait_key="clarify/asks/0", questions=questions, missing=("ceiling", "deadline"))
    seed.act(seeded.asking_case, asked, actor="requisition_intake")
    open_case(seed, seeded.failed_case, "Two monitors, 27 inch, under 600 EUR in total")
    failed = ca.StepFailed(
        node="scout_vendors", error="unavailable", message="the catalogue file has a broken row 12", hint="mend row 12, then retry",
        wait_key="repair/failed/0",
    )  # fmt: skip
    seed.act(seeded.failed_case, failed)


def loose_ends(seed: Seeder, seeded: Seeded) -> None:
    raw = seed.keep("From: promo@stranger.example\n\nBuy now! <img src=http://evil.example/p.png>", Origin.VENDOR_MAIL, "raw mail")
    seed.act(
        "workspace",
        ne.MessageUnmatched(message_id="<1@stranger.example>", from_address="promo@stranger.example", subject="**50 % off** [now](http://evil.example)", raw=raw),
        wo.PolicyProposed(proposal_id="PP-1", instruction="never buy from Acme again", suggestion="deny vendor Acme"),
        ef.ModelAsked(agent="negotiator", record={"model": "small", "tokens_in": 812, "tokens_out": 96, "cost_micro": 1450, "cost_currency": "EUR"}),
        wo.InstructionReceived(instruction_id="IN-1", text="what did we spend on email?", understood={"intent": "question"}, surface="cli"),
        wo.InstructionAnswered(instruction_id="IN-1", answer="685.44 EUR on email marketing this year.", precedence="none needed"),
        actor="chat",
    )  # fmt: skip
    key = effect_key("CASE-done", "calendar", 0)
    entry = PutCalendar(uid="brieflark-1@shop.example", summary="Decide on Brieflark", on=date(2027, 9, 1))
    effect = PlannedEffect(key=key, kind=CALENDAR_PUT, payload=entry.model_dump(mode="json"))
    seed.act(seeded.done_case, seed.permit(seeded.done_case, effect), effects=(effect,), actor="gate")
    unknown = ef.EffectUnknown(effect_key=key, effect_kind=CALENDAR_PUT, message="the connection broke while the file was written")
    seed.act(
        "workspace",
        unknown,
        actor="dispatcher",
        moves=(Move(key, EffectStatus.SUBMITTED, attempt=True), Move(key, EffectStatus.UNKNOWN, note=unknown.message)),
    )


def bare_home(root: Path) -> Path:
    """Make a home in which nothing has happened."""
    lay_out(root, {"operator_name": "Ada Operator"})
    with open_office(root, jobs=InProcessEngine()) as office:
        prepare(office.url)
        office.policies.adopt(office.home.policy.read_text(), source="policy.yaml", by="operator")
    return root


def furnish(root: Path) -> Seeded:
    """Make a home at `root` and write its history; returns what stands in it."""
    bare_home(root)
    seeded = Seeded(root, datetime.now(UTC).replace(microsecond=0))
    clock = WalkingClock(seeded.now - timedelta(days=21))
    with open_office(root, clock=clock, ids=RandomIds(), jobs=InProcessEngine()) as office:
        seed = Seeder(office, clock)
        seed.act("workspace", wo.WorkspaceMade(operator="Ada Operator"), actor="operator")
        payee = Payee(name="Papertern GmbH", iban="DE89370400440532013000", country="DE")
        seed.act("workspace", wo.PayeeAdded(payee_id="papertern", vendor_id="papertern", by="operator", payee=payee), actor="operator")
        finished_purchase(seed, seeded)
        calendar(seed)
        clock.at = seeded.now - timedelta(days=4)
        waiting_for_approval(seed, seeded)
        asking_and_failed(seed, seeded)
        loose_ends(seed, seeded)
        with office.database.begin() as connection:
            connection.execute(heartbeats.insert().values(worker="local", at=seeded.now.isoformat(), detail=""))
    return seeded


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    """A home with a history that tests only read."""
    return furnish(tmp_path_factory.mktemp("furnished") / "home")


@pytest.fixture
def fresh_furnished(tmp_path: Path) -> Seeded:
    """A home with a history that a test may write to."""
    return furnish(tmp_path / "home")


@pytest.fixture
def empty_home(tmp_path: Path) -> Path:
    """A home in which nothing has happened."""
    return bare_home(tmp_path / "empty")


@pytest.fixture
def seed(empty_home: Path) -> Iterator[Seeder]:
    """Writes into a home in which nothing has happened yet."""
    clock = WalkingClock(datetime.now(UTC) - timedelta(days=1))
    with open_office(empty_home, clock=clock, ids=RandomIds(), jobs=InProcessEngine()) as opened:
        yield Seeder(opened, clock)


@pytest.fixture
def undecided(empty_home: Path, seed: Seeder) -> tuple[Path, str]:
    """A home with a case in which no offer is chosen yet, and its id."""
    open_case(seed, "CASE-new", "A newsletter tool for the shop, at most 70 EUR a month")
    need = request("CASE-new", "newsletter tool for the shop", 7000, days=9, now=seed.clock.now())
    seed.act("CASE-new", need, actor="requisition_intake")
    return empty_home, "CASE-new"


@pytest.fixture
def office(furnished: Seeded) -> Iterator[Office]:
    """The office of the home that is only read."""
    with open_office(furnished.home, jobs=InProcessEngine()) as opened:
        yield opened


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """Opens a page of the dashboard for a home, under the settings that it is served with."""
    import streamlit as st
    from streamlit import config

    before = {name: config.get_option(name) for name in _GUARDS}
    for name in _GUARDS:
        config.set_option(name, server_settings(8501)[name])
    st.cache_resource.clear()
    st.cache_data.clear()

    def open_page(home: Path, page: str = "", **query: str) -> AppTest:
        monkeypatch.setattr(sys, "argv", ["dashboard", "--home", str(home)])
        app = AppTest.from_file(str(DASHBOARD), default_timeout=60).run()
        if page:
            app.switch_page(f"screens/{page}.py")
            for name, value in query.items():
                app.query_params[name] = value
            app.run()
        assert not app.exception, [e.message for e in app.exception]
        return app

    yield open_page
    st.cache_resource.clear()
    for name, value in before.items():
        config.set_option(name, value)
