"""Contracts that were signed elsewhere: read, kept as evidence, and watched until the last day to act."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal

from agents.contract_reader.brief import ContractBrief, ContractProposal
from agents.contract_reader.reader import ContractReader
from memory.domain.base import Digest, sha256_hex
from memory.domain.contract import ContractReview
from memory.domain.errors import ConflictError, InputError
from memory.domain.events import Event
from memory.domain.events.contracts import ContractImported, RenewalScheduled
from memory.domain.evidence import Origin
from memory.domain.money import Money
from memory.evidence import EvidenceStore
from memory.unit_of_work import UnitOfWork
from tools.llm.choice import NoModel
from tools.llm.port import Model
from tools.llm.tiers import Tier
from tools.lookups.document_text import read_pdf

_MAX_TEXT = 1_500_000
_YEAR = 12


@dataclass(frozen=True)
class ReadContract:
    """A contract as read from a file: its bytes, its text, and the review."""

    filename: str
    body: bytes
    text: str
    proposal: ContractProposal

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


def read_contract_file(body: bytes, *, filename: str, model: Model | None = None, tier: Tier = Tier.RULES) -> ReadContract:
    """Read a PDF or a text file clause by clause; nothing is written. Raises `InputError` naming the file and the mend."""
    text, pages = _text_of(body, filename)
    brief = ContractBrief(
        case_id="import", tier=tier, contract=sha256_hex(body), text=text, text_digest=sha256_hex(text.encode()), pages=pages
    )
    proposal = asyncio.run(ContractReader(model or NoModel()).propose(brief))
    return ReadContract(filename, body, text, proposal)


def import_contract(
    read: ReadContract, *, vendor_id: str, unit_of_work: UnitOfWork, evidence: EvidenceStore, by: str, annual_cost: Money | None = None
) -> Imported:
    """Record a contract signed elsewhere, and the renewal to watch when its dates are stated.

    Raises `InputError` when the dates are stated but no yearly cost is, and none was given; `ConflictError` when it was imported before.
    """
    review = read.review
    renewal, why_not = _renewal(review, vendor_id, annual_cost)
    pdf = read.body[:1024].find(b"%PDF-") >= 0
    evidence.put(read.body, media_type="application/pdf" if pdf else "text/plain", origin=Origin.VENDOR_DOCUMENT, source=read.filename)
    evidence.put_text(read.text, origin=Origin.VENDOR_DOCUMENT, source=f"text of {read.filename}")
    facts: list[Event] = [ContractImported(vendor_id=vendor_id, filename=read.filename, review=review)]
    facts += [renewal] if renewal else []
    if unit_of_work.act(f"import/{review.contract}", facts, actor=by).repeated:
        raise ConflictError(f"{read.filename} was imported before", hint=f"qm contracts show {review.contract[:12]}")
    return Imported(review.contract, renewal, why_not)


def _renewal(review: ContractReview, vendor_id: str, annual_cost: Money | None) -> tuple[RenewalScheduled | None, str]:
    decide_by, term_end = review.decide_by(), review.term_end
    if decide_by is None or term_end is None:
        missing = "its start" if review.effective_on is None else "the length of its term"
        return None, f"the paper does not state {missing}"
    cost = annual_cost or _annual(review)
    if cost is None:
        raise InputError("the paper does not state what it costs a year", hint='say it: --annual-cost "480.00 EUR"')
    return (
        RenewalScheduled(
            vendor_id=vendor_id,
            contract=review.contract,
            term_end=term_end,
            decide_by=decide_by,
            notice_days=review.notice_days or 0,
            auto_renews=bool(review.auto_renews),
            renewal_months=review.renewal_months,
            annual_cost=cost,
            uid=f"{review.contract[:24]}-decide-by",
        ),
        "",
    )


def _annual(review: ContractReview) -> Money | None:
    if review.total is None or not review.initial_term_months:
        return None
    return review.total.times(Decimal(_YEAR) / Decimal(review.initial_term_months))


def _text_of(body: bytes, filename: str) -> tuple[str, int]:
    if b"%PDF-" in body[:1024] or filename.lower().endswith(".pdf"):
        try:
            document = read_pdf(body)
        except InputError as error:
            raise InputError(f"{filename}: {error.message}", hint=error.hint) from None
        return document.text, len(document.pages)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            f"{filename} is neither a PDF nor UTF-8 text", hint="give the contract as a PDF, or save it as UTF-8 text"
        ) from None
    if "\0" in text or not text.strip():
        raise InputError(f"{filename} holds no text", hint="give the contract as a PDF, or as text")
    if len(text) > _MAX_TEXT:
        raise InputError(f"{filename} holds {len(text):,} characters; at most {_MAX_TEXT:,} are read", hint="split it")
    return text, 1
