"""What the operator's policy wants of a contract's clauses, as plain nouns that both policy and the contract reader understand.

Policy compiles its rules into positions; the reader holds a paper against them. Both ask the same function, so that what the
reader tells and what policy decides can never differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StrictInt

from memory.domain.base import Noun
from memory.domain.contract import Certainty, ClauseKind
from memory.domain.money import Money
from memory.domain.policy import Verdict
from memory.domain.words import counted

Whole = Annotated[StrictInt, Field(ge=0)]


class Measure(StrEnum):
    """What of a clause can be held against a limit, with its unit."""

    NOTICE_DAYS = "notice_days"
    TERM_MONTHS = "term_months"
    RENEWAL_MONTHS = "renewal_months"
    PRICE_INCREASE_BP = "price_increase_bp"
    LIABILITY_CAP = "liability_cap"
    PAYMENT_DAYS = "payment_days"
    WARRANTY_MONTHS = "warranty_months"
    GOVERNING_LAW = "governing_law"
    DATA_REGION = "data_region"

    @property
    def clause(self) -> ClauseKind:
        """The kind of clause in which it stands."""
        return _CLAUSES[self]

    @property
    def in_words(self) -> str:
        """What is measured, for people."""
        return _NAMES[self]


_CLAUSES = {
    Measure.NOTICE_DAYS: ClauseKind.NOTICE,
    Measure.TERM_MONTHS: ClauseKind.INITIAL_TERM,
    Measure.RENEWAL_MONTHS: ClauseKind.RENEWAL,
    Measure.PRICE_INCREASE_BP: ClauseKind.PRICE_INCREASE,
    Measure.LIABILITY_CAP: ClauseKind.LIABILITY_CAP,
    Measure.PAYMENT_DAYS: ClauseKind.PAYMENT_TERMS,
    Measure.WARRANTY_MONTHS: ClauseKind.WARRANTY,
    Measure.GOVERNING_LAW: ClauseKind.GOVERNING_LAW,
    Measure.DATA_REGION: ClauseKind.DATA_REGION,
}
_NAMES = {
    Measure.NOTICE_DAYS: "the notice period",
    Measure.TERM_MONTHS: "the first term",
    Measure.RENEWAL_MONTHS: "for how long it renews",
    Measure.PRICE_INCREASE_BP: "how far prices may rise",
    Measure.LIABILITY_CAP: "the cap on liability",
    Measure.PAYMENT_DAYS: "the time to pay",
    Measure.WARRANTY_MONTHS: "the length of the warranty",
    Measure.GOVERNING_LAW: "the governing law",
    Measure.DATA_REGION: "where the data is kept",
}
_UNITS = {Measure.NOTICE_DAYS: "day", Measure.PAYMENT_DAYS: "day"}
#: A clause of the second kind is also one of the first: who has a data processing agreement has said something about data protection.
ALSO = {
    ClauseKind.DATA_PROTECTION: (ClauseKind.DPA,),
    ClauseKind.RENEWAL: (ClauseKind.AUTO_RENEWAL,),
    ClauseKind.IP_ASSIGNMENT: (ClauseKind.IP_ON_PAYMENT,),
}


class MeasuredTerm(Noun):
    """One value that a contract states: a `number` (days, months, basis points; for a cap months of fees), an `amount` or a `place`.

    `unlimited` stands for prices that may rise without a cap and for liability without one; a `number` of 0 for a cap says that
    liability is excluded, and for a renewal that there is none. With none of the four something is stated that was not understood.
    """

    measure: Measure
    number: Whole | None = None
    amount: Money | None = None
    place: str | None = Field(default=None, max_length=200)
    unlimited: bool = False
    certainty: Certainty = Certainty.SURE

    @property
    def in_words(self) -> str:
        """The value with its unit."""
        if self.unlimited:
            return "no limit"
        if self.place is not None:
            return self.place
        if self.amount is not None:
            return f"{self.amount}"
        return self._not_understood if self.number is None else _number(self.measure, self.number)

    @property
    def understood(self) -> bool:
        """Whether there is a value to compare."""
        return self.unlimited or self.number is not None or self.amount is not None or self.place is not None

    @property
    def _not_understood(self) -> str:
        return (
            "it renews by itself, for how long is not stated" if self.measure is Measure.RENEWAL_MONTHS else "what it is could not be read"
        )


def _number(measure: Measure, number: int) -> str:
    if measure is Measure.PRICE_INCREASE_BP:
        return f"{number / 100:g} %"
    if measure is Measure.LIABILITY_CAP:
        return f"the fees of {counted(number, 'month')}" if number else "liability excluded"
    if measure is Measure.RENEWAL_MONTHS and not number:
        return "no renewal by itself"
    return counted(number, _UNITS.get(measure, "month"))


class ContractTerms(Noun):
    """What is known of a paper when policy is asked: the clauses it has, those it may have, and the values it states."""

    clauses: tuple[ClauseKind, ...] = ()
    unsure: tuple[ClauseKind, ...] = ()
    """Clauses of which the reader is not sure and has seen no other that it is sure of."""
    terms: tuple[MeasuredTerm, ...] = ()


class Attitude(StrEnum):
    """What is wanted of a clause."""

    FORBIDDEN = "forbidden"
    REQUIRED = "required"
    WITHIN = "within"


class Holds(StrEnum):
    """Whether a paper is as wanted; UNKNOWN goes to the operator."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Stance(Noun):
    """How a paper stands to a position, why, and the value that decided, where one did."""

    holds: Holds
    because: str
    term: MeasuredTerm | None = None


