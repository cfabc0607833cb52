"""What a conflict may mean for the operator: one or two sentences that a freelancer understands."""

from __future__ import annotations

from agents.contract_reading.policy_check.doubts import where_to_look
from agents.contract_reading.policy_check.sayings import Left
from memory.domain.contract import Certainty, ClauseKind
from memory.domain.contract_policy import Attitude, ClausePosition, Measure, MeasuredTerm
from memory.domain.words import counted

_THERE = {
    ClauseKind.EXCLUSIVITY: "You may buy this from nobody else while it runs, even if they get worse or dearer.",
    ClauseKind.NON_COMPETE: "You may not do work that competes with them. For a freelancer that can rule out the next client.",
    ClauseKind.NO_SOLICIT: "You may not hire or engage people they work with, even when those people come to you.",
    ClauseKind.UNCAPPED_LIABILITY: "One mistake can cost more than the whole contract is worth, up to all you own.",
    ClauseKind.AI_TRAINING: "What you put in may end up in their models. It cannot be taken out again, and your own clients may not allow it.",
    ClauseKind.UNILATERAL_CHANGE: "They can change what you agreed to without you. What you sign today need not hold tomorrow.",
    ClauseKind.AUTO_RENEWAL: "If you miss the last day for notice, you pay for another whole term.",
    ClauseKind.RENEWAL: "If you miss the last day for notice, you pay for another whole term.",
    ClauseKind.PRICE_INCREASE: "They may raise the price while you are bound.",
    ClauseKind.MINIMUM_COMMITMENT: "You pay for a set amount whether you use it or not.",
    ClauseKind.VOLUME_RESTRICTION: "Above a set amount you pay more, or it stops working.",
    ClauseKind.MOST_FAVOURED: "You must give them the best price you give anyone, which ties your hands with every other client.",
    ClauseKind.LIQUIDATED_DAMAGES: "A fixed penalty falls due whether or not there was any damage.",
    ClauseKind.KILL_FEE: "Ending it early costs a fee, even for work that was not done.",
    ClauseKind.LATE_FEES: "Paying late costs extra, perhaps more than the law would ask.",
    ClauseKind.INDEMNITY: "You may have to pay for claims that others bring against them, lawyers included.",
    ClauseKind.IP_ASSIGNMENT: "Rights in what is made, perhaps in what you bring along, go to the other side.",
    ClauseKind.ANTI_ASSIGNMENT: "You cannot hand the contract on, for example when you turn your business into a company or sell it.",
    ClauseKind.CHANGE_OF_CONTROL: "The contract may end or change when a business is sold, just when you need it to stay.",
    ClauseKind.AUDIT: "They may look into your systems and books, which takes your time and shows your clients' things.",
    ClauseKind.SUSPENSION: "They can switch it off while you still owe, or are said to owe, something; your work stops with it.",
    ClauseKind.ARBITRATION: "You give up the ordinary courts. Arbitration can be far away and cost more than the matter is worth.",
    ClauseKind.POST_TERMINATION: "Duties go on after the contract has ended.",
    ClauseKind.THIRD_PARTY_BENEFICIARY: "People who did not sign may make claims on you.",
    ClauseKind.INSURANCE: "You must hold an insurance, which costs money every year.",
    ClauseKind.SUBPROCESSORS: "Your data goes on to other companies that you did not choose.",
}
_MISSING = {
    ClauseKind.LIABILITY_CAP: "Nothing limits what one side may have to pay the other; a single mistake could cost more than the contract is worth.",
    ClauseKind.DATA_PROTECTION: "Nothing says how they treat your clients' personal data, for which you answer.",
    ClauseKind.DPA: "Without a data processing agreement you may not give them personal data of people in the EU.",
    ClauseKind.SUBPROCESSORS: "You do not learn to whom your data is passed on.",
    ClauseKind.DATA_REGION: "Your data may be kept anywhere in the world.",
    ClauseKind.DATA_RETURN: "When it ends, nothing says that you get your data back.",
    ClauseKind.CONFIDENTIALITY: "What you show them may be told to others.",
    ClauseKind.GOVERNING_LAW: "If there is a dispute, the first one will be about which law counts.",
    ClauseKind.TERMINATION: "Nothing says how you get out before the term ends.",
    ClauseKind.NOTICE: "Nothing says until when you must give notice, so you can easily be too late.",
    ClauseKind.REFUND: "If it ends early, what you paid ahead may be gone.",
    ClauseKind.SLA_CREDITS: "When it does not work you still pay the full price.",
    ClauseKind.PRICE_INCREASE: "Nothing says when or how far prices may rise.",
    ClauseKind.WARRANTY: "Nobody promises that it works, so you may have to pay for having it put right.",
    ClauseKind.INDEMNITY: "If their product infringes someone's rights, you may be the one who is sued.",
    ClauseKind.INSURANCE: "If they do damage, there may be no money to pay for it.",
    ClauseKind.ACCEPTANCE: "Nothing says when work counts as done, so you may have to pay for work that is not.",
    ClauseKind.IP_ON_PAYMENT: "You may pay for work that does not become yours.",
    ClauseKind.IP_ASSIGNMENT: "You may pay for work that does not become yours.",
    ClauseKind.PAYMENT_TERMS: "Nothing says when you must pay, so a bill may be due at once.",
}
_SILENT = {
    Measure.NOTICE_DAYS: "You do not know until when you can leave.",
    Measure.TERM_MONTHS: "You do not know for how long you are bound.",
    Measure.RENEWAL_MONTHS: "You do not know for how long you would be bound again.",
    Measure.PRICE_INCREASE_BP: "It does not say how far prices may rise; the next bill may be much higher.",
    Measure.LIABILITY_CAP: "It does not say how much they pay when they do damage.",
    Measure.PAYMENT_DAYS: "It does not say by when you must pay; a bill may be due at once.",
    Measure.WARRANTY_MONTHS: "It does not say how long they put right what does not work.",
    Measure.GOVERNING_LAW: "It does not say whose law counts when you disagree.",
    Measure.DATA_REGION: "It does not say where your data is kept; that may be anywhere in the world.",
}


