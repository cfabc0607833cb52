"""A contract as a document: what was found in it, and where each finding stands in the text that was kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from memory.database import reading
from memory.domain.base import Digest
from memory.domain.contract import Certainty, ContractReview, Severity
from memory.domain.errors import NotFoundError
from memory.domain.evidence import Span
from memory.projections.contract_calendar import contracts as table
from memory.schema import evidence
from memory.views.names import names_of

_SHORTEST = 6
_WEIGHTS = (Severity.BLOCKER, Severity.CONCERN, Severity.NOTE)


@dataclass(frozen=True)
class Passage:
    """One finding or clause and where it stands; `key` names it in links (`finding-0`, `clause-3`).

    `says` is our word for it, or a value read from the paper: shown as plain text. `span` points into the kept text.
    """

    key: str
    kind: str
    says: str
    span: Span
    severity: Severity | None = None
    certainty: Certainty = Certainty.SURE


@dataclass(frozen=True)
class ContractDocument:
    """A contract with its passages: findings first, the gravest before others, then clauses in the order of the text.

    `text` is empty when the text is not in the store; `media_type` and `filename` are those of the paper as it was received.
    """

    review: ContractReview
    vendor_id: str
    vendor_name: str
    status: str
    case_id: str
    read_at: datetime
    filename: str
    media_type: str
    size: int
    text: str
    passages: tuple[Passage, ...]

    @property
    def contract(self) -> Digest:
        """The digest of the paper as it was received."""
        return self.review.contract

    @property
    def has_pages(self) -> bool:
        """Whether pages can be drawn."""
        return self.media_type == "application/pdf" and self.size > 0

    def passage(self, key: str) -> Passage | None:
        """Return a passage by its key, None when there is none."""
        return next((passage for passage in self.passages if passage.key == key), None)


def contract_document(database: sa.Engine, contract: str) -> ContractDocument:
    """Return a contract by its digest, or by the first letters of it when no other begins so; raises `NotFoundError`."""
    with reading(database) as connection:
        query = sa.select(table).where(table.c.contract.startswith(contract, autoescape=True)).limit(2)
        rows = connection.execute(query).all() if len(contract) >= _SHORTEST else []
        if len(rows) != 1:
            raise NotFoundError(f"there is no contract {contract[:12]}", hint="choose one from the list of contracts")
        row = rows[0]
        review = ContractReview.model_validate_json(row.review)
        columns = (evidence.c.media_type, evidence.c.source, evidence.c.size)
        paper = connection.execute(sa.select(*columns).where(evidence.c.digest == review.contract)).first()
        text: bytes | None = connection.scalar(sa.select(evidence.c.body).where(evidence.c.digest == review.text))
        name = names_of(connection, [row.vendor_id])[row.vendor_id]
    return ContractDocument(
        review=review,
        vendor_id=row.vendor_id,
        vendor_name=name,
        status=row.status,
        case_id=row.case_id,
        read_at=datetime.fromisoformat(row.at),
        filename=paper.source if paper else "",
        media_type=paper.media_type if paper else "",
        size=paper.size if paper else 0,
        text=text.decode(errors="replace") if text is not None else "",
        passages=tuple(passages_of(review)),
    )


def passages_of(review: ContractReview) -> Iterator[Passage]:
    """Yield the passages of a review; a finding about something that is missing has no passage and is left out."""
    findings = [(at, finding) for at, finding in enumerate(review.findings) if finding.span is not None]
    for at, finding in sorted(findings, key=lambda pair: _WEIGHTS.index(pair[1].severity)):
        if finding.span is not None:
            kind = finding.clause.value if finding.clause else ""
            yield Passage(f"finding-{at}", kind, finding.text, finding.span, finding.severity)
    for at, clause in sorted(enumerate(review.clauses), key=lambda pair: pair[1].span.start):
        yield Passage(f"clause-{at}", clause.kind.value, clause.value or "", clause.span, certainty=clause.certainty)