class ClausePosition(Noun):
    """One thing that one rule of the policy wants of one kind of clause.

    `WITHIN` has a `measure` and one limit: `at_most`, `at_least` (a number as in `MeasuredTerm`), `amount` (at least that much
    money; together with `at_least`, either will do), or `places`.
    """

    rule: str
    policy_version: str = ""
    says: str
    attitude: Attitude
    clause: ClauseKind
    verdict: Literal[Verdict.REQUIRE_APPROVAL, Verdict.DENY]
    measure: Measure | None = None
    at_most: Whole | None = None
    at_least: Whole | None = None
    amount: Money | None = None
    places: tuple[str, ...] = ()
    when_silent: Verdict = Verdict.REQUIRE_APPROVAL
    """What it leads to when the paper does not state the value."""

    def stance(self, paper: ContractTerms) -> Stance:
        """Return whether the paper is as wanted. What is unsure, or cannot be compared, is UNKNOWN: never a yes and never a no."""
        if self.attitude is Attitude.WITHIN:
            return _strictest(self._within(paper))
        kinds = {self.clause, *(ALSO.get(self.clause, ()) if self.attitude is Attitude.REQUIRED else ())}
        name = self.clause.value.replace("_", " ")
        there, maybe = bool(kinds & set(paper.clauses)), bool(kinds & set(paper.unsure))
        if not there and maybe:
            return Stance(holds=Holds.UNKNOWN, because=f"whether it has the clause {name}: the reader is not sure")
        wanted = self.attitude is Attitude.REQUIRED
        return Stance(holds=Holds.YES if there is wanted else Holds.NO, because=f"it has {'the' if there else 'no'} clause {name}")

    def _within(self, paper: ContractTerms) -> tuple[Stance, ...]:
        assert self.measure is not None
        stated = [term for term in paper.terms if term.measure is self.measure]
        return tuple(self._compared(term) for term in stated) or (self._silent(paper),)

    def _silent(self, paper: ContractTerms) -> Stance:
        assert self.measure is not None
        if self.measure is Measure.NOTICE_DAYS and _never_renews(paper):
            return Stance(holds=Holds.YES, because="it does not renew by itself, so no notice is needed")
        holds = {Verdict.ALLOW: Holds.YES, Verdict.REQUIRE_APPROVAL: Holds.UNKNOWN, Verdict.DENY: Holds.NO}[self.when_silent]
        return Stance(holds=holds, because=f"{self.measure.in_words} is not stated")

    def _compared(self, term: MeasuredTerm) -> Stance:
        holds = self._fits(term)
        if holds is None or term.certainty is Certainty.UNSURE:
            doubt = "but the reader is not sure" if term.certainty is Certainty.UNSURE else f"which cannot be held against {self.limit}"
            doubt = f", {doubt}" if term.understood else ""
            return Stance(holds=Holds.UNKNOWN, because=f"{term.measure.in_words}: {term.in_words}{doubt}", term=term)
        told = f"{term.measure.in_words}: {term.in_words}"
        if holds:
            return Stance(holds=Holds.YES, because=told, term=term)
        return Stance(holds=Holds.NO, because=f"{told}; wanted is {self.limit}", term=term)

    def _fits(self, term: MeasuredTerm) -> bool | None:
        if self.places:
            return _among(term.place, self.places)
        if term.unlimited:
            return self.at_most is None
        if self.measure is Measure.LIABILITY_CAP:
            return self._covers(term)
        if term.number is None:
            # Where no renewal is wanted at all, its length is no matter.
            return False if self.measure is Measure.RENEWAL_MONTHS and self.at_most == 0 else None
        return term.number <= self.at_most if self.at_most is not None else term.number >= (self.at_least or 0)

    def _covers(self, term: MeasuredTerm) -> bool | None:
        if term.number == 0:
            return False
        if term.amount is not None and self.amount is not None and term.amount.currency == self.amount.currency:
            return term.amount.amount_minor >= self.amount.amount_minor
        return term.number >= self.at_least if term.number is not None and self.at_least is not None else None

    @property
    def limit(self) -> str:
        """The limit in words: `at most 60 days`."""
        if self.places:
            return " or ".join(self.places)
        if self.measure is None:
            return self.attitude.value
        if self.at_most is not None:
            return f"{'at most ' if self.at_most else ''}{_number(self.measure, self.at_most)}"
        least = [f"{self.amount}"] if self.amount is not None else []
        least += [_number(self.measure, self.at_least)] if self.at_least is not None else []
        return f"at least {' or '.join(least)}"


