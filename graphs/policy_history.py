"""Past questions to policy with the facts they were asked about: what a draft is tested against."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from graphs.policy.facts import Facts
from memory.database import reading
from memory.domain.errors import NotFoundError
from memory.domain.events.cases import PolicyEvaluated
from memory.domain.policy import PolicyDecision
from memory.evidence import EvidenceStore
from memory.ledger import read_events


@dataclass(frozen=True)
class PastDecisions:
    """Decisions whose facts were kept, and how many there are without."""

    judged: tuple[tuple[PolicyDecision, Facts], ...]
    without_facts: int


def past_decisions(database: sa.Engine, evidence: EvidenceStore) -> PastDecisions:
    """Return every decision of policy in the ledger. Facts are kept as evidence, under the digest the decision names."""
    with reading(database) as connection:
        events = [stored.event for stored in read_events(connection, kinds=(PolicyEvaluated.kind,))]
    decisions = [event.decision for event in events if isinstance(event, PolicyEvaluated)]
    judged = [(decision, facts) for decision in decisions if (facts := _facts(evidence, decision)) is not None]
    return PastDecisions(tuple(judged), len(decisions) - len(judged))


def _facts(evidence: EvidenceStore, decision: PolicyDecision) -> Facts | None:
    try:
        return Facts.model_validate_json(evidence.get(decision.facts))
    except NotFoundError:
        return None
