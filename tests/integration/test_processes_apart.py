"""Worker and dispatcher as the real processes they are: what each opens, who finishes what the other began, who takes over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import Office
from app.demo import demo_office
from memory.domain.approval import Approval, Approve
from memory.ledger import read_events
from memory.views.cases import case_facts
from memory.views.health import workers

ROOT = Path(__file__).parents[2]
PATIENCE_S = 150
pytestmark = pytest.mark.slow

#: Notes every file under the home that this process opens, and every module of ours it ends with, then plays a role.
WATCHED = """
import json, signal, sys
from pathlib import Path
home, role, report = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
opened = set()
def note(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and arguments[0].startswith(str(home)):
        opened.add(arguments[0][len(str(home)) + 1:])
sys.addaudithook(note)
from app.upstairs import run_role
run_role(home, role, lambda: print("running", flush=True))
report.write_text(json.dumps({"opened": sorted(opened), "modules": sorted(sys.modules)}))
"""


@contextmanager
def playing(home: Path, role: str, report: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a role in a process of its own; it is told to stop at the end."""
    command = [sys.executable, "-P", "-c", WATCHED, str(home), role, str(report)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "running\n"
        yield child
    finally:
        child.terminate()
        child.communicate(timeout=PATIENCE_S)


def until(true: Any, what: str) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while not (found := true()):
        assert time.monotonic() < deadline, what
        time.sleep(0.1)
    return found


def events(office: Office, case_id: str, *kinds: str) -> list[Any]:
    with office.database.connect() as connection:
        return list(read_events(connection, stream=case_id, kinds=kinds or None))


def approve(office: Office, case_id: str) -> None:
    (asked,) = until(lambda: events(office, case_id, "approval.requested"), "no approval was asked for")
    approval = Approval.model_validate(asked.body["approval"])
    office.service.decide(Approve(approval_id=approval.approval_id, digest=approval.action.digest, by="operator"), surface="test")


def test_a_worker_runs_a_whole_case_and_never_touches_the_vault_and_a_killed_dispatcher_costs_nothing(tmp_path: Path) -> None:
    home, seen, other = tmp_path / "home", tmp_path / "worker.json", tmp_path / "dispatcher.json"
    with demo_office(home) as office, ExitStack() as stack:
        stack.enter_context(playing(home, "worker", seen))
        case_id = office.service.start(
            "Find an email marketing tool for 5,000 contacts, EU data residency, under 60 EUR a month", channel="test"
        )
        with playing(home, "dispatcher", other) as first:
            until(lambda: events(office, case_id, "effect.confirmed"), "no mail left")
            first.send_signal(signal.SIGKILL)
            first.wait(60)
        with playing(home, "dispatcher", other):
            approve(office, case_id)
            until(lambda: case_facts(office.database, case_id).status == "done", "the case did not end")
        wanted = {e.body["authorization"]["effect_key"] for e in events(office, case_id, "authorization.granted")}
        done = [e.body["effect_key"] for e in events(office, case_id, "effect.confirmed")]
        assert sorted(done) == sorted(wanted), "each effect once, across the killed dispatcher"
        # Killed in the middle of handing a mail over, it looks once whether the contact answered that very mail: the one look it may take.
        looked = any(e.body["effect_kind"] == "mail.send" for e in events(office, case_id, "effect.unknown")) or any(
            "an answer to it" in str(e.body) for e in events(office, case_id, "effect.confirmed")
        )
        stack.close()
    worker, dispatcher = json.loads(seen.read_text()), json.loads(other.read_text())
    assert "quartermaster.db" in " ".join(worker["opened"]) or "config.toml" in worker["opened"], "the hook saw nothing"
    assert not [path for path in worker["opened"] if path.startswith(("vault.json", ".vault", "keys"))]
    assert not [
        name
        for name in worker["modules"]
        if name.startswith("tools.vault") or name in {"tools.capability", "tools.dispatch", "tools.outcomes"}
    ]
    assert {"vault.json", "keys/vault.key"} <= set(dispatcher["opened"])
    foreign = ("langgraph", "openai", "langchain") if looked else ("tools.connectors.mail.parse", "langgraph", "openai", "langchain")
    assert not [name for name in dispatcher["modules"] if name.startswith(foreign)]


def test_a_second_worker_on_a_laptops_home_is_refused_until_it_has_a_name(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with demo_office(home), playing(home, "worker", tmp_path / "w.json"):
        again = _qm("worker", "--home", str(home), "--json")
        assert again.returncode == 4
        assert json.loads(again.stdout)["error"]["code"] == "conflict"
        assert "--name" in json.loads(again.stdout)["error"]["hint"]


def _qm(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "app.cli", *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_two_workers_on_postgres_share_a_house_and_a_killed_one_is_not_missed(
    tmp_path: Path, postgres: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, url = tmp_path / "home", postgres.make()
    monkeypatch.setenv("QM_DATABASE_URL", url)
    try:
        with demo_office(home) as office, ExitStack() as stack:
            assert office.url == url
            stack.enter_context(playing(home, "dispatcher", tmp_path / "d.json"))
            stack.enter_context(playing(home, "worker", tmp_path / "w1.json"))
            with playing(home, "worker", tmp_path / "w2.json") as doomed:
                names = until(
                    lambda: [one.name for one in workers(office.database, office.clock.now())][2:], "three processes show a pulse"
                )
                assert len(set(names)) == len(names)
                cases = [
                    office.service.start("Find an email marketing tool for 5,000 contacts, under 60 EUR a month", channel="test")
                    for _ in "ab"
                ]
                until(lambda: all(events(office, case, "rfq.issued") for case in cases), "no case began")
                doomed.send_signal(signal.SIGKILL)
                doomed.wait(60)
            until(lambda: all(events(office, case, "approval.requested", "case.ended") for case in cases), "a case stands still")
            assert not home.joinpath("quartermaster.db").exists()
            stack.close()
    finally:
        postgres.drop(url)
