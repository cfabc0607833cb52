"""What speaks for keeping, renegotiating and cancelling a contract: each reason with its evidence and its weight.

The weights are set by judgement, not measured: what is not used at all decides alone; a dearer price, a cheaper offer and trouble each
open a talk, and only several of them together, or hardly any use, end a contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agents.renewal_watcher.brief import OtherOffer, RenewalBrief
from memory.domain.evidence import Claim, EvidenceRef, Origin
from memory.domain.renewal import RenewalAction
from memory.domain.words import are, counted

KEEP, RENEGOTIATE, CANCEL = RenewalAction.KEEP, RenewalAction.RENEGOTIATE, RenewalAction.CANCEL
#: In percent: hardly used, partly used, well cheaper, cheaper, a rise that counts.
HARDLY, PARTLY, FAR_CHEAPER, CHEAPER, STEEP = 20, 70, 40, 10, 10


@dataclass(frozen=True)
class Reason:
    """One reason: what it speaks for, how much, and the claim with its evidence."""

    action: RenewalAction
    weight: int
    claim: Claim


def reasons_of(brief: RenewalBrief) -> tuple[Reason, ...]:
    """Return every reason that the known facts give, the weightiest first."""
    found = [*_usage(brief), *_price(brief), *_others(brief), *_spend(brief), *_incidents(brief)]
    return tuple(sorted(found, key=lambda reason: -reason.weight))


def chosen(reasons: tuple[Reason, ...]) -> RenewalAction:
    """Return what the reasons come to. Without any nothing speaks against keeping; at equal weight a talk loses nothing."""
    total = {action: sum(r.weight for r in reasons if r.action is action) for action in (RENEGOTIATE, CANCEL, KEEP)}
    best = max(total, key=lambda action: total[action])
    return best if total[best] else KEEP


def unknown_in(brief: RenewalBrief) -> tuple[str, ...]:
    """Return what was looked for and is not known, in words."""
    missing = []
    if brief.usage is None or (brief.usage.percent is None and not brief.usage.words):
        missing.append(f"how much of it is used (say it on the Renewals page, or: qm renewals say {brief.uid} --used N --of N)")
    if brief.spend is None:
        missing.append("what was really paid in the last year (import statements)")
    if not brief.others:
        why = "no other price is known in its category" if brief.category_known else "its category is not known"
        missing.append(f"what others ask for the same: {why}")
    return tuple(missing)


def _usage(brief: RenewalBrief) -> Iterator[Reason]:
    usage = brief.usage
    if usage is None:
        return
    proof = (EvidenceRef(digest=usage.evidence, origin=Origin.OPERATOR),)
    percent = usage.percent
    if percent is None:
        if usage.used == 0:
            yield Reason(CANCEL, 100, Claim(text="You said that it is not used", evidence=proof))
        return
    told = Claim(text=f"{usage.used} of {usage.paid_for} {usage.unit or 'units'} {are(usage.used or 0)} used ({percent} %)", evidence=proof)
    if percent == 0:
        yield Reason(CANCEL, 100, told)
    elif percent <= HARDLY:
        yield Reason(CANCEL, 60, told)
    elif percent < PARTLY:
        yield Reason(RENEGOTIATE, 40, told)
    else:
        yield Reason(KEEP, 30, told)


def _price(brief: RenewalBrief) -> Iterator[Reason]:
    for broken in brief.broken_caps:
        yield Reason(RENEGOTIATE, 45, Claim(text=broken.says, evidence=broken.proof))
    told = {broken.on for broken in brief.broken_caps}
    for step in brief.price_steps:
        if step.percent > 0 and step.on not in told:
            said = f"It became {step.percent} % dearer on {step.on}: {step.after} a year instead of {step.before}"
            yield Reason(RENEGOTIATE, 40 if step.percent >= STEEP else 20, Claim(text=said, evidence=(step.evidence,)))


def cheapest(brief: RenewalBrief) -> OtherOffer | None:
    """Return the cheapest other offer in the contract's currency."""
    same = [other for other in brief.others if other.annual.currency == brief.annual.currency]
    return min(same, key=lambda other: other.annual.amount_minor, default=None)


def _others(brief: RenewalBrief) -> Iterator[Reason]:
    other = cheapest(brief)
    if other is None or brief.annual.amount_minor <= 0:
        return
    less = (brief.annual.amount_minor - other.annual.amount_minor) * 100 // brief.annual.amount_minor
    proof = (other.evidence, brief.contract)
    if less < CHEAPER:
        said = f"No price known is {CHEAPER} % lower; the next is {other.annual} a year at {other.vendor_name} ({other.source})"
        yield Reason(KEEP, 20, Claim(text=said, evidence=proof))
        return
    said = f"{other.vendor_name} asks {other.annual} a year ({other.source}), {less} % less than {brief.annual}"
    yield Reason(RENEGOTIATE, 40 if less >= FAR_CHEAPER else 30, Claim(text=said, evidence=proof))


def _spend(brief: RenewalBrief) -> Iterator[Reason]:
    spend = brief.spend
    if spend is None or spend.percent is None:
        return
    told = Claim(
        text=f"{spend.paid} was paid in the last year, {spend.before} in the year before ({spend.percent:+d} %)", evidence=spend.evidence
    )
    if spend.percent >= STEEP:
        yield Reason(RENEGOTIATE, 15, told)
    elif spend.percent <= 0:
        yield Reason(KEEP, 10, told)


def _incidents(brief: RenewalBrief) -> Iterator[Reason]:
    if not brief.incidents:
        return
    latest = max(brief.incidents, key=lambda incident: incident.on)
    said = f"{counted(len(brief.incidents), 'incident')} in this term, the last on {latest.on}: {latest.words}"[:1000]
    claim = Claim(text=said, evidence=tuple(incident.evidence for incident in brief.incidents))
    if len(brief.incidents) >= 3:
        yield Reason(CANCEL, 45, claim)
    else:
        yield Reason(RENEGOTIATE, 15 * len(brief.incidents), claim)
