"""Lists of vendors, subscriptions of Wallos and folders of contracts: taken over once, whole or with each fault and its mend."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from graphs.contract_import import Imported, ReadContract
from graphs.folder_import import FileStand, FolderFile, import_folder, party_in, vendor_in
from graphs.vendor_list import list_text, read_vendor_list
from graphs.wallos_import import SubscriptionsTaken, read_wallos, take_over
from memory.domain.charges import Cadence
from memory.domain.errors import InputError
from memory.domain.events.charges import SubscriptionWatched
from memory.domain.events.contracts import RenewalScheduled
from memory.domain.money import Money, Period, Price
from memory.views.charge_vendors import VendorMarks

# --- vendors -----------------------------------------------------------------------------------------------------------

GERMAN = (
    "Firma;Webseite;Kategorie;Preis;Währung;Turnus;Auch bekannt als;Domains;USt-IdNr.\r\n"
    "Müller Mail GmbH;mueller.example;E-Mail Marketing;1.234,50;EUR;Monat;Müller|MuellerPost;mueller.example;DE123456789\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_german_spreadsheet_is_read_with_its_aliases_domains_and_price(encoding: str) -> None:
    (entry,) = read_vendor_list(list_text(GERMAN.encode(encoding), filename="v.csv"), filename="v.csv")
    assert (entry.name, entry.website, entry.category) == ("Müller Mail GmbH", "https://mueller.example", "e_mail_marketing")
    assert (entry.aliases, entry.domains, entry.vat_id) == (("Müller", "MuellerPost"), ("mueller.example",), "DE123456789")
    assert entry.list_price == Price(amount_minor=123450, currency="EUR", period=Period.MONTH)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_each_separator_is_told_by_the_first_line(separator: str) -> None:
    text = separator.join(("Vendor", "E-Mail", "List price")) + "\n" + separator.join(("Acme", "a@acme.example", "59.00 EUR/year"))
    (entry,) = read_vendor_list(text, filename="v.csv")
    assert (entry.name, entry.email, str(entry.list_price)) == ("Acme", "a@acme.example", "59.00 EUR per year")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('name\n=HYPERLINK("x")\n', "line 2: name: '=HYPERLINK"),
        ("name,plan\nAcme,@SUM(A1)\n", "begins like a formula"),
        ("name,price\nAcme,59\n", "names no currency"),
        ("name,price\nAcme,59 EUR\n", "how often"),
        ("name,notes\nAcme,x\n", "there is no column 'notes'"),
        ("name,domains\nAcme,not a host\n", "domains"),
    ],
)
def test_what_cannot_be_taken_over_is_named_and_nothing_is(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says.replace("(", r"\(")):
        read_vendor_list(text, filename="v.csv")


def test_columns_that_are_no_field_can_be_left_alone() -> None:
    (entry,) = read_vendor_list("name,notes\nAcme,x\n", filename="v.csv", skip_unknown=True)
    assert entry.name == "Acme"


# --- Wallos ------------------------------------------------------------------------------------------------------------


def entry(**changes: Any) -> dict[str, Any]:
    plain = {
        "Name": "Figma",
        "Payment Cycle": "Yearly",
        "Next Payment": "2027-03-01",
        "Renewal": "Automatic",
        "Category": "Design",
        "Payment Method": "Visa",
        "Price": "$144",
        "Notes": "",
        "URL": "https://figma.com",
        "State": "Enabled",
        "Cancellation Date": "",
        "Active": "Yes",
    }
    return {**plain, **changes}


def wallos(*entries: dict[str, Any]) -> str:
    return json.dumps({"success": True, "subscriptions": list(entries)})


def test_an_export_is_read_with_price_rhythm_trial_and_what_is_over() -> None:
    odd = entry(Name="Miro", Price="1.234,50 €", Notes="Trial until 2026-12-02", **{"Payment Cycle": "Every 3 Months"})
    over = entry(Name="Old", Active="No", URL="javascript:alert(1)", **{"Payment Cycle": "Every 5 Months"})
    (figma, miro, old), remarks = read_wallos(wallos(entry(), odd, over), filename="w.json")
    assert (figma.price, figma.cadence, figma.next_on) == (Money(amount_minor=14400, currency="USD"), Cadence.YEARLY, date(2027, 3, 1))
    assert (miro.price, miro.cadence, miro.trial_ends_on) == (
        Money(amount_minor=123450, currency="EUR"),
        Cadence.QUARTERLY,
        date(2026, 12, 2),
    )
    assert (old.active, old.url, old.cadence) == (False, "", None)
    assert remarks == ("Old: every 5 months is no rhythm that is watched; it is kept without one",)


def test_what_its_api_gives_is_read_too_and_asks_for_the_currency() -> None:
    row = {
        "id": 1,
        "name": "Figma",
        "price": 10.99,
        "currency_id": 1,
        "next_payment": "2026-12-01",
        "cycle": 3,
        "frequency": 1,
        "inactive": 0,
    }
    with pytest.raises(InputError, match="does not tell the currency"):
        read_wallos(json.dumps([row]), filename="w.json")
    ((one,), _) = read_wallos(json.dumps([row]), filename="w.json", currency="EUR")
    assert (one.price.amount_minor, one.cadence, one.active) == (1099, Cadence.MONTHLY, True)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"subscriptions": 7}', "[" * 100_000, wallos(entry(Price="free")), wallos(entry(Name=""))]
)
def test_a_file_that_is_no_export_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputError):
        read_wallos(text, filename="w.json")


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_taking_it_over_watches_longer_terms_and_again_adds_only_what_changed(core: Any) -> None:
    def take(*entries: dict[str, Any]) -> SubscriptionsTaken:
        found, remarks = read_wallos(wallos(*entries), filename="w.json")
        return take_over(
            found,
            remarks,
            database=core.database,
            unit_of_work=core.unit_of_work,
            evidence=core.evidence,
            by="operator",
            today=date(2026, 11, 22),
        )

    monthly = entry(Name="Slack", Price="€9", **{"Payment Cycle": "Monthly", "Next Payment": "2026-12-20"})
    done = take(entry(), monthly)
    assert (len(done.changed), done.renewals) == (2, ("subscription-figma-decide-by",))
    (renewal,) = core.events(RenewalScheduled.kind)
    assert (renewal.event.term_end, renewal.event.decide_by, renewal.event.renewal_months) == (date(2027, 2, 28), date(2027, 2, 26), 12)
    before = core.kinds()
    assert take(entry(), monthly).changed == ()
    assert core.kinds() == before
    assert [one.name for one in take(entry(Price="$160"), monthly).changed] == ["Figma"]
    assert len(core.events(SubscriptionWatched.kind)) == 3
    assert core.fingerprints() == core.rebuilt()


# --- a folder of contracts -----------------------------------------------------------------------------------------------

PAPER = """SUBSCRIPTION AGREEMENT

