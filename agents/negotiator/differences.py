"""What a vendor's answer does with each term of our last counteroffer: kept, changed, or passed over in silence."""

from __future__ import annotations

from collections.abc import Iterator

from agents.negotiator.reading import QuoteFinding
from memory.domain.quote import Terms

_OPTIONAL = (
    ("payment_days", "payment within {} days"),
    ("price_increase_cap_bp", "the cap on price increases"),
    ("notice_days", "a notice period of {} days"),
)


def differences(terms: Terms, ours: Terms | None, stated: frozenset[str]) -> tuple[QuoteFinding, ...]:
    """Return one finding for each term that differs from ours or went unanswered; `stated` are the fields the mail names."""
    return tuple(_differences(terms, ours, stated)) if ours is not None else ()


def _differences(terms: Terms, ours: Terms, stated: frozenset[str]) -> Iterator[QuoteFinding]:
    if terms.currency != ours.currency:
        yield QuoteFinding(kind="changed", says=f"quoted in {terms.currency}, not in {ours.currency}")
    elif terms.unit_price.amount_minor != ours.unit_price.amount_minor or terms.unit_price.period != ours.unit_price.period:
        yield QuoteFinding(kind="changed", says=f"price {terms.unit_price}, we offered {ours.unit_price}")
    if terms.term_months != ours.term_months:
        yield QuoteFinding(kind="changed", says=f"term {terms.term_months} months, we offered {ours.term_months}")
    if terms.billing is not ours.billing:
        yield QuoteFinding(kind="changed", says=f"billed per {terms.billing.value}, we offered per {ours.billing.value}")
    if terms.setup_fee.amount_minor != ours.setup_fee.amount_minor:
        yield QuoteFinding(kind="changed", says=f"set-up fee {terms.setup_fee}, we offered {ours.setup_fee}")
    if terms.quantity < ours.quantity:
        yield QuoteFinding(kind="changed", says=f"for {terms.quantity:,} {terms.unit}, we need {ours.quantity:,}")
    for name, words in _OPTIONAL:
        wanted, given = getattr(ours, name), getattr(terms, name)
        if wanted is None or wanted == given:
            continue
        unanswered = name not in stated
        yield QuoteFinding(
            kind="unanswered" if unanswered else "changed", says=f"{words.format(wanted)}: {'no answer' if unanswered else f'now {given}'}"
        )
