"""`risk_tolerance`: how long we bind ourselves, and how hard it may be to get out again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from pydantic import StrictBool

from graphs.policy.facts import Count, Facts, Stage
from graphs.policy.rule import Judgement, Objection, Rule, RuleKind, objects, passes
from memory.domain.contract_policy import Attitude, ClausePosition, Measure
from memory.domain.policy import Verdict
from memory.domain.words import are, counted


class Limits(NamedTuple):
    """The four limits a level stands for."""

    max_term_months: int
    max_notice_days: int
    max_renewal_months: int
    new_vendor_asks: bool


PRESETS = {"low": Limits(12, 30, 1, True), "medium": Limits(12, 90, 12, True), "high": Limits(36, 180, 24, False)}
"""What the levels mean; `max_renewal_months` of 0 would refuse every automatic renewal."""


class RiskTolerance(Rule):
    """A level, and where wanted a limit of one's own in place of the level's."""

    kind: Literal["risk_tolerance"]
    level: Literal["low", "medium", "high"] = "low"
    max_term_months: Count | None = None
    max_notice_days: Count | None = None
    max_renewal_months: Count | None = None
    new_vendor_asks: StrictBool | None = None
    verdict: Objection = Verdict.REQUIRE_APPROVAL

    @property
    def limits(self) -> Limits:
        """The level's limits with one's own put in."""
        own = {name: value for name in Limits._fields if (value := getattr(self, name)) is not None}
        return PRESETS[self.level]._replace(**own)


def judge(rule: RiskTolerance, facts: Facts) -> Judgement:
    """Object with every limit that is exceeded or cannot be checked."""
    limits = rule.limits
    excesses = list(_excesses(limits, facts))
    if excesses:
        return objects(rule.verdict, "; ".join(excesses))
    gaps = list(_gaps(limits, facts))
    if gaps:
        return objects(Verdict.REQUIRE_APPROVAL, "; ".join(gaps))
    return passes(f"within what {rule.level} risk allows")


def _excesses(limits: Limits, facts: Facts) -> Iterator[str]:
    if facts.term_months is not None and facts.term_months > limits.max_term_months:
        yield f"a term of {counted(facts.term_months, 'month')} is longer than {limits.max_term_months}"
    if facts.notice_days is not None and facts.notice_days > limits.max_notice_days:
        yield f"{counted(facts.notice_days, 'day')} of notice {are(facts.notice_days)} more than {limits.max_notice_days}"
    if facts.auto_renews and facts.renewal_months is not None and facts.renewal_months > limits.max_renewal_months:
        yield f"it renews by itself for {counted(facts.renewal_months, 'month')}, longer than {limits.max_renewal_months}"


def _gaps(limits: Limits, facts: Facts) -> Iterator[str]:
    if facts.term_months is None:
        yield "not known: the term"
    if facts.auto_renews is None:
        yield "not known: whether it renews by itself"
    if facts.auto_renews and facts.notice_days is None:
        yield "not known: the notice period"
    if facts.auto_renews and facts.renewal_months is None:
        yield "not known: for how long it renews"
    if limits.new_vendor_asks and not facts.vendor_known:
        yield "a vendor we have no contract with yet"


def positions(rule: RiskTolerance) -> tuple[ClausePosition, ...]:
    """Return what the level wants of the paper: its term, its notice and its renewal."""
    limits = rule.limits
    most = {
        Measure.TERM_MONTHS: limits.max_term_months,
        Measure.NOTICE_DAYS: limits.max_notice_days,
        Measure.RENEWAL_MONTHS: limits.max_renewal_months,
    }
    common = {"rule": rule.id, "says": rule.says, "attitude": Attitude.WITHIN, "verdict": rule.verdict}
    return tuple(
        ClausePosition.model_validate({**common, "measure": measure, "clause": measure.clause, "at_most": limit})
        for measure, limit in most.items()
    )


RULE_KIND = RuleKind(kind="risk_tolerance", model=RiskTolerance, judge=judge, stages=(Stage.COMMIT,), positions=positions)