This Agreement is made between Acme Mail GmbH, Berlin ("Provider") and Solo Works ("Customer"), effective 1 March 2026.
1. Term. The initial term is 12 months. It renews automatically for successive terms of 12 months unless either party
gives 60 days' written notice before the end of the then current term.
2. Fees. The total fee for the initial term is EUR 480.00.
"""
MARKS = VendorMarks({}, {"figma": "figma", "brieflark": "brieflark"}, frozenset({"figma", "brieflark"}), frozenset({"figma"}))


def folder_of(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "acme.txt").write_text(PAPER)
    (tmp_path / "sub" / "copy.txt").write_text(PAPER)
    (tmp_path / "sub" / "figma order.md").write_text(PAPER.replace("Acme Mail GmbH, Berlin", "Figma, Inc."))
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    (tmp_path / "empty.txt").write_text(" ")
    (tmp_path / "scan.png").write_bytes(b"x")
    (tmp_path / ".hidden.txt").write_text(PAPER)
    return tmp_path


def read_folder(folder: Path, imports: list[FolderFile] | None = None, **changes: Any) -> dict[str, FolderFile]:
    def one(read: ReadContract, file: FolderFile) -> Imported:
        assert imports is not None
        imports.append(file)
        return Imported(read.review.contract, None, "in a test nothing is watched")

    plain: dict[str, Any] = {"known": {}, "vendors": MARKS, "names": {}, "own_names": ["Solo Works"], "given": {}}
    plain |= {"body_of": Path.read_bytes, "import_one": None if imports is None else one}
    return {file.path: file for file in import_folder(folder, **{**plain, **changes})}


def test_each_file_of_a_folder_is_taken_waits_or_fails_by_itself_with_its_mend(tmp_path: Path) -> None:
    done: list[FolderFile] = []
    files = read_folder(folder_of(tmp_path), done)
    assert {name: file.stand for name, file in files.items()} == {
        "acme.txt": FileStand.VENDOR_OPEN,
        "broken.pdf": FileStand.FAILED,
        "empty.txt": FileStand.FAILED,
        "sub/copy.txt": FileStand.TWIN,
        "sub/figma order.md": FileStand.NEW,
    }
    assert [file.vendor_id for file in done] == ["figma"]
    assert files["acme.txt"].vendor_name == "Acme Mail GmbH"
    assert all(file.mend for file in files.values() if file.stand in {FileStand.FAILED, FileStand.VENDOR_OPEN})


def test_a_new_vendor_is_entered_only_when_told_to_and_one_can_be_named(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    assert read_folder(folder, [], create_vendors=True)["acme.txt"].stand is FileStand.NEW
    assert read_folder(folder, [], given={"acme.txt": "brieflark"})["acme.txt"].vendor_id == "brieflark"


def test_what_was_imported_before_is_known_by_its_bytes(tmp_path: Path) -> None:
    folder, done = folder_of(tmp_path), list[FolderFile]()
    first = read_folder(folder, done, create_vendors=True)
    known = {file.contract: file.vendor_id for file in first.values() if file.stand is FileStand.NEW}
    again = list[FolderFile]()
    assert read_folder(folder, again, known=known, create_vendors=True)["acme.txt"].stand is FileStand.KNOWN
    assert (len(done), again) == (2, [])


def test_a_paper_that_names_two_vendors_waits_and_our_own_name_is_no_vendor() -> None:
    likely, _ = vendor_in("between Figma and Brieflark", "paper.pdf", MARKS)
    assert set(likely) == {"figma", "brieflark"}
    assert vendor_in("between Figma and Brieflark", "2026 Figma order.pdf", MARKS)[0] == ("figma",)
    assert party_in('between Solo Works GmbH ("Customer") and Nord Post AG ("Provider")', ["Solo Works"]) == "Nord Post AG"
