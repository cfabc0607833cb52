"""The desk: the ports a node may use, handed in through LangGraph's runtime context and never stored in a checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

import sqlalchemy as sa

from agents.base import Agent
from agents.contract_reader.brief import ContractBrief, ContractProposal
from agents.negotiator import Negotiator
from agents.quote_analyst import QuoteAnalyst
from agents.renewal_watcher import RenewalWatcher
from agents.requisition_intake import RequisitionIntake
from agents.vendor_analyst import VendorAnalyst
from agents.vendor_scout import ScoutBrief, ScoutProposal
from graphs.policy.document import Policy
from memory.domain.clock import Clock, IdMaker
from memory.domain.requisition import Requisition
from memory.evidence import EvidenceStore
from memory.recall.port import Recall
from memory.unit_of_work import UnitOfWork
from memory.views.registry import RegistryView
from tools.llm.tiers import Tier, chosen_tier
from tools.lookups.catalogue import Catalogue

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True)
class Operator:
    """The one person this department works for. `signatory_id` and `account_id` name entries of the registry."""

    name: str
    email: str
    signatory_id: str = "operator"
    account_id: str = "main"
    tax_rate_bp: int = 1900
    home_currency: str = "EUR"
    zone: tzinfo = UTC
    postal_address: str = ""

    @property
    def mail_domain(self) -> str:
        """The part of the address behind the @, used in our Message-IDs."""
        return self.email.rpartition("@")[2]


@dataclass(frozen=True)
class Agents:
    """The specialists, one per job title."""

    intake: RequisitionIntake
    scout: Agent[ScoutBrief, ScoutProposal]
    analyst: VendorAnalyst
    negotiator: Negotiator
    quote_analyst: QuoteAnalyst
    contract_reader: Agent[ContractBrief, ContractProposal]
    renewal_watcher: RenewalWatcher


@dataclass(frozen=True)
class Desk:
    """Everything a node may touch. No connector and no vault: effects leave through the outbox only."""

    database: sa.Engine
    unit_of_work: UnitOfWork
    evidence: EvidenceStore
    registry: RegistryView
    recall: Callable[[], Recall]
    catalogue: Callable[[], Catalogue]
    policy: Callable[[], Policy]
    agents: Agents
    operator: Operator
    clock: Clock
    ids: IdMaker
    tier: Tier = Tier.RULES

    async def turn(self, key: str) -> None:
        """Wait until the step with this act key may be decided: at once, but in a replay, which keeps to the recorded order."""

    def tier_for(self, requisition: Requisition | None = None) -> Tier:
        """Return how much thinking a step may buy: hot requisitions never wait for the deep tier."""
        hot = requisition is not None and requisition.urgency.value == "hot"
        return chosen_tier(Tier.DEEP, highest=self.tier, hot=hot)

    def now(self) -> datetime:
        """Return the present instant."""
        return self.clock.now()

    def today(self) -> date:
        """Return the operator's day."""
        return self.clock.now().astimezone(self.operator.zone).date()
