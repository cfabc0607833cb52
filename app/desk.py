"""The desk of a home: agents with their models, and the ports their nodes may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import Agent, BriefT, ProposalT
from agents.contract_reader.reader import ContractReader
from agents.negotiator import Negotiator
from agents.quote_analyst import QuoteAnalyst
from agents.renewal_watcher import RenewalWatcher
from agents.requisition_intake import RequisitionIntake
from agents.vendor_analyst import VendorAnalyst
from agents.vendor_scout import VendorScout
from app.models import open_model
from graphs.context import Agents, Desk, Operator
from graphs.edge import READING, SCOUTING, AtTheEdge, Errand
from tools.llm.choice import NoModel
from tools.llm.tiers import Tier

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.bootstrap import Office
    from graphs.policy.document import Policy
    from memory.views.registry import RegistryView


def make_desk(
    office: Office, *, registry: RegistryView | None = None, policy: Callable[[], Policy] | None = None, asks: bool = True
) -> Desk:
    """Return the desk for one office. The dispatcher's reads through a registry and a policy of its own, and asks no model."""
    settings = office.settings
    model = (office.model or open_model(office)) if asks else NoModel()
    return Desk(
        database=office.database,
        unit_of_work=office.unit_of_work,
        evidence=office.evidence,
        registry=registry or office.registry,
        recall=office.recall,
        catalogue=office.catalogue,
        policy=policy or office.policies.current,
        agents=Agents(
            intake=RequisitionIntake(model),
            scout=_at_the_edge(office, SCOUTING, VendorScout(model)) if settings.edge else VendorScout(model),
            analyst=VendorAnalyst(model),
            negotiator=Negotiator(model),
            quote_analyst=QuoteAnalyst(model),
            contract_reader=_at_the_edge(office, READING, ContractReader(model)) if settings.edge else ContractReader(model),
            renewal_watcher=RenewalWatcher(model),
        ),
        operator=Operator(
            name=settings.company or settings.operator_name,
            email=settings.operator_email,
            tax_rate_bp=settings.tax_rate_bp,
            home_currency=settings.home_currency,
            zone=settings.zone,
            postal_address=settings.postal_address,
        ),
        clock=office.clock,
        ids=office.ids,
        tier=Tier(settings.tier),
    )


def _at_the_edge(office: Office, errand: Errand[BriefT, ProposalT], agent: Agent[BriefT, ProposalT]) -> AtTheEdge[BriefT, ProposalT]:
    return AtTheEdge(agent, errand, office.database, office.jobs, office.clock, office.settings.edge_wait_s)
