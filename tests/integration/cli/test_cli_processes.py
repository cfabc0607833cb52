"""`qm` as people and scripts run it: real processes, nobody at a terminal, one object on stdout."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

KEYS = [
    "intent",
    "need",
    "category",
    "quantity",
    "unit",
    "ceiling",
    "deadline",
    "must_have",
    "nice_to_have",
    "urgency",
    "vendor",
    "case",
    "missing",
    "spans",
]


def test_a_home_from_init_to_proof(process: Callable, tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = process("init", "--home", home, "--name", "Ann Lee", "--email", "ann@lee.example", "--json")
    assert (made.code, made.json["operator"]) == (0, "Ann Lee")
    added = process("--home", home, "vendors", "add", "Acme Mail", "--email", "sales@acme.example", "--json")
    assert added.json == {"vendor_id": "acme-mail", "changed": ["profile", "contact"], "warnings": []}
    opened = process("ask", "a CRM for 3 people under 40 EUR a month by Friday", "--json", "--home", home)
    assert opened.code == 0, opened.err
    listed = process("cases", "list", "--json", home=home)
    assert [c["case_id"] for c in listed.json["cases"]] == [opened.json["case_id"]]
    proof = process("ledger", "verify", "--json", "--home", home)
    assert (proof.code, proof.json["ok"]) == (0, True)
    assert proof.json["head"] == process("ledger", "head", "--json", home=home).json["head"]


def test_what_was_understood_has_exactly_the_public_keys(process: Callable) -> None:
    ran = process("ask", "--dry-run", "--json", "--now", "2026-11-22T10:00:00Z", "Find a CRM for 3 people under 40 EUR a month by Friday")
    assert list(ran.json) == ["understood"]
    assert list(ran.json["understood"]) == KEYS
    assert ran.json["understood"]["deadline"] == "2026-11-27"


def test_an_instruction_can_be_piped_in(process: Callable) -> None:
    ran = process("ask", "--dry-run", "--json", "-", stdin="a CRM for 3 people, Zürich".encode())
    assert ran.json["understood"]["quantity"] == 3


@pytest.mark.parametrize(
    ("text", "stdin", "says"),
    [
        ("", b"", "empty"),
        ("   \n\t", b"", "empty"),
        ("-", b"", "empty"),
        ("-", b"x" * 1_000_000, "20,000"),
        ("-", b"\xff\xfe\x00bad", "UTF-8"),
    ],
    ids=["nothing", "blanks", "empty pipe", "a megabyte", "not text"],
)
def test_an_instruction_that_is_none_is_refused_by_name(process: Callable, text: str, stdin: bytes, says: str) -> None:
    ran = process("ask", "--dry-run", "--json", text, stdin=stdin)
    assert ran.code == 2
    assert says in ran.error["message"]
    assert ran.error["hint"]


def test_errors_for_people_leave_stdout_empty(process: Callable, tmp_path: Path) -> None:
    ran = process("cases", "list", "--home", tmp_path / "none")
    assert (ran.code, ran.out) == (3, "")
    assert "qm init" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("cases", "lst"),
        ("cases", "show"),
        ("cases", "list", "--nonsense"),
        ("nonsense",),
        ("review", "--size", "many"),
        ("approvals", "approve"),
    ],
)
def test_usage_errors_are_json_when_json_is_asked_for(process: Callable, arguments: tuple[str, ...]) -> None:
    ran = process(*arguments, "--json")
    assert ran.code == 2
    assert ran.error["code"] == "usage"
    assert "--help" in ran.error["hint"]


@pytest.mark.parametrize(
    "arguments",
    [("init",), ("approvals", "reject", "AP-1")],
)
def test_nobody_at_a_terminal_means_an_exit_and_never_a_wait(
    process: Callable, made_home: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    where = tmp_path / "fresh" if arguments == ("init",) else made_home
    ran = process(*arguments, "--json", home=where)
    assert ran.code == 2
    assert ran.error["code"] == "answer_needed"
    assert "--" in ran.error["hint"]
    assert not (tmp_path / "fresh").exists()


def test_no_colour_and_no_spinner_reach_a_pipe(process: Callable, made_home: Path) -> None:
    ran = process("doctor", home=made_home)
    assert "\x1b" not in ran.out + ran.err
    assert "\r" not in ran.out + ran.err


def test_a_secret_is_piped_in_and_never_printed(process: Callable, home: Path) -> None:
    put = process("vault", "put", "mail", "--json", home=home, stdin=b"hunter2-hunter2\n")
    assert put.json == {"secret": "mail", "version": 1}
    shown = process("vault", "list", home=home)
    assert "mail" in shown.out
    assert "hunter2" not in put.out + put.err + shown.out + shown.err + (home / "vault.json").read_text()
    assert process("vault", "put", "mail", "hunter2", home=home).code == 2
    assert process("vault", "put", "mail", "--json", home=home).error["code"] == "bad_input"
    assert process("vault", "delete", "mail", "--json", home=home).json["deleted"] is True
    assert process("vault", "delete", "mail", home=home).code == 3


def test_a_reader_that_leaves_early_is_no_error(made_home: Path) -> None:
    import subprocess
    import sys

    command = f"{sys.executable} -m app.cli policy show --home {made_home} | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parents[3])
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_a_contract_is_read_without_a_home(process: Callable, tmp_path: Path) -> None:
    paper = tmp_path / "paper.txt"
    paper.write_text(
        "1. Either party may terminate this agreement with 30 days' written notice. 2. This agreement is governed by German law."
    )
    ran = process("contracts", "review", paper, "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["review"]["clauses"]
