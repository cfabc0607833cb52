"""From a purchase to a rehearsal: the product's own strategy plays, on typed terms, in the rules of `agents.negotiator`.

The outcomes are those of the negotiation's own frame, widened by what a vendor might quote that it has not quoted yet: other
prices, plans, days. Before the first quote one is imagined, from the list price or else from just above the ceiling.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from agents.negotiation.preferences.bridge import Talk, place
from agents.negotiation.preferences.frame import Frame, values_of
from agents.negotiation.rehearsal.mails import Post
from agents.negotiation.rehearsal.planned import Move, Planned
from agents.negotiation.space import Mask
from agents.negotiation.task import MoveKind, Turn
from agents.negotiator.bargaining import Table
from agents.negotiator.brief import Move as Does
from agents.negotiator.opening import unbound_price
from agents.negotiator.position import Position, faults, max_rounds
from agents.negotiator.pricing import YEAR, at_price, comparable_total, list_price_on, price_within, step_of
from agents.negotiator.strategy import decide
from memory.domain.money import Money, Period, Price
from memory.domain.quote import PricedPer, Terms
from memory.domain.requisition import MONTHS
from memory.domain.words import counted

_PRICES = 48
_ABOVE_CEILING = 1.15
_LONGER = 24
_FAR = 10**12


def planned_purchase(position: Position, tax_rate_bp: int = 1900) -> Planned:
    """Return what a rehearsal of a negotiation with one vendor starts from, before its first quote or in the middle."""
    started = bool(position.theirs) and position.theirs[-1].currency == position.requisition.ceiling.currency
    latest = position.theirs[-1] if started else imagined_quote(position, tax_rate_bp)
    pairs = _pairs(position, latest) if started else ()
    clear = position.model_copy(update={"questions": (), "readable": True, "denied_needs": ()})
    heard = tuple(terms for terms in position.theirs if terms.currency == latest.currency)
    rounds = max(min(position.rounds_left, max_rounds(position.requisition.urgency) - len(pairs)), 0)
    plain = Table(clear, Talk(pairs, latest, heard or (latest,)), rounds, ())
    table = replace(plain, talk=Talk(pairs, latest, (*plain.talk.heard, *_imagined(clear, latest, plain.base, plain.opening.price))))
    turns = tuple(Turn(theirs=place(table.frame, theirs), ours=place(table.frame, ours)) for theirs, ours in pairs)
    answered = position.answered or tuple(range(1, len(position.ours) + 1))
    waits = started and (not answered or answered[-1] < len(position.theirs))
    frame, post = table.frame, Post(position.requisition, latest.tax_rate_bp)
    begun = clear if started else clear.model_copy(update={"theirs": (), "ours": (), "answered": ()})
    return Planned(
        task=table.task,
        turns=turns,
        standing=table.standing if waits else None,
        total_of=lambda outcome: comparable_total(frame.terms_of(outcome)).amount_minor,
        currency=latest.currency,
        terms_of=frame.terms_of,
        told_of=lambda outcome: in_words(frame.terms_of(outcome)),
        own=lambda: _Buyer(begun, frame, table.task.allowed, knows=waits),
        reads_back=lambda outcome, words: _reads_back(post, frame.terms_of(outcome), words),
    )


def imagined_quote(position: Position, tax_rate_bp: int) -> Terms:
    """Return a first quote such as the list price makes, or, without one, a quote just above the ceiling."""
    need = position.requisition
    running = need.ceiling.period in MONTHS
    listed = position.list_price if position.list_price is not None and position.list_price.currency == need.ceiling.currency else None
    period = listed.period if listed is not None else Period.MONTH if running else Period.ONCE
    base = Terms(
        unit_price=listed or Price(amount_minor=1, currency=need.ceiling.currency, period=period),
        # A list price is for the whole package.
        priced_per=PricedPer.UNIT if need.ceiling_per is not None and listed is None else PricedPer.FLAT,
        quantity=need.quantity,
        unit=need.unit,
        term_months=YEAR if period in MONTHS else 1,
        billing=period,
        setup_fee=Money(amount_minor=0, currency=need.ceiling.currency),
        tax_rate_bp=tax_rate_bp,
        payment_days=14,
    )
    if listed is not None:
        return base
    price = int(price_within(base, need.ceiling_for(base.term_months)) * _ABOVE_CEILING)
    return at_price(base, max(price - price % step_of(price), 1))


def _imagined(position: Position, latest: Terms, asked: Terms, opening: int) -> Iterable[Terms]:
    """Return quotes that differ from the latest in one term: the frame takes their values for possible.

    No price is below our opening, and those near it are for what we ask for (`asked`): a year in advance, where that is usual. By the
    month, free to leave, the least is a tenth more.
    """
    listed = list_price_on(position.list_price, latest)
    top = max(latest.unit_price.amount_minor, listed.amount_minor if listed else 0)
    step = step_of(top)
    stride = step * max(1, -(-(top - opening) // (step * _PRICES)))
    for price in range(opening, top, stride):
        yield at_price(asked, price)
        if asked.unit_price.period is Period.MONTH and price >= unbound_price(opening):
            yield at_price(asked.model_copy(update={"term_months": 1, "billing": Period.MONTH}), price)
    if latest.unit_price.period is Period.MONTH:
        for months, billing in ((1, Period.MONTH), (YEAR, Period.MONTH), (YEAR, Period.YEAR), (_LONGER, Period.YEAR)):
            yield latest.model_copy(update={"term_months": months, "billing": billing})
    for days in (14, 30):
        yield latest.model_copy(update={"payment_days": days})


def _pairs(position: Position, latest: Terms) -> tuple[tuple[Terms, Terms], ...]:
    """Return each counteroffer of ours with the offer that it answered."""
    answered = position.answered or tuple(range(1, len(position.ours) + 1))
    found = []
    for ours, count in zip(position.ours, answered, strict=True):
        heard = [terms for terms in position.theirs[:count] if terms.currency == latest.currency]
        if heard and ours.currency == latest.currency:
            found.append((heard[-1], ours))
    return tuple(found)


def in_words(terms: Terms) -> str:
    """Return terms as `47.50 EUR per month, 12 months, billed yearly, 14 days to pay`."""
    parts = [str(terms.unit_price) + (f" per {terms.unit.removesuffix('s')}" if terms.priced_per is PricedPer.UNIT else "")]
    if terms.unit_price.period in MONTHS:
        parts += [counted(terms.term_months, "month"), f"billed by the {terms.billing.value}"]
    parts += [f"set-up {terms.setup_fee}"] if terms.setup_fee.amount_minor else []
    parts += [f"{counted(terms.free_months, 'month')} free"] if terms.free_months else []
    parts += [f"credit {terms.credit}"] if terms.credit else []
    parts += [f"{terms.payment_days} days to pay"] if terms.payment_days is not None else []
    parts += [f"increase at most {terms.price_increase_cap_bp / 100:g} %"] if terms.price_increase_cap_bp is not None else []
    parts += [f"{terms.notice_days} days' notice"] if terms.notice_days is not None else []
    parts += [f"support: {terms.support_level}"] if terms.support_level else []
    return ", ".join(parts)


def _reads_back(post: Post, terms: Terms, words: str) -> bool:
    """Tell whether a mail is read as the same offer with and without what is said beside it."""
    plain = post.carried(terms)
    return plain is not None and post.carried(terms, beside=words) == plain


@dataclass
class _Buyer:
    """The product's strategy in one rehearsed talk: it is asked exactly as in a real one."""

    position: Position
    frame: Frame
    allowed: Mask
    knows: bool
    """Whether the offer on the table is the position's latest already, as it is in the middle of a negotiation."""

    def turn(self, offer: int | None) -> Move:
        """Return what the product would do with this offer."""
        if offer is not None and not self.knows:
            heard = (*self.position.theirs, self.frame.terms_of(offer))
            self.position = self.position.model_copy(update={"theirs": heard, "vendor_final": False})
        self.knows = False
        decision = decide(self.position)
        terms, words = decision.terms, decision.rationale
        if decision.move is Does.ACCEPT and terms is not None:
            return Move(MoveKind.ACCEPT, offer, words=words, broke=bool(faults(self.position, terms)))
        if decision.move is not Does.COUNTER or terms is None:
            return Move(MoveKind.END, None, words=words)
        position = self.position
        answered = (*(position.answered or tuple(range(1, len(position.ours) + 1))), len(position.theirs))
        left = max(position.rounds_left - 1, 0)
        self.position = position.model_copy(update={"ours": (*position.ours, terms), "answered": answered, "rounds_left": left})
        return Move(MoveKind.OFFER, self._placed(terms), words=words, broke=bool(faults(position, terms)))

    def _placed(self, terms: Terms) -> int:
        """Return our offer as an outcome: exactly, or the allowed one that differs in the fewest terms, then least in price.

        The frame of a real talk grows with what is said, so that we may ask for what no outcome planned before is.
        """
        exact = self.frame.outcome_of(terms)
        if exact is not None:
            return exact
        axes, grid = self.frame.axes.all, self.frame.grid
        others = zip(axes[1:], values_of(terms)[1:], range(1, len(axes)), strict=True)
        differs = sum(np.array([value != said for value in axis])[grid[:, k]].astype(np.int64) for axis, said, k in others)
        off = np.abs(np.array(self.frame.axes.prices)[grid[:, 0]] - terms.unit_price.amount_minor)
        far = np.where(self.allowed, differs * _FAR + off, np.iinfo(np.int64).max)
        return int(far.argmin())
