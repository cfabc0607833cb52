"""Negotiation positions for a coming renewal, filled in beforehand from what is known: for the operator, never for a letter as they stand."""

from __future__ import annotations

from collections.abc import Iterator

from agents.renewal_watcher.brief import RenewalBrief
from agents.renewal_watcher.weighing import PARTLY, cheapest
from memory.domain.evidence import Claim, EvidenceRef, Origin
from memory.domain.renewal import Position
from memory.domain.words import are, counted

#: What is asked for where prices may rise as the vendor likes, in percent a year; and a notice that one can live with, in days.
_CAP, _NOTICE = 3, 30


def positions_for(brief: RenewalBrief) -> tuple[Position, ...]:
    """Return what to ask for, each point with what it rests on."""
    return (*_units(brief), *_price(brief), *_cap(brief), *_notice(brief))


def _units(brief: RenewalBrief) -> Iterator[Position]:
    usage = brief.usage
    if usage is None or usage.percent is None or not 0 < usage.percent < PARTLY:
        return
    unit = usage.unit or "units"
    told = Claim(
        text=f"{usage.used} of {usage.paid_for} {unit} {are(usage.used or 0)} used",
        evidence=(EvidenceRef(digest=usage.evidence, origin=Origin.OPERATOR),),
    )
    yield Position(topic="quantity", ask=f"Pay for {usage.used} {unit} instead of {usage.paid_for}", because=told)


def _price(brief: RenewalBrief) -> Iterator[Position]:
    broken = max(brief.broken_caps, key=lambda one: one.on, default=None)
    if broken is not None:
        told = Claim(text=broken.says, evidence=broken.proof)
        yield Position(topic="cap on increases", ask=f"Not above {broken.allowed} a year, and what was paid beyond it back", because=told)
    other = cheapest(brief)
    if other is not None and other.annual.amount_minor < brief.annual.amount_minor:
        told = Claim(text=f"{other.vendor_name} asks {other.annual} a year ({other.source})", evidence=(other.evidence,))
        yield Position(topic="price", ask=f"At most {other.annual} a year, against {brief.annual} now", because=told)
        return
    risen = max((step for step in brief.price_steps if step.percent > 0), key=lambda step: step.on, default=None)
    if risen is not None:
        told = Claim(text=f"It rose from {risen.before} to {risen.after} a year on {risen.on}", evidence=(risen.evidence,))
        yield Position(topic="price", ask=f"Back to {risen.before} a year", because=told)


def _cap(brief: RenewalBrief) -> Iterator[Position]:
    if brief.increases_capped is False:
        told = Claim(text="The contract has no cap on price increases", evidence=(brief.contract,))
        yield Position(topic="cap on increases", ask=f"At most {_CAP} % a year on renewal", because=told)


def _notice(brief: RenewalBrief) -> Iterator[Position]:
    if brief.notice_days > _NOTICE and brief.auto_renews:
        told = Claim(text=f"Notice is {counted(brief.notice_days, 'day')} before it renews by itself", evidence=(brief.contract,))
        yield Position(topic="notice", ask=f"{_NOTICE} days of notice", because=told)
