"""Two profiles are one vendor, or two: the operator's word, recorded with its reason, and taken back by another word.

A merge joins what is known: names, domains, contracts, prices, talks, incidents. It changes no party of the registry and no case: a
purchase goes on with the id that it has, and pays the payee that the operator entered for that id.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from memory.domain.errors import ConflictError, InputError, NotFoundError
from memory.domain.events import Event
from memory.domain.events.sourcing import VendorMerged, VendorSeparated
from memory.unit_of_work import UnitOfWork
from memory.views.registry import RegistryView
from memory.views.vendor_duplicates import likely_duplicates
from memory.views.vendor_identity import identities
from memory.views.vendor_merges import Merges, read_merges
from memory.views.vendors import current_profile

_LONGEST_REASON = 500


@dataclass(frozen=True)
class Merged:
    """What a word on two profiles did: all ids of the vendor that `vendor_id` is now, and what the operator should know."""

    vendor_id: str
    ids: tuple[str, ...]
    grounds: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def merge_vendors(vendor_id: str, merged_id: str, *, reason: str, by: str, database: sa.Engine, unit_of_work: UnitOfWork) -> Merged:
    """Show `merged_id` under `vendor_id` from now on.

    Raises `NotFoundError` for an unknown vendor, `InputError` without a reason or for one vendor with itself, and `ConflictError` when
    `merged_id` is merged already, or `vendor_id` is itself shown under another.
    """
    _checked(database, vendor_id, merged_id, reason)
    merges = read_merges(database)
    if merges.main_id(merged_id) != merged_id:
        raise ConflictError(
            f"{merged_id} is merged already, into {merges.main_id(merged_id)}", hint=f"first: qm vendors separate {merged_id} --reason WHY"
        )
    if merges.main_id(vendor_id) != vendor_id:
        main = merges.main_id(vendor_id)
        raise ConflictError(f"{vendor_id} is itself shown under {main}", hint=f"qm vendors merge {main} {merged_id} --reason WHY")
    pair = {vendor_id, merged_id}
    known = [one for one in identities(database) if one.ids[0] in pair]
    grounds = tuple(ground for found in likely_duplicates(known, Merges(())) for ground in found.grounds)
    fact = VendorMerged(vendor_id=vendor_id, merged_id=merged_id, grounds=grounds, reason=reason.strip(), by=by)
    _write(unit_of_work, merges, fact, by)
    return Merged(vendor_id, read_merges(database).ids(vendor_id), grounds, _warnings(database, vendor_id, merged_id))


def separate_vendors(merged_id: str, *, other_id: str = "", reason: str, by: str, database: sa.Engine, unit_of_work: UnitOfWork) -> Merged:
    """Undo the merge of `merged_id`; with `other_id` say that these two are two vendors, merged or not, and are not suggested again.

    Raises `NotFoundError` for an unknown vendor, `InputError` without a reason, and `ConflictError` when there is no merge to undo.
    """
    merges = read_merges(database)
    vendor_id = other_id or merges.parents.get(merged_id, "")
    if not vendor_id:
        raise ConflictError(
            f"{merged_id} is not merged into another vendor", hint="name both to say that they are two: qm vendors separate A B"
        )
    _checked(database, vendor_id, merged_id, reason)
    apart = merges.parents.get(merged_id) == vendor_id or merges.parents.get(vendor_id) == merged_id
    if not apart and merges.main_id(merged_id) == merges.main_id(vendor_id):
        raise ConflictError(
            f"{merged_id} and {vendor_id} are one vendor by way of {merges.main_id(vendor_id)}",
            hint=f"undo the merge of one of them: qm vendors separate {merged_id} --reason WHY",
        )
    _write(unit_of_work, merges, VendorSeparated(vendor_id=vendor_id, merged_id=merged_id, reason=reason.strip(), by=by), by)
    return Merged(merged_id, read_merges(database).ids(merged_id))


def _checked(database: sa.Engine, vendor_id: str, merged_id: str, reason: str) -> None:
    if vendor_id == merged_id:
        raise InputError("a vendor cannot be merged with itself", hint="name two vendors; qm vendors list shows them")
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise InputError(f"a reason of 1 to {_LONGEST_REASON} characters is needed", hint='--reason "same VAT id on both invoices"')
    for one in (vendor_id, merged_id):
        if current_profile(database, one) is None:
            raise NotFoundError(f"there is no vendor {one}", hint="qm vendors list shows them")


def _write(unit_of_work: UnitOfWork, merges: Merges, fact: Event, by: str) -> None:
    # Numbered by the words so far: two who speak at the same moment do not both get their way unseen.
    if unit_of_work.act(f"vendor-merge/{len(merges.words)}", [fact], actor=by).repeated:
        raise ConflictError("another merge was entered at the same moment", hint="look again: qm vendors duplicates")


def _warnings(database: sa.Engine, vendor_id: str, merged_id: str) -> tuple[str, ...]:
    registry = RegistryView(database)
    payees = [registry.party_of("payee", one) for one in (vendor_id, merged_id)]
    ibans = {registry.payee(payee).iban for payee in payees if payee}
    if len(ibans) > 1:
        return ("They have different bank details. The merge changes none: each id is paid as you entered it.",)
    if ibans and None in payees:
        without = (vendor_id, merged_id)[payees.index(None)]
        return (f"Only one of them has bank details. They are not taken over: enter them for {without} if it is to be paid.",)
    return ()
