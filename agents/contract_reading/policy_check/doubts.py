"""How a doubt is put to the operator: what it may be, and where to look. A question is asked once for one matter."""

from __future__ import annotations

from agents.contract_reading.policy_check.sayings import Left
from memory.domain.contract import Certainty, ClauseKind
from memory.domain.contract_policy import Attitude, ClausePosition, Measure, Stance

_MAYBE = {
    ClauseKind.EXCLUSIVITY: "perhaps it binds you to this vendor alone",
    ClauseKind.NON_COMPETE: "perhaps it forbids you to compete",
    ClauseKind.UNCAPPED_LIABILITY: "perhaps some liability has no limit",
    ClauseKind.AI_TRAINING: "perhaps your data may be used to train models",
    ClauseKind.AUTO_RENEWAL: "perhaps it renews by itself",
}
TOGETHER = {
    Left.ORDER: "the order form or cover page, which was not read, has to say",
    Left.MAIN: "the main agreement, which was not read, has to say",
    Left.BLANK: "blanks in the form, still to be filled in",
    Left.BILLING: "this follows the billing period that you choose",
}
"""How several values are told of in one sentence that are left to the same other place."""
_WHERE = {
    Left.ORDER: "Look it up there before you sign.",
    Left.BLANK: "Have it filled in before you sign.",
    Left.MAIN: "Look it up there before you sign.",
    Left.CARD: "Check your statements: a wrong charge is yours to get back.",
    Left.BILLING: "A period of a month binds you for less than one of a year.",
    Left.INDEX: "When the index jumps, so does the price.",
    Left.FEES: "In the first months that is little: if they do damage then, they hardly pay for it.",
    Left.INDIRECT: "Look whether a figure stands elsewhere in it, and whether lost data counts as such damage.",
    Left.UNREAD: "Read the passage yourself.",
}


def doubt(position: ClausePosition, stance: Stance, left: Left | None, value: str = "") -> str:
    """Return the doubt in one clause, without a full stop. `value` is what was read in the passage, in plain words."""
    if left is not None and position.measure is not None and (stance.term is None or not stance.term.understood):
        return f"{position.measure.in_words}: {left.value}"
    term = stance.term
    if position.measure is Measure.LIABILITY_CAP and term is not None and term.amount is not None and term.certainty is Certainty.SURE:
        return f"{position.measure.in_words}: {term.in_words}; whether that is {position.limit} depends on the price"
    if position.attitude is Attitude.WITHIN:
        return stance.because
    return _of_clause(position, value)


def _of_clause(position: ClausePosition, value: str) -> str:
    kind, name = position.clause, clause_name(position.clause)
    if position.attitude is Attitude.REQUIRED:
        unread = "how personal data is protected is not said plainly; a privacy policy that was not read may say it"
        return unread if kind is ClauseKind.DATA_PROTECTION else f"whether it says anything about {name} is not sure"
    if kind is ClauseKind.UNCAPPED_LIABILITY and value:
        return f"its limit on liability does not hold for some cases ({value})"
    return f"{_MAYBE.get(kind, f'perhaps it has a clause on {name}')}; the reader is not sure"


def told_breach(position: ClausePosition, stance: Stance) -> str:
    """Return what the paper says against what is wanted."""
    if position.attitude is Attitude.FORBIDDEN:
        return f"it has a clause on {clause_name(position.clause)}"
    at_once = position.measure is Measure.PAYMENT_DAYS and stance.term is not None and stance.term.number == 0
    return f"the time to pay: none, it is due at once; wanted is {position.limit}" if at_once else stance.because


def matter(measure: Measure | None, kind: ClauseKind) -> str:
    """Return what a paper that says nothing of it leaves open."""
    return _OPEN.get(measure, measure.in_words) if measure is not None else clause_name(kind)


_OPEN = {
    Measure.TERM_MONTHS: "how long it binds you at first",
    Measure.RENEWAL_MONTHS: "whether and for how long it renews",
    Measure.PRICE_INCREASE_BP: "whether and how far prices may rise",
    Measure.LIABILITY_CAP: "how much they pay for damage at most",
}


def where_to_look(left: Left) -> str:
    """Return what to do about a value that was not read."""
    return _WHERE[left]


def clause_name(kind: ClauseKind) -> str:
    """Return what a clause is called in a sentence."""
    return _NAMES.get(kind, kind.value.replace("_", " "))


_NAMES = {
    ClauseKind.AI_TRAINING: "training models on your data",
    ClauseKind.DPA: "a data processing agreement",
    ClauseKind.IP_ASSIGNMENT: "the transfer of rights",
    ClauseKind.IP_ON_PAYMENT: "rights passing on payment",
    ClauseKind.SLA_CREDITS: "service credits",
    ClauseKind.MOST_FAVOURED: "best prices",
    ClauseKind.UNCAPPED_LIABILITY: "liability without a limit",
    ClauseKind.LIABILITY_CAP: "a limit on liability",
    ClauseKind.SUBPROCESSORS: "sub-processors",
    ClauseKind.DATA_REGION: "where the data is kept",
    ClauseKind.DATA_RETURN: "the return of your data",
    ClauseKind.NON_COMPETE: "competing",
    ClauseKind.NO_SOLICIT: "hiring their people",
    ClauseKind.UNILATERAL_CHANGE: "changes made by one side alone",
    ClauseKind.ANTI_ASSIGNMENT: "handing the contract on",
    ClauseKind.KILL_FEE: "a fee for ending it early",
    ClauseKind.POST_TERMINATION: "duties after its end",
    ClauseKind.THIRD_PARTY_BENEFICIARY: "rights of others",
}
