"""A sales desk's judgement, pure: personality, dealing so far and what was heard give the next response."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from tools.sandbox.vendors.listening import Heard, Said
from tools.sandbox.vendors.personality import Habit, Personality

_TERM_MONTHS = 12
_MOST_ROUNDS = 12


class Act(StrEnum):
    """What the desk does next."""

    QUOTE = "quote"
    COUNTER = "counter"
    HOLD = "hold"
    AGREE = "agree"
    SEND_CONTRACT = "send_contract"
    CONFIRM_ORDER = "confirm_order"
    REFUSE_ORDER = "refuse_order"
    FAREWELL = "farewell"
    ASK_BACK = "ask_back"


@dataclass(frozen=True)
class Offer:
    """Terms on the table: net cents per month for `contacts`, the billing rhythm, the set-up fee, days to pay."""

    price_minor: int
    yearly: bool
    setup_minor: int
    payment_days: int
    contacts: int
    term_months: int = _TERM_MONTHS

    @property
    def net_minor(self) -> int:
        """Everything net over the term, in cents."""
        return self.price_minor * self.term_months + self.setup_minor


@dataclass(frozen=True)
class Dealing:
    """One negotiation as the desk remembers it. `rounds` counts the counteroffers heard."""

    rounds: int = 0
    offer: Offer | None = None
    agreed: bool = False
    ordered: bool = False
    over: bool = False


@dataclass(frozen=True)
class Response:
    """What to answer. `heard` is what it answers; `final` when there is nothing left to give."""

    act: Act
    heard: Heard
    offer: Offer | None = None
    final: bool = False
    round: int = 0


def respond(personality: Personality, dealing: Dealing, heard: Heard) -> tuple[Dealing, Response | None]:
    """Return the dealing afterwards and the response, `None` for silence."""
    if Habit.NEVER_ANSWERS in personality.habits or (dealing.over and heard.said is not Said.REQUEST):
        return dealing, None
    return _REACTIONS[heard.said](personality, dealing, heard)


def _asked(personality: Personality, dealing: Dealing, heard: Heard, round_number: int) -> Offer:
    """Return what the desk would ask for in a round, for the billing and quantity the buyer speaks of."""
    yearly = heard.yearly if heard.yearly is not None else dealing.offer.yearly if dealing.offer else personality.quotes_yearly
    contacts = heard.quantity or (dealing.offer.contacts if dealing.offer else personality.contacts)
    blocks = -(-contacts // personality.contacts)
    return Offer(
        price_minor=personality.takes(round_number, yearly=yearly) * blocks,
        yearly=yearly,
        setup_minor=personality.setup_fee(round_number),
        payment_days=min(heard.payment_days or personality.payment_days, personality.longest_payment_days),
        contacts=blocks * personality.contacts,
    )


def _quote(personality: Personality, dealing: Dealing, heard: Heard) -> tuple[Dealing, Response]:
    offer = _asked(personality, Dealing(), replace(heard, yearly=None, payment_days=None), 0)
    return replace(dealing, offer=offer, rounds=0, agreed=False, over=False), Response(Act.QUOTE, heard, offer)


def _weigh(personality: Personality, dealing: Dealing, heard: Heard) -> tuple[Dealing, Response]:
    if heard.price_minor is None:
        return dealing, Response(Act.ASK_BACK, heard, dealing.offer)
    rounds = min(dealing.rounds + 1, _MOST_ROUNDS)
    ours = _never_worse(_asked(personality, dealing, heard, rounds), dealing.offer)
    theirs = replace(ours, price_minor=heard.price_minor, setup_minor=0 if heard.without_setup else ours.setup_minor)
    if theirs.net_minor >= ours.net_minor:
        return replace(dealing, rounds=rounds, offer=theirs), Response(Act.AGREE, heard, theirs, round=rounds)
    final = personality.is_final(rounds, yearly=ours.yearly)
    act = Act.HOLD if dealing.offer is not None and ours.net_minor >= dealing.offer.net_minor else Act.COUNTER
    return replace(dealing, rounds=rounds, offer=ours), Response(act, heard, ours, final=final, round=rounds)


def _never_worse(ours: Offer, standing: Offer | None) -> Offer:
    """Whoever has named a price for the same thing does not name a higher one later."""
    if standing is None or (standing.yearly, standing.contacts) != (ours.yearly, ours.contacts):
        return ours
    return standing if standing.net_minor < ours.net_minor else ours


def _close(_personality: Personality, dealing: Dealing, heard: Heard) -> tuple[Dealing, Response]:
    offer = dealing.offer
    if (
        offer is None
        or (heard.price_minor is not None and heard.price_minor < offer.price_minor)
        or (heard.without_setup and offer.setup_minor)
    ):
        return dealing, Response(Act.ASK_BACK, heard, offer)
    # Paying a year ahead at the monthly price is no worse for the desk.
    taken = replace(offer, yearly=True) if heard.yearly else offer
    return replace(dealing, offer=taken, agreed=True), Response(Act.SEND_CONTRACT, heard, taken)


def _confirm(personality: Personality, dealing: Dealing, heard: Heard) -> tuple[Dealing, Response]:
    if not dealing.agreed:
        return dealing, Response(Act.ASK_BACK, heard, dealing.offer)
    if Habit.REFUSES_THE_ORDER in personality.habits:
        return replace(dealing, over=True), Response(Act.REFUSE_ORDER, heard, dealing.offer)
    return replace(dealing, ordered=True), Response(Act.CONFIRM_ORDER, heard, dealing.offer)


def _part(_personality: Personality, dealing: Dealing, heard: Heard) -> tuple[Dealing, Response]:
    return replace(dealing, over=True), Response(Act.FAREWELL, heard, dealing.offer)


def _ask_back(_personality: Personality, dealing: Dealing, heard: Heard) -> tuple[Dealing, Response]:
    return dealing, Response(Act.ASK_BACK, heard, dealing.offer)


_REACTIONS = {
    Said.REQUEST: _quote,
    Said.COUNTEROFFER: _weigh,
    Said.ACCEPTANCE: _close,
    Said.SIGNED_CONTRACT: _confirm,
    Said.FAREWELL: _part,
    Said.SOMETHING_ELSE: _ask_back,
}
