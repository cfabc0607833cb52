"""`clause_range`: how far the values in a contract may go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StrictInt, model_validator

from graphs.policy.contract_terms import judged
from graphs.policy.facts import Count, Facts
from graphs.policy.rule import CONTRACT_STAGES, Judgement, Objection, Rule, RuleKind
from graphs.policy.written import Amount
from memory.domain.contract_policy import Attitude, ClausePosition, Measure
from memory.domain.policy import Verdict

Place = Annotated[str, Field(min_length=2, max_length=80)]


def _percentage(value: object) -> object:
    """Return a percentage written as `5`, `"5 %"` or `"7.5 %"`. A float is refused, as it is for money."""
    if isinstance(value, bool | float):
        raise ValueError(f'{value} is not exact; write the percentage like "7.5 %"')  # noqa: TRY004  pydantic turns only ValueError into a field error
    if isinstance(value, str):
        value = value.removesuffix("%").strip()
        if not re.fullmatch(r"\d{1,4}(?:\.\d{1,2})?", value):
            raise ValueError(f'{value!r} is no percentage; write it like "7.5 %"')
    return value


Percentage = Annotated[Decimal, BeforeValidator(_percentage), Field(ge=0, le=1000, decimal_places=2)]


class ClauseRange(Rule):
    """A value beyond a limit leads to `verdict`; a value that is not stated leads to `when_silent`."""

    kind: Literal["clause_range"]
    max_notice_days: Count | None = None
    max_term_months: Count | None = None
    max_renewal_months: Count | None = None
    max_price_increase: Percentage | None = None
    """Per cent a year."""
    min_liability_cap: Amount | None = None
    min_liability_cap_months: Annotated[StrictInt, Field(ge=1)] | None = None
    """Months of fees; beside `min_liability_cap`, either will do."""
    min_payment_days: Count | None = None
    min_warranty_months: Count | None = None
    governing_law: tuple[Place, ...] = ()
    verdict: Objection = Verdict.REQUIRE_APPROVAL
    when_silent: Verdict = Verdict.REQUIRE_APPROVAL

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if not positions(self):
            raise ValueError("set at least one limit, for example max_notice_days: 60")
        return self


_MOST = {
    "max_notice_days": Measure.NOTICE_DAYS,
    "max_term_months": Measure.TERM_MONTHS,
    "max_renewal_months": Measure.RENEWAL_MONTHS,
}
_LEAST = {"min_payment_days": Measure.PAYMENT_DAYS, "min_warranty_months": Measure.WARRANTY_MONTHS}


def positions(rule: ClauseRange) -> tuple[ClausePosition, ...]:
    """Return one position a limit."""
    common = {"rule": rule.id, "says": rule.says, "attitude": Attitude.WITHIN, "verdict": rule.verdict, "when_silent": rule.when_silent}
    return tuple(
        ClausePosition.model_validate({**common, "measure": measure, "clause": measure.clause, **limit}) for measure, limit in _limits(rule)
    )


def _limits(rule: ClauseRange) -> Iterator[tuple[Measure, dict[str, Any]]]:
    for names, end in ((_MOST, "at_most"), (_LEAST, "at_least")):
        for name, measure in names.items():
            if getattr(rule, name) is not None:
                yield measure, {end: getattr(rule, name)}
    if rule.max_price_increase is not None:
        yield Measure.PRICE_INCREASE_BP, {"at_most": int(rule.max_price_increase * 100)}
    if rule.min_liability_cap is not None or rule.min_liability_cap_months is not None:
        yield Measure.LIABILITY_CAP, {"amount": rule.min_liability_cap, "at_least": rule.min_liability_cap_months}
    if rule.governing_law:
        yield Measure.GOVERNING_LAW, {"places": rule.governing_law}


def judge(rule: ClauseRange, facts: Facts) -> Judgement:
    """Object to every value beyond its limit; ask about those that are not stated or not sure."""
    return judged(positions(rule), facts)


RULE_KIND = RuleKind(kind="clause_range", model=ClauseRange, judge=judge, stages=CONTRACT_STAGES, positions=positions)
