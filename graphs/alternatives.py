"""What else is open to us in a case: the quotes of other vendors, the contract that runs already, and list prices elsewhere.

Each is reckoned with its own terms, over a year, in the measure of the operator's preferences. What breaks a hard limit of the
operator's could not be taken, and is no alternative.
"""

from __future__ import annotations

from datetime import date

from agents.negotiation.preferences.bridge import bought_once, cost_of
from agents.negotiator.position import longest_term
from graphs.case_file import CaseFile, NegotiationFile, load_case
from graphs.context import Desk
from memory.domain.money import Money, Period, Price
from memory.domain.preferences import Preferences
from memory.domain.quote import NegotiationOutcome, Quote, Terms
from memory.domain.reasoning import WalkAway
from memory.domain.requisition import MONTHS, Requisition
from memory.domain.worth import breaches
from memory.ledger import WORKSPACE
from memory.views.renewals import Renewal, Window, renewal_list

_SPENT = frozenset({NegotiationOutcome.WALKED_AWAY})
_YEAR = 12
_MOST_MONTHS, _MOST_NOTICE = 120, 400


def alternatives_to(desk: Desk, case: CaseFile, vendor_id: str, preferences: Preferences) -> tuple[WalkAway, ...]:
    """Return every other deal that is open to us while we talk to a vendor."""
    quoted = [
        (quote.terms, f"the offer of {case.vendor_name(quote.vendor_id)}") for quote in rival_quotes(case, vendor_id, desk.now().date())
    ]
    known = (*quoted, *_listed(desk, case, vendor_id), *_running(desk, case))
    return tuple(WalkAway(amount=cost_of(terms, preferences), source=source) for terms, source in known if _takeable(terms, preferences))


def rival_quotes(case: CaseFile, vendor_id: str, today: date) -> tuple[Quote, ...]:
    """Return the newest quote of each other vendor, as long as it could be taken: clear, still valid, enough, and meeting the needs."""
    return tuple(file.quotes[-1] for file in case.negotiations.values() if file.vendor_id != vendor_id and _open(case, file, today))


def _takeable(terms: Terms, preferences: Preferences) -> bool:
    """Tell whether terms are within the operator's hard limits."""
    if terms.unit_price.period not in MONTHS:
        return not breaches(terms, bought_once(preferences))
    return terms.term_months <= longest_term(preferences) and not breaches(terms, preferences)


def _open(case: CaseFile, file: NegotiationFile, today: date) -> bool:
    if not file.quotes or file.outcome in _SPENT or not _meets_needs(case, file.vendor_id):
        return False
    quote, need = file.quotes[-1], case.requisition
    return quote.stands(today) and quote.terms.currency == need.ceiling.currency and quote.terms.quantity >= need.quantity


def _meets_needs(case: CaseFile, vendor_id: str) -> bool:
    """Tell whether nothing is known to speak against a vendor: it was not found unqualified, and denied no need."""
    found, file = case.qualifications.get(vendor_id), case.negotiations.get(vendor_id)
    return (found is None or found.qualified) and not (file and file.denied_needs)


def _listed(desk: Desk, case: CaseFile, vendor_id: str) -> list[tuple[Terms, str]]:
    """Return published prices of qualified vendors that have not quoted: they can be had without a word."""
    need, found = case.requisition, []
    for other, candidate in case.candidates.items():
        price, file = candidate.facts.list_price, case.negotiations.get(other)
        silent = other in case.qualifications and _meets_needs(case, other) and not (file and file.quotes)
        if price is None or other == vendor_id or not silent:
            continue
        if price.currency != need.ceiling.currency or (price.period in MONTHS) != (need.ceiling.period in MONTHS):
            continue
        terms = Terms(
            unit_price=price,
            quantity=need.quantity,
            unit=need.unit,
            term_months=1 if price.period is Period.MONTH else _YEAR,
            billing=price.period,
            setup_fee=Money(amount_minor=0, currency=price.currency),
            tax_rate_bp=desk.operator.tax_rate_bp,
        )
        found.append((terms, f"the list price of {candidate.facts.name}"))
    return found


