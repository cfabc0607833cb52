"""Bad input: a clear error with the file, the field and the mend, the right exit code, and nothing half-written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

CASES: dict[str, tuple[tuple[str, ...], bytes, int, tuple[str, ...]]] = {
    # name: (arguments, content of the file, exit code, what the message must name)
    "no name": (("vendors", "add"), b"", 2, ("name",)),
    "a wrong IBAN": (("vendors", "add", "Acme", "--iban", "DE00370400440532013000"), b"", 2, ("iban", "Acme")),
    "half an IBAN": (("vendors", "add", "Acme", "--iban", "DE12"), b"", 2, ("iban",)),
    "a payee without account": (("vendors", "add", "Acme", "--payee-name", "Acme GmbH"), b"", 2, ("iban",)),
    "two addresses": (("vendors", "add", "Acme", "--email", "a@b.example,c@d.example"), b"", 2, ("email",)),
    "a website that is none": (("vendors", "add", "Acme", "--website", "javascript:alert(1)"), b"", 2, ("website", "https://")),
    "an id with spaces": (("vendors", "add", "Acme", "--vendor", "Acme GmbH"), b"", 2, ("vendor_id", "acme-mail")),
    "no such file": (("vendors", "import", "{folder}/none.csv"), b"", 3, ("none.csv",)),
    "an empty list": (("vendors", "import", "{file}"), b"", 2, ("input", "name")),
    "a list with an unknown column": (("vendors", "import", "{file}"), b"name,phone\nA,1\n", 2, ("input", "line 1", "phone")),
    "a list with broken rows": (
        ("vendors", "import", "{file}"),
        b"name,email,iban\nGood,g@g.example,\nBad,not-an-address,\nWorse,w@w.example,DE00370400440532013000\n",
        2,
        ("input", "line 3", "email", "line 4", "iban", "2 fault"),
    ),
    "a list with one vendor twice": (("vendors", "import", "{file}"), b"name\nAcme\nACME\n", 2, ("line 3", "line 2")),
    "a list that is no text": (("vendors", "import", "{file}"), b"name\n\x00\xff\x01\n", 2, ("UTF-8",)),
    "broken JSON": (("vendors", "import", "{file}"), b'{"vendors": [', 2, ("input", "JSON")),
    "a catalogue with broken rows": (
        ("vendors", "import", "{file.json}"),
        b'{"format": 1, "products": [{"product_id": "a"}, {"product_id": 7}]}',
        2,
        ("input.json", "row 1", "row 2", "product_id", "vendor"),
    ),
    "a policy with an unknown key": (("policy", "adopt", "{file}"), b"version: 2\nrulez: []\n", 2, ("input", "line 2", "rulez")),
    "a policy that is not YAML": (("policy", "adopt", "{file}"), b"version: [1\n", 2, ("input", "line")),
    "an empty policy": (("policy", "adopt", "{file}"), b"", 2, ("input",)),
    "a PDF that is none": (("contracts", "review", "{file.pdf}"), b"hello", 2, ("input.pdf", "not a PDF")),
    "a damaged PDF": (("contracts", "import", "{file.pdf}", "--vendor", "known"), b"%PDF-1.7\nrubbish", 2, ("input.pdf", "damaged")),
    "an empty contract": (("contracts", "review", "{file}"), b"  \n", 2, ("input", "empty")),
    "a contract that is no text": (("contracts", "review", "{file}"), b"\x00\x01\x02\xff", 2, ("input",)),
    "a statement with an unknown currency": (
        ("statement", "import", "{file}"),
        b"Date;Amount;Currency;Reference\n2026-11-01;-10,00;XQX;x\n",
        2,
        ("input", "XQX"),
    ),
    "an empty statement": (("statement", "import", "{file}"), b"", 2, ("input", "empty")),
    "a PDF as statement": (("statement", "import", "{file}"), b"%PDF-1.7", 2, ("input", "camt.053")),
    "a currency that is none": (("statement", "import", "{file}", "--currency", "EURO"), b"Date;Amount\n", 2, ("--currency", "EURO")),
    "a budget without period": (("budget", "set", "crm", "100 EUR"), b"", 2, ("month",)),
    "a budget without currency": (("budget", "set", "crm", "100/month"), b"", 2, ("100", "month")),
    "a category that is none": (("budget", "set", "flying carpets", "100 EUR/month"), b"", 2, ("flying carpets",)),
    "a budget above policy": (("budget", "set", "email_marketing", "100000 EUR/month"), b"", 5, ("policy", "email_marketing")),
    "a time that is none": (("vendors", "diff", "known", "--from", "yesterday"), b"", 2, ("--from", "yesterday")),
    "a vendor that is none": (("vendors", "show", "nobody"), b"", 3, ("nobody",)),
    "a case that is none": (("cases", "show", "CASE-1"), b"", 3, ("CASE-1",)),
    "a kind of note that is none": (("memory", "search", "notice", "--kind", "poem"), b"", 2, ("poem",)),
    "a secret's name that is none": (("vault", "put", "../key"), b"", 2, ("../key",)),
    "an instruction without letters": (("ask", "?!"), b"", 2, ("empty",)),
    "a time without a dry run": (("ask", "a CRM", "--now", "2026-11-22"), b"", 2, ("--now", "--dry-run")),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_named_with_its_mend_and_nothing_is_written(
    qm: Callable, head: Callable[[], str], home: Path, tmp_path: Path, name: str
) -> None:
    arguments, content, code, named = CASES[name]
    qm("vendors", "add", "Known")
    filled = []
    for argument in arguments:
        text = argument.replace("{folder}", str(tmp_path))
        if text.startswith("{file"):
            path = tmp_path / f"input{text.removeprefix('{file').removesuffix('}')}"
            path.write_bytes(content)
            text = str(path)
        filled.append(text)
    before, files = head(), sorted(p for p in home.rglob("*") if "quartermaster.db" not in p.name)
    ran = qm(*filled, "--json", stdin=b"secret")
    assert (ran.code, ran.json["ok"]) == (code, False), ran.out
    said = f"{ran.error['message']} {ran.error['hint']}"
    assert [word for word in named if word not in said] == []
    assert ran.error["hint"]
    assert head() == before
    assert sorted(p for p in home.rglob("*") if "quartermaster.db" not in p.name) == files


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--name", "Ann", "--email", "not an address"), "--email"),
        (("--name", "Ann", "--email", "a@b.example", "--iban", "DE00370400440532013000"), "--iban"),
        (("--name", "Ann", "--email", "a@b.example", "--iban", "x"), "--iban"),
        (("--name", "Ann", "--email", "a@b.example", "--currency", "EURO"), "--currency"),
        (("--name", "Ann", "--email", "a@b.example", "--tax-rate", "nineteen"), "--tax-rate"),
        (("--name", "Ann", "--email", "a@b.example", "--tax-rate", "99"), "--tax-rate"),
        (("--name", "A\x1bnn", "--email", "a@b.example"), "--name"),
    ],
)
def test_a_home_is_not_begun_with_bad_answers(qm: Callable, tmp_path: Path, arguments: tuple[str, ...], named: str) -> None:
    ran = qm("init", "--home", tmp_path / "new", *arguments, "--json")
    assert ran.code == 2, ran.out
    assert named in ran.error["message"]
    assert not (tmp_path / "new").exists()


def test_a_home_is_not_made_twice_but_completed(qm: Callable, home: Path) -> None:
    again = qm("init", "--name", "Eve", "--email", "eve@evil.example", "--json")
    assert (again.code, again.error["code"]) == (4, "conflict")
    entered = qm("init", "--iban", "DE02120300000000202051", "--json")
    assert entered.json["changed"] is True
    assert "Ann Lee" in (home / "config.toml").read_text()


def test_broken_settings_are_named_by_file_and_field(qm: Callable, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = home / "config.toml"
    text = config.read_text()
    config.write_text(text + 'colour = "red"\n')
    ran = qm("cases", "list", "--json")
    assert ran.code == 2
    assert "colour" in ran.error["message"]
    assert "config.toml" in ran.error["message"]
    config.write_text(text)
    monkeypatch.setenv("QM_COLOUR", "red")
    assert "QM_COLOUR" in qm("cases", "list", "--json").error["message"]


def test_a_start_that_was_broken_off_is_completed(qm: Callable, tmp_path: Path) -> None:
    from app.home import lay_out

    begun = tmp_path / "begun"
    lay_out(begun, {"operator_name": "Ann Lee", "operator_email": "ann@lee.example"})
    ran = qm("init", "--home", begun, "--name", "Ann Lee", "--email", "ann@lee.example", "--json")
    assert ran.code == 0, ran.out
    assert qm("doctor", "--home", begun, "--json").json["ok"] is True
    assert qm("init", "--home", begun, "--name", "Ann Lee", "--email", "ann@lee.example").code == 4
