"""Which of the prices in a mail is the offer, and what belongs to it when several are on the table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.negotiator.discount_reading import discounts
from agents.negotiator.discounting import apply_discounts
from agents.negotiator.mail_text import MailText
from agents.negotiator.mention import PRICES, Mention, Role
from agents.negotiator.options import Chosen, Option, cost, in_band, reached, step
from agents.negotiator.particulars import TaxBasis, billings, tax_basis_in, tax_rate, terms_in_months
from agents.negotiator.product_reading import named_in, plan_before
from agents.negotiator.quantity_reading import band, covered
from agents.negotiator.restating import merged, reckoned
from memory.domain.money import Period
from memory.domain.requisition import MONTHS, Requisition

_CONDITION = re.compile(
    r"\b(?:if|when|with|for|alternatively|option(?:ally)?|or|commit\w*|instead|otherwise|prefer|choose|month-to-month|upgrade|prepay\w*|pay(?:ing)? (?:yearly|annually|monthly|quarterly|upfront))\b",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"\s/\s|\s?\|\s?|;|\n|,? \b(?:or(?! more\b)|alternatively|while|whereas|versus|vs\.?|and|but|then)\b(?! (?:per )?(?:month|year|user|seat)\b)",
    re.IGNORECASE,
)
_PLAN_RHYTHM = re.compile(
    r"(?P<month>\bmonthly (?:plan|subscription|option|rate|price|payments?|terms)|\bmonth[- ](?:to|by)[- ]month|\brolling)|\b(?:annual|yearly) (?:plan|subscription|option|rate|payments?|prepayment)",
    re.IGNORECASE,
)
_UP_TO = re.compile(r"\b(?:up to|until|at most|max(?:imum)?\.?(?: of)?|under|below)\s(?:the )?\d", re.IGNORECASE)
_NEW_CONDITION = re.compile(r",\s(?:if|with|when|for|on)\b", re.IGNORECASE)


def choose(
    mail: MailText, found: Sequence[Mention], requisition: Requisition, billing: Period | None, plan: str | None = None
) -> Chosen | None:
    """Return the price on offer: the strongest role; of several options the one that covers the need at the least cost.

    Options differ in plan, limit, term or billing. Two prices that differ in none of these are unclear, and the dearer is taken.
    """
    after = apply_discounts(found, discounts(mail), requisition.quantity)
    # A total, or a price that applies later, is the offer only where nothing else could be.
    strongest = next((role for role in (*PRICES, Role.LATER, Role.TOTAL) if any(mention.role is role for mention in after.mentions)), None)
    if strongest is None:
        return None
    candidates = [
        m for m in (*after.mentions, *after.variants) if m.role is strongest or (strongest is Role.OFFER and m.role is Role.PRICE)
    ]
    candidates = [mention for mention in candidates if mention.amount.value > 0] or candidates
    home = [mention for mention in candidates if mention.amount.currency == requisition.ceiling.currency] or candidates
    kept, restated = merged(reckoned(_net_only(mail, home), found, requisition.quantity), requisition.quantity)
    options, unplaced = _placed([_option(mail, kept, index, requisition) for index in range(len(kept))], requisition)
    chosen = Chosen(replace(options[0], mail=mail, rest=mail)) if len(options) == 1 else _best(options, requisition, billing, plan, mail)
    return replace(
        chosen,
        restated=restated,
        unplaced=unplaced,
        foreign=tuple(mention for mention in candidates if mention not in home),
        open_discounts=after.unclear,
        unmet_discounts=after.unmet,
    )


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


def _placed(options: list[Option], requisition: Requisition) -> tuple[list[Option], tuple[Mention, ...]]:
    """Part the prices that say what they are for from bare amounts beside them, which may be charges nobody named."""
    running = requisition.ceiling.period in MONTHS
    firm = [option.price for option in options if option.price.per_unit or (running and option.price.period is not None)]
    top = max((price.amount.value for price in firm), default=None)
    if top is None:
        return options, ()
    if any(option.price.summed for option in options):
        # A bare amount is no rival to a price that makes the stated sum.
        bare = [option.price for option in options if not (option.price in firm or option.conditional or option.plan or _own_words(option))]
        return [option for option in options if option.price not in bare], tuple(bare)
    # A bare amount near a price may be that price, reduced or for another term; it stays, and both are asked about.
    loose = [
        option
        for option in options
        if option.price not in firm
        and option.price.role is Role.PRICE
        and not (option.price.discount or option.limit or option.plan or _own_words(option))
        and not top / 2 <= option.price.amount.value <= top * 3
    ]
    return [option for option in options if option not in loose], tuple(option.price for option in loose)


def _clause(mail: MailText, mention: Mention) -> str:
    return mail.text[mention.clause_start : mention.clause_end]


def _option(mail: MailText, kept: Sequence[Mention], index: int, requisition: Requisition) -> Option:
    price = kept[index]
    start, end = _passage(mail, kept, price)
    own = mail.only(start, end).without(*_derived_places(kept, price))
    near = mail.only(price.clause_start, price.clause_end)
    if price.discount is not None and _derived(price):
        own = near = mail.only(price.discount.sentence.start, price.discount.sentence.end)
    terms = terms_in_months(near) or terms_in_months(own)
    rhythms = billings(near) or billings(own)
    limit = covered(own, requisition.unit, per_unit=False, needed=requisition.quantity)
    return Option(
        price=price,
        mail=own,
        rest=_rest(mail, kept, price),
        limit=limit.value if limit else None,
        capped=bool(limit and _UP_TO.search(own.text)),
        months=terms[0].value if terms else None,
        billing=rhythms[0].value if rhythms else _rhythm(near, price) or _rhythm(own, price),
        band=band(near, requisition.unit) or band(own, requisition.unit),
        plan=plan_before(mail.text, start, min(price.sentence.end, end), price.place[0]),
        conditional=price.discount is not None or bool(_CONDITION.search(mail.text[max(start, price.place[0] - 60) : price.sentence.end])),
    )


def _passage(mail: MailText, kept: Sequence[Mention], price: Mention) -> tuple[int, int]:
    """Return where the words about one price begin and end."""
    before = [other.place[1] for other in kept if other.place[1] <= price.place[0]]
    after = [other for other in kept if other.place[0] >= price.place[1]]
    start = price.sentence.start if max(before, default=0) <= price.sentence.start else _cut(mail.text, max(before), price.place[0])
    following = min(after, key=lambda other: other.place[0], default=None)
    if following is None:
        # What comes after the last of several prices is about all of them.
        return start, price.sentence.end if len(kept) > 1 else len(mail.text)
    same = following.sentence == price.sentence
    return start, _cut(mail.text, price.place[1], following.place[0]) if same else following.sentence.start


def _rest(mail: MailText, kept: Sequence[Mention], price: Mention) -> MailText:
    """Return the mail without what is said about the other prices."""
    ranges = _derived_places(kept, price)
    for other in kept:
        if other is price or other.place == price.place:
            continue
        start, end = other.sentence.start, other.sentence.end
        if other.sentence == price.sentence:
            start, end = _passage(mail, kept, other)
            # A list's heading, and what follows its last price where only that one says what the prices are for, is about all.
            start = max(start, other.sentence.start + other.sentence.text.find(":", 0, other.place[0] - other.sentence.start) + 1)
            end = other.place[1] if price.period is None and other.period is not None else min(end, other.sentence.end)
        ranges.append((start, end))
    return mail.without(*ranges)


def _derived_places(kept: Sequence[Mention], price: Mention) -> list[tuple[int, int]]:
    """Return where the conditions stand that make the other prices."""
    others = [other.discount for other in kept if other is not price and other.discount is not None and _derived(other)]
    return [(discount.sentence.start, discount.sentence.end) for discount in others]


def _derived(price: Mention) -> bool:
    return price.discount is not None and bool(price.discount.billing or price.discount.months)


def _rhythm(words: MailText, price: Mention) -> Period | None:
    """Return the rhythm that the discount's condition or the name of a plan tells ("on a monthly plan"), or None."""
    if price.discount is not None:
        return price.discount.billing
    named = {Period.MONTH if found["month"] else Period.YEAR for found in words.matches(_PLAN_RHYTHM)}
    return named.pop() if len(named) == 1 else None


