"""One run: a home, its peers, the processes, the kills, and the cases until all of them are over."""

from __future__ import annotations

import json
import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from household import INSTRUCTION, SLOW, VENDOR, make_home
from postgres import Postgres
from principal import Principal
from strikes import Aim, reached, read_log, thawed
from verdict import Verdict, judge

from app.bootstrap import Office, open_office
from memory.database import reading
from memory.ledger import read_events
from memory.projections.cases import cases
from memory.schema import events

_HERE = Path(__file__).parent
_OVER = ("done", "ended", "cancelled")
#: A process that cannot start says so in `lives.log`; starting it for ever would show nothing.
_MOST_ENDS = 5


@dataclass(frozen=True)
class Run:
    """What is done to one home. `random_kills` come at any instant; the aim's strikes come at named boundaries.

    `shows` are the figures of the verdict of which a control must leave one above nought. With a `slow_vendor` the cases negotiate with
    two vendors, of whom one answers only when all cases are done with the other. `width` cases are open at a time; new ones are opened until the kills are done and at least `cases` were. `patience_s` is how
    long no case may get a new fact (one that says more than that something is unknown) and nobody be killed before the open ones count as stuck.
    """

    name: str
    database: str = "sqlite"
    aim: Aim = field(default_factory=Aim)
    random_kills: int = 0
    cases: int = 4
    most_cases: int = 40
    width: int = 3
    workers: int = 1
    seed: int = 1
    faults: bool = True
    restarts_database: bool = False
    control: str = ""
    shows: tuple[str, ...] = ()
    bank_refuses: bool = False
    cancels: bool = False
    slow_vendor: bool = False
    patience_s: float = 45.0
    longest_s: float = 900.0
    frozen_s: float = 25.0
    expected: frozenset[str] = frozenset({"done"})

    @property
    def roles(self) -> tuple[str, ...]:
        """The processes that must live."""
        more = tuple(f"worker-{number}" for number in range(2, self.workers + 1))
        return ("dispatcher", "worker", *more, "clerk")


@dataclass
class Outcome:
    """A finished run."""

    run: Run
    verdict: Verdict
    kills: int
    freezes: int
    points: int
    settled: int
    did: dict[str, int]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether it went as it must: sound, or for a control: with the fault that it is there to show."""
        if self.run.control:
            return any(getattr(self.verdict, figure) for figure in self.run.shows)
        return self.verdict.sound


class Server:
    """A child process that is spoken to in lines of JSON."""

    def __init__(self, script: str, root: Path) -> None:
        log = (root / f"{script}.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, str(_HERE / script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        )
        log.close()
        self.lines: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.put(json.loads(line))

    def say(self, **order: Any) -> None:
        """Send one line."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


