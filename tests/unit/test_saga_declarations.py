"""Every committing step says how it is taken back; what is planned twice is planned once."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphs
from graphs.negotiation import negotiation_graph
from graphs.purchase import purchase_graph
from graphs.renewal import renewal_graph
from graphs.saga import COMPENSATIONS, Committed, Undo, committed, compensation_key, compensation_of, in_reverse
from memory.domain import effects
from memory.domain.events.negotiation import RfqIssued
from tools.guards import COMMITTING

NODES = {*purchase_graph().nodes, *negotiation_graph().nodes, *renewal_graph().nodes}
#: Nodes that plan effects which commit to nothing: they say no, or take something back.
SAYING_NO = {"payment_failed", "withdraw_order"}
#: Files outside the nodes in which effects are planned.
PLANNING = ("undoing", "remedies.py", "task_desk.py", "action.py", "mailing.py", "saga.py")


def test_every_kind_of_effect_that_there_is_has_a_declaration():
    kinds = {value for name, value in vars(effects).items() if name.isupper() and isinstance(value, str)}
    assert {declared.effect_kind for declared in COMPENSATIONS} == kinds
    assert kinds >= COMMITTING


def test_every_declaration_is_of_a_step_of_a_graph_and_tells_all_there_is_to_tell():
    steps = [declared.step for declared in COMPENSATIONS]
    assert len(set(steps)) == len(steps)
    assert set(steps) <= NODES
    for declared in COMPENSATIONS:
        assert declared.commits
        assert declared.stays
        assert declared.then
        assert compensation_of(declared.step) is declared


def test_what_binds_or_pays_is_never_taken_back_by_a_mail_alone():
    for declared in COMPENSATIONS:
        if declared.effect_kind in COMMITTING:
            assert declared.undo in {Undo.OPERATOR, Undo.MONEY_BACK}
            assert "nothing" not in declared.then


def _steps_with_effects() -> set[str]:
    """The nodes whose code hands effects to `Outcome`, found in the source: a new one cannot be forgotten."""
    found = set()
    for path in Path(inspect.getfile(graphs)).parent.glob("nodes/*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        planning = {"plan_mail", "authorize_by_rule", "authorize_by_approval", "mail"}
        helpers = {
            node.name: {call.func.id for call in ast.walk(node) if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)}
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        for _ in range(4):
            for calls in helpers.values():
                calls |= {inner for name in calls & helpers.keys() for inner in helpers[name]}
        found |= {name for name, calls in helpers.items() if calls & planning and name in NODES}
    return found


def test_a_step_that_plans_an_effect_names_its_compensation():
    declared = {one.step for one in COMPENSATIONS}
    assert _steps_with_effects() - SAYING_NO == declared


def test_effects_are_planned_in_nodes_or_where_things_are_taken_back_and_nowhere_else():
    root = Path(inspect.getfile(graphs)).parent
    for path in root.rglob("*.py"):
        inside = path.relative_to(root).as_posix()
        if inside.startswith(("nodes/", *PLANNING)) or "PlannedEffect(" not in path.read_text(encoding="utf-8"):
            continue
        assert inside == "second_look.py", f"{inside} plans an effect: does it name its compensation?"


@given(st.text(alphabet="0123456789abcdef", min_size=32, max_size=32))
def test_a_compensation_has_one_key_that_is_not_the_key_of_what_it_takes_back(key):
    taken = compensation_key(key)
    assert taken == compensation_key(key)
    assert taken not in {key, compensation_key(taken)}
    assert len(taken) == 32


@given(st.permutations([declared.step for declared in COMPENSATIONS]))
def test_things_are_taken_back_in_the_reverse_of_the_order_in_which_they_were_done(steps):
    done = tuple(Committed(compensation_of(step), step, "v") for step in steps)
    back = in_reverse(done, *Undo)
    assert [one.effect_key for one in back] == list(reversed(steps))
    assert {one.declared.undo for one in in_reverse(done, Undo.FAREWELL)} == {Undo.FAREWELL}


def test_a_second_request_to_the_same_vendor_is_a_move_not_a_new_request():
    ask = {"vendor_id": "v", "subject": "s", "body": "a" * 64, "reply_by": "2026-12-01T00:00:00Z"}
    found = committed([RfqIssued(effect_key="k1", **ask), RfqIssued(effect_key="k2", **ask)])
    assert [(one.declared.step, one.effect_key) for one in found] == [("request_quote", "k1"), ("make_move", "k2")]


def test_a_step_that_commits_nothing_has_no_declaration():
    with pytest.raises(KeyError):
        compensation_of("read_request")
