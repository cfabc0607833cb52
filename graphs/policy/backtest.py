"""The backtest: what a draft of the policy would have said about past questions."""

from __future__ import annotations

from collections.abc import Iterable

from graphs.policy.document import Policy
from graphs.policy.engine import evaluate
from graphs.policy.facts import Facts
from memory.domain.base import Digest, Noun, digest_of
from memory.domain.errors import IntegrityError
from memory.domain.policy import PolicyDecision, RuleOutcome, Verdict


class ChangedDecision(Noun):
    """One past question that the draft answers otherwise, with the reasons then and now."""

    case_id: str
    stage: str
    facts: Digest
    before: Verdict
    after: Verdict
    reasons_before: tuple[RuleOutcome, ...]
    reasons_after: tuple[RuleOutcome, ...]

    @property
    def stricter(self) -> bool:
        """Whether the draft is the stricter one."""
        return self.after.strictness > self.before.strictness


class Backtest(Noun):
    """How many past questions were asked again, and those with another verdict."""

    policy_version: str
    judged: int
    changed: tuple[ChangedDecision, ...]

    @property
    def in_words(self) -> str:
        """One sentence for the operator."""
        stricter = sum(change.stricter for change in self.changed)
        return (
            f"{len(self.changed)} of {self.judged} past decisions would have differed: "
            f"{stricter} stricter, {len(self.changed) - stricter} looser."
        )


def backtest(policy: Policy, past: Iterable[tuple[PolicyDecision, Facts]]) -> Backtest:
    """Return what `policy` would have changed in the past.

    Raises `IntegrityError` when facts are not those a decision was made on: a comparison with others would mislead.
    """
    judged = 0
    changed = []
    for decision, facts in past:
        if digest_of(facts) != decision.facts:
            raise IntegrityError(
                f"the facts of case {facts.case_id} at {decision.stage} are not those that were judged", hint="run qm ledger verify"
            )
        judged += 1
        now = evaluate(policy, facts)
        if now.verdict is not decision.verdict:
            changed.append(_changed(decision, now, facts))
    return Backtest(policy_version=policy.version, judged=judged, changed=tuple(changed))


def _changed(before: PolicyDecision, after: PolicyDecision, facts: Facts) -> ChangedDecision:
    return ChangedDecision(
        case_id=facts.case_id,
        stage=before.stage,
        facts=before.facts,
        before=before.verdict,
        after=after.verdict,
        reasons_before=before.reasons,
        reasons_after=after.reasons,
    )
