"""The policy shelf: which version is in force, and how a new one is adopted. The ledger holds every text ever in force."""

from __future__ import annotations

from collections import deque

import sqlalchemy as sa

from graphs.policy.document import Policy
from memory.database import reading
from memory.domain.errors import ConflictError, NotFoundError
from memory.domain.events.workspace import PolicyAdopted
from memory.domain.evidence import Origin
from memory.domain.seal import SealCheck, Sealer, sealed
from memory.evidence import EvidenceStore
from memory.ledger import WORKSPACE, read_events
from memory.unit_of_work import UnitOfWork
from memory.vouching import operators_word


class PolicyShelf:
    """Reads and adopts policies. A file on disk changes nothing until it is adopted.

    With a `check` only what the operator adopted counts: a policy that a worker wrote into the ledger is passed over.
    """

    def __init__(
        self,
        database: sa.Engine,
        unit_of_work: UnitOfWork,
        evidence: EvidenceStore,
        *,
        sealer: Sealer | None = None,
        check: SealCheck | None = None,
    ) -> None:
        self._database = database
        self._unit_of_work = unit_of_work
        self._evidence = evidence
        self._sealer = sealer
        self._check = check
        self._loaded: tuple[str, Policy] | None = None

    def current(self) -> Policy:
        """Return the policy in force; raises `NotFoundError` while none was adopted."""
        adopted = self.adopted()
        if adopted is None:
            raise NotFoundError("no policy is in force", hint="qm policy adopt policy.yaml")
        if self._loaded is None or self._loaded[0] != adopted.text:
            self._loaded = (adopted.text, Policy.load(self._evidence.text(adopted.text), source=f"policy {adopted.policy_version}"))
        return self._loaded[1]

    def adopted(self) -> PolicyAdopted | None:
        """Return the fact of the last adoption, or None."""
        with reading(self._database) as connection:
            if self._check is None:
                newest = next(read_events(connection, kinds=(PolicyAdopted.kind,), newest_first=True, limit=1), None)
            else:
                every = read_events(connection, stream=WORKSPACE, kinds=(PolicyAdopted.kind,))
                newest = next(iter(deque(operators_word(every, self._check), maxlen=1)), None)
        return newest.event if newest and isinstance(newest.event, PolicyAdopted) else None

    def text(self) -> str:
        """Return the text of the policy in force, as its owner wrote it; raises `NotFoundError` while there is none."""
        adopted = self.adopted()
        if adopted is None:
            raise NotFoundError("no policy is in force", hint="qm policy adopt policy.yaml")
        return self._evidence.text(adopted.text)

    def adopt(self, text: str, *, source: str, by: str, reason: str = "") -> Policy:
        """Put a policy into force and return it.

        Raises `InputError` when the text is not a valid policy, `ConflictError` when exactly this text is in force already.
        """
        policy = Policy.load(text, source=source)
        adopted = self.adopted()
        if adopted is not None and adopted.policy_version == policy.version:
            raise ConflictError(f"policy {policy.version} is in force already", hint="nothing was changed")
        digest = self._evidence.put_text(text, origin=Origin.OPERATOR, source=source)
        count = 0 if adopted is None else self._adoptions()
        key = f"policy/{count}/{digest}"
        fact = PolicyAdopted(policy_version=policy.version, text=digest, by=by, reason=reason)
        self._unit_of_work.act(key, [sealed(fact, stream=WORKSPACE, act_key=key, sealer=self._sealer)], actor=by)
        return policy

    def _adoptions(self) -> int:
        with reading(self._database) as connection:
            return sum(1 for _ in read_events(connection, kinds=(PolicyAdopted.kind,)))
