"""A worker at the edge: it listens to `edge` only, holds no graph and no credential, and writes nothing but its answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from memory.edge_tasks import ANSWER_EDGE

if TYPE_CHECKING:
    from agents.base import Agent
    from app.bootstrap import Office
    from graphs.edge import EdgeDesk, Errand
    from memory.engine.port import Schedule


class EdgeRole:
    """The jobs of a process at the edge."""

    name = "edge"

    def __init__(self, office: Office, name: str) -> None:
        self._office = office
        self._name = name

    @cached_property
    def _desk(self) -> EdgeDesk:
        return edge_desk(self._office, self._name)

    def begin(self) -> None:
        """Begin with nothing: what another left undone is done by whoever asked."""

    def end(self) -> None:
        """Hold nothing."""

    def runners(self) -> Mapping[str, Callable[[str], object]]:
        """Return the one job."""
        return {ANSWER_EDGE: self._desk.answer}

    def schedules(self) -> Mapping[str, Schedule]:
        """Return nothing: no clock runs at the edge."""
        return {}


def edge_desk(office: Office, name: str) -> EdgeDesk:
    """Return the agents that work at the edge."""
    from agents.contract_reader.reader import ContractReader
    from agents.vendor_scout import VendorScout
    from app.models import open_model
    from graphs.edge import CONTRACT_READING, DISCOVERY, READING, SCOUTING, EdgeDesk

    model = office.model or open_model(office)
    agents: dict[str, tuple[Errand[Any, Any], Agent[Any, Any]]] = {
        DISCOVERY: (SCOUTING, VendorScout(model)),
        CONTRACT_READING: (READING, ContractReader(model)),
    }
    return EdgeDesk(office.database, office.clock, name, agents)
