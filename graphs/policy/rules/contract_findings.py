"""`contract_findings`: what the reading of the contract found, by its weight."""

from __future__ import annotations

from typing import Literal

from graphs.policy.facts import Facts
from graphs.policy.rule import CONTRACT_STAGES, Judgement, Objection, Rule, RuleKind, objects, passes, unknown
from memory.domain.contract import Severity
from memory.domain.policy import Verdict


class ContractFindings(Rule):
    """A finding of weight `at_least` (note < concern < blocker) leads to `verdict`."""

    kind: Literal["contract_findings"]
    at_least: Severity = Severity.BLOCKER
    verdict: Objection = Verdict.DENY


def judge(rule: ContractFindings, facts: Facts) -> Judgement:
    """Object to findings of that weight or more."""
    if facts.contract_findings is None:
        return unknown("the reading of the contract")
    weights = list(Severity)
    heavy = [s.value for s in facts.contract_findings if weights.index(s) >= weights.index(rule.at_least)]
    if heavy:
        return objects(rule.verdict, f"{len(heavy)} of weight {rule.at_least} or more")
    return passes(f"nothing of weight {rule.at_least}")


RULE_KIND = RuleKind(kind="contract_findings", model=ContractFindings, judge=judge, stages=CONTRACT_STAGES)
