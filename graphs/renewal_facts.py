"""The facts of a renewal, gathered for the renewal watcher: each with what proves it, and what is not known left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from agents.renewal_watcher import Incident, OtherOffer, PriceStep, RenewalBrief, SpendTrend
from graphs.case_file import CaseFile, load_case
from graphs.context import Desk
from memory.database import reading
from memory.domain.base import Digest, canonical_json
from memory.domain.contract import ClauseKind, ContractReview
from memory.domain.errors import NotFoundError, UnavailableError
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.money import Money
from memory.domain.price_cap import BrokenCap, PriceCap, cap_of
from memory.domain.quote import Terms
from memory.ledger import WORKSPACE
from memory.projections.contract_calendar import contracts
from memory.views.names import names_of
from memory.views.renewal_facts import Paid, beyond_cap, broken_caps, mishaps, paid_to, rises, rival_quotes_in, usage_of
from memory.views.renewals import Renewal
from memory.views.vendors import current_profile

_YEAR = timedelta(days=365)
_MOST_OTHERS = 5


def renewal_brief(desk: Desk, case_id: str, line: Renewal) -> RenewalBrief:
    """Return what the renewal watcher may know about one contract."""
    today, bought = desk.today(), bought_in(desk, line)
    began = line.term_start or line.term_end - _YEAR
    others = tuple(sorted(_others(desk, line, bought), key=lambda other: (other.annual.amount_minor, other.vendor_name)))[:_MOST_OTHERS]
    return RenewalBrief(
        case_id=case_id,
        tier=desk.tier_for(),
        uid=line.uid,
        schedule=line.schedule,
        vendor_id=line.vendor_id,
        vendor_name=line.vendor_name,
        today=today,
        term_end=line.term_end,
        decide_by=line.decide_by,
        auto_renews=line.auto_renews,
        renewal_months=line.renewal_months,
        notice_days=line.notice_days,
        annual=line.annual_cost,
        contract=_paper(line),
        usage=usage_of(desk.database, line.uid),
        spend=_spend(desk, line),
        price_steps=tuple(
            PriceStep(before=rise.before, after=rise.after, on=rise.on, evidence=_bank(rise.statement))
            for rise in rises(desk.database, line.vendor_id, today)
            if rise.on >= began
        ),
        others=others,
        category_known=bool(category_of(desk, line, bought)),
        incidents=tuple(
            Incident(on=mishap.on, words=mishap.words[:400], evidence=_told(desk, mishap.evidence, f"{mishap.on}: {mishap.words}"))
            for mishap in mishaps(desk.database, line.vendor_id, began)
        ),
        broken_caps=tuple(_broken(desk, line, bought)),
        increases_capped=_capped(desk, line, bought),
    )


def findings_of(desk: Desk, brief: RenewalBrief) -> Digest:
    """Keep all that was gathered as evidence, and return its digest."""
    body = canonical_json(brief.model_dump(mode="json"))
    return desk.evidence.put(body, media_type="application/json", origin=Origin.SYSTEM, source="facts of a renewal")


def bought_in(desk: Desk, line: Renewal) -> CaseFile | None:
    """Return the case that a contract was bought in; None when it was signed elsewhere."""
    if line.case_id == WORKSPACE:
        return None
    try:
        case = load_case(desk.database, line.case_id)
    except NotFoundError:
        return None
    return case if case.submitted is not None else None


def category_of(desk: Desk, line: Renewal, bought: CaseFile | None) -> str:
    """Return the catalogue category of what a contract is for, or '' when it is not known."""
    if bought is not None and bought.requisition.catalogue_category:
        return bought.requisition.catalogue_category
    profile = current_profile(desk.database, line.vendor_id)
    return (profile.facts.category if profile else None) or ""


def terms_bought(bought: CaseFile | None, vendor_id: str) -> Terms | None:
    """Return the terms that a purchase ended on, or None where there are none."""
    concluded = bought.negotiation(vendor_id).concluded if bought else None
    return concluded.final_quote.terms if concluded and concluded.final_quote else None


def _spend(desk: Desk, line: Renewal) -> SpendTrend | None:
    today, currency = desk.today(), line.annual_cost.currency
    lately = paid_to(desk.database, line.vendor_id, today - _YEAR, today, currency)
    if lately is None:
        return None
    earlier = paid_to(desk.database, line.vendor_id, today - 2 * _YEAR, today - _YEAR - timedelta(days=1), currency)
    return SpendTrend(paid=lately.amount, before=earlier.amount if earlier else None, evidence=_statements(lately, earlier))


def _statements(*paid: Paid | None) -> tuple[EvidenceRef, ...]:
    return tuple(_bank(digest) for found in paid if found for digest in found.statements)


def _bank(statement: Digest) -> EvidenceRef:
    return EvidenceRef(digest=statement, origin=Origin.BANK)


def _others(desk: Desk, line: Renewal, bought: CaseFile | None) -> Iterator[OtherOffer]:
    """Yield what others quoted when it was bought, and what they list today for as much as was bought."""
    today, quoted = desk.today(), set()
    if bought is not None:
        rivals = rival_quotes_in(desk.database, line.case_id, line.vendor_id)
        with reading(desk.database) as connection:
            names = names_of(connection, (rival.vendor_id for rival in rivals))
        for rival in rivals:
            still = rival.valid_until is not None and rival.valid_until >= today
            source = "its quote" if still else "its quote of then"
            quoted.add(rival.vendor_id)
            yield OtherOffer(
                vendor_name=names[rival.vendor_id],
                annual=rival.annual,
                source=source,
                evidence=EvidenceRef(digest=rival.message, origin=Origin.VENDOR_MAIL),
            )
    yield from (other for vendor_id, other in _listed(desk, line, bought) if vendor_id not in quoted)


def _listed(desk: Desk, line: Renewal, bought: CaseFile | None) -> Iterator[tuple[str, OtherOffer]]:
    category = category_of(desk, line, bought)
    if not category or bought is None:  # without a quantity a list price says nothing about this contract
        return
    try:
        matches = desk.catalogue().find(category, bought.requisition.quantity, bought.requisition.must_have, limit=2 * _MOST_OTHERS)
    except UnavailableError:
        return
    for match in matches:
        if match.product.vendor_id == line.vendor_id or match.cost is None or match.cost.per_year is None:
            continue
        body = canonical_json(match.product.model_dump(mode="json"))
        kept = desk.evidence.put(body, media_type="application/json", origin=Origin.CATALOGUE, source=match.product.product_id)
        yield (
            match.product.vendor_id,
            OtherOffer(
                vendor_name=match.product.vendor,
                annual=_with_tax(match.cost.per_year, desk.operator.tax_rate_bp),
                source="its list price with tax",
                evidence=EvidenceRef(digest=kept, origin=Origin.CATALOGUE),
            ),
        )


def _with_tax(net: Money, rate_bp: int) -> Money:
    return Money(amount_minor=net.amount_minor + net.amount_minor * rate_bp // 10_000, currency=net.currency)


def _told(desk: Desk, evidence: Digest | None, words: str) -> EvidenceRef:
    if evidence is not None:
        return EvidenceRef(digest=evidence, origin=Origin.OPERATOR)
    return EvidenceRef(digest=desk.evidence.put_text(words, origin=Origin.SYSTEM, source="a task of this house"), origin=Origin.SYSTEM)


def _paper(line: Renewal) -> EvidenceRef:
    return EvidenceRef(digest=line.contract, origin=Origin.VENDOR_DOCUMENT)


def _capped(desk: Desk, line: Renewal, bought: CaseFile | None) -> bool | None:
    """Whether price increases are capped: by what was agreed, or by a clause; None where the contract says nothing of increases."""
    agreed = terms_bought(bought, line.vendor_id)
    if agreed is not None and agreed.price_increase_cap_bp is not None:
        return True
    review = review_of(desk, line.contract)
    if review is not None and cap_of(review) is not None:
        return True
    kinds = {clause.kind for clause in review.clauses} if review else set()
    if ClauseKind.PRICE_RESTRICTION in kinds:
        return True
    return False if ClauseKind.PRICE_INCREASE in kinds else None


def _broken(desk: Desk, line: Renewal, bought: CaseFile | None) -> Iterator[BrokenCap]:
    """Yield where the price rose further than the contract's clause allows, or than was agreed where no clause says it."""
    seen = rises(desk.database, line.vendor_id, desk.today())
    stated = broken_caps(desk.database, [line], {line.vendor_id: seen}).get(line.uid, ())
    review, agreed = review_of(desk, line.contract), terms_bought(bought, line.vendor_id)
    if (review is not None and cap_of(review) is not None) or agreed is None or agreed.price_increase_cap_bp is None:
        yield from stated
        return
    cap = PriceCap(percent=Decimal(agreed.price_increase_cap_bp) / 100, proof=_paper(line))
    yield from beyond_cap(cap, seen, line, review.effective_on if review is not None else None)


def review_of(desk: Desk, contract: Digest) -> ContractReview | None:
    """Return what was read in a contract, or None when it is not known."""
    with reading(desk.database) as connection:
        body = connection.scalar(contracts.select().with_only_columns(contracts.c.review).where(contracts.c.contract == contract))
    return ContractReview.model_validate_json(body) if body else None
