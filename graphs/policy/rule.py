"""What every rule has in common, how a kind of rule is declared, and where the kinds are found."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, Field, StringConstraints

from graphs.policy.facts import Facts, Stage, Window
from memory.domain.base import Noun
from memory.domain.contract_policy import ClausePosition
from memory.domain.errors import IntegrityError
from memory.domain.money import Money
from memory.domain.policy import Verdict

MONEY_STAGES = (Stage.AWARD, Stage.COMMIT, Stage.DELIVER, Stage.PAY)
CONTRACT_STAGES = (Stage.COMMIT, Stage.DELIVER, Stage.PAY)


def _objects(verdict: Verdict) -> Verdict:
    if verdict is Verdict.ALLOW:
        raise ValueError("a rule can only make things stricter; write require_approval or deny")
    return verdict


Objection = Annotated[Verdict, AfterValidator(_objects)]
"""What a broken rule leads to: `require_approval` or `deny`."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
"""Lower-case letters, digits and underscores."""


class AppliesTo(Noun):
    """Where a rule is asked. A category is a catalogue category (email_marketing) or a top one (saas)."""

    stages: Annotated[tuple[Stage, ...], Field(min_length=1)] | None = None
    categories: Annotated[tuple[Slug, ...], Field(min_length=1)] | None = None


class Rule(Noun):
    """One line of the owner's policy: an id, the kind, and the owner's own words."""

    id: Slug
    kind: str
    says: str = Field(min_length=1, max_length=300)
    applies_to: AppliesTo = AppliesTo()


class Judgement(Noun):
    """What a rule says about one set of facts, and why."""

    verdict: Verdict
    because: str


def passes(because: str) -> Judgement:
    """Return: nothing to object to."""
    return Judgement(verdict=Verdict.ALLOW, because=because)


def objects(verdict: Verdict, because: str) -> Judgement:
    """Return an objection."""
    return Judgement(verdict=verdict, because=because)


def unknown(what: str, verdict: Verdict = Verdict.REQUIRE_APPROVAL) -> Judgement:
    """Return an objection because something the rule needs is not known."""
    return Judgement(verdict=verdict, because=f"not known: {what}")


def exceeds(amount: Money, limit: Money) -> bool:
    """Return whether `amount` is more than `limit`. Raises `ValueError` when their currencies differ."""
    if amount.currency != limit.currency:
        raise ValueError(f"{amount} cannot be held against {limit}: two currencies are never compared, convert one of them first")
    return amount.amount_minor > limit.amount_minor


RuleT = TypeVar("RuleT", bound=Rule)


def _no_windows(_rule: Any) -> tuple[Window, ...]:
    return ()


def _no_positions(_rule: Any) -> tuple[ClausePosition, ...]:
    return ()


@dataclass(frozen=True)
class RuleKind(Generic[RuleT]):
    """A kind of rule, declared as the constant `RULE_KIND` of one module under `graphs.policy.rules`.

    `stages` are those at which such a rule is asked when its `applies_to` names none; `windows` says which rolling sums of
    spend it needs among the facts; `positions` what it wants of a contract's clauses, for whoever reads the paper.
    """

    kind: str
    model: type[RuleT]
    judge: Callable[[RuleT, Facts], Judgement]
    stages: tuple[Stage, ...] = MONEY_STAGES
    windows: Callable[[RuleT], tuple[Window, ...]] = _no_windows
    positions: Callable[[RuleT], tuple[ClausePosition, ...]] = _no_positions


@dataclass(frozen=True)
class ActiveRule:
    """A rule together with the kind that judges it."""

    rule: Rule
    kind: RuleKind[Any]

    def skipped_because(self, facts: Facts) -> str:
        """Return why the rule is not asked about these facts, or nothing when it is."""
        scope = self.rule.applies_to
        if facts.stage not in (scope.stages or self.kind.stages):
            return f"not asked at the stage {facts.stage}"
        if scope.categories is not None and not {facts.category, facts.top_category} & set(scope.categories):
            return f"not asked for the category {facts.category}"
        return ""


@functools.cache
def rule_kinds() -> Mapping[str, RuleKind[Any]]:
    """Return every kind of rule by its name, found in the modules of `graphs.policy.rules`.

    Raises `IntegrityError` when a module declares no `RULE_KIND` or two modules declare the same kind.
    """
    package = importlib.import_module("graphs.policy.rules")
    kinds: dict[str, RuleKind[Any]] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
        kind = getattr(importlib.import_module(f"{package.__name__}.{module}"), "RULE_KIND", None)
        if not isinstance(kind, RuleKind) or kind.kind in kinds:
            raise IntegrityError(
                f"graphs/policy/rules/{module}.py declares no rule kind of its own",
                hint="give it one RULE_KIND = RuleKind(...) with a new name",
            )
        kinds[kind.kind] = kind
    return kinds
