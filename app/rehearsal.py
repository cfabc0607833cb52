"""Wires the rehearsal of a case: its planned negotiations against simulated vendors. It only reads; nothing is written, sent or asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from memory.domain.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from agents.negotiation.rehearsal import RehearsalReport, StrategyName
    from agents.negotiator.strategy import Position
    from app.bootstrap import Office
    from graphs.case_file import CaseFile
    from graphs.context import Desk

ANYBODY = "any vendor"


@dataclass(frozen=True)
class VendorRehearsal:
    """The rehearsal with one vendor; `vendor_id` is empty while no vendor is known. `yearly` tells whether totals are for a year."""

    vendor_id: str
    vendor_name: str
    starts: str
    yearly: bool
    report: RehearsalReport


def rehearse_case(
    office: Office, case_id: str, *, vendor_id: str = "", runs: int, seed: int, strategies: Sequence[StrategyName]
) -> tuple[VendorRehearsal, ...]:
    """Rehearse what is left to negotiate in a case, with one vendor or with each that is not concluded.

    Raises `NotFoundError` for an unknown case or vendor, `ConflictError` when nothing is left to negotiate.
    """
    from app.desk import make_desk
    from graphs.case_file import load_case
    from tools.llm.choice import NoModel

    desk = make_desk(replace(office, model=NoModel()))
    case = load_case(office.database, case_id)
    chosen = _vendors(case, vendor_id)
    return tuple(_rehearsed(desk, case, one, runs, seed, strategies) for one in chosen)


def _rehearsed(desk: Desk, case: CaseFile, vendor_id: str, runs: int, seed: int, strategies: Sequence[StrategyName]) -> VendorRehearsal:
    from agents.negotiation.rehearsal import rehearse
    from agents.negotiation.rehearsal.purchase import planned_purchase
    from memory.domain.requisition import MONTHS

    planned = planned_purchase(_position(desk, case, vendor_id), desk.operator.tax_rate_bp)
    report = rehearse(planned, runs=runs, seed=seed, strategies=strategies)
    name = case.vendor_name(vendor_id) if vendor_id else ANYBODY
    return VendorRehearsal(vendor_id, name, _starts(case, vendor_id), case.requisition.ceiling.period in MONTHS, report)


def _vendors(case: CaseFile, vendor_id: str) -> list[str]:
    """Return the vendors to rehearse; '' stands for a vendor that nobody knows yet."""
    need = case.requisition
    known = list(dict.fromkeys((*case.candidates, *case.negotiations)))
    if vendor_id and vendor_id not in known:
        named = ", ".join(known) or "none yet"
        raise NotFoundError(f"{vendor_id} is no vendor of {case.case_id}", hint=f"its vendors: {named}")
    if vendor_id and case.negotiation(vendor_id).concluded is None:
        return [vendor_id]
    judged = {one: case.qualifications[one].qualified for one in known if one in case.qualifications}
    open_ones = [one for one in known if judged.get(one, True) and case.negotiation(one).concluded is None]
    if vendor_id or (known and not open_ones):
        raise ConflictError(f"nothing is left to negotiate in {case.case_id} for {need.need}", hint=f"qm cases show {case.case_id}")
    return open_ones or [""]


def _position(desk: Desk, case: CaseFile, vendor_id: str) -> Position:
    from agents.negotiator.agent import position_of
    from agents.negotiator.strategy import Position
    from graphs.briefs import brief_for, stakes_in

    # What the next move is decided on, and the same before there is anything to decide on.
    stakes = vars(stakes_in(desk, case, vendor_id))
    if vendor_id in case.qualifications:
        return position_of(brief_for(desk, case, vendor_id).model_copy(update=stakes))
    listed = case.candidates[vendor_id].facts.list_price if vendor_id in case.candidates else None
    return Position(requisition=case.requisition, list_price=listed, today=desk.now().date(), **stakes)


def _starts(case: CaseFile, vendor_id: str) -> str:
    if not vendor_id:
        return "before a vendor is known"
    file = case.negotiation(vendor_id)
    if not file.quotes:
        return "before its first quote"
    return f"after {len(file.quotes)} of its offers and {len(file.counteroffers)} of ours"
