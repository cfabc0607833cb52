"""`data_region`: where our data may be kept."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from graphs.policy.contract_terms import terms_of
from graphs.policy.facts import Facts, Stage
from graphs.policy.rule import Judgement, Objection, Rule, RuleKind, objects, passes, unknown
from memory.domain.contract_policy import Attitude, ClausePosition, Holds, Measure
from memory.domain.policy import Verdict

Region = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class DataRegion(Rule):
    """Data stays in one of `regions` (EU, CH, ...); a place within one ("EU/Frankfurt") counts as the region."""

    kind: Literal["data_region"]
    regions: Annotated[tuple[Region, ...], Field(min_length=1)]
    verdict: Objection = Verdict.DENY


def positions(rule: DataRegion) -> tuple[ClausePosition, ...]:
    """Return what the rule wants of a paper that is about to be signed: the region that it names is one of these."""
    wanted = ClausePosition(
        rule=rule.id,
        says=rule.says,
        attitude=Attitude.WITHIN,
        clause=Measure.DATA_REGION.clause,
        verdict=rule.verdict,
        measure=Measure.DATA_REGION,
        places=rule.regions,
    )
    return (wanted,)


def judge(rule: DataRegion, facts: Facts) -> Judgement:
    """Object to another region, the vendor's own or one that its paper names; ask when none is stated."""
    paper = terms_of(facts)
    stances = [position.stance(paper) for position in positions(rule)] if paper is not None else []
    against = next((stance for stance in stances if stance.holds is Holds.NO), None)
    if against is not None:
        return objects(rule.verdict, f"by its contract, {against.because}")
    region = (facts.data_region or "").partition("/")[0].strip()
    if region in {"", "unspecified"}:
        return unknown("where the data is kept")
    if region not in rule.regions:
        return objects(rule.verdict, f"the data is kept in {facts.data_region}, not in {' or '.join(rule.regions)}")
    return passes(f"the data is kept in {facts.data_region}")


RULE_KIND = RuleKind(kind="data_region", model=DataRegion, judge=judge, stages=(Stage.AWARD, Stage.COMMIT), positions=positions)