class Campaign:
    """Carries one run out."""

    def __init__(self, run: Run, root: Path, stable: Server, server: Postgres | None = None) -> None:
        self.run = run
        self._server = server
        self.restarts = 0
        self._woken = False
        self.root = root
        self.home = root / "home"
        self._stable = stable
        self._url = server.database() if server is not None and run.database == "postgres" else ""
        self._alive: dict[str, int] = {}
        self._role_of: dict[int, str] = {}
        self._born_as: dict[int, int] = {}
        self._lives = 0
        self._random = random.Random(run.seed)
        self._kill_at = 0.0
        self._kills = 0
        self._frozen: dict[int, float] = {}
        self._stand_ins: list[str] = []
        self.case_ids: list[str] = []
        self.ended_by_themselves = 0

    def carry_out(self) -> Outcome:
        """Run it to its end and judge it."""
        started = time.monotonic()
        self.root.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            peers = Server("peers.py", self.root)
            stack.callback(peers.close)
            peers.say(root=str(self.root), home=str(self.home), seed=self.run.seed, faults=self.run.faults)
            vendors = (VENDOR, SLOW) if self.run.slow_vendor else (VENDOR,)
            make_home(self.home, peers.lines.get(timeout=60), database_url=self._url, vendors=vendors)
            office = stack.enter_context(open_office(self.home))
            principal = Principal(office, self.root, cancels=self.run.cancels)
            try:
                self._until_over(office, principal, peers)
            finally:
                self._end_all()
            verdict = judge(office, self.root, self.case_ids, self.run.expected)
        log = read_log(self.root / "strikes")
        return Outcome(
            run=self.run,
            verdict=verdict,
            kills=self._kills + sum(1 for line in log if line["what"] == "kill"),
            freezes=sum(1 for line in log if line["what"] == "thawed"),
            points=len(reached(self.root / "strikes")),
            settled=principal.settled,
            did=dict(principal.did),
            seconds=time.monotonic() - started,
        )

    # ---- processes

    def _keep_alive(self) -> None:
        while not self._stable.lines.empty():
            line = self._stable.lines.get()
            if "died" in line:
                role = self._role_of.pop(line["died"], "")
                if not os.WIFSIGNALED(line["status"]):
                    self.ended_by_themselves += 1
                if role and self._alive.get(role) == line["died"]:
                    del self._alive[role]
            elif "born" in line:
                self._alive[line["name"]] = line["born"]
                self._role_of[line["born"]] = line["name"]
                self._born_as[line["born"]] = self._lives
        self._freeze_and_thaw()
        for role in (*self.run.roles, *self._stand_ins):
            if role not in self._alive:
                self._bear(role)

    def _freeze_and_thaw(self) -> None:
        """Let a stand-in work while a process is frozen, and thaw it when it must have been taken over."""
        for line in read_log(self.root / "strikes"):
            pid = int(str(line["pid"]))
            if line["what"] == "freeze" and pid not in self._frozen:
                self._frozen[pid] = time.monotonic() + self.run.frozen_s
                self._stand_ins.append(f"{str(line['role']).partition('-')[0]}-standin{len(self._frozen)}")
        for pid, until in self._frozen.items():
            if until and time.monotonic() > until:
                self._frozen[pid] = 0.0
                thawed(self.root / "strikes", pid).touch()
                _signal(pid, signal.SIGCONT)

    def _bear(self, role: str) -> None:
        self._lives += 1
        self._alive[role] = 0  # until the stable tells its process id
        self._stable.say(
            role=role.partition("-")[0],
            name=role,
            life=self._lives,
            root=str(self.root),
            home=str(self.home),
            aim=self.run.aim.as_json(),
            control=self.run.control,
            faults=self.run.faults,
            bank_refuses=self.run.bank_refuses,
        )

    def _kill_at_random(self) -> None:
        """Kill one process at an instant drawn from the time since the last kill; early instants strike starts and sweeps."""
        if self._kills >= self.run.random_kills or time.monotonic() < self._kill_at:
            return
        victims = [pid for role, pid in self._alive.items() if pid and not role.startswith("clerk")]
        self._kill_at = time.monotonic() + self._random.uniform(0.1, 2.4)
        if victims:
            self._kills += 1
            _signal(self._random.choice(victims), signal.SIGKILL)

    def _end_all(self) -> None:
        for pid in list(self._role_of):
            _signal(pid, signal.SIGKILL)  # also ends one that is stopped
        while self._role_of:
            line = self._stable.lines.get(timeout=30)
            self._role_of.pop(line.get("died", 0), None)
            if "born" in line:
                _signal(line["born"], signal.SIGKILL)
                self._role_of[line["born"]] = line["name"]

    def _restart_database(self) -> None:
        """Once, when half of the kills are done, cut the database off as a power cut would."""
        if self.run.restarts_database and self._server is not None and not self.restarts and self._kills >= self.run.random_kills // 2:
            self.restarts += self._server.restart_at_once()

    # ---- cases

    def _until_over(self, office: Office, principal: Principal, peers: Server) -> None:
        last, moved = (-1, 0, 0), time.monotonic()
        began = moved
        while True:
            self._keep_alive()
            self._kill_at_random()
            principal.look()
            open_ = self._open_cases(office)
            if not open_ and not self._more_to_come(office, open_):
                return
            self._more_to_come(office, open_)
            self._restart_database()
            if self.run.slow_vendor and not self._woken and _concluded(office) >= self.run.cases:
                self._woken = True
                peers.say(wake=True)
            now = (_facts(office), self._kills, len(read_log(self.root / "strikes")))
            if now != last:
                last, moved = now, time.monotonic()
            if time.monotonic() > min(moved + self.run.patience_s, began + self.run.longest_s) or self.ended_by_themselves > _MOST_ENDS:
                return
            time.sleep(0.05)

    def _more_to_come(self, office: Office, open_: int) -> bool:
        """Open another case while kills are to be done; whether one was opened."""
        enough = len(self.case_ids) >= self.run.cases and self._kills >= self.run.random_kills
        if enough or len(self.case_ids) >= self.run.most_cases or open_ >= self.run.width:
            return False
        self.case_ids.append(office.service.start(INSTRUCTION, channel="crash"))
        return True

    def _open_cases(self, office: Office) -> int:
        query = sa.select(sa.func.count()).select_from(cases).where(cases.c.case_id.in_(self.case_ids), cases.c.status.not_in(_OVER))
        with reading(office.database) as connection:
            return int(connection.scalar(query) or 0)


def _facts(office: Office) -> int:
    """Return the number of the last fact that moved a case."""
    moving = (events.c.stream.like("CASE-%"), events.c.kind.not_in(("effect.unknown", "effect.delayed", "authorization.burned")))
    with reading(office.database) as connection:
        return int(connection.scalar(sa.select(sa.func.max(events.c.seq)).where(*moving)) or 0)


def _concluded(office: Office) -> int:
    """Return how many negotiations with the quick vendor are over; the slow one begins to answer when all of them are."""
    with reading(office.database) as connection:
        return sum(event.body["vendor_id"] == VENDOR.vendor_id for event in read_events(connection, kinds=("negotiation.concluded",)))


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):  # it struck itself meanwhile
        os.kill(pid, number)


@contextmanager
def stable_for(root: Path) -> Iterator[Server]:
    """Yield the fork server, ready to bear lives."""
    root.mkdir(parents=True, exist_ok=True)
    server = Server("stable.py", root)
    try:
        server.lines.get(timeout=120)
        yield server
    finally:
        server.close()
