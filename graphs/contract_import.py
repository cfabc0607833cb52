"""Contracts that were signed elsewhere: read, kept as evidence, and watched until the last day to act."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from agents.contract_reader.brief import ContractBrief, ContractProposal
from agents.contract_reader.money_values import unit_price
from agents.contract_reader.reader import ContractReader
from agents.negotiator.price_words import counts_units
from agents.renewal_watcher import read_notice_route
from graphs.earlier_papers import changes_for_import
from graphs.watching import scheduled, superseded
from memory.domain.base import Digest, digest_of, sha256_hex
from memory.domain.contract import Certainty, Clause, ClauseKind, ContractReview, Finding, OperatorWord
from memory.domain.days import NO_HOLIDAYS
from memory.domain.errors import ConflictError, InputError
from memory.domain.events import Event
from memory.domain.events.contracts import ContractImported, RenewalScheduled
from memory.domain.events.renewals import RenewalSuperseded
from memory.domain.evidence import Origin
from memory.domain.money import Money, Period
from memory.domain.notice import NoticeRoute
from memory.domain.operator_word import with_word
from memory.domain.renewal import plan_of, why_unwatched
from memory.evidence import EvidenceStore
from memory.unit_of_work import UnitOfWork
from memory.views.renewal_twins import Standing, listed_as, standing
from tools.llm.choice import NoModel
from tools.llm.port import Model
from tools.llm.tiers import Tier
from tools.lookups.document_kind import kind_of
from tools.lookups.document_parts import DocumentFormat, DocumentText
from tools.lookups.documents import read_document

_YEAR = 12
_TIMES_A_YEAR = {Period.MONTH: 12, Period.QUARTER: 4, Period.YEAR: 1}
_MEDIA_TYPES = {
    DocumentFormat.PDF: "application/pdf",
    DocumentFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DocumentFormat.HTML: "text/html",
    DocumentFormat.MARKDOWN: "text/markdown",
    DocumentFormat.TEXT: "text/plain",
    DocumentFormat.MAIL: "message/rfc822",
}


@dataclass(frozen=True)
class ReadContract:
    """A contract as read from a file: its bytes, its text, and the review."""

    filename: str
    body: bytes
    document: DocumentText
    proposal: ContractProposal

    @property
    def text(self) -> str:
        """The text that the review's spans point into."""
        return self.document.text

    @property
    def review(self) -> ContractReview:
        """What the paper says."""
        return self.proposal.review


@dataclass(frozen=True)
class Imported:
    """What importing did: the facts written, and why the renewal is not watched, if it is not."""

    contract: Digest
    renewal: RenewalScheduled | None
    not_watched: str = ""
    superseded: tuple[str, ...] = ()
    """The watches that it took the place of."""
    changes: tuple[Finding, ...] = ()
    """What changed against the contract with the vendor that was there before, the worst first."""
    review: ContractReview | None = None
    """What the paper says, with what the operator said beside it."""


def read_contract_file(body: bytes, *, filename: str, model: Model | None = None, tier: Tier = Tier.RULES) -> ReadContract:
    """Read a contract in any of the formats of `tools.lookups.documents`, clause by clause; nothing is written.

    Raises `InputError` naming the file and the mend.
    """
    document = read_document(body, filename)
    brief = ContractBrief(
        case_id="import",
        tier=tier,
        contract=sha256_hex(body),
        text=document.text,
        text_digest=sha256_hex(document.text.encode()),
        pages=len(document.pages),
        warnings=document.warnings,
    )
    proposal = asyncio.run(ContractReader(model or NoModel()).propose(brief))
    return ReadContract(filename, body, document, proposal)


