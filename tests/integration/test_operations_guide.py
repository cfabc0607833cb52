"""The operations guide is followed to the letter: its restore, its grants, its unit; and the compose file names what there is."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
import yaml
from typer.main import get_command

from app.backup import back_up
from app.cli import app, run
from app.home import Home
from app.settings import load_settings
from memory.database import open_database, reading
from memory.domain.clock import Clock
from memory.domain.events.cases import CasePaused
from memory.verification import head_of

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def _section(title: str, language: str) -> str:
    part = GUIDE.partition(f"\n## {title}\n")[2] or GUIDE.partition(f"\n### {title}\n")[2]
    found = re.search(rf"```{language}\n(.*?)```", part, re.DOTALL)
    assert found, title
    return found.group(1)


def _commands() -> set[str]:
    def names(command: Any, path: str) -> set[str]:
        inner = getattr(command, "commands", {})
        return {path}.union(*(names(sub, f"{path} {name}".strip()) for name, sub in inner.items()))

    return names(get_command(app), "") - {""}


def test_every_command_the_guide_names_exists() -> None:
    known = _commands()
    named = set(re.findall(r"\bqm ((?:[a-z-]+ ?){1,2})", GUIDE))
    unknown = {name for name in named if not (name.strip() in known or name.split()[0] in known)}
    assert len(named) > 20
    assert unknown == set()


def test_every_service_of_the_compose_file_runs_something_that_exists() -> None:
    services = COMPOSE["services"]
    assert services["worker"]["deploy"]["replicas"] == 3
    for name in ("dispatcher", "worker"):
        program, *command = services[name]["command"]
        assert (program, command[0] in _commands()) == ("qm", True)
    assert services["dashboard"]["command"][:4] == ["python", "-P", "-m", "app.dashboard_server"]


def test_the_compose_file_holds_no_secret_and_opens_nothing_to_the_network() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert not re.search(r"(?i)password: *\S|://[^/@\s]+:[^/@\s]+@", text)
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_a_worker_of_the_compose_file_is_given_neither_the_vault_nor_its_key() -> None:
    mounted = COMPOSE["services"]["worker"]["volumes"]
    assert {mount.split(":")[0] for mount in mounted} == {"./home/config.toml", "./home/files/catalogue.json"}
    assert all(mount.endswith(":ro") for mount in mounted)


def test_the_unit_starts_a_command_that_exists() -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.read_string(_section("On one laptop", "ini"))
    program, command = unit["Service"]["ExecStart"].split()
    assert (Path(program).name, command in _commands()) == ("qm", True)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    root = tmp_path / "home"
    assert run(["init", "--home", str(root), "--name", "Ann Lee", "--email", "ann@lee.example"]) == 0
    return Home(root)


def test_the_restore_of_the_guide_gives_a_sound_home_with_the_same_ledger(home: Home, tmp_path: Path) -> None:
    from app.ports import SystemClock

    clock: Clock = SystemClock()
    done = back_up(home, load_settings(home.root), tmp_path / "b.tar.gz", now=clock.now())
    there, key = tmp_path / "restored", tmp_path / "kept.key"
    shutil.copy(home.key, key)
    shutil.rmtree(home.root)
    steps = _section("Restore", "sh").replace("NEWHOME", str(there)).replace("BACKUP.tar.gz", done.file).replace("KEYFILE", str(key))
    # The guide's own lines, with the `qm` of this tree.
    script = "set -eu\nqm() { " + f'"{sys.executable}" -m app.cli "$@"; }}\n' + steps
    ran = subprocess.run(["sh", "-c", script], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert done.ledger_head in ran.stdout


@pytest.mark.parametrize("new_url", ["postgres"], indirect=True)
def test_with_the_grants_of_the_guide_a_worker_can_write_facts_and_change_none(postgres: Any, open_core: Any) -> None:
    from memory.engine.on_dbos import DbosEnqueuer, prepare
    from memory.engine.port import Job

    url = postgres.migrated()
    prepare(url)
    names = {role: f"{role}_{uuid4().hex[:8]}" for role in ("qm_worker", "qm_office")}
    grants = _section("Database roles", "sql")
    for role, name in names.items():
        grants = grants.replace(role, name)
    owner = open_database(url)
    try:
        with owner.connect() as connection, connection.begin():
            for statement in filter(None, (part.strip() for part in grants.split(";"))):
                connection.exec_driver_sql(statement)
        worker = sa.make_url(url).set(username=names["qm_worker"]).render_as_string(hide_password=False)
        _works_and_changes_nothing(open_core(worker), DbosEnqueuer(worker), Job("advance/x/1", "advance_case", "x", lane="x"))
        office = open_core(sa.make_url(url).set(username=names["qm_office"]).render_as_string(hide_password=False))
        _refused(office, "UPDATE events SET kind = 'x'")
    finally:
        with owner.connect() as connection, connection.begin():
            for name in names.values():
                connection.exec_driver_sql(f"DROP OWNED BY {name}")
                connection.exec_driver_sql(f"DROP ROLE {name}")
        owner.dispose()
        postgres.drop(url)


def _works_and_changes_nothing(core: Any, jobs: Any, job: Any) -> None:
    with reading(core.database) as connection:
        before = head_of(connection)
    core.act("k/1", CasePaused(reason="written by a worker"))
    with reading(core.database) as connection:
        assert head_of(connection) != before
    with core.database.connect() as connection, connection.begin():
        jobs.enqueue(connection, job)
    jobs.close()
    insert = "INSERT INTO anchors (number, at, digest, body, public_key, signature) VALUES (1, '', '', '', '', '')"
    for statement in (
        "UPDATE events SET kind = 'x'",
        "DELETE FROM events",
        "TRUNCATE events",
        "DELETE FROM evidence",
        "ALTER TABLE events DISABLE TRIGGER USER",
        insert,
    ):
        _refused(core, statement)


def _refused(core: Any, statement: str) -> None:
    with pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner"):
        core.sql(statement)
