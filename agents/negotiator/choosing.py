"""Which of the prices in a mail is the offer, and what belongs to it when several are on the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.negotiator.mail_text import MailText
from agents.negotiator.mentions import PRICES, Mention, Role
from agents.negotiator.particulars import TaxBasis, billings, tax_basis_in, tax_rate, terms_in_months
from agents.negotiator.quantity_reading import band, covered
from memory.domain.money import Period
from memory.domain.requisition import MONTHS, Requisition


@dataclass(frozen=True)
class Option:
    """One price; the passage it stands in, as a mail of its own; and the mail without the sentences of the other options."""

    price: Mention
    mail: MailText
    rest: MailText
    limit: int | None
    months: int | None
    billing: Period | None
    band: tuple[int, int | None] | None = None


@dataclass(frozen=True)
class Chosen:
    """The option taken, the others, whether they could not be told apart, and the prices that say the same in other words."""

    option: Option
    others: tuple[Option, ...] = ()
    unclear: bool = False
    alone: bool = True
    restated: tuple[Mention, ...] = ()


def monthly_minor(price: Mention) -> int | None:
    """Return the price for a month in thousandths of a minor unit, or None for a price that does not run."""
    if price.period not in MONTHS:
        return None
    return price.amount.money.amount_minor * 1000 // MONTHS[price.period]


def choose(mail: MailText, found: Sequence[Mention], requisition: Requisition, billing: Period | None) -> Chosen | None:
    """Return the price on offer: the strongest role; of several options the one that covers the need at the least cost.

    Options differ in limit, term or billing. Two prices that differ in none of these are unclear, and the dearer is taken.
    """
    # A total, or a price that applies later, is the offer only where nothing else could be.
    strongest = next((role for role in (*PRICES, Role.LATER, Role.TOTAL) if any(mention.role is role for mention in found)), None)
    if strongest is None:
        return None
    candidates = [mention for mention in found if mention.role is strongest or (strongest is Role.OFFER and mention.role is Role.PRICE)]
    kept, restated = _merged(_net_only(mail, candidates))
    options = [_option(mail, kept, index, requisition) for index in range(len(kept))]
    if len(options) == 1:
        return Chosen(replace(options[0], mail=mail, rest=mail), restated=restated)
    return _best(options, requisition, billing, restated, mail)


def _net_only(mail: MailText, candidates: Sequence[Mention]) -> list[Mention]:
    """Drop a price that is another one with the tax added, as the mail's own rate shows."""
    rates = [10_000 + rate.value for rate in tax_rate(mail)]
    nets = [mention for mention in candidates if tax_basis_in(_clause(mail, mention)) is not TaxBasis.GROSS]

    def repeats(gross: Mention) -> bool:
        wanted = gross.amount.value * 10_000
        return any(
            abs(net.amount.value * rate - wanted) <= 100
            and net.period in {gross.period, None}
            and net.amount.currency == gross.amount.currency
            for net in nets
            for rate in rates
        )

    return [mention for mention in candidates if mention in nets or not repeats(mention)]


def _clause(mail: MailText, mention: Mention) -> str:
    return mail.text[mention.clause_start : mention.clause_end]


def _merged(candidates: Sequence[Mention]) -> tuple[list[Mention], tuple[Mention, ...]]:
    """Drop a price that only says another one per year instead of per month; the yearly one stays when it is the exact one."""
    kept: list[Mention] = []
    restated: list[Mention] = []
    for mention in candidates:
        twin = next((index for index, other in enumerate(kept) if _same(other, mention)), None)
        if twin is None:
            kept.append(mention)
            continue
        exact = monthly_minor(mention) == monthly_minor(kept[twin])
        better = not exact and mention.period is Period.YEAR
        restated.append(kept[twin] if better else mention)
        kept[twin] = mention if better else kept[twin]
    return kept, tuple(restated)


def _same(one: Mention, other: Mention) -> bool:
    if one.amount.currency != other.amount.currency or (one.per_unit or False) != (other.per_unit or False):
        return False
    first, second = monthly_minor(one), monthly_minor(other)
    if first is None or second is None:
        return one.amount.value == other.amount.value
    return abs(first - second) <= (1000 if one.period is not other.period else 0)


def _option(mail: MailText, kept: Sequence[Mention], index: int, requisition: Requisition) -> Option:
    price = kept[index]
    start = max(price.sentence.start, kept[index - 1].place[1] if index else 0)
    end = len(mail.text)
    if index + 1 < len(kept):
        following = kept[index + 1]
        end = following.place[0] if following.sentence == price.sentence else following.sentence.start
    own = mail.only(start, end)
    near = mail.only(price.clause_start, price.clause_end)
    rest = mail
    for other in (*kept[:index], *kept[index + 1 :]):
        rest = rest.without(other.sentence.start, other.sentence.end)
    terms = terms_in_months(near) or terms_in_months(own) or terms_in_months(rest)
    rhythms = billings(near) or billings(own) or billings(rest)
    limit = covered(own, requisition.unit, per_unit=False, needed=requisition.quantity) or covered(
        rest, requisition.unit, per_unit=False, needed=requisition.quantity
    )
    return Option(
        price=price,
        mail=own,
        rest=rest,
        limit=limit.value if limit else None,
        months=terms[0].value if terms else None,
        billing=rhythms[0].value if rhythms else None,
        band=band(near.text, requisition.unit),
    )


def _key(option: Option) -> tuple[int | None, int | None, Period | None]:
    return option.limit, option.months, option.billing


def _best(options: list[Option], requisition: Requisition, billing: Period | None, restated: tuple[Mention, ...], mail: MailText) -> Chosen:
    fitting = [option for option in options if _in_band(option, requisition.quantity)] or options
    covering = [option for option in fitting if option.limit is None or option.limit >= requisition.quantity] or fitting
    asked = [option for option in covering if billing is not None and option.billing is billing] or covering
    short = [option for option in asked if option.months is None or option.months <= 12] or asked
    best = min(short, key=lambda option: (_cost(option), option.price.place))
    twins = [option for option in short if _key(option) == _key(best) and option is not best]
    unclear = bool(twins)
    if unclear:
        best = max([best, *twins], key=_cost)
    others = tuple(option for option in options if option is not best)
    alone = not others or not any(_key(best))
    return Chosen(replace(best, mail=mail, rest=mail) if alone else best, others, unclear=unclear, alone=alone, restated=restated)


def _in_band(option: Option, quantity: int) -> bool:
    if option.band is None:
        return True
    low, high = option.band
    return low <= quantity and (high is None or quantity <= high)


def _cost(option: Option) -> int:
    monthly = monthly_minor(option.price)
    return monthly if monthly is not None else option.price.amount.money.amount_minor * 1000
