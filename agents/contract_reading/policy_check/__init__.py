"""Where a contract conflicts with the policy: the clause, the rule, the risk, and the change to ask for. Pure: text in, nouns out."""

from agents.contract_reading.policy_check.checking import check_policy
from agents.contract_reading.policy_check.mailing import RedlineMail, Withheld, check_redline_mail, redline_mail
from agents.contract_reading.policy_check.measuring import contract_terms, measured_terms
from agents.contract_reading.policy_check.nouns import Change, Conflict, Redline, State

__all__ = [
    "Change",
    "Conflict",
    "Redline",
    "RedlineMail",
    "State",
    "Withheld",
    "check_policy",
    "check_redline_mail",
    "contract_terms",
    "measured_terms",
    "redline_mail",
]
