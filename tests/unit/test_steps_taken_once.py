"""A step of the graph: thought once, written once, and not at all for a case that is over."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from graphs.authority import authorize_by_approval, authorize_by_rule
from graphs.steps import Outcome, take_step, told_by
from memory.domain.errors import ConflictError, RefusedError
from memory.domain.events.cases import CaseCancelled, CaseEnded, CaseOpened, CasePaused, ClarificationGiven
from memory.domain.money import Money
from memory.domain.policy import PolicyDecision, RuleOutcome, Verdict

CASE = "CASE-1"


async def at_once(_key: str) -> None:
    """Let a step begin."""


@pytest.fixture
def desk(core):
    """As much of a desk as a step needs, on a case that is open."""
    core.act("open", CaseOpened(case_id=CASE, instruction="an email tool", evidence="a" * 64, channel="cli", graph_version=1))
    return SimpleNamespace(database=core.database, unit_of_work=core.unit_of_work, now=core.clock.now, turn=at_once)


def _take(desk, outcome, *, node="step", revision=0, before=lambda: None):
    thoughts = []

    async def work(case):
        thoughts.append(case.case_id)
        before()
        return outcome

    update = asyncio.run(take_step(desk, {"case_id": CASE}, node, revision, work, actor="buyer"))
    return update, len(thoughts)


def _said(text):
    return ClarificationGiven(wait_key="w", text=text)


def test_a_step_that_runs_again_returns_what_it_recorded_without_thinking_again(desk, core):
    assert _take(desk, Outcome({"verdict": "first"}, (_said("1"),))) == ({"verdict": "first"}, 1)
    assert _take(desk, Outcome({"verdict": "second"}, (_said("2"),))) == ({"verdict": "first"}, 0)
    assert core.kinds().count("clarification.given") == 1


def test_another_revision_of_the_same_step_is_a_step_of_its_own(desk, core):
    _take(desk, Outcome({"n": 0}, (_said("1"),)))
    assert _take(desk, Outcome({"n": 1}, (_said("2"),)), revision=1) == ({"n": 1}, 1)
    assert core.kinds().count("clarification.given") == 2


def test_an_effect_without_its_permit_is_refused_and_nothing_of_the_step_is_written(desk, core, effects, permit):
    mail, other = effects.mail(), effects.mail(node="other")
    before = core.kinds()
    with pytest.raises(RefusedError):
        _take(desk, Outcome({}, (_said("1"), permit(other)), (mail,)))
    assert core.kinds() == before
    assert core.unit_of_work.recorded(f"{CASE}/step/0") is None


@pytest.mark.parametrize("end", [CaseCancelled(), CaseEnded(outcome="x", reason="y")], ids=["cancelled", "ended"])
def test_a_step_that_thinks_while_its_case_ends_writes_nothing(desk, core, effects, permit, end):
    mail = effects.mail()
    with pytest.raises(ConflictError, match="over"):
        _take(desk, Outcome({}, (permit(mail),), (mail,)), before=lambda: core.act("end", end))
    assert core.rows("outbox") == 0
    assert core.kinds()[-1] == end.kind


def test_a_step_under_way_when_its_case_is_paused_may_finish(desk, core):
    update, _ = _take(desk, Outcome({"verdict": "ok"}), before=lambda: core.act("pause", CasePaused()))
    assert update == {"verdict": "ok"}


def test_what_was_struck_and_what_was_asked_is_told_and_silence_is_not():
    from agents.base import Proposal
    from memory.domain.evidence import Claim

    assert told_by("scout", Proposal()) == ()
    (struck,) = told_by("scout", Proposal(struck=(Claim(text="the best of all"),)))
    assert (struck.agent, struck.claims) == ("scout", ("the best of all",))


def _decided(verdict):
    outcome = RuleOutcome(
        rule="over_500", kind="over_amount", because="it is more", verdict=verdict, says="Anything over 500 EUR needs review."
    )
    return PolicyDecision(stage="outreach", verdict=verdict, outcomes=(outcome,), policy_version="v1", facts="f" * 64)


@pytest.mark.parametrize("verdict", [Verdict.REQUIRE_APPROVAL, Verdict.DENY])
def test_a_rule_that_does_not_allow_makes_no_permit(desk, effects, verdict):
    with pytest.raises(RefusedError, match="Anything over 500 EUR"):
        authorize_by_rule(desk, CASE, effects.mail(), _decided(verdict))


def test_a_permit_by_rule_names_the_exact_effect_the_rule_and_an_end(desk, effects):
    mail = effects.mail()
    permit = authorize_by_rule(desk, CASE, mail, _decided(Verdict.ALLOW)).authorization
    assert (permit.effect_key, permit.effect_kind, permit.effect_digest, permit.case_id) == (mail.key, mail.kind, mail.digest, CASE)
    assert "over_500" in permit.rule
    assert (permit.approval_id, permit.approver, permit.ceiling) == (None, "policy", None)
    assert permit.granted_at < permit.expires_at


def test_a_permit_by_approval_names_the_approval_who_said_yes_and_the_most_it_covers(desk, effects):
    total = Money(amount_minor=68544, currency="EUR")
    pay = effects.payment()
    permit = authorize_by_approval(desk, CASE, pay, approval_id="AP-1", by="Jo", policy_version="v1", ceiling=total).authorization
    assert (permit.effect_digest, permit.approval_id, permit.approver, permit.ceiling, permit.rule) == (
        pay.digest,
        "AP-1",
        "Jo",
        total,
        None,
    )


def test_permits_of_different_payloads_differ(desk, effects):
    one, other = effects.payment(), effects.payment(amount_minor=68545)
    made = [
        authorize_by_approval(desk, CASE, e, approval_id="AP-1", by="Jo", policy_version="v1", ceiling=None).authorization
        for e in (one, other)
    ]
    assert made[0].effect_digest != made[1].effect_digest
