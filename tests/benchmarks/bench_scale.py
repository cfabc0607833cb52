"""How the house grows: more workers, more stored cases, a worker that dies, a worker that has nothing to do. Each table is one run.

The cases are small and real: the purchase graph up to its end "no contact registered", through the real engine, with no mail in it. Stored
cases are copies, made by SQL, of one that waits for the operator's answer; what is resumed among them is real.
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.bootstrap import Office, open_office
from app.founding import Founder, found_home
from app.worker import WorkerRole
from memory.database import reading, writing
from memory.ledger import read_events
from memory.projections.cases import cases
from memory.views.cases import case_list

_WHOLE = "Find an email marketing tool for 5,000 contacts, EU data residency, under 60 EUR a month"
_VAGUE, _MORE = "I need an email marketing tool", "5,000 contacts, EU data residency, under 60 EUR a month"
_CASES = 120
_STORED = (1_000, 10_000, 50_000)
_RESUMED = 15
_PAGE = 50


@contextmanager
def _house(root: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Yield a founded home on a database; it knows vendors from the catalogue and has registered nobody."""
    if url:
        monkeypatch.setenv("QM_DATABASE_URL", url)
    found_home(root, Founder(name="Jo Buyer", email="jo@buyer.example"))
    with open_office(root) as office:
        yield office


@contextmanager
def _workers(root: Path, number: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run that many workers as `qm worker` does; they are killed at the end."""
    command = (sys.executable, "-P", "-m", "app.cli", "worker", "--home", str(root), "--name")
    running = [subprocess.Popen([*command, f"w{n}"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) for n in range(number)]
    try:
        yield running
    finally:
        for process in running:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()


def _until(holds: Callable[[], bool], patience_s: float = 300.0) -> float:
    """Wait until something holds; returns the seconds that took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < patience_s, "it stands still"
        time.sleep(0.05)
    return time.monotonic() - began


def _alive(office: Office) -> int:
    with reading(office.database) as connection:
        return int(connection.scalar(sa.text("SELECT count(*) FROM heartbeats WHERE role = 'worker'")) or 0)


def _over(office: Office) -> int:
    with reading(office.database) as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(cases).where(cases.c.status == "ended")) or 0)


def _say(capsys: pytest.CaptureFixture[str], *lines: str) -> None:
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")


def test_cases_a_minute_with_more_workers(postgres, tmp_path, monkeypatch, capsys):
    rates = {number: _rate(tmp_path / str(number), postgres.make(), number, monkeypatch) for number in (1, 2, 4)}
    told = ", ".join(f"{number} workers {rate:.0f}" for number, rate in rates.items())
    _say(capsys, f"cases a minute on Postgres, {os.cpu_count()} cores: {told}", f"ratio 4 workers to 1: {rates[4] / rates[1]:.2f}")


