"""What a policy check hands back: conflicts, and for each the change that would settle it."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from agents.contract_reading.policy_check.sayings import Left
from memory.domain.base import Noun
from memory.domain.contract import ClauseKind, Finding, Severity
from memory.domain.contract_policy import Attitude, ClausePosition, Measure
from memory.domain.evidence import Span
from memory.domain.money import Money
from memory.domain.policy import Verdict


class Change(StrEnum):
    """What is to happen to a sentence."""

    REPLACE = "replace"
    ADD = "add"
    DELETE = "delete"


class Redline(Noun):
    """A change to the paper, in the paper's language: `was` is the passage as it stands there, `becomes` what is wanted instead.

    `numbers` and `amounts` are the figures in `becomes` that come from the policy and may therefore be told.
    """

    change: Change
    was: Span | None = None
    becomes: str = Field(default="", max_length=4000)
    language: str = "en"
    figure_only: bool = False
    """Whether `becomes` is the vendor's own sentence with another figure in it, or a limit behind it."""
    numbers: tuple[str, ...] = ()
    amounts: tuple[Money, ...] = ()


class State(StrEnum):
    """Why it is a conflict: the paper breaks the rule, does not say, or says something of which the reader is not sure."""

    BROKEN = "broken"
    SILENT = "silent"
    UNSURE = "unsure"


class Conflict(Noun):
    """One thing in the paper that one rule of the policy objects to, or cannot pass without the operator.

    `verdict` is what it leads to: a DENY is never more than what the paper surely says. `because` is the comparison, `risk` what
    it may mean in plain words.
    """

    rule: str
    also: tuple[str, ...] = ()
    """Further rules that ask about the same matter: it is one question, told once."""
    policy_version: str = ""
    says: str
    attitude: Attitude
    clause: ClauseKind
    measure: Measure | None = None
    state: State
    verdict: Literal[Verdict.REQUIRE_APPROVAL, Verdict.DENY]
    span: Span | None = None
    because: str
    risk: str
    left: Left | None = None
    """Why there is no value to compare, where a clause speaks of it: an order form has it, a blank is still to be filled in."""
    redline: Redline | None = None

    @property
    def rules(self) -> tuple[str, ...]:
        """Every rule that it is about."""
        return (self.rule, *self.also)

    @property
    def finding(self) -> Finding:
        """The conflict among the other findings of a review: a denial blocks, everything else is a concern."""
        severity = Severity.BLOCKER if self.verdict is Verdict.DENY else Severity.CONCERN
        return Finding(
            severity=severity, text=f"{self.because} ({', '.join(self.rules)}). {self.risk}"[:2000], clause=self.clause, span=self.span
        )


def conflict_of(position: ClausePosition, **rest: object) -> Conflict:
    """Return a conflict with what its rule says."""
    told = position.model_dump(include={"rule", "policy_version", "says", "attitude", "clause", "measure"})
    return Conflict.model_validate({**told, **rest})
