"""One plain sentence that says what was understood, for the operator to confirm or put right."""

from __future__ import annotations

from memory.domain.instruction import BudgetChange, CaseCommand, Intent, RenewalCommand, Understood

NOT_UNDERSTOOD = (
    "I did not understand this as something I may do, so I did nothing. Say what to buy, or ask about spend, renewals or a case."
)


def restated(understood: Understood) -> str:  # noqa: PLR0911  (one return per intent)
    """Return the understanding as a sentence that starts with "I understood:"; nothing is said that was not stated."""
    match understood.intent:
        case Intent.UNKNOWN:
            return NOT_UNDERSTOOD
        case Intent.PURCHASE:
            return f"I understood: buy {_purchase(understood)}."
        case Intent.QUESTION:
            return f"I understood: a question{_about(understood)}. I answer it from the ledger."
        case Intent.VENDOR_SUGGESTION:
            return f"I understood: look at {understood.vendor or 'a vendor'} too. It is qualified like any other."
        case Intent.POLICY_CHANGE:
            return "I understood: a change of policy. It becomes a proposal for you to adopt; nothing changes until then."
        case Intent.BUDGET_UPDATE:
            return f"I understood: {_budget(understood)}."
        case Intent.CASE_CONTROL:
            action = understood.details.action if isinstance(understood.details, CaseCommand) else "change"
            return f"I understood: {action} {'case ' + understood.case if understood.case else 'a case'}."
        case Intent.RENEWAL_ACTION:
            return f"I understood: {_renewal(understood)}."


def _purchase(u: Understood) -> str:
    parts = [u.need or "something (not said what)"]
    if u.quantity is not None:
        parts.append(f"quantity {u.quantity:,} {u.unit or ''}".rstrip())
    if u.ceiling is not None:
        per = f" per {u.ceiling_per}" if u.ceiling_per and u.ceiling_per != "each" else " each" if u.ceiling_per else ""
        parts.append(f"at most {u.ceiling.money}{per} {'once' if u.ceiling.period == 'once' else f'per {u.ceiling.period}'}")
    if u.deadline is not None:
        parts.append(f"by {u.deadline:%A, %d %B %Y}")
    if u.must_have:
        parts.append(f"it must have: {'; '.join(u.must_have)}")
    if u.nice_to_have:
        parts.append(f"nice to have: {'; '.join(u.nice_to_have)}")
    if u.vendor is not None:
        parts.append(f"from {u.vendor}")
    if u.urgency != "normal":
        parts.append("urgent" if u.urgency == "hot" else "no hurry")
    return ", ".join(parts)


def _about(u: Understood) -> str:
    about = u.case or u.vendor or u.category
    return f" about {about}" if about else ""


def _budget(u: Understood) -> str:
    change = u.details if isinstance(u.details, BudgetChange) else None
    name = f"the {change.scope} budget" if change is not None and change.scope else "the budget"
    if change is not None and change.delta is not None:
        return f"{change.mode} {name} by {change.delta}"
    if change is not None and change.amount is None and change.percent is not None:
        return f"{change.mode} {name} by {change.percent} %"
    return f"set {name} to {u.ceiling}" if u.ceiling is not None else f"change {name}"


def _renewal(u: Understood) -> str:
    action = u.details.action if isinstance(u.details, RenewalCommand) else "renew"
    whose = f"the contract with {u.vendor}" if u.vendor else "a contract"
    most = ""
    if u.ceiling is not None:
        most = f" for at most {u.ceiling.money} {'once' if u.ceiling.period == 'once' else f'per {u.ceiling.period}'}"
    return {"cancel": f"let {whose} end", "remind": f"remind you before {whose} renews"}.get(action, f"{action} {whose}{most}")
