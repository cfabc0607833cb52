"""What a run is judged by: what the outside world received, against what the ledger decided.

An effect is known by the step that decided it (case, node, revision, ordinal), not by its key: with wrong keys one step has several
effects, and that is what a duplicate is.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from controls import MARK

from app.bootstrap import Office
from graphs.replay import replay
from memory import outbox
from memory.database import reading
from memory.domain.base import sha256_hex
from memory.domain.effects import PAYMENT_INSTRUCT
from memory.ledger import StoredEvent, read_events, verify
from memory.outbox import EffectStatus, OutboxRow
from memory.views.cases import case_facts

#: What happens once in a case, or the step that does it was taken twice.
ONCE = frozenset(
    (
        *("requisition.submitted", "award.recommended", "contract.reviewed", "approval.requested", "approval.granted", "contract.signed"),
        *("order.placed", "invoice.matched", "payment.submitted", "payment.confirmed", "renewal.scheduled"),
        *("budget.reserved", "budget.committed", "case.closed", "case.ended"),
    )
)
_HAPPENED = {EffectStatus.CONFIRMED, EffectStatus.COMPENSATED}
_DID_NOT = {EffectStatus.FAILED, EffectStatus.CANCELLED}


@dataclass
class Verdict:
    """The figures of one run. Everything from `lost` to `wrong` must be nought."""

    cases: int = 0
    wanted: int = 0
    attempts: int = 0
    lost: int = 0
    duplicate: int = 0
    stuck: int = 0
    facts_twice: int = 0
    chain: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, doubled or left behind."""
        return not (self.lost or self.duplicate or self.stuck or self.facts_twice or self.chain)


def judge(office: Office, root: Path, case_ids: Iterable[str], expected: frozenset[str]) -> Verdict:
    """Return what became of a run: `expected` are the statuses that a case may end with."""
    verdict = Verdict()
    with reading(office.database) as connection:
        rows = outbox.rows(connection)
        events = list(read_events(connection))
        proof = verify(connection)
    _judge_cases(verdict, office, case_ids, expected)
    _judge_effects(verdict, office, rows, events, received(root))
    _judge_facts(verdict, events)
    if not proof.ok:
        verdict.chain += 1
        verdict.notes.append(f"the ledger does not verify: {proof}")
    for projection in replay(office.database, office.projections):
        if not projection.equal:
            verdict.chain += 1
            verdict.notes.append(f"projection {projection.name} is not what the ledger gives")
    return verdict


def received(root: Path) -> dict[str, Counter[str]]:
    """Return how often each mail and each payment arrived outside, as the peers wrote it down."""
    found: dict[str, Counter[str]] = {"mail": Counter(), "payment": Counter(), "order": Counter()}
    path = root / "peers.jsonl"
    for line in map(json.loads, path.read_text(encoding="utf-8").splitlines() if path.is_file() else ()):
        if line["what"] == "mail":
            found["mail"][line["message_id"]] += 1
        elif line["what"] == "payment":
            found["payment"][line["end_to_end_id"]] += 1
            found["order"][line["order"]] += 1
    return found


def _judge_cases(verdict: Verdict, office: Office, case_ids: Iterable[str], expected: frozenset[str]) -> None:
    for case_id in case_ids:
        verdict.cases += 1
        facts = case_facts(office.database, case_id)
        if facts.status not in expected:
            verdict.stuck += 1
            verdict.notes.append(f"{case_id} is {facts.status}: {facts.stage} {facts.note}")


def _judge_effects(
    verdict: Verdict, office: Office, rows: list[OutboxRow], events: list[StoredEvent], world: dict[str, Counter[str]]
) -> None:
    by_step: dict[str, list[OutboxRow]] = defaultdict(list)
    steps = _steps(events)
    for row in rows:
        by_step[steps.get(row.effect_key, row.effect_key)].append(row)
        verdict.attempts += row.attempts
    for step, same in by_step.items():
        if any(row.status not in _HAPPENED | _DID_NOT for row in same):
            verdict.stuck += 1
            verdict.notes.append(f"{step}: {', '.join(row.status.value for row in same)} {same[0].note[:80]}")
        wanted = int(any(row.status not in _DID_NOT for row in same))
        done = sum(_times_done(office, row, world) for row in same)
        verdict.wanted += wanted
        verdict.lost += max(0, wanted - done)
        verdict.duplicate += max(0, done - wanted)
        if wanted != done:
            verdict.notes.append(f"{step}: wanted {wanted}, done {done} ({', '.join(row.status.value for row in same)})")
    ours = {row.reference for row in rows}
    for message_id, times in world["mail"].items():
        if message_id.startswith("<qm.") and message_id not in ours:
            verdict.duplicate += times
            verdict.notes.append(f"{message_id} arrived and is in no outbox")
    for order, times in world["order"].items():
        if times > 1:
            verdict.duplicate += times - 1
            verdict.notes.append(f"{order} was paid {times} times")


def _steps(events: list[StoredEvent]) -> dict[str, str]:
    """Return the step that decided each effect, by effect key: the key of the act, its effects numbered by kind."""
    found: dict[str, str] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for event in events:
        if event.kind != "authorization.granted":
            continue
        key, kind = str(event.body["authorization"]["effect_key"]), str(event.body["authorization"]["effect_kind"])
        if key in found:
            continue
        act = "/".join(part.partition(MARK)[0] for part in event.act_key.split("/"))
        number = seen[event.act_key, kind]
        seen[event.act_key, kind] += 1
        found[key] = f"{act} {kind} {number}"
    return found


def _times_done(office: Office, row: OutboxRow, world: dict[str, Counter[str]]) -> int:
    """Return how often an effect happened, from what was received or written outside the ledger."""
    match row.kind.partition(".")[0]:
        case "mail":
            return world["mail"][row.reference]
        case "payment":
            return world["payment"][row.reference]
        case "contract":
            return int((office.home.files / "contracts" / ".signed" / f"{sha256_hex(row.effect_key.encode())[:32]}.json").is_file())
        case "calendar":
            calendar = office.home.files / "calendar.ics"
            return calendar.read_text(encoding="utf-8").splitlines().count(f"UID:{row.reference}") if calendar.is_file() else 0
        case _:
            raise ValueError(f"nobody counts {row.kind}")


def _judge_facts(verdict: Verdict, events: list[StoredEvent]) -> None:
    counts = Counter((event.stream, event.kind) for event in events if event.kind in ONCE)
    # A refused payment is asked about again, once for each refusal.
    refused = Counter(event.stream for event in events if event.kind == "effect.failed" and event.body["effect_kind"] == PAYMENT_INSTRUCT)
    for (stream, kind), count in counts.items():
        most = 1 + refused[stream] if kind.startswith("approval.") else 1
        if count > most:
            verdict.facts_twice += count - most
            verdict.notes.append(f"{stream}: {kind} {count} times")
