"""Examples in a policy: the owner's own cases with the verdict expected. A policy that breaks one is refused."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from graphs.policy.facts import Facts
from graphs.policy.rule import Slug
from memory.domain.base import JsonObject, Noun
from memory.domain.policy import PolicyDecision, Verdict

#: What an example need not say: its case and hour play no part, and nothing in it was written by a vendor unless it says so.
_UNSAID: JsonObject = {"case_id": "example", "now": "2026-01-01T00:00:00Z", "top_category": "saas", "untrusted_origin": False}


class Example(Noun):
    """One case: its facts, the verdict expected, and, where it matters, the rules that must be among the reasons."""

    says: str = Field(min_length=1, max_length=300)
    facts: Facts
    expect: Verdict
    because: Annotated[tuple[Slug, ...], Field(max_length=20)] = ()

    def broken_by(self, decision: PolicyDecision) -> str:
        """Return what is wrong with a decision on these facts, or nothing when it is as expected."""
        reasons = {outcome.rule for outcome in decision.reasons}
        told = "; ".join(f"{o.rule}: {o.because}" for o in decision.reasons) or "no rule objects"
        if decision.verdict is not self.expect:
            return f"expected {self.expect}, but the policy says {decision.verdict} ({told})"
        missing = sorted(set(self.because) - reasons)
        return f"expected {', '.join(missing)} among the reasons, which are: {told}" if missing else ""


def with_unsaid(facts: object) -> object:
    """Return the facts of an example with what it need not say put in."""
    return {**_UNSAID, **facts} if isinstance(facts, dict) else facts
