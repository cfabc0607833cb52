"""`vendor_listed`: with whom we do no business, or with whom only."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from graphs.policy.facts import Facts, Stage
from graphs.policy.rule import MONEY_STAGES, Judgement, Objection, Rule, RuleKind, objects, passes, unknown
from memory.domain.policy import Verdict
from memory.domain.vendor import VendorStatus

Names = tuple[Annotated[str, Field(min_length=1, max_length=120)], ...]


class VendorListed(Rule):
    """`deny`: never with these. `allow`: with others only as `verdict` says. A vendor is named by its id or its name."""

    kind: Literal["vendor_listed"]
    deny: Names = ()
    allow: Names = ()
    verdict: Objection = Verdict.REQUIRE_APPROVAL

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.deny and not self.allow:
            raise ValueError("name at least one vendor under deny or allow")
        return self


def judge(rule: VendorListed, facts: Facts) -> Judgement:
    """Deny who is denied or blocked; object to who is missing from the allow list."""
    if facts.vendor_id is None:
        return unknown("the vendor")
    if facts.vendor_status is VendorStatus.BLOCKED:
        return objects(Verdict.DENY, f"{facts.vendor_name or facts.vendor_id} is blocked")
    names = {_plain(name) for name in (facts.vendor_id, facts.vendor_name) if name}
    if names & {_plain(name) for name in rule.deny}:
        return objects(Verdict.DENY, f"{facts.vendor_name or facts.vendor_id} is on the deny list")
    if rule.allow and not names & {_plain(name) for name in rule.allow}:
        return objects(rule.verdict, f"{facts.vendor_name or facts.vendor_id} is not on the allow list")
    return passes("nothing against this vendor")


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


RULE_KIND = RuleKind(kind="vendor_listed", model=VendorListed, judge=judge, stages=(Stage.OUTREACH, Stage.COUNTEROFFER, *MONEY_STAGES))
