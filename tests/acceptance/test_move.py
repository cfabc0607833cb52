"""A home at its approval gate moves to Postgres and goes on there; an interrupted move leaves the old one in force."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
from contextlib import closing

import pytest
import sqlalchemy as sa

import app.move as moving
from app.backup import back_up
from app.cli import run
from app.move import move_home, shown
from app.settings import load_settings
from memory.database import open_database, reading, writing
from memory.domain.errors import ConflictError, InputError, IntegrityError, UnavailableError
from memory.schema import heartbeats, outbox
from memory.verification import head_of, verify


def _moved(town, to, **options):
    """Shut the house and move it."""
    town.shut()
    home = town.home
    return move_home(home, load_settings(home.root), to, now=town.clock.now(), **options)


@pytest.fixture
def empty(postgres):
    """The address of a new, empty database on a real server."""
    url = postgres.make()
    yield url
    postgres.drop(url)


@pytest.fixture
def gate(empty, at_the_gate):
    """A town at its gate, that knows its home also when it is shut."""
    del empty  # only so that the database outlives the house that works on it
    town, case_id = at_the_gate
    town.home, town.office_url = town.office.home, town.office.url
    return town, case_id


def test_a_home_at_the_gate_moves_to_postgres_goes_on_there_to_done_and_comes_back(gate, empty):
    town, case_id = gate
    with reading(town.office.database) as connection:
        before = head_of(connection)
    report = _moved(town, empty)
    assert report.ledger_head == before
    assert report.checkpoints >= 1
    assert {t.name for t in report.tables} >= {"events", "heads", "acts", "outbox", "evidence"}
    assert not town.home.database.exists()
    assert town.home.database.with_name(f"{town.home.database.name}.moved").is_file()

    town.open()
    assert town.office.url == load_settings(town.home.root).database_url
    assert town.office.database.dialect.name == "postgresql"
    town.approve(case_id)
    town.run()
    assert town.facts(case_id).status == "done", town.facts(case_id)
    with reading(town.office.database) as connection:
        assert verify(connection).ok

    back = _moved(town, "sqlite")
    assert back.events > report.events
    town.open()
    assert town.office.database.dialect.name == "sqlite"
    assert town.facts(case_id).status == "done"


def _tables(url):
    database = open_database(url)
    try:
        with reading(database) as connection:
            return set(sa.inspect(connection).get_table_names())
    finally:
        database.dispose()


def _in_force(town, head):
    """Whether the home still works on its file, with the ledger it had."""
    assert load_settings(town.home.root).database_url == ""
    town.open()
    with reading(town.office.database) as connection:
        return town.office.database.dialect.name == "sqlite" and head_of(connection) == head and verify(connection).ok


def _head(town):
    with reading(town.office.database) as connection:
        return head_of(connection)


@pytest.mark.parametrize("breaks", ["fold", "queue_anew", "_switch"])
def test_a_move_that_breaks_off_leaves_the_old_home_in_force_and_is_taken_up_again(gate, empty, monkeypatch, breaks):
    town, case_id = gate
    head = _head(town)

    class Cut(BaseException):
        """The machine went off."""

    def cut(*_, **__):
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(moving, breaks, cut)
        with pytest.raises(Cut):
            _moved(town, empty)
    assert _in_force(town, head)
    report = _moved(town, empty)
    assert report.ledger_head == head
    town.open()
    assert town.office.database.dialect.name == "postgresql"
    assert town.facts(case_id).status == "needs_you"


def test_a_target_with_the_copy_of_an_older_state_is_refused_and_so_is_any_other_that_is_not_empty(gate, empty, monkeypatch):
    town, _ = gate
    with monkeypatch.context() as patch:
        patch.setattr(moving, "_switch", lambda *_: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            _moved(town, empty)
    town.open()
    town.start("Paper for the printer, under 50 EUR")
    head = _head(town)
    with pytest.raises(ConflictError, match="not empty"):
        _moved(town, empty)
    assert _in_force(town, head)


def test_what_does_not_arrive_as_it_left_is_not_taken_into_force(gate, empty, monkeypatch):
    town, _ = gate
    head = _head(town)
    copy_truth = moving.copy_truth

    def spoiled(old, new):
        copied = copy_truth(old, new)
        new.execute(outbox.update().values(note="changed on the way"))
        return copied

    monkeypatch.setattr(moving, "copy_truth", spoiled)
    with pytest.raises(IntegrityError, match="outbox"):
        _moved(town, empty)
    assert _in_force(town, head)


def test_nobody_may_be_at_work_and_nobody_else_may_have_the_file_open(gate, empty):
    town, _ = gate
    at = town.clock.now().isoformat()
    town.shut()
    database = open_database(town.office_url)
    with writing(database) as connection:
        connection.execute(heartbeats.insert().values(worker="dispatcher-far", at=at, detail="", role="dispatcher"))
    with pytest.raises(ConflictError, match="dispatcher-far"):
        _moved(town, empty)
    with writing(database) as connection:
        connection.execute(heartbeats.delete())
    database.dispose()
    with closing(sqlite3.connect(town.home.database)) as other:
        other.execute("SELECT count(*) FROM events").fetchone()
        with pytest.raises(ConflictError, match="open"):
            _moved(town, empty)
    assert _tables(empty) & {"events", "outbox"} == set()
    _moved(town, empty)


def test_a_dry_run_looks_at_everything_and_writes_nothing(gate, empty):
    town, _ = gate
    head = _head(town)
    report = _moved(town, empty, dry_run=True)
    assert (report.dry_run, report.ledger_head) == (True, head)
    assert _tables(empty) == set()
    assert _in_force(town, head)


@pytest.mark.parametrize("to", ["mysql://somewhere/db", "postgresql+psycopg://host-without-database", "no address", "sqlite"])
def test_what_is_no_address_of_postgres_is_refused(gate, to):
    town, _ = gate
    with pytest.raises(InputError):
        _moved(town, to)


def test_a_server_that_does_not_answer_changes_nothing(gate, tmp_path):
    town, _ = gate
    head = _head(town)
    with pytest.raises(UnavailableError):
        _moved(town, f"postgresql+psycopg:///none?host={tmp_path}")
    assert _in_force(town, head)


def test_a_password_is_shown_nowhere_and_written_nowhere(gate, empty):
    town, _ = gate
    url = sa.make_url(empty).set(password="hunter2-but-longer")
    report = _moved(town, url.render_as_string(hide_password=False))
    assert "hunter2" not in str(report)
    assert "hunter2" not in town.home.config.read_text(encoding="utf-8")
    assert any("pgpass" in line for line in report.says)
    assert "hunter2" not in shown(url.render_as_string(hide_password=False))


def test_the_command_tells_what_was_moved(gate, empty, capsys):
    town, _ = gate
    town.shut()
    assert run(["move", "--home", str(town.home.root), "--to", empty, "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["events"] > 0
    assert body["jobs"] >= 1
    assert run(["ledger", "verify", "--home", str(town.home.root), "--json"]) == 0


def test_a_backup_of_a_home_on_postgres_restores_to_a_laptop_that_goes_on_to_done(gate, empty, tmp_path):
    """Follows the steps that RESTORE.txt in the backup gives."""
    town, case_id = gate
    head = _head(town)
    _moved(town, empty)
    file = tmp_path / "backup.tar.gz"
    report = back_up(town.home, load_settings(town.home.root), file, now=town.clock.now())
    assert report.ledger_head == head

    restored = tmp_path / "restored"
    with tarfile.open(file) as archive:
        archive.extractall(restored, filter="data")
    assert "chmod 600" in (restored / "RESTORE.txt").read_text(encoding="utf-8")
    (restored / "keys").mkdir(mode=0o700)
    shutil.copy(town.home.key, restored / "keys" / "vault.key")
    (restored / "keys" / "vault.key").chmod(0o600)
    assert load_settings(restored).database_url == ""
    town.root = restored
    town.open()
    assert (_head(town), town.office.database.dialect.name) == (head, "sqlite")
    town.approve(case_id)
    town.run()
    assert town.facts(case_id).status == "done", town.facts(case_id)
