"""Proof through the command line: what was altered is found, what is red names its mend, and a copy can be restored."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def opened(home: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(home / "quartermaster.db")
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


def alter_history(home: Path) -> None:
    """Change an event behind the program's back, as somebody with the file could."""
    with opened(home) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'").fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE events SET canonical = CAST(replace(canonical, 'Ann Lee', 'Eve Lee') AS BLOB) WHERE kind = 'workspace.made'"
        )


def red(ran: object) -> dict[str, str]:
    return {check["name"]: check["mend"] for check in ran.json["checks"] if check["state"] == "bad"}  # type: ignore[attr-defined]


def test_an_altered_event_is_found_by_verify_doctor_export_and_backup(qm: Callable, home: Path, tmp_path: Path) -> None:
    assert qm("ledger", "verify", "--json").json["ok"] is True
    alter_history(home)
    ran = qm("ledger", "verify", "--json")
    assert (ran.code, ran.json["ok"], ran.error["code"]) == (1, False, "integrity")
    assert ran.json["first_break"]["stream"] == "workspace"
    assert "restore" in ran.error["hint"]
    assert list(red(qm("doctor", "--json"))) == ["ledger"]
    assert qm("ledger", "export", tmp_path / "l.zip").code == 1
    assert qm("backup", tmp_path / "b.tar.gz").code == 1
    assert list(tmp_path.glob("*.zip")) == list(tmp_path.glob("*.gz")) == []


def test_an_altered_screen_is_found_by_replay_and_mended_by_doctor(qm: Callable, home: Path) -> None:
    assert qm("ledger", "replay").code == 0
    with opened(home) as connection:
        connection.execute("UPDATE parties SET body = replace(body, 'DE89', 'DE88')")
    ran = qm("ledger", "replay", "--json")
    assert ran.code == 1
    assert [p["name"] for p in ran.json["projections"] if not p["equal"]] == ["registry"]
    assert "projections" in red(qm("doctor", "--json"))
    assert qm("doctor", "--mend", "--json").json["ok"] is True
    assert qm("ledger", "replay").code == 0


def test_replay_leaves_the_home_as_it_was(qm: Callable, head: Callable[[], str]) -> None:
    before = head()
    qm("ledger", "replay")
    assert head() == before


def test_an_export_is_checked_by_the_script_in_it(qm: Callable, tmp_path: Path) -> None:
    def verdict(folder: Path, *more: str) -> int:
        return subprocess.run([sys.executable, "-I", "-S", folder / "verify.py", *more], capture_output=True, check=False).returncode

    done = qm("ledger", "export", tmp_path / "unsigned", "--json").json
    assert (done["signed"], done["unsigned"]) == (0, done["events"])
    assert verdict(tmp_path / "unsigned") == 3
    key = qm("ledger", "key").out.strip()
    assert qm("ledger", "key", "--json").json["key"] == key
    done = qm("ledger", "export", tmp_path / "bundle", "--json").json
    assert (done["key"], done["unsigned"]) == (key, 0)
    assert verdict(tmp_path / "bundle", "--key", key) == 0
    assert qm("ledger", "export", tmp_path / "bundle").code == 4
    assert qm("ledger", "export", tmp_path / "bundle.zip", "--dry-run").code == 0
    assert not (tmp_path / "bundle.zip").exists()


def test_what_is_signed_is_said_and_held_against_the_key_that_is_known(qm: Callable, home: Path) -> None:
    assert "Nothing is signed yet" in qm("ledger", "verify").out
    assert qm("ledger", "verify", "--key", "0" * 64).code == 1
    assert "would_write" in qm("ledger", "anchor", "--dry-run", "--json").json
    made = qm("ledger", "anchor", "--json").json["anchor"]
    assert made["number"] == 1
    assert qm("ledger", "anchor", "--json").json == {"anchor": None}
    for how in ((), ("--since-anchor",), ("--key", made["key"])):
        found = qm("ledger", "verify", *how, "--json").json
        assert (found["ok"], found["anchors"], found["signed"], found["unsigned"]) == (True, 1, made["events"], 0)
    assert "Anchor 1 signs" in qm("ledger", "verify").out
    assert qm("ledger", "verify", "--key", "short").code == 2
    other = qm("ledger", "verify", "--key", "0" * 64, "--json")
    assert (other.code, other.json["first_break"]["stream"]) == (1, "anchors")
    with opened(home) as connection:
        connection.execute("DROP TRIGGER events_refuse_delete")
        connection.execute("DELETE FROM events")
        connection.execute("DELETE FROM heads")
    assert qm("ledger", "verify", "--json").json["first_break"]["stream"] == "workspace"


def test_a_backup_is_restored_into_a_home_that_is_sound(qm: Callable, home: Path, tmp_path: Path) -> None:
    (home / "files" / "note.txt").write_text("kept")
    (home / "files" / "link").symlink_to("/etc/hostname")
    file, restored = tmp_path / "b.tar.gz", tmp_path / "restored"
    done = qm("backup", file, "--json")
    assert done.code == 0, done.out
    assert "vault.key" not in " ".join(done.json["members"])
    assert "keys/vault.key" in done.err
    assert (file.stat().st_mode & 0o077) == 0
    assert qm("backup", file).code == 4
    with tarfile.open(file) as archive:
        assert {"manifest.json", "RESTORE.txt", "quartermaster.db", "files/note.txt"} <= set(archive.getnames())
        assert "files/link" not in archive.getnames()
        manifest = json.load(archive.extractfile("manifest.json"))  # type: ignore[arg-type]
        archive.extractall(restored, filter="data")
    assert manifest["ledger_head"] == qm("ledger", "head", "--json").json["head"]
    for name, digest in manifest["sha256"].items():
        assert hashlib.sha256((restored / name).read_bytes()).hexdigest() == digest
    assert "vault" in red(qm("doctor", "--home", restored, "--json"))
    (restored / "keys").mkdir()
    (restored / "keys" / "vault.key").write_bytes((home / "keys" / "vault.key").read_bytes())
    (restored / "keys" / "vault.key").chmod(0o600)
    assert qm("doctor", "--home", restored, "--json").json["ok"] is True
    assert qm("ledger", "head", "--home", restored, "--json").json["head"] == manifest["ledger_head"]


