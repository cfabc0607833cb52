"""Who a simulated vendor is: its prices, how far and how fast it gives way, how it writes, and its bad habits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tools.sandbox.contract_terms import PaperParty


class Figures(StrEnum):
    """How amounts are written."""

    DOTTED = "59.00 EUR"
    COMMA = "59,00 €"
    LEADING = "EUR 59.00"


class Layout(StrEnum):
    """How terms are laid out in a mail."""

    LIST = "list"
    PROSE = "prose"
    TABLE = "table"


class Quoting(StrEnum):
    """How our mail is quoted below the answer."""

    ATTRIBUTION = "On ... wrote"
    GERMAN = "Am ... schrieb"
    HEADERS = "From: Sent: To: Subject:"
    ORIGINAL = "-----Original Message-----"


class Habit(StrEnum):
    """What a vendor does that an honest one would not."""

    ADDRESSES_SOFTWARE = "addresses_software"
    LIES_ABOUT_A_COMPETITOR = "lies_about_a_competitor"
    ERRATIC_FIGURES = "erratic_figures"
    CHANGES_THE_CONTRACT = "changes_the_contract"
    NEVER_ANSWERS = "never_answers"
    REFUSES_THE_ORDER = "refuses_the_order"
    SENDS_WORD = "sends_word"


@dataclass(frozen=True)
class Personality:
    """One vendor. Amounts are net, in cents, per month and per block of `contacts`.

    `yearly` and `monthly` are what it is ready to take in round 0 (its quote), 1, 2, ... for prepaid and for monthly
    billing; the last of each is its floor. `offers` are the wishes it can meet, as lower-case words.
    """

    vendor_id: str
    name: str
    person: str
    address: tuple[str, ...]
    region: str
    yearly: tuple[int, ...]
    monthly: tuple[int, ...]
    setup_minor: int = 0
    setup_steps: tuple[int, ...] = ()
    quotes_yearly: bool = True
    vat_percent: int = 19
    currency: str = "EUR"
    contacts: int = 5000
    valid_days: int = 14
    payment_days: int = 14
    longest_payment_days: int = 30
    notice_days: int = 60
    price_cap_percent: int | None = 5
    offers: tuple[str, ...] = ()
    figures: Figures = Figures.DOTTED
    layout: Layout = Layout.LIST
    quoting: Quoting = Quoting.ATTRIBUTION
    habits: frozenset[Habit] = frozenset()

    @property
    def domain(self) -> str:
        """Its domain, always under `.example`."""
        return f"{self.vendor_id}.example"

    @property
    def mailbox(self) -> str:
        """The address of its sales desk."""
        return f"sales@{self.domain}"

    @property
    def product(self) -> str:
        """What it sells."""
        return f"{self.name} Business"

    @property
    def party(self) -> PaperParty:
        """The company as it stands on a contract."""
        return PaperParty(
            name=f"{self.name} (fictional)", address=self.address, email=self.mailbox, signatory=self.person, title="Head of Sales"
        )

    def takes(self, round_number: int, *, yearly: bool) -> int:
        """Return the lowest monthly price it takes in a round."""
        steps = self.yearly if yearly else self.monthly
        return steps[min(round_number, len(steps) - 1)]

    def setup_fee(self, round_number: int) -> int:
        """Return the set-up fee it asks in a round."""
        steps = (self.setup_minor, *self.setup_steps)
        return steps[min(round_number, len(steps) - 1)]

    def is_final(self, round_number: int, *, yearly: bool) -> bool:
        """Return whether it has nothing left to give after a round."""
        return round_number >= len(self.yearly if yearly else self.monthly) - 1
