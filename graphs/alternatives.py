"""What else is open to us in a case: the quotes of other vendors, the contract that runs already, and list prices elsewhere.

Each is reckoned with its own terms, over a year, in the measure of the operator's preferences.
"""

from __future__ import annotations

from datetime import date

from graphs.case_file import CaseFile, NegotiationFile
from graphs.context import Desk
from memory.domain.money import Money, Period
from memory.domain.preferences import Preferences
from memory.domain.quote import NegotiationOutcome, Quote, Terms
from memory.domain.reasoning import WalkAway
from memory.domain.requisition import MONTHS
from memory.domain.worth import adjusted
from memory.views.renewals import Window, renewal_list

_SPENT = frozenset({NegotiationOutcome.WALKED_AWAY})


def alternatives_to(desk: Desk, case: CaseFile, vendor_id: str, preferences: Preferences) -> tuple[WalkAway, ...]:
    """Return every other deal that is open to us while we talk to a vendor."""
    quoted = [_of_quote(case, quote, preferences) for quote in rival_quotes(case, vendor_id, desk.now().date())]
    return (*quoted, *_listed(desk, case, vendor_id, preferences), *_running(desk, case))


def rival_quotes(case: CaseFile, vendor_id: str, today: date) -> tuple[Quote, ...]:
    """Return the newest quote of each other vendor, as long as it could be taken: clear, still valid, enough, and meeting the needs."""
    return tuple(file.quotes[-1] for file in case.negotiations.values() if file.vendor_id != vendor_id and _open(case, file, today))


def _open(case: CaseFile, file: NegotiationFile, today: date) -> bool:
    if not file.quotes or file.outcome in _SPENT or file.denied_needs:
        return False
    quote, need = file.quotes[-1], case.requisition
    found = case.qualifications.get(file.vendor_id)
    stands = not quote.ambiguous and not quote.doubtful_validity and (quote.valid_until is None or quote.valid_until >= today)
    fits = quote.terms.currency == need.ceiling.currency and quote.terms.quantity >= need.quantity
    return stands and fits and (found is None or found.qualified)


def _of_quote(case: CaseFile, quote: Quote, preferences: Preferences) -> WalkAway:
    return WalkAway(amount=adjusted(quote.terms, preferences), source=f"the offer of {case.vendor_name(quote.vendor_id)}")


def _listed(desk: Desk, case: CaseFile, vendor_id: str, preferences: Preferences) -> list[WalkAway]:
    """Return published prices of qualified vendors that have not quoted: they can be had without a word."""
    need, found = case.requisition, []
    for other, candidate in case.candidates.items():
        price, judged = candidate.facts.list_price, case.qualifications.get(other)
        file = case.negotiations.get(other)
        if other == vendor_id or price is None or judged is None or not judged.qualified or (file and (file.quotes or file.denied_needs)):
            continue
        if price.currency != need.ceiling.currency or (price.period in MONTHS) != (need.ceiling.period in MONTHS):
            continue
        terms = Terms(
            unit_price=price,
            quantity=need.quantity,
            unit=need.unit,
            term_months=1 if price.period is Period.MONTH else 12,
            billing=price.period,
            setup_fee=Money(amount_minor=0, currency=price.currency),
            tax_rate_bp=desk.operator.tax_rate_bp,
        )
        found.append(WalkAway(amount=adjusted(terms, preferences), source=f"the list price of {candidate.facts.name}"))
    return found


def _running(desk: Desk, case: CaseFile) -> list[WalkAway]:
    """Return what going on with a running contract of a vendor of this case costs: doing nothing is an alternative too."""
    today = desk.now().date()
    return [
        WalkAway(amount=line.annual_cost, source=f"the running contract with {line.vendor_name}")
        for line in renewal_list(desk.database, today)
        if line.vendor_id in case.candidates
        and line.case_id != case.case_id
        and line.auto_renews
        and line.decision != "cancel"
        and line.window is not Window.ENDED
        and line.annual_cost.amount_minor > 0
        and line.annual_cost.currency == case.requisition.ceiling.currency
    ]
