"""A case decided again from its record agrees with it; a change of code or policy shows exactly where it would matter."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files

import pytest

from agents import quote_analyst
from agents.base import load_prompt
from agents.negotiator import Move, agent
from agents.negotiator.strategy import Decision
from app.case_replay import replay_office_case
from app.cli import run
from graphs.case_replay import Verdict
from graphs.nodes import contracting
from memory.domain.approval import Edit, Edits, Reject
from memory.domain.errors import NotFoundError, RefusedError
from memory.domain.events.effects import ModelAsked
from memory.domain.registry import Contact, Payee
from tools.llm.cache import MemoryAnswers
from tools.llm.cost import CostMeter, MemorySpendBook
from tools.llm.prompts import Prompt
from tools.llm.recorder import guarded_model
from tools.llm.scripted import ScriptedModel
from tools.sandbox.vendors.cast import BRIEFLARK, MUTEMAIL

#: Purposes of the other agents' questions; their answers here fit no form, so the rules take over, and that is recorded too.
_OTHERS = ("requisition_intake", "vendor_scout", "negotiator", "contract_reader")
_UNREADABLE = "no JSON at all"


def _replayed(town, case_id, policy="recorded"):
    return replay_office_case(town.office, case_id, policy)


def _differing(replay):
    return {step.key.partition("/")[2]: step for step in replay.steps if step.verdict is not Verdict.SAME}


def _agrees(replay):
    told = [(step.key, step.verdict, step.differences) for step in replay.steps if step.verdict is not Verdict.SAME]
    return not told and not replay.stands_still and len(replay.steps) > 0


def _bytes_of(home):
    return {path.name: path.read_bytes() for path in home.root.glob(f"{home.database.name}*") if not path.name.endswith("-shm")}


def test_a_bought_case_is_decided_again_without_a_difference_and_the_live_database_is_not_touched(bought):
    town, case_id = bought
    before = _bytes_of(town.office.home)
    replay = _replayed(town, case_id)
    assert _agrees(replay), replay
    assert replay.next_step == ""
    assert {"read_request", "make_move", "prepare_approval", "pay", "close_case"} <= {step.node for step in replay.steps}
    assert _bytes_of(town.office.home) == before


def test_a_changed_time_to_answer_shows_at_the_approval_and_nowhere_else(bought, monkeypatch):
    town, case_id = bought
    monkeypatch.setitem(contracting.ANSWER_WITHIN, "hot", timedelta(hours=2))
    monkeypatch.setitem(contracting.ANSWER_WITHIN, "normal", timedelta(hours=2))
    replay = _replayed(town, case_id)
    found = _differing(replay)
    assert list(found) == ["prepare_approval/0"]
    (difference,) = found["prepare_approval/0"].differences
    assert difference.where == "approval.requested.approval.expires_at"
    assert difference.recorded > difference.now


def test_a_changed_way_of_bargaining_shows_in_the_moves_it_would_change_and_the_rest_is_judged_on_the_record(bought, monkeypatch):
    town, case_id = bought
    decide = agent.decide

    def leaves_instead_of_accepting(position):
        decision = decide(position)
        return Decision(move=Move.WALK_AWAY, rationale="the house is closed") if decision.move is Move.ACCEPT else decision

    agreed = [e for e in town.events(case_id, "negotiation.concluded") if e.body["outcome"] == "agreed"]
    assert agreed
    monkeypatch.setattr(agent, "decide", leaves_instead_of_accepting)
    found = _differing(_replayed(town, case_id))
    assert sorted(found) == sorted(e.act_key.partition("/")[2] for e in agreed)
    for step in found.values():
        assert {d.where: d.now for d in step.differences}["negotiation.concluded.outcome"] == "walked_away"


def test_a_step_that_would_fail_today_shows_as_one_difference_and_the_replay_goes_on(bought, monkeypatch):
    town, case_id = bought

    def refuse(*_):
        raise RefusedError("the house is closed")

    monkeypatch.setattr(contracting, "purchase_action", refuse)
    replay = _replayed(town, case_id)
    found = _differing(replay)
    assert list(found) == ["prepare_approval/0"]
    assert not replay.stands_still
    told = {d.where: d for d in found["prepare_approval/0"].differences}
    assert "the house is closed" in told["step.failed"].now
    assert told["approval.requested"].now == "nothing"


def test_a_graph_that_takes_another_way_leaves_the_rest_unreached_and_says_from_where(bought, monkeypatch):
    from graphs import routing

    town, case_id = bought
    monkeypatch.setattr(routing, "after_check", _to_nowhere)
    replay = _replayed(town, case_id)
    assert [step.node for step in replay.of(Verdict.SAME)] == ["read_request", "check_request"]
    assert len(replay.of(Verdict.NOT_REACHED)) == len(replay.steps) - 2
    assert "discover_vendors" in replay.stands_still


def _to_nowhere(_state) -> str:
    return "__end__"


def test_todays_policy_is_asked_only_on_demand_and_its_other_verdicts_show(at_the_gate):
    town, case_id = at_the_gate
    sample = (files("graphs.policy") / "sample_policy.yaml").read_text(encoding="utf-8")
    # Without its examples, which the stricter limit breaks: a policy that breaks its own examples is not adopted.
    stricter = sample.partition("\nexamples:")[0].replace("limit: 1200.00 EUR", "limit: 100.00 EUR") + "\n"
    town.office.policies.adopt(stricter, source="stricter.yaml", by="operator")
    assert _agrees(_replayed(town, case_id)), "the policy in force then is the one that is asked"
    found = _differing(_replayed(town, case_id, "current"))
    told = [d for d in found["prepare_approval/0"].differences if d.where == "policy.evaluated.decision.verdict"]
    assert [(d.recorded, d.now) for d in told] == [("require_approval", "deny")]


def test_a_case_that_waits_for_its_approval_agrees_as_far_as_it_went(at_the_gate):
    town, case_id = at_the_gate
    replay = _replayed(town, case_id)
    assert _agrees(replay), replay
    assert replay.steps[-1].node == "prepare_approval"


def test_a_rejected_approval_agrees(at_the_gate):
    town, case_id = at_the_gate
    asked = town.asked(case_id)
    no = Reject(approval_id=asked.approval_id, digest=asked.action.digest, by="operator", reason="too dear after all")
    town.office.service.decide(no, surface="test")
    town.run()
    assert town.facts(case_id).status == "ended"
    replay = _replayed(town, case_id)
    assert _agrees(replay), replay
    assert "compensator" in {step.node for step in replay.steps}, "the farewells are decided again too"


def test_an_edited_approval_agrees(at_the_gate):
    town, case_id = at_the_gate
    asked = town.asked(case_id)
    edits = Edits(execute_on="2026-12-14", order_note="Please name cost centre 4711.")
    town.office.service.decide(Edit(approval_id=asked.approval_id, digest=asked.action.digest, by="operator", edits=edits), surface="test")
    town.run()
    assert town.facts(case_id).status == "done"
    assert _agrees(_replayed(town, case_id))


def test_a_case_that_was_paused_resumed_and_cancelled_agrees(office):
    case_id = office.start()
    office.run(until=lambda: bool(office.effects(case_id)))
    office.office.service.pause(case_id, by="operator")
    office.run()
    office.office.service.resume(case_id, by="operator")
    office.run()
    office.office.service.cancel(case_id, by="operator")
    office.run()
    assert office.facts(case_id).status == "cancelled"
    replay = _replayed(office, case_id)
    assert _agrees(replay), replay


def test_a_payment_held_by_a_wrong_invoice_and_retried_in_vain_agrees_down_to_both_failures(at_the_gate):
    town, case_id = at_the_gate
    town.approve(case_id)
    for desk in town.desks:
        if desk.personality is BRIEFLARK:
            desk.personality = replace(BRIEFLARK, vat_percent=36)
    town.run()
    town.office.service.retry(case_id, by="operator")
    town.run()
    replay = _replayed(town, case_id)
    assert _agrees(replay), replay
    assert [step.key.partition("/")[2] for step in replay.steps if step.node == "match_invoice"] == [
        "failed/match_invoice/0",
        "failed/match_invoice/1",
    ]


def test_a_missing_payee_fails_again_as_recorded_because_the_registry_is_as_it_was(found, catalogue_of):
    newcomer = replace(MUTEMAIL, vendor_id="newmail", name="Newmail", habits=frozenset())
    town = found((newcomer,), products=catalogue_of(newcomer), register=False)
    registrar = town.office.registrar()
    registrar.add_contact("newmail-sales", Contact(name="Nell New", email=newcomer.mailbox), vendor_id="newmail")
    case_id = town.start()
    town.run()
    registrar.add_payee("newmail-bank", Payee(name="Newmail fictional", iban="DE02120300000000202051", country="DE"), vendor_id="newmail")
    town.office.service.retry(case_id, by="operator")
    town.run()
    assert town.facts(case_id).status == "needs_you"
    replay = _replayed(town, case_id)
    assert _agrees(replay), replay
    assert [step.node for step in replay.steps].count("prepare_approval") == 2


def test_a_fault_of_the_world_that_was_mended_shows_as_the_one_difference(found, catalogue_of):
    good = catalogue_of(BRIEFLARK)
    town = found((BRIEFLARK,), products='{"format": 1, "products": [{"product_id": 7}]}')
    case_id = town.start()
    town.run()
    (town.office.home.files / "catalogue.json").write_text(good, encoding="utf-8")
    town.office.service.retry(case_id, by="operator")
    town.run()
    assert town.facts(case_id).status == "needs_you"
    replay = _replayed(town, case_id)
    assert list(_differing(replay)) == ["failed/discover_vendors/0"]
    assert not replay.stands_still


def test_recorded_answers_of_a_model_are_used_and_a_changed_question_is_named_and_never_asked(found, monkeypatch):
    town = found(tier="deep")
    sentence = "Take Brieflark; it is the best written offer."
    scripted = ScriptedModel(
        {"quote_analyst.wording": lambda _: {"recommendation": sentence}, **dict.fromkeys(_OTHERS, lambda _: _UNREADABLE)}, clock=town.clock
    )
    town.after_opening = lambda: _with_model(town, scripted)
    town.reopen()
    case_id = town.to_approval()
    assert "quote_analyst.wording" in {fact.record["purpose"] for fact in town.facts_of(case_id, ModelAsked)}
    before = len(scripted.questions)
    replay = _replayed(town, case_id)
    assert _agrees(replay), replay
    assert town.events(case_id, "award.recommended")[0].body["recommendation"] == sentence

    prompt = Prompt.of("quote_analyst", load_prompt("quote_analyst").text + "\nBe brief.\n")
    monkeypatch.setattr(quote_analyst, "load_prompt", lambda _: prompt)
    found_anew = _differing(_replayed(town, case_id))
    assert list(found_anew) == ["compare_quotes/0"]
    assert found_anew["compare_quotes/0"].verdict is Verdict.ASKS_ANEW
    assert found_anew["compare_quotes/0"].asks_anew == ("quote_analyst.wording",)
    assert len(scripted.questions) == before


def _with_model(town, scripted):
    meter = CostMeter(MemorySpendBook(), currency="EUR", ceiling_micro=10**12, ceiling_tokens=10**9)
    office = town.office
    office.model = guarded_model(scripted, name=scripted.identity, evidence=office.evidence, store=MemoryAnswers(), meter=meter)


def test_the_command_tells_it_in_a_table_and_as_json_and_is_strict_on_demand(bought, capsys, monkeypatch):
    town, case_id = bought
    home = ["--home", str(town.root)]
    assert run(["cases", "replay", case_id, "--json", "--strict", *home]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["same"] is True
    assert {step["verdict"] for step in body["steps"]} == {"same"}
    monkeypatch.setitem(contracting.ANSWER_WITHIN, "hot", timedelta(hours=2))
    monkeypatch.setitem(contracting.ANSWER_WITHIN, "normal", timedelta(hours=2))
    assert run(["cases", "replay", case_id, *home]) == 0
    out = capsys.readouterr().out
    assert "approval.requested.approval.expires_at" in out
    assert "1 differs" in out
    assert run(["cases", "replay", case_id, "--strict", *home]) == 4


def test_an_unknown_case_is_not_found(bought):
    with pytest.raises(NotFoundError):
        _replayed(bought[0], "CASE-000999")
