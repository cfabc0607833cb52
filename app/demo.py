"""The main job on seeded data: one purchase, from a sentence to a verified ledger, with simulated vendors behind real mail servers."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.bootstrap import open_office
from app.children import Children, children
from app.sandbox_world import INSTRUCTION, make_demo_home, seed, set_aside, simulated_mail, simulated_world
from app.upstairs import NO_VAULT, dispatcher_command, working
from memory.database import reading
from memory.domain.approval import Approval, Approve, Decision
from memory.domain.errors import UnavailableError
from memory.ledger import StoredEvent, read_events, verify

if TYPE_CHECKING:
    from app.bootstrap import Office

_POLL_S = 0.15
#: Longer than any step may take; a demo that stands still says so instead of hanging.
_PATIENCE_S = 90.0
_OVER = frozenset({"done", "ended", "cancelled", "failed"})


class DemoVoice(Protocol):
    """How the demo speaks to a person, and asks."""

    def say(self, stored: StoredEvent) -> None:
        """Tell one fact as it happens."""

    def decide(self, approval: Approval) -> Decision:
        """Show the exact action, its evidence and its risks, and return the operator's answer."""


@dataclass(frozen=True)
class DemoResult:
    """What the demo did, in figures. Totals are in minor units of `currency`."""

    case: str
    status: str
    reason: str
    vendor: str
    currency: str
    list_total: int
    agreed_total: int
    paid_total: int
    rounds: int
    approvals: int
    events: int
    ledger_head: str
    ledger_verified: bool
    decide_by: str
    files: list[str]
    seconds: float

    def as_json(self) -> dict[str, object]:
        """Return the object that `qm demo --json` prints; `reason` is in it only when nothing was bought."""
        return {name: value for name, value in asdict(self).items() if value or name != "reason"}


class QuietVoice:
    """Says nothing and approves everything: `--yes`."""

    def say(self, stored: StoredEvent) -> None:
        """Say nothing."""

    def decide(self, approval: Approval) -> Decision:
        """Approve, and say so in the ledger."""
        return Approve(approval_id=approval.approval_id, digest=approval.action.digest, by="operator", reason="approved by --yes")


def run_demo(root: Path, voice: DemoVoice, *, instruction: str = INSTRUCTION) -> DemoResult:
    """Run the whole purchase in a fresh demo home at `root` and return its figures; an earlier demo there is set aside.

    Raises `UnavailableError` when a step stands still, `ConflictError` when `root` holds a real home or one that is in use.
    """
    started = time.monotonic()
    set_aside(root)
    with demo_office(root) as office, ExitStack() as stack:
        kept = stack.enter_context(children(_warn))
        # First the child: it loads while this process does.
        kept.add("dispatcher", dispatcher_command(root), hopeless=NO_VAULT)
        stack.enter_context(working(root, "worker", "worker"))
        stack.callback(kept.ask_to_end)
        case_id = office.service.start(instruction, channel="demo")
        _follow(office, case_id, voice, kept)
        return summarize(office, case_id, time.monotonic() - started)


@contextmanager
def demo_office(root: Path) -> Iterator[Office]:
    """Yield the seeded office of a demo home, with the simulated world running around it; cases may be started before a worker is."""
    from memory.engine.on_dbos import prepare

    home = make_demo_home(root)
    with ExitStack() as stack:
        server = stack.enter_context(simulated_mail(home))
        office = stack.enter_context(open_office(root))
        prepare(office.url)
        seed(office)
        stack.enter_context(simulated_world(office, server))
        yield office


def _warn(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _follow(office: Office, case_id: str, voice: DemoVoice, kept: Children) -> None:
    """Tell what happens and answer approvals until the case is over."""
    from memory.views.cases import case_facts

    seen, deadline = 0, time.monotonic() + _PATIENCE_S
    while True:
        kept.watch()
        fresh = _events_after(office, case_id, seen)
        for stored in fresh:
            seen = stored.seq
            voice.say(stored)
            if stored.kind == "approval.requested":
                approval = Approval.model_validate(stored.body["approval"])
                office.service.decide(voice.decide(approval), surface="demo")
        if fresh:
            deadline = time.monotonic() + _PATIENCE_S
        if case_facts(office.database, case_id).status in _OVER and not _events_after(office, case_id, seen):
            return
        if time.monotonic() > deadline:
            raise UnavailableError(f"{case_id} stands still", hint=f"look at it: qm cases show {case_id} --home {office.home.root}")
        time.sleep(_POLL_S)


def _events_after(office: Office, case_id: str, seq: int) -> list[StoredEvent]:
    with reading(office.database) as connection:
        return list(read_events(connection, stream=case_id, after_seq=seq))


def summarize(office: Office, case_id: str, seconds: float) -> DemoResult:
    """Return the figures of a case as the ledger has them."""
    from graphs.case_file import load_case
    from memory.views.cases import case_facts

    case, facts = load_case(office.database, case_id), case_facts(office.database, case_id)
    with reading(office.database) as connection:
        proof = verify(connection)
    rounds = max((len(n.counteroffers) for n in case.negotiations.values()), default=0)
    return DemoResult(
        case=case_id,
        status=facts.status,
        reason="" if facts.status == "done" else facts.note,
        vendor=facts.vendor_name,
        currency=facts.agreed_total.currency if facts.agreed_total else office.settings.home_currency,
        list_total=facts.list_total.amount_minor if facts.list_total else 0,
        agreed_total=facts.agreed_total.amount_minor if facts.agreed_total else 0,
        paid_total=facts.paid_total.amount_minor if facts.paid_total else 0,
        rounds=rounds,
        approvals=len(case.approvals),
        events=proof.events,
        ledger_head=proof.head,
        ledger_verified=proof.ok,
        decide_by=facts.decide_by.isoformat() if facts.decide_by else "",
        files=sorted(str(path) for path in _written(office.home.files)),
        seconds=round(seconds, 1),
    )


def _written(folder: Path) -> Iterator[Path]:
    return (
        path for path in folder.rglob("*") if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
