"""The engine: every rule is asked, the strictest answer wins, and whatever goes wrong is a DENY."""

from __future__ import annotations

from graphs.policy.document import Policy
from graphs.policy.facts import Facts, Stage
from graphs.policy.rule import ActiveRule, Judgement
from memory.domain.base import digest_of
from memory.domain.policy import PolicyDecision, RuleOutcome, Verdict

DEFAULT_RULE = "default"
"""The name under which the policy's default for a stage appears among the outcomes; no rule may be called so."""


def evaluate(policy: Policy, facts: Facts) -> PolicyDecision:
    """Return the verdict on `facts`, with the outcome of every rule, the strictest first.

    The default for the stage counts like a rule, so that adding a rule can never loosen a verdict. A REQUIRE_APPROVAL is
    settled by an approval that covers the facts; a DENY is settled by nothing.
    """
    asked = (_default(policy, facts), *(_outcome(active, facts) for active in policy.active))
    outcomes = sorted((_settled(outcome, facts) for outcome in asked), key=lambda o: (-o.verdict.strictness, o.rule))
    return PolicyDecision(
        stage=facts.stage.value,
        verdict=outcomes[0].verdict,
        outcomes=tuple(outcomes),
        policy_version=policy.version,
        facts=digest_of(facts),
    )


_IN_WORDS = {
    Stage.PRECHECK: "Looking into a request",
    Stage.OUTREACH: "Writing to vendors",
    Stage.COUNTEROFFER: "Making a counteroffer",
    Stage.AWARD: "Choosing a vendor",
    Stage.COMMIT: "Signing and paying",
    Stage.DELIVER: "Sending an order",
    Stage.PAY: "Paying",
    Stage.CALENDAR: "Putting a date into the calendar",
}


def _default(policy: Policy, facts: Facts) -> RuleOutcome:
    free = facts.stage in policy.without_asking
    return RuleOutcome(
        rule=DEFAULT_RULE,
        kind=DEFAULT_RULE,
        verdict=Verdict.ALLOW if free else policy.default,
        says=f"{_IN_WORDS[facts.stage]} {'goes ahead without asking' if free else 'never goes ahead without asking'}.",
        because="listed under without_asking" if free else "not listed under without_asking",
    )


def _outcome(active: ActiveRule, facts: Facts) -> RuleOutcome:
    judgement = _judged(active, facts)
    rule = active.rule
    return RuleOutcome(rule=rule.id, kind=rule.kind, verdict=judgement.verdict, says=rule.says, because=judgement.because)


def _judged(active: ActiveRule, facts: Facts) -> Judgement:
    try:
        skipped = active.skipped_because(facts)
        judgement: object = Judgement(verdict=Verdict.ALLOW, because=skipped) if skipped else active.kind.judge(active.rule, facts)
        if not isinstance(judgement, Judgement):
            raise TypeError(f"the rule gave {type(judgement).__name__} instead of a judgement")  # noqa: TRY301
    except Exception as error:  # noqa: BLE001  the policy edge: a rule that fails must stop the purchase, whatever the fault
        return Judgement(verdict=Verdict.DENY, because=f"could not be judged: {error or type(error).__name__}")
    return judgement


def _settled(outcome: RuleOutcome, facts: Facts) -> RuleOutcome:
    if outcome.verdict is not Verdict.REQUIRE_APPROVAL or not facts.approval_covers:
        return outcome
    because = f"{outcome.because}; approved as {facts.approval_id}"
    return outcome.model_copy(update={"verdict": Verdict.ALLOW, "because": because})