def _cut(text: str, low: int, high: int) -> int:
    """Return where, between two prices of one sentence, the words about the first end and those about the second begin."""
    between = text[low:high]
    strong = list(_PARTS.finditer(between))
    if strong:
        return low + strong[-1].start()
    condition = _NEW_CONDITION.search(between)
    return low + condition.start() if condition else low + between.rfind(", ") if ", " in between else high


def _best(options: list[Option], requisition: Requisition, billing: Period | None, plan: str | None, mail: MailText) -> Chosen:
    wishes = (requisition.need, *requisition.must_have, *([plan] if plan else []))
    named = [option for option in options if named_in(option.plan, wishes)] or options
    fitting = reached([option for option in named if in_band(option, requisition.quantity)]) or named
    covering = [option for option in fitting if option.limit is None or option.limit >= requisition.quantity] or fitting
    covering, between = step(covering, fitting, requisition.quantity)
    asked = [option for option in covering if billing is not None and option.billing is billing] or covering
    short = [option for option in asked if option.months is None or option.months <= 12] or asked
    best = min(short, key=lambda option: (cost(option), option.price.place))
    # A price that is silent about what made the choice may still contradict it, even one that the choice passed over.
    rivals = [option for option in options if option in named or not option.plan]
    least = requisition.quantity if best.limit is None or best.limit >= requisition.quantity else 0
    rivals = reached(
        [option for option in rivals if in_band(option, requisition.quantity) and (option.limit is None or option.limit >= least)]
    )
    twins = [option for option in rivals if option is not best and not _told_apart(best, option)]
    twins += [option for option in between if option is not best and option not in twins]
    if twins:
        best = max([best, *twins], key=cost)
    others = tuple(option for option in options if option is not best)
    own = replace(best, mail=mail, rest=mail) if twins else best
    return Chosen(own, others, unclear=bool(twins))


def _own_words(option: Option) -> bool:
    return any((option.months, option.billing, option.band))


def _told_apart(one: Option, other: Option) -> bool:
    """Whether two prices are two offers: a term that both state differs, or the one that states it is a variant of the other."""
    for first, second in ((one.limit, other.limit), (one.months, other.months), (one.billing, other.billing), (one.band, other.band)):
        if first is not None and second is not None and first != second:
            return True
    if one.plan and other.plan and one.plan != other.plan:
        return False
    if one.price.discount is not other.price.discount:
        return True
    later = max(one, other, key=lambda option: option.price.place)
    if later.conditional and {one.price.period, other.price.period} == {Period.MONTH, Period.YEAR}:
        return True
    ours, theirs = _own_words(one), _own_words(other)
    if ours is theirs:
        return False
    stating, silent = (one, other) if ours else (other, one)
    # A price that follows without a word of its own only says something else; one that comes first is the base.
    return stating.conditional and silent.price.place < stating.price.place