def _running(desk: Desk, case: CaseFile) -> list[tuple[Terms, str]]:
    """Return what going on with a running contract of a vendor of this case means: doing nothing is an alternative too."""
    if case.requisition.ceiling.period not in MONTHS:
        return []
    goes_on = [line for line in renewal_list(desk.database, desk.now().date()) if _goes_on(case, line)]
    known = ((line, _next_term(desk, case.requisition, line)) for line in goes_on)
    return [(terms, f"the running contract with {line.vendor_name}") for line, terms in known if terms is not None]


def _goes_on(case: CaseFile, line: Renewal) -> bool:
    """Tell whether a contract of a vendor of this case goes on by itself, in our currency."""
    ours = line.vendor_id in case.candidates and line.case_id != case.case_id and _meets_needs(case, line.vendor_id)
    stays = line.auto_renews and line.decision != "cancel" and line.window is not Window.ENDED
    return ours and stays and line.annual_cost.amount_minor > 0 and line.annual_cost.currency == case.requisition.ceiling.currency


def _next_term(desk: Desk, need: Requisition, line: Renewal) -> Terms | None:
    """Return the terms on which a contract goes on; None where it is not known to give what is needed now."""
    bought = _bought(desk, line)
    if bought is not None:
        earlier, terms = bought
        return _renewed(terms, line) if _alike(earlier, need) and terms.quantity >= need.quantity else None
    # Of a contract that was signed elsewhere nobody knows what it is for, unless the operator wants this very one renegotiated.
    named = {line.vendor_id.casefold(), line.vendor_name.casefold()}
    return _paid_yearly(need, line) if line.decision == "renegotiate" and (need.vendor or "").casefold() in named else None


def _bought(desk: Desk, line: Renewal) -> tuple[Requisition, Terms] | None:
    """Return what a contract was bought for, and on which terms; None when it was signed elsewhere."""
    if line.case_id == WORKSPACE:
        return None
    earlier = load_case(desk.database, line.case_id)
    file = earlier.negotiations.get(line.vendor_id)
    ended = file.concluded if file else None
    return (earlier.requisition, ended.final_quote.terms) if earlier.submitted and ended and ended.final_quote else None


def _alike(earlier: Requisition, need: Requisition) -> bool:
    """Tell whether two purchases are of the same thing, counted in the same unit. A top category ("saas") alone says too little."""
    if earlier.catalogue_category and need.catalogue_category:
        same = earlier.catalogue_category == need.catalogue_category
    else:
        same = (earlier.category, earlier.need.casefold()) == (need.category, need.need.casefold())
    return same and earlier.unit.casefold().removesuffix("s") == need.unit.casefold().removesuffix("s")


def _renewed(terms: Terms, line: Renewal) -> Terms:
    """Return terms as they hold for the next term: what was for the first one only is over."""
    first_only = {"setup_fee": Money(amount_minor=0, currency=terms.currency), "free_months": None, "credit": None}
    return terms.model_copy(update={**first_only, "term_months": line.renewal_months or terms.term_months, "notice_days": line.notice_days})


def _paid_yearly(need: Requisition, line: Renewal) -> Terms:
    """Return a contract of which only the yearly cost, all-in, and the dates are known."""
    cost = line.annual_cost
    return Terms(
        unit_price=Price(amount_minor=cost.amount_minor, currency=cost.currency, period=Period.YEAR),
        quantity=need.quantity,
        unit=need.unit,
        term_months=min(line.renewal_months or _YEAR, _MOST_MONTHS),
        billing=Period.MONTH,
        setup_fee=Money(amount_minor=0, currency=cost.currency),
        tax_rate_bp=0,
        notice_days=min(line.notice_days, _MOST_NOTICE),
    )
