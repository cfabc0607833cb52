"""A real home, made once by `qm init` and copied for each test, and `qm` in this process or in one of its own."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.cli import run
from memory.database import open_database, reading, sqlite_url
from memory.ledger import head_of

ROOT = Path(__file__).parents[3]
IBAN = "DE89370400440532013000"


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout."""
        assert self.out.count("\n") == 1, self.out
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found

    @property
    def error(self) -> dict[str, str]:
        """The failure on stdout."""
        assert self.json["ok"] is False
        return self.json["error"]


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made") / "home"
    assert run(["init", "--home", str(root), "--name", "Ann Lee", "--email", "ann@lee.example", "--iban", IBAN]) == 0
    return root


@pytest.fixture
def home(made_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made_home, tmp_path / "home"))


@pytest.fixture
def qm(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """`qm` in this process, on `home`, with nobody at a terminal."""
    monkeypatch.setenv("QM_HOME", str(home))

    def call(*arguments: object, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return call


def qm_process(*arguments: object, home: Path | None = None, stdin: bytes = b"") -> Ran:
    """`qm` as a process of its own; a hang ends the test."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("QM_HOME", None)
    if home is not None:
        environment["QM_HOME"] = str(home)
    command = [sys.executable, "-m", "app.cli", *(str(argument) for argument in arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, env=environment, timeout=120, check=False)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def process() -> Callable[..., Ran]:
    return qm_process


@pytest.fixture
def head(home: Path) -> Callable[[], str]:
    """The head of the home's ledger: equal heads mean that nothing was written."""

    def read() -> str:
        database = open_database(sqlite_url(home / "quartermaster.db"))
        try:
            with reading(database) as connection:
                return head_of(connection)
        finally:
            database.dispose()

    return read
