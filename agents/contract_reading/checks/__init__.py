"""What a buyer of software or of a freelancer's work checks in the terms: by rules, each answer with the passage behind it."""

from agents.contract_reading.checks.checking import check_terms
from agents.contract_reading.checks.nouns import Check, CheckFinding, CheckState

__all__ = ["Check", "CheckFinding", "CheckState", "check_terms"]
