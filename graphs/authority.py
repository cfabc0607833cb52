"""Authority: a verdict of policy, or the operator's answer, becomes a single-use permit for one exact effect."""

from __future__ import annotations

from datetime import timedelta

from graphs.context import Desk
from graphs.policy.engine import DEFAULT_RULE
from memory.domain.approval import Authorization, PlannedEffect
from memory.domain.effects import MAIL_SEND
from memory.domain.errors import RefusedError
from memory.domain.events.authority import AuthorizationGranted
from memory.domain.money import Money
from memory.domain.policy import PolicyDecision, Verdict

#: A permit outlives a mail server that is down for a weekend; the approval behind a payment was given for days, not months.
_BY_RULE = timedelta(days=7)
_BY_APPROVAL = timedelta(days=7)


def authorize_by_rule(desk: Desk, case_id: str, effect: PlannedEffect, decision: PolicyDecision) -> AuthorizationGranted:
    """Return the permit for an effect that policy allows without asking.

    Raises `RefusedError` when the verdict is anything but ALLOW: this is where a rule's word ends.
    """
    if decision.verdict is not Verdict.ALLOW:
        reasons = "; ".join(o.says for o in decision.reasons) or decision.verdict.value
        raise RefusedError(f"policy does not allow this {effect.kind}: {reasons}", hint="qm policy show")
    # The rule about this kind of effect is named first: it is the one that people are told.
    telling = "outreach" if effect.kind == MAIL_SEND else DEFAULT_RULE
    rules = ", ".join(o.rule for o in sorted(decision.outcomes, key=lambda o: o.kind != telling)) or DEFAULT_RULE
    return _permit(desk, case_id, effect, decision.policy_version, rule=f"policy: {rules}"[:200], approver="policy")


def authorize_by_approval(
    desk: Desk, case_id: str, effect: PlannedEffect, *, approval_id: str, by: str, policy_version: str, ceiling: Money | None
) -> AuthorizationGranted:
    """Return the permit for an effect that the operator approved, digest for digest."""
    return _permit(desk, case_id, effect, policy_version, approval_id=approval_id, approver=by, ceiling=ceiling)


def _permit(
    desk: Desk,
    case_id: str,
    effect: PlannedEffect,
    policy_version: str,
    *,
    approver: str,
    rule: str | None = None,
    approval_id: str | None = None,
    ceiling: Money | None = None,
) -> AuthorizationGranted:
    now = desk.now()
    authorization = Authorization(
        authorization_id=f"AU-{effect.key[:20]}",
        case_id=case_id,
        effect_key=effect.key,
        effect_kind=effect.kind,
        effect_digest=effect.digest,
        approval_id=approval_id,
        rule=rule,
        approver=approver,
        policy_version=policy_version,
        ceiling=ceiling,
        granted_at=now,
        expires_at=now + (_BY_APPROVAL if approval_id else _BY_RULE),
    )
    return AuthorizationGranted(authorization=authorization)
