"""How heavy a change is for whoever buys: 0 to 100, and the words for a clause that came or went."""

from __future__ import annotations

from memory.domain.contract import ClauseKind
from memory.domain.contract_policy import Measure

VALUE_WEIGHTS = {
    Measure.NOTICE_DAYS: 85,
    Measure.RENEWAL_MONTHS: 88,
    Measure.PRICE_INCREASE_BP: 84,
    Measure.TERM_MONTHS: 80,
    Measure.LIABILITY_CAP: 75,
    Measure.PAYMENT_DAYS: 50,
    Measure.WARRANTY_MONTHS: 45,
    Measure.GOVERNING_LAW: 55,
    Measure.DATA_REGION: 56,
}
HARM = {
    ClauseKind.UNCAPPED_LIABILITY: (95, "liability without a limit."),
    ClauseKind.EXCLUSIVITY: (92, "you may buy from nobody else."),
    ClauseKind.NON_COMPETE: (92, "you may not compete with them."),
    ClauseKind.AI_TRAINING: (90, "your data may be used to train models."),
    ClauseKind.UNILATERAL_CHANGE: (82, "they may change the terms without you."),
    ClauseKind.MINIMUM_COMMITMENT: (80, "a least amount that you must buy."),
    ClauseKind.LIQUIDATED_DAMAGES: (78, "a fixed penalty."),
    ClauseKind.AUTO_RENEWAL: (76, "it renews by itself."),
    ClauseKind.KILL_FEE: (72, "a fee for ending it early."),
    ClauseKind.INDEMNITY: (66, "somebody must pay for claims of others; see which side."),
    ClauseKind.SUSPENSION: (60, "they may switch the service off."),
    ClauseKind.ARBITRATION: (58, "disputes go to arbitration instead of the courts."),
    ClauseKind.NO_SOLICIT: (54, "you may not engage their people."),
    ClauseKind.MOST_FAVOURED: (54, "somebody is promised the best price; see which side."),
    ClauseKind.AUDIT: (50, "they may look into your use and your books."),
    ClauseKind.VOLUME_RESTRICTION: (48, "a limit on how much you may use."),
    ClauseKind.CHANGE_OF_CONTROL: (46, "something happens when a business is sold."),
    ClauseKind.LATE_FEES: (42, "late payment costs extra."),
    ClauseKind.ANTI_ASSIGNMENT: (36, "the contract may not be handed on freely."),
}
"""Clauses that speak against a paper by being there."""
GOOD = {
    ClauseKind.LIABILITY_CAP: (70, "a limit on liability."),
    ClauseKind.DPA: (70, "a data processing agreement."),
    ClauseKind.DATA_PROTECTION: (68, "what is said about data protection."),
    ClauseKind.TERMINATION: (66, "what is said about ending it early."),
    ClauseKind.REFUND: (64, "a refund when it ends early."),
    ClauseKind.DATA_RETURN: (62, "that you get your data back."),
    ClauseKind.CONFIDENTIALITY: (60, "that your secrets are kept."),
    ClauseKind.SLA_CREDITS: (58, "credits when the service fails."),
    ClauseKind.DATA_REGION: (56, "where the data is kept."),
    ClauseKind.PRICE_RESTRICTION: (56, "a limit on prices."),
    ClauseKind.SUBPROCESSORS: (50, "who else gets your data."),
    ClauseKind.WARRANTY: (48, "a warranty."),
    ClauseKind.IP_ON_PAYMENT: (48, "rights in the work pass to you when it is paid."),
    ClauseKind.ACCEPTANCE: (46, "when work counts as accepted."),
    ClauseKind.INSURANCE: (40, "an insurance that somebody must hold."),
    ClauseKind.GOVERNING_LAW: (40, "which law counts."),
}
"""Clauses that protect whoever buys."""
