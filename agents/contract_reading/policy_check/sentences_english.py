"""Redlines and their mail in English."""

from __future__ import annotations

from agents.contract_reading.policy_check.wording import MailWords, RedlineWords
from memory.domain.contract import ClauseKind
from memory.domain.contract_policy import Measure

_CAP = "Each party's total liability under this agreement is limited to {cap}; this does not limit liability for intent, gross negligence or personal injury, or liability that the law does not allow to be limited."
_CONSENT = "Changes to this agreement take effect only when the {customer} has agreed to them in writing."
_NO_RENEWAL = "This agreement ends with its term and is renewed only if both parties agree in writing."

REDLINES = RedlineWords(
    instead={
        ClauseKind.UNCAPPED_LIABILITY: _CAP.format(cap="the fees for the contract year in which the damage occurs"),
        ClauseKind.AI_TRAINING: "The {vendor} does not use the {customer}'s data to train or improve models, neither its own nor those of others.",
        ClauseKind.UNILATERAL_CHANGE: _CONSENT,
        ClauseKind.AUTO_RENEWAL: _NO_RENEWAL,
        ClauseKind.RENEWAL: _NO_RENEWAL,
        ClauseKind.PRICE_INCREASE: "Prices are fixed for the current term; new prices apply from a renewal only, and only if they were announced before the last day for notice.",
        ClauseKind.LATE_FEES: "Overdue amounts bear interest at the statutory rate.",
        ClauseKind.ANTI_ASSIGNMENT: "Either party may assign this agreement with the other's consent, which may not be withheld without good cause.",
        ClauseKind.CHANGE_OF_CONTROL: "A change of control of either party leaves this agreement as it is.",
        ClauseKind.AUDIT: "The {vendor} may audit the {customer}'s use of the service with reasonable notice, during business hours and at its own cost.",
        ClauseKind.SUSPENSION: "The {vendor} may suspend the service only for an undisputed payment that stays unpaid after a written reminder with reasonable time to pay, or to avert an immediate danger, and tells the {customer} beforehand.",
        ClauseKind.THIRD_PARTY_BENEFICIARY: "This agreement gives rights to its parties only.",
    },
    added={
        ClauseKind.LIABILITY_CAP: _CAP.format(cap="the fees for the contract year in which the damage occurs"),
        ClauseKind.DATA_PROTECTION: "The {vendor} processes personal data only on the {customer}'s documented instructions and in accordance with applicable data protection law, including the GDPR.",
        ClauseKind.DPA: "The parties conclude a data processing agreement as the GDPR requires; it is part of this agreement.",
        ClauseKind.SUBPROCESSORS: "The {vendor} names its sub-processors and announces new ones in good time; the {customer} may object and then terminate without charge.",
        ClauseKind.DATA_RETURN: "When this agreement ends, the {vendor} gives the {customer} a reasonable time to export its data in a common format and then deletes it.",
        ClauseKind.CONFIDENTIALITY: "Each party keeps the other's confidential information secret and uses it for this agreement only, also after it has ended.",
        ClauseKind.TERMINATION: "Either party may terminate this agreement for good cause; the {customer} may also terminate without cause, with reasonable notice.",
        ClauseKind.REFUND: "If this agreement ends early for any reason but the {customer}'s breach, the {vendor} refunds the fees paid for the time after its end.",
        ClauseKind.SLA_CREDITS: "For every month in which the service is available less than promised, the {customer} receives a credit in proportion to its fees.",
        ClauseKind.WARRANTY: "The {vendor} warrants for the whole term that the services are as described.",
        ClauseKind.ACCEPTANCE: "A deliverable is accepted only when the {customer} has confirmed that in writing.",
        ClauseKind.IP_ON_PAYMENT: "All rights in the deliverables pass to the {customer} when they are paid.",
        ClauseKind.IP_ASSIGNMENT: "All rights in the deliverables pass to the {customer}.",
        ClauseKind.INDEMNITY: "The {vendor} indemnifies the {customer} against claims of third parties that the services infringe their rights.",
        ClauseKind.INSURANCE: "The {vendor} holds the liability insurance that is customary in its trade and proves it on request.",
        ClauseKind.DATA_REGION: "The {customer}'s data is stored and processed in the European Union only.",
        ClauseKind.UNILATERAL_CHANGE: _CONSENT,
    },
    within={
        Measure.NOTICE_DAYS: "The {customer} may prevent a renewal by notice up to {limit} before the end of the then current term.",
        Measure.TERM_MONTHS: "The initial term is {limit}.",
        Measure.RENEWAL_MONTHS: "This agreement then renews for periods of {limit} each unless either party gives notice.",
        Measure.PRICE_INCREASE_BP: "Prices may not rise by more than {limit} a year.",
        Measure.PAYMENT_DAYS: "Invoices are payable within {limit} of receipt.",
        Measure.WARRANTY_MONTHS: "The {vendor} warrants its services for {limit} from delivery.",
        Measure.GOVERNING_LAW: "This agreement is governed by the laws of {limit}.",
        Measure.DATA_REGION: "The {customer}'s data is stored and processed in {limit} only.",
    },
    cap=_CAP,
    cap_of_fees="the fees paid or payable for the {limit} before the event",
    cap_of_amount="{amount}",
    cap_of_either="the fees paid or payable for the {limit} before the event or {amount}, whichever is higher",
    counted={
        Measure.NOTICE_DAYS: ("{count} day", "{count} days"),
        Measure.PAYMENT_DAYS: ("{count} day", "{count} days"),
        Measure.TERM_MONTHS: ("{count} month", "{count} months"),
        Measure.RENEWAL_MONTHS: ("{count} month", "{count} months"),
        Measure.WARRANTY_MONTHS: ("{count} month", "{count} months"),
        Measure.LIABILITY_CAP: ("{count} month", "{count} months"),
        Measure.PRICE_INCREASE_BP: ("{count} %", "{count} %"),
    },
)

MAIL = MailWords(
    subject="{title}: changes we ask for",
    lead="Thank you for sending us {title}. Before it can be signed, we ask for these changes:",
    now="It says:",
    replace="Please write instead:",
    delete="Please delete this.",
    add="Please add:",
    missing="The document says nothing about this. Please propose a clause.",
    close="Please send us a new version with these changes, or an addendum. If a point cannot be changed, please tell us which and what you propose instead.",
    quotes=("“", "”"),
    names={kind: kind.value.replace("_", " ").capitalize() for kind in ClauseKind}
    | {
        ClauseKind.DPA: "Data processing agreement",
        ClauseKind.AI_TRAINING: "Use of data to train models",
        ClauseKind.IP_ASSIGNMENT: "Assignment of rights",
        ClauseKind.IP_ON_PAYMENT: "Rights on payment",
        ClauseKind.SLA_CREDITS: "Service credits",
        ClauseKind.MOST_FAVOURED: "Most favoured customer",
        ClauseKind.UNCAPPED_LIABILITY: "Liability without a cap",
        ClauseKind.SUBPROCESSORS: "Sub-processors",
        ClauseKind.DATA_REGION: "Place of the data",
        ClauseKind.NON_COMPETE: "Non-compete",
    },
)
