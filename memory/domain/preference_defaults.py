"""What terms are worth when the operator has not said: one table, each line with its reason.

The figures are rules of thumb for a one-person company, rounded; none is a law. Whatever the operator says of a term takes
the place of all lines on that term.
"""

from dataclasses import dataclass

from memory.domain.preferences import Level, Preferences, Term, TermWorth


@dataclass(frozen=True)
class DefaultWorth:
    """One line of the table: `category` "" means all."""

    category: str
    term: Term
    value: Level
    worth_bp: int
    because: str


DEFAULTS = (
    DefaultWorth("", Term.TERM_MONTHS, 12, -300, "half a year, on average, is paid on after a need has gone; one need in sixteen goes within the year"),
    DefaultWorth("saas", Term.TERM_MONTHS, 12, -500, "software is replaced more often: one subscription in ten is given up within the year"),
    DefaultWorth("contractor", Term.TERM_MONTHS, 12, -1500, "a job that is done should not go on being paid"),
    DefaultWorth("", Term.BILLING, "quarter", -30, "money paid a quarter ahead is missing for six weeks on average, at 3 % a year"),
    DefaultWorth("", Term.BILLING, "year", -150, "money paid a year ahead is missing for half a year, at 3 %, and lost if the vendor fails"),
    DefaultWorth("", Term.PAYMENT_DAYS, 30, 40, "thirty days are a twelfth of a year, at 3 to 5 % interest"),
    DefaultWorth("hardware", Term.PAYMENT_DAYS, 30, 100, "goods can be tested before they are paid"),
    DefaultWorth("", Term.PRICE_CAP, 500, 100, "an uncapped renewal costs more, or a change of vendor; half of them are renewed"),
    DefaultWorth("", Term.PRICE_CAP, 0, 250, "a fixed price saves the rise of 5 % that half of the renewals would bring"),
    DefaultWorth("", Term.NOTICE_DAYS, 30, -30, "a month's notice is easily kept"),
    DefaultWorth("", Term.NOTICE_DAYS, 90, -150, "a quarter's notice is missed more often, and a term more is paid then"),
)  # fmt: skip


def defaults_for(*categories: str) -> Preferences:
    """Return the table for a purchase: of each term the lines of the first named category that has any, else the general ones."""
    chosen: dict[Term, list[TermWorth]] = {}
    for category in (*categories, ""):
        lines: dict[Term, list[TermWorth]] = {}
        for line in DEFAULTS:
            if line.category == category:
                lines.setdefault(line.term, []).append(TermWorth(term=line.term, value=line.value, worth_bp=line.worth_bp))
        chosen = {**lines, **chosen}
    return Preferences(worths=tuple(worth for worths in chosen.values() for worth in worths))