def _rate(root: Path, url: str, workers: int, monkeypatch: pytest.MonkeyPatch) -> float:
    """Return the cases a minute between the first tenth and the last tenth, so that no start is in it."""
    with _house(root, url, monkeypatch) as office:
        with _workers(root, workers):
            _until(lambda: _alive(office) == workers)
            for _ in range(_CASES):
                office.service.start(_WHOLE, channel="bench")
            _until(lambda: _over(office) == _CASES)
        with reading(office.database) as connection:
            ends = sorted(event.at for event in read_events(connection, kinds=("case.ended",)))
    first, last = ends[_CASES // 10], ends[-_CASES // 10]
    return 60 * (_CASES - 2 * (_CASES // 10)) / (last - first).total_seconds()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_resume_page_and_size_with_many_stored_cases(request, kind, tmp_path, monkeypatch, capsys):
    url = request.getfixturevalue("postgres").make() if kind == "postgres" else ""
    with _house(tmp_path / "home", url, monkeypatch) as office:
        worker = WorkerRole(office, "bench")
        advance = partial(_advance, worker)
        mother = _asked(office, advance)
        sizes, resumes, pages = [_size(office)], [], []
        stored = 0
        for number in _STORED:
            _copy(office.database, mother, stored + 1, number)
            stored = number
            sizes.append(_size(office))
            resumes.append(statistics.median(_resumed(office, advance) for _ in range(_RESUMED)))
            pages.append(statistics.median(_timed(lambda: case_list(office.database, limit=_PAGE)) for _ in range(_RESUMED)))
    told = [f"{n:,}: {1000 * r:.1f} ms" for n, r in zip(_STORED, resumes, strict=True)]
    _say(
        capsys,
        f"resume of a case among stored ones, {kind}, p50: {', '.join(told)}; ratio {_STORED[-1]:,} to {_STORED[0]:,}: {resumes[-1] / resumes[0]:.2f}",
        f"a page of {_PAGE} of the case list at {_STORED[-1]:,}: {1000 * pages[-1]:.1f} ms (at {_STORED[0]:,}: {1000 * pages[0]:.1f} ms)",
        f"bytes a waiting case: {(sizes[-1] - sizes[1]) / (_STORED[-1] - _STORED[0]):,.0f}",
    )


def _advance(worker: WorkerRole, case_id: str) -> None:
    asyncio.run(worker._runner.advance(case_id))


def _asked(office: Office, advance: Callable[[str], None]) -> str:
    """Return a case that waits for the operator's answer."""
    case_id = office.service.start(_VAGUE, channel="bench")
    advance(case_id)
    return case_id


def _resumed(office: Office, advance: Callable[[str], None]) -> float:
    """Return the seconds from an answer to the end of what it lets go on: four steps, each a transaction and a checkpoint."""
    case_id = _asked(office, advance)
    office.service.clarify(case_id, _MORE, surface="bench")
    return _timed(lambda: advance(case_id))


def _timed(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _copy(database: sa.Engine, mother: str, first: int, last: int) -> None:
    """Copy every row of one case, number by number, each under an id as long as its own."""
    number = "right('0000000000' || n.i, 10)" if database.dialect.name == "postgresql" else "substr('0000000000' || n.i, -10)"
    found = sa.inspect(database)
    quoted = database.dialect.identifier_preparer.quote
    tables = {name: {c["name"]: isinstance(c["type"], sa.String) for c in found.get_columns(name)} for name in found.get_table_names()}
    with writing(database) as connection:
        for table, columns in tables.items():
            where = " OR ".join(f"t.{quoted(name)} LIKE '%{mother}%'" for name, text in columns.items() if text)
            if not where or not connection.scalar(sa.text(f"SELECT count(*) FROM {table} t WHERE {where}")):
                continue
            made = {quoted(name): _copied(quoted(name), text, mother, number) for name, text in columns.items() if name != "seq"}
            connection.execute(
                sa.text(
                    f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}), "
                    f"m AS MATERIALIZED (SELECT * FROM {table} t WHERE {where}) "
                    f"INSERT INTO {table} ({', '.join(made)}) SELECT {', '.join(made.values())} FROM m t, n"
                )
            )
    _outside_transactions(database, "ANALYZE")


def _copied(name: str, text: bool, mother: str, number: str) -> str:
    if name == "event_id":
        return f"'EV-' || {number} || substr(t.event_id, 13)"
    return f"replace(t.{name}, '{mother}', 'CASE-' || {number})" if text else f"t.{name}"


def _size(office: Office) -> int:
    if office.database.dialect.name == "postgresql":
        with reading(office.database) as connection:
            return int(connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0)
    _outside_transactions(office.database, "PRAGMA wal_checkpoint(TRUNCATE)")
    return office.home.database.stat().st_size


def _outside_transactions(database: sa.Engine, statement: str) -> None:
    plain = sa.create_engine(database.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with plain.connect() as connection:
        connection.exec_driver_sql(statement)
    plain.dispose()


def test_what_a_dead_worker_held_is_taken_over_and_an_idle_one_rests(postgres, tmp_path, monkeypatch, capsys):
    root = tmp_path / "home"
    with _house(root, postgres.make(), monkeypatch) as office, _workers(root, 2) as running:
        _until(lambda: _alive(office) == 2)
        for _ in range(_CASES // 3):
            office.service.start(_WHOLE, channel="bench")
        _until(lambda: len(_held(office, "worker-w0")) > 0)
        running[0].kill()
        held = _held(office, "worker-w0")
        seconds = _until(lambda: not _unfinished(office, held))
        _until(lambda: _over(office) == _CASES // 3)
        time.sleep(5)
        before = _cpu_seconds(running[1].pid)
        time.sleep(20)
        idle = (_cpu_seconds(running[1].pid) - before) / 20
    _say(
        capsys,
        f"a dead worker's {len(held)} jobs were done by another {seconds:.1f} s after its death",
        f"an idle worker: {100 * idle:.1f} % CPU",
    )


def _held(office: Office, executor: str) -> list[str]:
    query = "SELECT workflow_uuid FROM dbos.workflow_status WHERE status = 'PENDING' AND executor_id = :executor"
    with reading(office.database) as connection:
        return list(connection.scalars(sa.text(query), {"executor": executor}))


def _unfinished(office: Office, jobs: list[str]) -> list[str]:
    query = sa.text("SELECT workflow_uuid FROM dbos.workflow_status WHERE status <> 'SUCCESS' AND workflow_uuid IN :jobs")
    with reading(office.database) as connection:
        return list(connection.scalars(query.bindparams(sa.bindparam("jobs", expanding=True)), {"jobs": jobs or [""]}))


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
