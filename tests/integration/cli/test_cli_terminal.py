"""`qm` with a person at a terminal: it asks, it shows tables, and vendor text still cannot act."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from app.bootstrap import open_office
from memory.domain.events.sourcing import VendorUpdated
from memory.domain.vendor import VendorFacts

ROOT = Path(__file__).parents[3]


def at_terminal(arguments: Sequence[object], answers: Sequence[tuple[str, str]] = (), **environment: str) -> tuple[int, str]:
    """Run `qm` on a terminal of its own; each answer is typed once its question stands there."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "app.cli", *(str(a) for a in arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLUMNS": "160", **environment},
        start_new_session=True,
    )
    os.close(theirs)
    seen, waiting, deadline = "", list(answers), time.monotonic() + 90
    asked_at = 0
    while time.monotonic() < deadline:
        if not select.select([ours], [], [], 0.2)[0]:
            if child.poll() is not None:
                break
            continue
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end of the terminal is closed
            break
        seen += piece.decode(errors="replace")
        if waiting and waiting[0][0] in seen[asked_at:]:
            asked_at = len(seen)
            os.write(ours, f"{waiting.pop(0)[1]}\n".encode())
    code = child.wait(timeout=30)
    os.close(ours)
    assert not waiting, seen
    return code, seen


def test_the_wizard_makes_a_home_from_answers(tmp_path: Path) -> None:
    home = tmp_path / "home"
    answers = [
        ("Your name", "Ann Lee"),
        ("e-mail address", "ann@lee.example"),
        ("Your company", ""),
        ("Currency", "chf"),
        ("VAT rate", "8.1"),
        ("IBAN", ""),
    ]
    code, seen = at_terminal(["init", "--home", home], answers)
    assert code == 0, seen
    config = (home / "config.toml").read_text()
    assert 'operator_name = "Ann Lee"' in config
    assert 'home_currency = "CHF"' in config
    assert "tax_rate_bp = 810" in config


def test_a_hostile_name_is_shown_in_a_table_as_text(home: Path) -> None:
    facts = VendorFacts(vendor_id="acme", name="[bold red]Acme[/] :smile: \u009b31m\x1b[2J\u202egnp")
    with open_office(home) as office:
        office.unit_of_work.act("test/hostile", [VendorUpdated(facts=facts, by="vendor_scout")], actor="vendor_scout")
    code, seen = at_terminal(["vendors", "list", "--home", home], NO_COLOR="1")
    assert code == 0
    assert "[bold red]Acme[/] :smile:" in seen
    assert "\u009b" not in seen
    assert "\u202e" not in seen
    assert "\x1b[2J" not in seen
    assert "\x1b[3" not in seen


def test_a_no_is_asked_for_its_reason(home: Path) -> None:
    code, seen = at_terminal(["approvals", "reject", "AP-none", "--home", home], [("Why not", "too dear")])
    assert code == 3, seen
    assert "there is no approval AP-none" in seen


def test_a_secret_is_not_echoed(home: Path) -> None:
    code, seen = at_terminal(["vault", "put", "mail", "--home", home], [("Secret mail", "hunter2-hunter2")])
    assert code == 0, seen
    assert "hunter2" not in seen
