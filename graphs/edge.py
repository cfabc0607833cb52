"""Agents whose work may be done at the edge: the brief goes out as a task, a typed proposal comes back, the case records it.

A worker at the edge may be on any machine, and in anybody's hands. What it hands back is read as the agent's own proposal type,
must speak of this brief and nothing else, may contradict nothing that the rules here find in it, and each claim must stand in the
brief's own texts. Whatever does not fit is thrown away, and the work is done here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

import sqlalchemy as sa
from pydantic import ValidationError

from agents.base import Agent, BriefT, ProposalT, strike_unsupported
from agents.contract_reader.brief import ContractBrief, ContractProposal
from agents.contract_reader.reader import ContractReader
from agents.vendor_scout import MOST_CANDIDATES, ScoutBrief, ScoutProposal, VendorScout
from memory.domain.base import Digest
from memory.domain.clock import Clock
from memory.edge_tasks import answer_of, answer_task, edge_is_manned, open_task, put_task
from memory.engine.port import Enqueuer
from tools.llm.choice import NoModel
from tools.llm.tiers import Tier

DISCOVERY, CONTRACT_READING = "discovery", "contract_reading"
_LOOK_S = 0.2
_log = logging.getLogger("quartermaster.edge")


@dataclass(frozen=True)
class Errand(Generic[BriefT, ProposalT]):
    """One kind of work for the edge: its types, the texts its claims must stand in, and whether an answer speaks of the brief."""

    kind: str
    brief: type[BriefT]
    proposal: type[ProposalT]
    texts: Callable[[BriefT], Mapping[Digest, str]]
    fits: Callable[[BriefT, ProposalT], Awaitable[bool]]


async def _names_only_ours(brief: ScoutBrief, proposal: ScoutProposal) -> bool:
    """Whether every candidate is one that the rules find too, with the very same facts: the edge may order and leave out."""
    widest = brief.model_copy(update={"tier": Tier.RULES, "max_candidates": MOST_CANDIDATES})
    ours = {c.facts.vendor_id: c.facts for c in (await VendorScout(NoModel()).propose(widest)).candidates}
    named = [c.facts for c in proposal.candidates]
    return len({facts.vendor_id for facts in named}) == len(named) and all(ours.get(facts.vendor_id) == facts for facts in named)


_READ = ("total", "effective_on", "initial_term_months", "renewal_months", "auto_renews", "notice_days", "governing_law")


async def _reads_this_contract(brief: ContractBrief, proposal: ContractProposal) -> bool:
    """Whether the review quotes this text, contradicts nothing that the rules read in it, and hides no finding of theirs."""
    review = proposal.review
    ours = (await ContractReader(NoModel()).propose(brief.model_copy(update={"tier": Tier.RULES}))).review
    quoted = all(brief.text[c.span.start : c.span.end] == c.span.text for c in review.clauses)
    agrees = all(getattr(ours, name) in {None, getattr(review, name)} for name in _READ)
    told = all(finding in review.findings for finding in ours.findings) and {c.kind for c in ours.clauses} <= {
        c.kind for c in review.clauses
    }
    return quoted and agrees and told and (review.contract, review.text, review.pages) == (ours.contract, ours.text, ours.pages)


SCOUTING = Errand(DISCOVERY, ScoutBrief, ScoutProposal, lambda brief: {find.digest: find.text for find in brief.finds}, _names_only_ours)
READING = Errand(CONTRACT_READING, ContractBrief, ContractProposal, lambda brief: {brief.text_digest: brief.text}, _reads_this_contract)


@dataclass(frozen=True)
class AtTheEdge(Generic[BriefT, ProposalT]):
    """An agent that lets the edge work where somebody is there, for at most `wait_s` seconds, and does it itself otherwise."""

    here: Agent[BriefT, ProposalT]
    errand: Errand[BriefT, ProposalT]
    database: sa.Engine
    jobs: Enqueuer
    clock: Clock
    wait_s: float

    @property
    def name(self) -> str:
        """The agent's job title."""
        return self.here.name

    @property
    def highest(self) -> Any:
        """The highest tier from which the agent has something to gain."""
        return self.here.highest

    async def propose(self, brief: BriefT) -> ProposalT:
        """Return the edge's proposal when one comes in time and fits, else the agent's own."""
        came = await self._from_the_edge(brief) if edge_is_manned(self.database, self.clock.now()) else None
        return came if came is not None else await self.here.propose(brief)

    async def _from_the_edge(self, brief: BriefT) -> ProposalT | None:
        task_id = put_task(self.database, self.jobs, self.errand.kind, brief.model_dump_json(), self.clock.now())
        for _ in range(max(1, round(self.wait_s / _LOOK_S))):
            answer = answer_of(self.database, task_id)
            if answer:
                return await checked(self.errand, brief, answer)
            await asyncio.sleep(_LOOK_S)
        _log.warning("the edge did not answer within %s s; %s is done here", self.wait_s, self.errand.kind)
        return None


async def checked(errand: Errand[BriefT, ProposalT], brief: BriefT, answer: str) -> ProposalT | None:
    """Return an answer from the edge as a proposal, its unproven claims struck; None when it is none, or not to this brief."""
    try:
        proposal = errand.proposal.model_validate_json(answer)
        fits = await errand.fits(brief, proposal)
    except (ValidationError, RecursionError) as error:
        _log.warning("the edge handed in something that is no %s: %s", errand.proposal.__name__, type(error).__name__)
        return None
    if not fits:
        _log.warning("the edge handed in an answer to something else than what it was asked; it is not used")
        return None
    kept, struck = strike_unsupported(proposal.claims, errand.texts(brief))
    return proposal.model_copy(update={"claims": kept, "struck": proposal.struck + struck})


@dataclass(frozen=True)
class EdgeDesk:
    """What a worker at the edge has: two agents and the task table. No graph, no ledger, no case."""

    database: sa.Engine
    clock: Clock
    name: str
    agents: Mapping[str, tuple[Errand[Any, Any], Agent[Any, Any]]]

    def answer(self, task_id: Digest) -> bool:
        """Do one task and hand the answer in; returns whether it was the first. A task that is gone or answered is left alone."""
        found = open_task(self.database, task_id)
        if found is None or found[0] not in self.agents:
            return False
        errand, agent = self.agents[found[0]]
        proposal = asyncio.run(agent.propose(errand.brief.model_validate_json(found[1])))
        return answer_task(self.database, task_id, proposal.model_dump_json(), self.name, self.clock.now())
