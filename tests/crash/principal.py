"""The operator of a run: says yes from two surfaces at once, and answers where the system asks a person.

What became of a mail that cannot be known from inside is answered from the peers' log, as a person would from the provider's.
"""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from app.bootstrap import Office
from memory.database import reading
from memory.domain.approval import Approve
from memory.domain.errors import ConflictError
from memory.projections.approvals import approvals
from memory.projections.cases import cases


class Principal:
    """The person this department works for, with a dashboard and a command line open."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._surfaces = ThreadPoolExecutor(max_workers=2)
        self._since: dict[str, float] = {}
        self.did: Counter[str] = Counter()

    def look(self) -> None:
        """Answer what is open just now."""
        with reading(self._office.database) as connection:
            open_ = list(connection.scalars(sa.select(approvals.c.approval_id).where(approvals.c.status == "open")))
            failed = list(connection.scalars(sa.select(cases.c.case_id).where(cases.c.status == "failed")))
        for approval_id in open_:
            self._approve_twice(approval_id)
        for case_id in failed:
            self._retry(case_id)

    def _approve_twice(self, approval_id: str) -> None:
        asked = self._office.service.approval(approval_id)
        answer = Approve(approval_id=approval_id, digest=asked.action.digest, by="operator")
        told = list(self._surfaces.map(lambda surface: self._decide(answer, surface), ("dashboard", "cli")))
        if sorted(told) != ["stale", "yes"]:
            self.did["approvals that two surfaces won or lost"] += 1
        self.did["approvals"] += 1

    def _decide(self, answer: Approve, surface: str) -> str:
        try:
            self._office.service.decide(answer, surface=surface)
        except ConflictError:
            return "stale"
        return "yes"

    def _retry(self, case_id: str) -> None:
        since = self._since.setdefault(case_id, time.monotonic())
        if time.monotonic() - since > 1.0:
            self._office.service.retry(case_id, by="operator")
            self._since.pop(case_id)
            self.did["retries"] += 1

    @property
    def settled(self) -> int:
        """How many effects this person had to tell the outcome of."""
        return self.did["settled"]
