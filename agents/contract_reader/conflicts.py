"""Findings: where the paper conflicts with what was agreed and what is needed."""

from __future__ import annotations

from collections.abc import Iterator

from agents.contract_reader.brief import ContractBrief
from agents.contract_reader.money_values import NO_CAP
from agents.contract_reader.places import EUROPE, region_of
from agents.contract_reader.reading import Proven, Reading
from memory.domain.contract import ClauseKind, Finding, Severity
from memory.domain.money import Money
from memory.domain.quote import Terms
from memory.domain.requisition import Requisition

BLOCKER, CONCERN, NOTE = Severity.BLOCKER, Severity.CONCERN, Severity.NOTE


def conflicts(reading: Reading, brief: ContractBrief) -> Iterator[Finding]:
    """Yield what contradicts the agreed terms and the requisition, as far as each is given."""
    if brief.agreed is not None:
        yield from _money(reading, brief.agreed)
        yield from _duration(reading, brief.agreed)
        yield from _smaller_terms(reading, brief.agreed)
    elif brief.requisition is not None:
        yield from _ceiling(reading, brief.requisition)
    if brief.requisition is not None:
        yield from _region(reading, brief.requisition)


def about(severity: Severity, text: str, proven: Proven[object]) -> Finding:
    """Return a finding with the passage behind it."""
    return Finding(severity=severity, text=text, clause=proven.kind, span=proven.sentence.span)


def _money(reading: Reading, agreed: Terms) -> Iterator[Finding]:
    all_in, net = agreed.all_in_total(), agreed.net_total()
    for stated, right, name in ((reading.total, all_in, "total"), (reading.net_total, net, "net total")):
        if stated is not None and stated.value != right and not (name == "total" and stated.value == net and reading.net_total is None):
            yield about(BLOCKER, f"the {name} is {stated.value}, agreed was {right}", stated)
    if reading.total is None and reading.net_total is None:
        yield Finding(severity=CONCERN, text=f"no total is stated; agreed was {all_in} all-in", clause=ClauseKind.TOTAL)
    elif reading.total is not None and reading.total.value == net != all_in:
        yield about(NOTE, f"the total of {net} does not say that tax comes on top; all-in it is {all_in}", reading.total)
    yield from _price(reading, agreed, all_in)


def _price(reading: Reading, agreed: Terms, all_in: Money) -> Iterator[Finding]:
    same_period = [p for p in reading.prices if p.value.period is agreed.unit_price.period]
    if same_period and all(p.value != agreed.unit_price for p in same_period):
        proven_total = reading.total is not None and reading.total.value == all_in
        yield about(
            CONCERN if proven_total else BLOCKER, f"the price is {same_period[0].value}, agreed was {agreed.unit_price}", same_period[0]
        )


def _duration(reading: Reading, agreed: Terms) -> Iterator[Finding]:
    term = reading.initial_months
    if term is not None and term.value != agreed.term_months:
        longer = term.value > agreed.term_months
        yield about(BLOCKER if longer else CONCERN, f"the initial term is {term.value} months, agreed were {agreed.term_months}", term)
    notice = reading.notice_days
    if notice is not None and agreed.notice_days is not None and notice.value > agreed.notice_days:
        yield about(CONCERN, f"{notice.value} days of notice are needed, agreed were {agreed.notice_days}", notice)


def _smaller_terms(reading: Reading, agreed: Terms) -> Iterator[Finding]:
    pay, rise = reading.payment_days, reading.increase_bp
    if pay is not None and agreed.payment_days is not None and pay.value < agreed.payment_days:
        yield about(CONCERN, f"invoices are due within {pay.value} days, agreed were {agreed.payment_days}", pay)
    cap = agreed.price_increase_cap_bp
    if cap is not None and rise is not None and cap < rise.value < NO_CAP:
        yield about(CONCERN, f"prices may rise by {_percent(rise.value)}, agreed was at most {_percent(cap)}", rise)
    if cap is not None and rise is None:
        yield Finding(
            severity=CONCERN,
            text=f"the cap of {_percent(cap)} on price increases that was agreed is missing",
            clause=ClauseKind.PRICE_INCREASE,
        )


def _percent(basis_points: int) -> str:
    return f"{basis_points / 100:g} %"


def _ceiling(reading: Reading, needed: Requisition) -> Iterator[Finding]:
    stated, term = reading.total, reading.initial_months
    if stated is None or term is None or stated.value.currency != needed.ceiling.currency:
        return
    limit = needed.ceiling_for(term.value)
    if stated.value > limit:
        yield about(BLOCKER, f"the total of {stated.value} is above the ceiling of {limit}", stated)


def _region(reading: Reading, needed: Requisition) -> Iterator[Finding]:
    wanted = {region for must in needed.must_have for region in (region_of(must) or "").split(", ") if region}
    if not wanted:
        return
    allowed = wanted | EUROPE if wanted & EUROPE else wanted
    for stated in reading.regions:
        strange = [region for region in stated.value.split(", ") if region not in allowed]
        if strange:
            yield about(BLOCKER, f"data may be kept in: {', '.join(strange)}; needed is {' or '.join(sorted(wanted))}", stated)
    if not reading.regions:
        text = f"where data is kept is not stated; needed is {' or '.join(sorted(wanted))}"
        yield Finding(severity=CONCERN, text=text, clause=ClauseKind.DATA_REGION)