def test_the_key_is_in_a_backup_only_when_asked_for(qm: Callable, tmp_path: Path) -> None:
    done = qm("backup", tmp_path / "b.tar.gz", "--with-key", "--json").json
    assert "keys/vault.key" in done["members"]


def test_a_backup_into_a_folder_that_is_not_there_is_refused(qm: Callable, tmp_path: Path) -> None:
    ran = qm("backup", tmp_path / "none" / "b.tar.gz", "--json")
    assert (ran.code, ran.error["code"]) == (6, "unavailable")


def test_a_sound_home_has_no_red_line(qm: Callable) -> None:
    ran = qm("doctor", "--json")
    assert (ran.code, ran.json["ok"], red(ran)) == (0, True, {})
    assert {check["name"] for check in ran.json["checks"]} >= {
        "python", "tracing", "home", "settings", "database", "vault", "dashboard", "ledger", "projections", "policy", "registry",
        "connectors", "mail", "models", "memory", "effects",
    }  # fmt: skip


def _drop_database(home: Path) -> None:
    for path in home.glob("quartermaster.db*"):
        path.unlink()


def _damage_database(home: Path) -> None:
    (home / "quartermaster.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    for path in home.glob("quartermaster.db-*"):
        path.unlink()


def _set_mail(home: Path) -> None:
    with (home / "config.toml").open("a") as file:
        file.write('\n[mail]\naddress = "a@b.example"\nsmtp_host = "127.0.0.1"\nsmtp_port = 1\nimap_host = "127.0.0.1"\nimap_port = 1\n')


BROKEN: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "no settings": (lambda home: (home / "config.toml").write_text("nonsense ="), "settings", "mend"),
    "no database": (_drop_database, "database", "backup"),
    "a damaged database": (_damage_database, "database", "backup"),
    "no vault": (lambda home: (home / "vault.json").unlink(), "vault", "backup"),
    "an altered vault": (
        lambda home: (home / "vault.json").write_text((home / "vault.json").read_text().replace('"version": 1', '"version": 2')),
        "vault",
        "backup",
    ),
    "no key": (lambda home: (home / "keys" / "vault.key").unlink(), "vault", "put the key back"),
    "a key for all to read": (lambda home: (home / "keys" / "vault.key").chmod(0o644), "vault", "chmod 600"),
    "a policy that is none": (lambda home: (home / "policy.yaml").write_text("version: 1\nrulez: 3\n"), "policy", "rules"),
    "a mail server that is silent": (_set_mail, "mail", "config.toml"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_red_and_names_its_mend(qm: Callable, home: Path, name: str) -> None:
    broken, check, mend = BROKEN[name]
    broken(home)
    ran = qm("doctor", "--json")
    assert ran.code == 1
    assert ran.error["code"] == "integrity"
    assert mend in red(ran)[check]


def test_no_home_is_red_too(qm: Callable, tmp_path: Path) -> None:
    ran = qm("doctor", "--home", tmp_path / "none", "--json")
    assert ran.code == 1
    assert "qm init" in red(ran)["home"]
    assert not (tmp_path / "none").exists()


def test_tracing_and_a_differing_policy_are_said_without_being_red(qm: Callable, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "LANGSMITH_TRACING", "true")
    policy = home / "policy.yaml"
    policy.write_text(policy.read_text().replace("500 EUR in total needs review", "500 EUR in total needs a look", 1))
    ran = qm("doctor", "--json")
    notes = {check["name"]: check["mend"] for check in ran.json["checks"] if check["state"] == "warning"}
    assert ran.code == 0
    assert "LANGSMITH_TRACING" in notes["tracing"]
    assert "qm policy check" in notes["policy"]


def test_memory_is_searched_with_all_that_the_ledger_holds_and_rebuilt_from_it(qm: Callable) -> None:
    qm("vendors", "add", "Acme Mail", "--category", "email_marketing")
    early = qm("memory", "search", "who does email marketing?", "--json").json["hints"]
    assert [hint["note"]["vendor_id"] for hint in early] == ["acme-mail"]
    assert qm("memory", "rebuild", "--dry-run", "--json").json["notes"] == 1
    assert qm("memory", "rebuild", "--json").json == {"notes": 1}
    hints = qm("memory", "search", "who does email marketing?", "--kind", "vendor", "--json").json["hints"]
    assert [hint["note"]["vendor_id"] for hint in hints] == ["acme-mail"]


def test_a_port_that_is_open_to_others_is_red(qm: Callable, home: Path) -> None:
    import socket

    if not Path("/proc/net/tcp").exists():
        pytest.skip("only Linux tells which addresses a port listens on")
    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))
        listener.listen()
        with (home / "config.toml").open("a") as file:
            file.write(f"dashboard_port = {listener.getsockname()[1]}\n")
        assert list(red(qm("doctor", "--json"))) == ["dashboard"]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = home / "config.toml"
        kept = [line for line in config.read_text().splitlines() if not line.startswith("dashboard_port")]
        config.write_text("\n".join([*kept, f"dashboard_port = {listener.getsockname()[1]}"]) + "\n")
        assert red(qm("doctor", "--json")) == {}