def _strictest(stances: Iterable[Stance]) -> Stance:
    order = [Holds.YES, Holds.UNKNOWN, Holds.NO]
    return max(stances, key=lambda stance: order.index(stance.holds))


def _never_renews(paper: ContractTerms) -> bool:
    renewals = [term for term in paper.terms if term.measure is Measure.RENEWAL_MONTHS]
    return bool(renewals) and all(term.number == 0 and term.certainty is Certainty.SURE for term in renewals)


_STYLES = ("federal republic of ", "republic of ", "state of ", "commonwealth of ", "kingdom of the ", "kingdom of ", "the ")
_SAME = {
    "england": "england and wales",
    "deutschland": "germany",
    "österreich": "austria",
    "schweiz": "switzerland",
    "holland": "netherlands",
    "usa": "united states",
    "united states of america": "united states",
}


def same_place(name: str) -> str:
    """Return the form in which two names of one jurisdiction are equal ("the Federal Republic of Germany", "Deutschland")."""
    plain = " ".join(name.casefold().replace(".", "").split())
    for style in ("the ", *_STYLES):
        plain = plain.removeprefix(style)
    return _SAME.get(plain, plain)


def _among(place: str | None, places: tuple[str, ...]) -> bool | None:
    """Return whether a jurisdiction is one of `places`; None when several are named and only some of them are."""
    if place is None:
        return None
    named = [same_place(one) for part in place.split(";") for one in part.split(", ") if one.strip()]
    allowed = {same_place(one) for one in places}
    known = [one in allowed for one in named]
    return known[0] if known and len(set(known)) == 1 else None
