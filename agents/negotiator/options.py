"""The options of a mail: one price each with what its own passage says, and the one that was chosen."""

from __future__ import annotations

from dataclasses import dataclass

from agents.negotiator.discount_reading import Discount
from agents.negotiator.mail_text import MailText
from agents.negotiator.mention import Mention
from agents.negotiator.restating import monthly_minor
from memory.domain.money import Period


@dataclass(frozen=True)
class Option:
    """One price; the passage it stands in, as a mail of its own; and the mail without the sentences of the other options.

    `limit` (`capped` when it is an "up to"), `months`, `billing`, `band` and `plan` are what its own passage says; None or "" where it is silent.
    """

    price: Mention
    mail: MailText
    rest: MailText
    limit: int | None = None
    capped: bool = False
    months: int | None = None
    billing: Period | None = None
    band: tuple[int, int | None] | None = None
    plan: str = ""
    conditional: bool = False


@dataclass(frozen=True)
class Chosen:
    """The option taken, the others, whether they could not be told apart, and what was left aside on the way."""

    option: Option
    others: tuple[Option, ...] = ()
    unclear: bool = False
    restated: tuple[Mention, ...] = ()
    unplaced: tuple[Mention, ...] = ()
    """Amounts that are named like prices, but are for no time and no unit, while others are."""
    foreign: tuple[Mention, ...] = ()
    open_discounts: tuple[Discount, ...] = ()
    unmet_discounts: tuple[Discount, ...] = ()


def step(covering: list[Option], fitting: list[Option], quantity: int) -> tuple[list[Option], list[Option]]:
    """Return the step of a list of unit prices that the quantity is in, and the steps around it where the list has none for it."""
    stepped = [option for option in fitting if option.price.per_unit and option.limit is not None]
    if len(stepped) < 2 or len({(option.plan, option.months, option.billing) for option in stepped}) > 1:
        return covering, []
    if not any(option.capped or option.limit == quantity for option in stepped):
        below = max((option.limit for option in stepped if option.limit and option.limit < quantity), default=None)
        lower = [option for option in stepped if option.limit == below]
        return (lower or covering), (lower and [min(covering, key=lambda option: option.limit or 0)])
    enough = min((option.limit for option in stepped if option.limit and option.limit >= quantity), default=None)
    return [option for option in covering if option.limit in {None, enough}], []


def reached(options: list[Option]) -> list[Option]:
    """Return the options without the lower steps of a price list that has no upper ends ("from 25 users", "from 50 users")."""
    highest = max((option.band[0] for option in options if option.band and option.band[1] is None), default=0)
    return [option for option in options if not (option.band and option.band[1] is None and option.band[0] < highest)]


def in_band(option: Option, quantity: int) -> bool:
    """Whether the quantity is in the range of quantities that the option's price is for."""
    if option.band is None:
        return True
    low, high = option.band
    return low <= quantity and (high is None or quantity <= high)


def cost(option: Option) -> int:
    """The price of a month in minor units, or of what has no month a thousandfold: only to compare."""
    monthly = monthly_minor(option.price)
    return monthly if monthly is not None else option.price.amount.money.amount_minor * 1000