@dataclass(frozen=True)
class ContractImport:
    """Takes over contracts that were signed elsewhere, on one of the operator's days."""

    database: sa.Engine
    unit_of_work: UnitOfWork
    evidence: EvidenceStore
    by: str
    today: date
    holidays: frozenset[date] = NO_HOLIDAYS
    currency: str = "EUR"
    """The operator's own, for a cost that nobody told."""

    def take_over(
        self,
        read: ReadContract,
        *,
        vendor_id: str,
        annual_cost: Money | None = None,
        replaces: str = "",
        word: OperatorWord | None = None,
    ) -> Imported:
        """Record a contract with what changed against its vendor's last one, and the renewal to watch when its dates are stated.

        An entry of a list under watch that says the same gives way to it, as does the watch that it `replaces`.

        A yearly cost that neither the paper nor the operator tells is left open: the dates need none.

        `word` completes what the paper does not tell, also of a contract that was imported before and is not watched; it is kept as
        the operator's.

        Raises `InputError` for a watch to replace that there is not, and for a word against the paper; `ConflictError` when it was
        imported before.
        """
        said = word if word and word.says else None
        review = with_word(read.review, said) if said else read.review
        watched = standing(self.database, self.today)
        if said and any(line.contract == review.contract for line in watched.with_vendor(vendor_id)):
            raise ConflictError(f"{read.filename} is watched already", hint="qm renewals lists what is watched")
        changes = changes_for_import(self.database, self.evidence, self.unit_of_work.now(), vendor_id, review, read.text)
        route = read_notice_route(read.text, review.text)
        unknown = Money(amount_minor=0, currency=self.currency)
        renewal, why_not = _renewal(review, vendor_id, annual_cost, unknown, route, self.today, self.holidays)
        earlier = _superseded(renewal, watched, replaces, self.by) if renewal else []
        self._keep(read)
        facts: list[Event] = [ContractImported(vendor_id=vendor_id, filename=read.filename, review=review.with_findings(changes))]
        facts += [renewal, *earlier] if renewal else []
        key = f"import/{review.contract}" + (f"/{digest_of(said)[:12]}" if said else "")
        if self.unit_of_work.act(key, facts, actor=self.by).repeated:
            raise ConflictError(f"{read.filename} was imported before", hint=f"qm contracts show {review.contract[:12]}")
        return Imported(review.contract, renewal, why_not, tuple(fact.uid for fact in earlier), changes, review)

    def _keep(self, read: ReadContract) -> None:
        media_type = _MEDIA_TYPES[kind_of(read.body, read.filename)[0]]
        self.evidence.put(read.body, media_type=media_type, origin=Origin.VENDOR_DOCUMENT, source=read.filename)
        self.evidence.put_text(read.text, origin=Origin.VENDOR_DOCUMENT, source=f"text of {read.filename}")


def _superseded(renewal: RenewalScheduled, watched: Standing, replaces: str, by: str) -> list[RenewalSuperseded]:
    """Return the end of the watches that this contract takes the place of. Raises `InputError` for one that is not of its vendor."""
    found = []
    if replaces:
        line = next((line for line in watched.with_vendor(renewal.vendor_id) if line.uid == replaces), None)
        if line is None:
            raise InputError(f"no contract with {renewal.vendor_id} is watched as {replaces}", hint="qm renewals lists them")
        found.append(superseded(line, renewal.uid, "you said that the imported contract takes its place", by=by))
    listed = listed_as(watched, renewal.vendor_id, renewal.annual_cost, renewal.renewal_months)
    if listed is not None and listed.uid != replaces:
        found.append(superseded(listed, renewal.uid, "the imported contract says the same, and more", by=by))
    return found


def _renewal(
    review: ContractReview,
    vendor_id: str,
    annual_cost: Money | None,
    unknown: Money,
    route: NoticeRoute,
    today: date,
    holidays: frozenset[date],
) -> tuple[RenewalScheduled | None, str]:
    plan, why_not = plan_of(review), why_unwatched(review, today)
    if why_not:
        return None, why_not
    cost = annual_cost or _annual(review) or unknown
    uid = f"{review.contract[:24]}-decide-by"
    watch = scheduled(review, vendor_id=vendor_id, annual_cost=cost, uid=uid, today=today, plan=plan, route=route, holidays=holidays)
    return watch, ""


def _annual(review: ContractReview) -> Money | None:
    """Return what it costs a year: by the total of the first term, else by the one price that it states for a stretch of time."""
    if review.total is not None and review.initial_term_months:
        return review.total.times(Decimal(_YEAR) / Decimal(review.initial_term_months))
    prices = {price for clause in review.clauses if (price := _flat_price(clause)) is not None}
    return prices.pop() if len(prices) == 1 else None


def _flat_price(clause: Clause) -> Money | None:
    """Return the yearly cost that a clause states; nothing for a price of each seat or piece, whose number is not in it."""
    words = " ".join(clause.span.text.split())
    if clause.kind is not ClauseKind.PRICE or clause.certainty is not Certainty.SURE or counts_units(words):
        return None
    price = unit_price(words)
    return price.money.times(Decimal(_TIMES_A_YEAR[price.period])) if price and price.period in _TIMES_A_YEAR else None
