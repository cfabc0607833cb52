"""`taint`: what vendors wrote may inform a proposal; it never makes one pass."""

from __future__ import annotations

from typing import Literal

from graphs.policy.facts import Facts
from graphs.policy.rule import Judgement, Objection, Rule, RuleKind, objects, passes
from memory.domain.policy import Verdict


class Taint(Rule):
    """A proposal that rests on a vendor's text leads to `verdict`, and one from an unverified sender to `unverified_sender`."""

    kind: Literal["taint"]
    verdict: Objection = Verdict.REQUIRE_APPROVAL
    unverified_sender: Objection = Verdict.REQUIRE_APPROVAL


def judge(rule: Taint, facts: Facts) -> Judgement:
    """Object to what cannot be traced to trusted text alone."""
    if facts.sender_verified is False:
        strictest = (
            max(rule.unverified_sender, rule.verdict, key=lambda v: v.strictness) if facts.untrusted_origin else rule.unverified_sender
        )
        return objects(strictest, "the sender could not be verified")
    if facts.untrusted_origin:
        return objects(rule.verdict, "it rests on text that a vendor wrote")
    return passes("nothing in it comes from a vendor's text")


RULE_KIND = RuleKind(kind="taint", model=Taint, judge=judge)