def risk_of_breach(position: ClausePosition, term: MeasuredTerm | None) -> str:
    """Return what may happen when the paper is signed as it is."""
    if position.attitude is Attitude.FORBIDDEN:
        return _THERE.get(position.clause, "You said that you do not sign such a clause.")
    if position.attitude is Attitude.REQUIRED:
        return _MISSING.get(position.clause, "You said that you do not sign without such a clause.")
    assert position.measure is not None
    return _beyond(position.measure, term) if term is not None else _SILENT[position.measure]


def risk_of_silence(position: ClausePosition) -> str:
    """Return what may happen because the paper does not state a value."""
    return _SILENT[position.measure] if position.measure is not None else risk_of_breach(position, None)


def risk_of_doubt(position: ClausePosition, term: MeasuredTerm | None, left: Left | None = None, value: str = "") -> str:
    """Return what to do about a passage of which the reader is not sure, or whose value it cannot compare.

    `value` is what was read in the passage, in plain words.
    """
    if left is not None and left is not Left.UNREAD:
        return where_to_look(left)
    if position.clause is ClauseKind.UNCAPPED_LIABILITY and value:
        return "For those cases nothing limits what has to be paid. Look whether they bind you, too, and not only them."
    if position.measure is not None and (term is None or not term.understood):
        return f"{where_to_look(Left.UNREAD)} {_SILENT[position.measure]}"
    if position.attitude is Attitude.REQUIRED:
        return f"{_READ} If it is not such a clause: {_lower(risk_of_breach(position, None))}"
    if term is not None and term.certainty is Certainty.SURE:
        return f"Work it out before you sign. {risk_of_breach(position, term)}"
    return f"{_READ} If it is so: {_lower(risk_of_breach(position, term))}"


_READ = "Read the passage yourself."
_BEYOND = {
    Measure.NOTICE_DAYS: "You must decide {days} before the term ends. Decide later, and you are bound for another term.",
    Measure.TERM_MONTHS: "You are bound for {months}, also if you no longer need it or find something better.",
    Measure.RENEWAL_MONTHS: "Miss the last day for notice once, and you pay for {months} more.",
    Measure.PRICE_INCREASE_BP: "They may raise the price {rise}, and you can only pay or leave.",
    Measure.LIABILITY_CAP: "If they do damage, for example lose your data, they pay you {most}.",
    Measure.PAYMENT_DAYS: "A bill is due within {days}; after that you are late and may owe interest or lose the service.",
    Measure.WARRANTY_MONTHS: "After {months} you pay yourself for having faults put right.",
    Measure.GOVERNING_LAW: "A dispute is decided by the law of {place}. Advice on it costs money, and rules you rely on may not exist there.",
    Measure.DATA_REGION: "Your data is kept in {place}. The law there decides who may see it, and your own clients may not allow it.",
}


def _beyond(measure: Measure, term: MeasuredTerm) -> str:
    number = term.number or 0
    if term.measure is Measure.PAYMENT_DAYS and not number:
        return "You pay before you can check the bill; a wrong charge is yours to get back."
    return _BEYOND[measure].format(
        days=counted(number, "day"),
        months=counted(number, "month"),
        rise="as far as they like" if term.unlimited else f"by {number / 100:g} % each time",
        most="nothing" if term.number == 0 else f"{term.in_words} at most",
        place=term.place,
    )


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
