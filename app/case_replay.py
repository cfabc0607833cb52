"""Wires the replay of a case: today's graph, agents and settings, on a house that only reads the live one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from app.bootstrap import Office
    from graphs.case_replay import CaseReplay
    from graphs.context import Agents
    from tools.llm.port import Model


def replay_office_case(office: Office, case_id: str, policy: Literal["recorded", "current"] = "recorded") -> CaseReplay:
    """Decide every step of a case again and compare it with the record; nothing is written, sent or asked.

    Raises `NotFoundError` when there is no such case.
    """
    from app.desk import make_desk
    from graphs.case_replay import replay_case
    from graphs.purchase import purchase_graph
    from graphs.renewal import renewal_graph
    from memory.projections.cases import RENEWAL
    from memory.views.cases import purpose_of
    from tools.llm.choice import NoModel

    def agents(model: Model) -> Agents:
        return make_desk(replace(office, model=model)).agents

    desk = make_desk(replace(office, model=NoModel()))
    todays = office.policies.current() if policy == "current" else None
    graph = renewal_graph() if purpose_of(office.database, case_id) == RENEWAL else purchase_graph()
    return replay_case(case_id, graph, desk, agents, office.projections, policy=todays)
