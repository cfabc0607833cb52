"""One negotiation by mail whose worker is killed twice in the middle: it makes the same moves as one that nobody disturbed.

Worker and dispatcher are the real processes they are, the mail goes through the real servers on loopback, and SIGKILL comes from
outside. The vendors answer one at a time, when the test lets them, so that both runs hear the same words in the same order.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from app.bootstrap import Office, open_office
from app.ports import RandomIds
from app.sandbox_world import make_demo_home, seed, simulated_mail
from memory import outbox
from memory.collected import left_unread
from memory.database import reading
from memory.domain.approval import Approval
from memory.domain.quote import NegotiationOutcome, Terms
from memory.engine.on_dbos import prepare
from memory.ledger import StoredEvent, read_events, verify
from memory.unit_of_work import act_key
from tools.connectors.mail.account import MailAccount, MailServer, Security
from tools.connectors.mail.receive import Inbox
from tools.sandbox.mail_server import SandboxMail
from tools.sandbox.vendors.cast import BRIEFLARK, POSTINO
from tools.sandbox.vendors.world import SalesDesk
from tools.vault.secret import Secret

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120
CASE = "CASE-twicekilled"
INSTRUCTION = "Find an email marketing tool for 5,000 contacts, EU data residency, under 60 EUR a month"
CEILING_MINOR = 6000
#: Who is asked, in the order in which they answer; the third of the demo's vendors keeps its data in the wrong place.
FIRST, SECOND = BRIEFLARK.vendor_id, POSTINO.vendor_id
VENDORS = {FIRST: BRIEFLARK, SECOND: POSTINO}
#: The step that a worker is killed in: the second counteroffer is answered, the answer read and the next move decided, none of it written.
STEP = act_key(CASE, f"make_move/{FIRST}", 3)

#: Plays a role; a worker that is given the key of a step takes it to where it would be written, says so, and stands still.
PLAYED = """
import sys, threading
from pathlib import Path
from memory.unit_of_work import UnitOfWork
home, role, step, decided = Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])
act = UnitOfWork.act
def act_or_stop(self, key, *rest, **more):
    if key == step:
        decided.touch()
        threading.Event().wait()
    return act(self, key, *rest, **more)
UnitOfWork.act = act_or_stop
from app.upstairs import run_role
run_role(home, role, lambda: None)
"""

pytestmark = pytest.mark.slow


class OneCase(RandomIds):
    """The machine's ids, but for the case: what the engine draws by chance hangs on the case and the vendor."""

    def new(self, prefix: str) -> str:
        """Return a fresh id; the case's is the same in every run."""
        return CASE if prefix == "CASE" else super().new(prefix)


