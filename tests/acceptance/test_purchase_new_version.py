"""A new version of the graph: cases that wait are found by name, and one that nobody could move any more is told."""

from __future__ import annotations

import asyncio

import pytest

from graphs import gates
from graphs.negotiation import negotiation_graph
from graphs.purchase import purchase_graph
from graphs.runner import CaseRunner, Stranded
from memory.checkpoints import open_checkpoints
from memory.domain.events.cases import StepFailed
from tools.sandbox.vendors.cast import MUTEMAIL


def _runner(town, graph):
    return CaseRunner(graph, town.office.desk(), lambda: open_checkpoints(str(town.office.home.database)))


def _without(name, replacement):
    """Today's graph, as a later version might have it: one gate under another name."""
    graph = purchase_graph()
    graph.nodes[replacement] = graph.nodes.pop(name)
    return graph


def test_every_waiting_case_waits_at_a_step_that_today_s_graph_has(office):
    office.to_approval()
    office.start("I need a crm")
    office.run()
    office.start()
    office.engine.drain()
    assert asyncio.run(_runner(office, purchase_graph()).check_waiting_threads()) == ()


@pytest.mark.parametrize(
    ("instruction", "gate"),
    [
        ("Find an email marketing tool for 5,000 contacts, EU data residency, under 60 EUR a month", "await_approval"),
        ("I need a crm", "await_clarification"),
    ],
)
def test_a_case_that_waits_at_a_renamed_gate_is_found(office, instruction, gate):
    case_id = office.start(instruction)
    office.run()
    renamed = _runner(office, _without(gate, f"{gate}_of_old"))
    assert asyncio.run(renamed.check_waiting_threads()) == (Stranded(case_id, gate),)


def test_a_negotiation_that_waits_at_a_renamed_gate_is_found_in_its_sub_graph(found, catalogue_of):
    town = found((MUTEMAIL,), products=catalogue_of(MUTEMAIL))
    case_id = town.start()
    town.run()
    sub = negotiation_graph()
    sub.nodes["await_answer"] = sub.nodes.pop("await_reply")
    graph = purchase_graph()
    graph.nodes["negotiate"].runnable.builder.nodes.clear()
    graph.nodes["negotiate"].runnable.builder.nodes.update(sub.nodes)
    assert asyncio.run(_runner(town, graph).check_waiting_threads()) == (Stranded(case_id, gates.await_reply.__name__),)


def test_a_case_that_is_over_waits_nowhere(bought):
    town, _ = bought
    gone = purchase_graph()
    gone.nodes.clear()
    assert asyncio.run(_runner(town, gone).check_waiting_threads()) == ()


def test_the_worker_tells_a_stranded_case_once_and_leaves_it_cancellable(at_the_gate):
    office, case_id = at_the_gate
    office.reopen()
    office.cases._runner = _runner(office, _without("await_approval", "await_yes"))
    office.run()
    office.run()
    (told,) = office.facts_of(case_id, StepFailed)
    assert told.node == "await_approval"
    assert "qm cases cancel" in told.hint
    assert office.facts(case_id).status == "failed"
    office.office.service.cancel(case_id, by="operator")
    assert office.facts(case_id).status == "cancelled"
