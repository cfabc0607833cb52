"""The vendor's paper before this one: what changed against it, and what that means, as findings that the operator reads with the rest."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from agents.contract_reading.comparison import Version, compare
from memory.database import reading
from memory.domain.contract import ContractReview, Finding, Severity
from memory.domain.errors import NotFoundError
from memory.evidence import EvidenceStore
from memory.ledger import read_events
from memory.views.cases import ContractPaper
from memory.views.contracts import contracts_at
from memory.views.vendor_merges import read_merges

_TOLD = 8  # the worst; qm contracts compare shows all
#: Percent of words in common from which a paper is a version of the one before: of 45 pairs of public agreements by different authors, and
#: of different kinds by one author, 41 share less; the rest are forms of one author that say much the same.
_SAME_PAPER = 30
_ANOTHER = "the vendor's paper before this one is another text, of which hardly a sentence is left: what changed is not told, read both"
#: A paper that was only read binds nobody: the version before is the one that was signed.
_BINDING = frozenset({"signed", "imported"})


def changes_for_case(
    database: sa.Engine, evidence: EvidenceStore, case_id: str, vendor_id: str, review: ContractReview, text: str
) -> tuple[Finding, ...]:
    """Return what changed against the contract that bound both sides when the case began: so that a replay finds the same."""
    with reading(database) as connection:
        began = next(iter(read_events(connection, stream=case_id)), None)
    if began is None:
        return ()
    ids = read_merges(database, before_seq=began.seq).ids(vendor_id)
    return changes_against(earlier_paper(database, ids, at=began.at, other_than=review.contract), evidence, review, text)


def changes_for_import(
    database: sa.Engine, evidence: EvidenceStore, now: datetime, vendor_id: str, review: ContractReview, text: str
) -> tuple[Finding, ...]:
    """Return what changed against the contract that binds until now; nothing for an older one that is imported late."""
    before = earlier_paper(database, read_merges(database).ids(vendor_id), at=now, other_than=review.contract)
    if before is not None and before.review.effective_on and review.effective_on and review.effective_on < before.review.effective_on:
        return ()
    return changes_against(before, evidence, review, text)


def earlier_paper(database: sa.Engine, vendor_ids: tuple[str, ...], *, at: datetime, other_than: str) -> ContractPaper | None:
    """Return the newest contract with a vendor, under any of its ids, that was signed or imported by `at`."""
    known = contracts_at(database, at)
    mine = (paper for paper in known if paper.vendor_id in vendor_ids and paper.status in _BINDING and paper.review.contract != other_than)
    return next(mine, None)


def changes_against(earlier: ContractPaper | None, evidence: EvidenceStore, review: ContractReview, text: str) -> tuple[Finding, ...]:
    """Return the effects of what differs, the worst first; nothing where there is no earlier paper, or its text is gone."""
    if earlier is None:
        return ()
    try:
        before = Version(text=evidence.text(earlier.review.text), review=earlier.review)
    except NotFoundError:
        return ()
    found = compare(before, Version(text=text, review=review))
    if found.shared < _SAME_PAPER:
        return (Finding(severity=Severity.NOTE, text=_ANOTHER),)
    return tuple(effect.finding for effect in found.effects[:_TOLD])
