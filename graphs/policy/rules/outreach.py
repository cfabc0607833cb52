"""`outreach`: whom we may write to without asking, and how often."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from graphs.policy.facts import Facts, Stage
from graphs.policy.rule import Judgement, Rule, RuleKind, objects, passes, unknown
from memory.domain.policy import Verdict


class Outreach(Rule):
    """Mails go to registered contacts only, and beyond `max_mails` per case, or with `require_approval`, the operator is asked."""

    kind: Literal["outreach"]
    max_mails: Annotated[StrictInt, Field(ge=1, le=1000)] = 40
    require_approval: StrictBool = False


def judge(rule: Outreach, facts: Facts) -> Judgement:
    """Deny mail to strangers; ask beyond the number of mails."""
    if facts.contact_registered is False:
        return objects(Verdict.DENY, "the contact is not in the registry")
    if facts.contact_registered is None:
        return unknown("whether the contact is registered")
    if facts.mails_in_case is None:
        return unknown("how many mails this case has sent")
    if facts.mails_in_case >= rule.max_mails:
        return objects(Verdict.REQUIRE_APPROVAL, f"{facts.mails_in_case} mails are sent, and {rule.max_mails} may go without asking")
    if rule.require_approval:
        return objects(Verdict.REQUIRE_APPROVAL, "every mail is to be shown first")
    return passes(f"mail {facts.mails_in_case + 1} of {rule.max_mails}, to a registered contact")


RULE_KIND = RuleKind(kind="outreach", model=Outreach, judge=judge, stages=(Stage.OUTREACH, Stage.COUNTEROFFER))
