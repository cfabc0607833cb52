"""The operator of a run: says yes from two surfaces at once, and answers where the system asks a person.

What became of a mail that cannot be known from inside is answered from the peers' log, as a person would from the provider's.
"""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from verdict import received

from app.bootstrap import Office
from graphs.settling import EffectControl
from memory import outbox
from memory.database import reading
from memory.domain.approval import Approve
from memory.domain.effects import MAIL_SEND
from memory.domain.errors import ConflictError
from memory.outbox import EffectStatus, OutboxRow
from memory.projections.approvals import approvals
from memory.projections.cases import cases

#: A person does not answer at once: look-ups and answers of the vendor come first.
_ASKED_FOR_S = 4.0
#: A step that fails again and again needs more than a person who says "try again".
_MOST_RETRIES = 3


class Principal:
    """The person this department works for, with a dashboard and a command line open."""

    def __init__(self, office: Office, root: Path, *, cancels: bool = False) -> None:
        self._cancels = cancels
        self._office = office
        self._root = root
        self._surfaces = ThreadPoolExecutor(max_workers=2)
        self._since: dict[str, float] = {}
        self._retries: Counter[str] = Counter()
        self.did: Counter[str] = Counter()

    def look(self) -> None:
        """Answer what is open just now."""
        with reading(self._office.database) as connection:
            open_ = list(connection.scalars(sa.select(approvals.c.approval_id).where(approvals.c.status == "open")))
            failed = list(connection.scalars(sa.select(cases.c.case_id).where(cases.c.status == "failed")))
            unknown = outbox.rows(connection, statuses=(EffectStatus.UNKNOWN,))
        for approval_id in open_:
            self._approve_twice(approval_id)
        for case_id in failed:
            self._retry(case_id)
        self._settle([row for row in unknown if row.kind == MAIL_SEND])

    def _approve_twice(self, approval_id: str) -> None:
        asked = self._office.service.approval(approval_id)
        if self._cancels and self.did["approvals"] % 3 == 2 and not self._retries[asked.case_id]:
            self.did["approvals"] += 1
            self._office.service.cancel(asked.case_id, by="operator", reason="not needed any more")
            self.did["cancelled"] += 1
            return
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
        if time.monotonic() - since > 1.0 and self._retries[case_id] < _MOST_RETRIES:
            self._retries[case_id] += 1
            self._since.pop(case_id)
            with suppress(ConflictError):  # it went on meanwhile
                self._office.service.retry(case_id, by="operator")
                self.did["retries"] += 1

    def _settle(self, unknown: list[OutboxRow]) -> None:
        """Tell what became of mails that the system has asked about for a while: nobody answered them, and the outbox folder has them."""
        ages = {row.effect_key: time.monotonic() - self._since.setdefault(row.effect_key, time.monotonic()) for row in unknown}
        for key in [key for key in self._since if key not in ages and not key.startswith("CASE-")]:
            del self._since[key]
        late = [row for row in unknown if ages[row.effect_key] > _ASKED_FOR_S]
        if not late:
            return
        arrived = received(self._root)["mail"]
        control = EffectControl(self._office.database, self._office.unit_of_work, self._office.ids, sealer=self._office.sealer)
        for row in late:
            happened = arrived[row.reference] > 0
            if happened and ages[row.effect_key] < 2 * _ASKED_FOR_S:
                continue  # its answer is on the way and will prove it
            with suppress(ConflictError):  # it became known meanwhile
                control.settle(row.effect_key, happened=happened, by="operator", reason="looked up in the provider's log")
                self.did["settled"] += 1

    @property
    def settled(self) -> int:
        """How many effects this person had to tell the outcome of."""
        return self.did["settled"]