@dataclass
class House:
    """One home, its processes, and the vendors at the other end of the mail."""

    office: Office
    server: SandboxMail
    desks: dict[str, SalesDesk]
    processes: ExitStack
    killed: list[int] = field(default_factory=list)
    _worker: subprocess.Popen[bytes] | None = None
    _mailboxes: dict[str, tuple[int, list[str]]] = field(default_factory=dict)

    # ---- processes

    def play(self, role: str, *, step: str = "") -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-c", PLAYED, str(self.office.home.root), role, step, str(self.decided)]
        child = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)})
        self.processes.callback(_end, child)
        return child

    def hire(self, *, step: str = "") -> None:
        """Start a worker; one that is given the key of a step never gets beyond it."""
        self._worker = self.play("worker", step=step)

    def kill(self) -> None:
        """Kill the worker that is at work."""
        assert self._worker is not None
        assert self._worker.poll() is None, "the worker ended by itself"
        self._worker.send_signal(signal.SIGKILL)
        assert self._worker.wait(PATIENCE_S) == -signal.SIGKILL
        self.killed.append(self._worker.pid)

    @property
    def decided(self) -> Path:
        """What a worker leaves that stands still at its step."""
        return self.office.home.root / "decided"

    # ---- what is known

    def told(self, kind: str = "", vendor_id: str = "") -> list[Any]:
        """The case's facts of a kind, about a vendor."""
        with reading(self.office.database) as connection:
            stored = list(read_events(connection, stream=CASE, kinds=(kind,) if kind else None))
        return [one.event for one in stored if not vendor_id or _vendor_of(one) == vendor_id]

    def approval(self) -> Approval | None:
        asked = self.told("approval.requested")
        return asked[-1].approval if asked else None

    def arrived(self, vendor_id: str) -> list[str]:
        """The Message-IDs in a vendor's mailbox, in the order of their arrival."""
        delivered = self.server.delivered
        if self._mailboxes.get(vendor_id, (-1, []))[0] != delivered:
            self._mailboxes[vendor_id] = delivered, self._fetch(vendor_id)
        return self._mailboxes[vendor_id][1]

    def _fetch(self, vendor_id: str) -> list[str]:
        vendor = VENDORS[vendor_id]
        smtp = MailServer(self.server.host, self.server.smtp_port, Security.NONE)
        imap = MailServer(self.server.host, self.server.imap_port, Security.NONE)
        account = MailAccount(address=vendor.mailbox, name=vendor.person, smtp=smtp, imap=imap, certificate="")
        inbox = Inbox(account, Secret(self.server.accounts[vendor.mailbox]))
        return [parsed.mail.message_id for parsed in inbox.fetch_new(None, at_most=500).mails]

    def until(self, holds: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline, f"{what}; so far: {[fact.kind for fact in self.told()]}"
            time.sleep(0.1)

    # ---- the course of a negotiation

    def negotiate(self, disturbed: Mapping[tuple[int, str], Callable[[str], int]] = MappingProxyType({})) -> None:
        """Let the vendors answer in turn until the talks are over; in a disturbed turn it is told how."""
        self.until(lambda: all(self.arrived(vendor_id) for vendor_id in VENDORS), "no request for a quote arrived")
        for turn in count():
            talking = [vendor_id for vendor_id in VENDORS if not self.told("negotiation.concluded", vendor_id)]
            for vendor_id in talking:
                before = disturbed.get((turn, vendor_id), self.answer)(vendor_id)
                self.until(partial(self._moved, vendor_id, before), f"nothing follows answer {turn} of {vendor_id}")
            if not talking:
                return

    def answer(self, vendor_id: str) -> int:
        """Let a vendor answer our latest mail; returns how many had arrived."""
        before = len(self.arrived(vendor_id))
        assert self.desks[vendor_id].work() == 1
        return before

    def _moved(self, vendor_id: str, before: int) -> bool:
        return len(self.arrived(vendor_id)) > before or bool(self.told("negotiation.concluded", vendor_id))

    def close(self) -> None:
        """Let the vendor send its contract, and wait until the operator is asked."""
        asked = 1 + len(self.told("counteroffer.proposed", FIRST))
        self.until(lambda: len(self.arrived(FIRST)) > asked, "the vendor was not told that we agree")
        self.answer(FIRST)
        self.until(self.approval, "nobody was asked to approve")

    # ---- the two kills

    def answer_while_nobody_works(self, vendor_id: str) -> int:
        """Kill the worker after our first counteroffer left; its answer comes while there is none, and the next one reads it."""
        assert [fact.counteroffer.round for fact in self.told("counteroffer.proposed", vendor_id)] == [1]
        self.kill()
        before = self.answer(vendor_id)
        self.until(lambda: left_unread(self.office.database), "the answer was not fetched")
        assert len(self.told("quote.received", vendor_id)) == 1
        self.hire(step=STEP)
        return before

    def answer_and_kill_over_the_decision(self, vendor_id: str) -> int:
        """Kill the worker when it has read the answer and decided our next move, before anything of that is written or sent."""
        before = self.answer(vendor_id)
        self.until(self.decided.exists, "the worker did not come to its step")
        self.kill()
        assert len(self.told("quote.received", vendor_id)) == 3
        assert [fact.counteroffer.round for fact in self.told("counteroffer.proposed", vendor_id)] == [1, 2]
        assert len(self.arrived(vendor_id)) == before
        self.hire()
        return before


def _vendor_of(stored: StoredEvent) -> str:
    body = stored.body
    return str(body.get("vendor_id") or (body.get("counteroffer") or body.get("quote") or {}).get("vendor_id"))


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()  # what is to be shown is shown; a clean end would only take its time
    child.wait(PATIENCE_S)


@contextmanager
def house_at(root: Path) -> Iterator[House]:
    """Yield a demo's house with one case begun, worker and dispatcher at work."""
    home = make_demo_home(root)
    with ExitStack() as stack:
        server = stack.enter_context(simulated_mail(home))
        office = stack.enter_context(open_office(root, ids=OneCase()))
        prepare(office.url)
        seed(office)
        desks = {vendor_id: SalesDesk(vendor, server, office.clock) for vendor_id, vendor in VENDORS.items()}
        house = House(office, server, desks, stack.enter_context(ExitStack()))
        house.play("dispatcher")
        house.hire()
        assert office.service.start(INSTRUCTION, channel="test") == CASE
        yield house


def moves_of(house: House, vendor_id: str) -> list[object]:
    """Return all that was decided about a vendor: each offer with its letter, each explanation with its figures, and the end."""
    offers = [(fact.counteroffer, fact.packages, fact.body) for fact in house.told("counteroffer.proposed", vendor_id)]
    reasons = [(fact.round, fact.reasoning) for fact in house.told("negotiation.reasoned", vendor_id)]
    ends = [(fact.outcome, fact.rounds, fact.reason, fact.final_quote.terms) for fact in house.told("negotiation.concluded", vendor_id)]
    return [*offers, *reasons, *ends]


def quoted(house: House, vendor_id: str) -> list[Terms]:
    """Return what was read from a vendor's answers."""
    return [fact.quote.terms for fact in house.told("quote.received", vendor_id)]


def assert_each_counteroffer_left_once(house: House) -> None:
    """Assert it by what the mail server holds, and that no round is missing."""
    with reading(house.office.database) as connection:
        rows = {row.effect_key: row for row in outbox.rows(connection, case_id=CASE)}
        assert verify(connection).ok
    for vendor_id in VENDORS:
        proposed, arrived = house.told("counteroffer.proposed", vendor_id), Counter(house.arrived(vendor_id))
        assert [fact.counteroffer.round for fact in proposed] == list(range(1, len(proposed) + 1))
        assert [arrived[rows[fact.effect_key].reference] for fact in proposed] == [1] * len(proposed)
        planned = Counter(row.reference for row in rows.values() if row.payload.get("conversation") == f"{CASE}/{vendor_id}")
        assert arrived == planned


def assert_within_the_ceiling(house: House) -> None:
    """Assert it of every offer of ours, of what was agreed, and of what the operator is asked to approve."""
    offers = [terms for fact in house.told("counteroffer.proposed") for terms in (fact.counteroffer.terms, *fact.packages)]
    (agreed,) = [fact.final_quote.terms for fact in house.told("negotiation.concluded") if fact.outcome is NegotiationOutcome.AGREED]
    assert [terms for terms in (*offers, agreed) if terms.all_in_total().amount_minor > CEILING_MINOR * terms.term_months] == []
    asked = house.approval()
    assert asked is not None
    assert asked.action.total == agreed.all_in_total()


def test_a_negotiation_whose_worker_is_killed_twice_makes_the_same_moves_to_the_same_deal(tmp_path: Path) -> None:
    with house_at(tmp_path / "quiet") as quiet:
        quiet.negotiate()
        expected = {vendor_id: (quoted(quiet, vendor_id), moves_of(quiet, vendor_id)) for vendor_id in VENDORS}
    with house_at(tmp_path / "struck") as struck:
        struck.negotiate({(1, FIRST): struck.answer_while_nobody_works, (2, FIRST): struck.answer_and_kill_over_the_decision})
        struck.close()
        assert len(set(struck.killed)) == 2
        assert {vendor_id: (quoted(struck, vendor_id), moves_of(struck, vendor_id)) for vendor_id in VENDORS} == expected
        assert_each_counteroffer_left_once(struck)
        assert_within_the_ceiling(struck)
