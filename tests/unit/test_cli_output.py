"""What reaches a terminal or a program: one place prints, and nothing a vendor wrote can act there."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.output import Reply, Table, cell, fail, jsonable, plain, show, to_json
from memory.domain.errors import ConflictError, NotFoundError
from memory.domain.money import Money, Period

HOSTILE = "\x1b]0;owned\x07\x1b[2J[bold red]Acme[/] \u202egnp.exe \x9b31m\u2028next"


@given(st.text())
def test_plain_text_holds_nothing_a_terminal_would_act_on(text: str) -> None:
    assert all(ch == "\n" or unicodedata.category(ch) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for ch in plain(text))


@given(st.text())
def test_a_cell_is_one_line_without_control_characters(text: str) -> None:
    assert len(cell(text).splitlines()) <= 1


@given(st.text())
def test_json_is_one_line_of_ascii_that_reads_back_as_it_was(text: str) -> None:
    written = to_json({"text": text})
    assert written.isascii()
    assert len(written.splitlines()) == 1
    assert json.loads(written) == {"text": text}


def test_plain_keeps_what_people_read() -> None:
    assert plain("Zürich — 48,50 € → “yes”\nnext") == "Zürich — 48,50 € → “yes”\nnext"


def test_a_vendor_name_is_printed_without_escapes_and_without_markup(capsys: pytest.CaptureFixture[str]) -> None:
    show(Reply({}, (HOSTILE, Table(("vendor",), [(HOSTILE,)]))), as_json=False)
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "\x9b" not in out
    assert out.count("[bold red]Acme[/]") == 2


def test_a_table_on_a_terminal_shows_markup_as_text(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    show(Reply({}, (Table(("vendor",), [(HOSTILE,)]),)), as_json=False)
    out = capsys.readouterr().out
    assert "[bold red]Acme[/]" in out
    assert "owned\x07" not in out
    assert "\x1b[2J" not in out


def test_columns_are_aligned_when_piped(capsys: pytest.CaptureFixture[str]) -> None:
    show(Reply({}, (Table(("id", "name"), [("a", "Acme"), ("long-id", None)]),)), as_json=False)
    assert capsys.readouterr().out.splitlines() == ["id       name", "a        Acme", "long-id"]


def test_an_empty_table_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    show(Reply({}, (Table(("id",), [], empty="No cases yet."),)), as_json=False)
    assert capsys.readouterr().out == "No cases yet.\n"


def test_a_failure_is_one_object_on_stdout_and_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    code = fail(NotFoundError("there is no case X", hint="qm cases list"), as_json=True)
    printed = capsys.readouterr()
    assert code == 3
    assert printed.err == ""
    assert json.loads(printed.out) == {
        "ok": False,
        "error": {"code": "not_found", "message": "there is no case X", "hint": "qm cases list"},
    }


def test_a_failure_for_people_goes_to_stderr_with_its_mend(capsys: pytest.CaptureFixture[str]) -> None:
    fail(ConflictError("already\x1b[31m answered", hint="nothing was changed"), as_json=False)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "error: already[31m answered\n  mend: nothing was changed\n"


def test_a_reply_with_a_problem_keeps_its_details_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    code = show(Reply({"checks": [1]}, (), (), ConflictError("stale", hint="look again")), as_json=True)
    assert code == 4
    assert json.loads(capsys.readouterr().out) == {
        "ok": False,
        "error": {"code": "conflict", "message": "stale", "hint": "look again"},
        "checks": [1],
    }


def test_notes_for_people_never_reach_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    show(Reply({"a": 1}, ("line",), ("mind this",)), as_json=True)
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"a": 1}
    assert printed.err == "mind this\n"


def test_nouns_dates_and_enums_become_json() -> None:
    value = {Period.MONTH: (Money.of(57, "EUR"), date(2026, 11, 22), datetime(2026, 11, 22, tzinfo=UTC), Path("a"))}
    assert jsonable(value) == {"month": [{"amount_minor": 5700, "currency": "EUR"}, "2026-11-22", "2026-11-22T00:00:00+00:00", "a"]}
