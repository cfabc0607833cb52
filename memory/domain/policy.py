"""Verdicts of policy. The rules themselves live in `graphs.policy`; what they said is a fact and lives here."""

from enum import StrEnum

from memory.domain.base import Digest, Noun


class Verdict(StrEnum):
    """ALLOW < REQUIRE_APPROVAL < DENY: the strictest wins."""

    ALLOW = "allow"
    REQUIRE_APPROVAL = "require_approval"
    DENY = "deny"

    @property
    def strictness(self) -> int:
        """0 for ALLOW, 1 for REQUIRE_APPROVAL, 2 for DENY."""
        return list(Verdict).index(self)


class RuleOutcome(Noun):
    """What one rule said, in the owner's words."""

    rule: str
    kind: str
    verdict: Verdict
    says: str
    because: str = ""


class PolicyDecision(Noun):
    """The verdict on one set of facts: every rule's outcome, the policy's version, and the digest of the facts."""

    stage: str
    verdict: Verdict
    outcomes: tuple[RuleOutcome, ...]
    policy_version: str
    facts: Digest

    @property
    def reasons(self) -> tuple[RuleOutcome, ...]:
        """The outcomes that made the verdict stricter than ALLOW."""
        return tuple(o for o in self.outcomes if o.verdict is not Verdict.ALLOW)
