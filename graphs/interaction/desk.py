"""What an intent gets to work with: the instruction as read, and the front desk's ports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from graphs.policy.document import Policy
from graphs.service import Procurement
from memory.domain.base import Digest
from memory.domain.clock import Clock, IdMaker
from memory.domain.instruction import Understood
from memory.evidence import EvidenceStore
from memory.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class FrontDesk:
    """The ports. No connector, no vault, no model: an instruction becomes a fact, a case or an answer, never an effect."""

    database: sa.Engine
    unit_of_work: UnitOfWork
    evidence: EvidenceStore
    service: Procurement
    clock: Clock
    ids: IdMaker
    policy: Callable[[], Policy]
    home_currency: str
    by: str = "operator"


@dataclass(frozen=True)
class Instruction:
    """One instruction. `digest` is the sha256 of `text`, under which it is kept as evidence unless this is a dry run."""

    instruction_id: str
    text: str
    digest: Digest
    understood: Understood
    now: datetime
    surface: str
    dry_run: bool

    def tense(self, done: str, planned: str) -> str:
        """Return how to say it: done, or, for a dry run, planned."""
        return planned if self.dry_run else done
