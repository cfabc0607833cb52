"""`qm import` and `qm charges` as a person uses them: an export read twice, a word on what was found, subscriptions, a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

PAPER = """SUBSCRIPTION AGREEMENT

This Agreement is made between Acme Mail GmbH, Berlin ("Provider") and Ann Lee ("Customer"), effective 1 March 2026.
1. Term. The initial term is 12 months. It renews automatically for successive terms of 12 months unless either party gives 60 days' written notice.
2. Fees. The total fee for the initial term is EUR 480.00, payable annually in advance.
"""


def export(folder: Path, *, months: int = 8) -> Path:
    file = folder / "bank.csv"
    rows = [f"2026-{month:02d}-05,Notion Labs,-{10 if month < 6 else 12}.00,EUR" for month in range(1, months + 1)]
    rows += [f"2026-{month:02d}-11,PADDLE.NET* TABLEPLUS,-9.00,EUR" for month in range(1, months + 1)]
    file.write_text("\n".join(["Date,Name,Amount,Currency", *rows]) + "\n")
    return file


def test_an_export_is_looked_at_taken_in_once_and_answered(qm: Callable[..., Any], head: Callable[[], str], tmp_path: Path) -> None:
    file, before = export(tmp_path), head()
    rehearsed = qm("import", "charges", file, "--dry-run", "--json").json["files"][0]
    assert (len(rehearsed["accounts"][0]["charges"]), len(rehearsed["series"]), head()) == (16, 2, before)
    done = qm("import", "charges", file, "--json").json["files"][0]
    assert {(flag["kind"], flag["name"]) for flag in done["flags"]} == {
        ("price_rise", "Notion Labs"),
        ("unknown", "Notion Labs"),
        ("unknown", "Tableplus"),
    }
    after = head()
    assert "0 charges new, 16 known already" in qm("import", "charges", file).out
    assert head() == after
    assert qm("charges", "confirm", "notion", "--note", "notes").code == 0
    assert qm("charges", "ignore", "table", "--reason", "private").code == 0
    assert qm("charges", "list", "--unknown", "--json").json["recurring"] == []
    late = qm("charges", "ended", "notion", "--on", "2026-06-30")
    assert "2 charges came since, 24.00 EUR together" in late.out
    assert qm("charges", "show", "nothing", "--json").error["code"] == "not_found"


def test_columns_that_cannot_be_told_ask_for_columns_and_then_read(qm: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("Posted;Worth;Shop\n02.11.2026;-9,50;Notion\n")
    refused = qm("import", "charges", file, "--json")
    assert (refused.code, "Posted, Worth, Shop" in refused.error["message"], "--columns" in refused.error["hint"]) == (2, True, True)
    said = ("--columns", "date=Posted,amount=Worth,name=Shop", "--currency", "EUR")
    assert len(qm("import", "charges", file, *said, "--json").json["files"][0]["accounts"][0]["charges"]) == 1
    assert qm("import", "charges", file, "--columns", "when=Posted", "--json").code == 2


def test_a_folder_and_a_list_of_subscriptions_are_taken_over_once(qm: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "contracts"
    folder.mkdir()
    (folder / "acme.txt").write_text(PAPER)
    waiting = qm("import", "contracts", folder, "--json").json
    assert (waiting["ok"], waiting["files"][0]["stand"]) == (False, "vendor not known")
    (done,) = qm("import", "contracts", folder, "--create-vendors", "--json").json["files"]
    assert (done["stand"], done["vendor_id"]) == ("new", "acme-mail")
    assert qm("import", "contracts", folder, "--json").json["files"][0]["stand"] == "known already"
    file = tmp_path / "wallos.json"
    row = {
        "Name": "Figma",
        "Payment Cycle": "Yearly",
        "Next Payment": "2099-03-01",
        "Price": "$144",
        "Active": "Yes",
        "Renewal": "Automatic",
    }
    file.write_text(json.dumps({"subscriptions": [row]}))
    assert len(qm("import", "wallos", file, "--json").json["renewals"]) == 1
    assert qm("import", "wallos", file, "--json").json["changed"] == []
    assert {line["vendor_id"] for line in qm("renewals", "--json").json["renewals"]} == {"acme-mail", "figma"}


def test_a_list_and_then_the_paper_of_a_subscription_make_one_row_and_another_paper_is_asked_about(
    qm: Callable[..., Any], tmp_path: Path
) -> None:
    paper, file = tmp_path / "acme.txt", tmp_path / "wallos.json"
    paper.write_text(PAPER)
    qm("vendors", "add", "Acme Mail", "--website", "https://acme-mail.example")
    row = {"Name": "ACME newsletter", "Payment Cycle": "Yearly", "Next Payment": "2099-03-01", "Price": "€499", "Active": "Yes"}
    file.write_text(json.dumps([row | {"Renewal": "Automatic", "URL": "https://www.acme-mail.example/login"}]))
    assert qm("import", "wallos", file, "--json").json["changed"][0]["vendor_id"] == "acme-mail"
    done = qm("contracts", "import", paper, "--vendor", "acme-mail", "--json").json
    assert done["superseded"] == ["subscription-acme-newsletter-decide-by"]
    (line,) = qm("renewals", "--json").json["renewals"]
    other = tmp_path / "other.txt"
    other.write_text(PAPER.replace("480.00", "90.00"))
    assert len(qm("contracts", "import", other, "--vendor", "acme-mail", "--json").json["twins"]) == 1
    (pair,) = qm("renewals", "--json").json["twins"]
    assert qm("renewals", "apart", pair["drop"], pair["keep"]).code == 0
    assert qm("renewals", "--json").json["twins"] == []
    assert qm("renewals", "replace", pair["drop"], line["uid"], "--reason", " ").code == 2
    assert len(qm("contracts", "list", "--json").json["contracts"]) == 2
    assert qm("contracts", "list", "--as-of", "2020-01-01", "--json").json["contracts"] == []
    assert qm("contracts", "show", done["contract"][:12], "--as-of", "2020-01-01").code == 3
    assert qm("contracts", "list", "--as-of", "soon").code == 2
