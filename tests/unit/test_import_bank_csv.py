"""The CSV of banks, cards and wallets as they export it: columns told by their names, not by one parser per bank."""

from __future__ import annotations

from datetime import date

import pytest

from memory.domain.errors import InputError
from tools.connectors.statement import CsvHints, read_statement

Told = tuple[date, int, str, str]

DKB = """"Girokonto";"DE02120300000000202051"
"Kontostand vom 22.11.2026:";"1.234,56 €"
""
"Buchungsdatum";"Wertstellung";"Status";"Zahlungspflichtige*r";"Zahlungsempfänger*in";"Verwendungszweck";"Umsatztyp";"IBAN";"Betrag (€)"
"02.11.26";"02.11.26";"Gebucht";"ISSUER";"Hetzner Online";"R001";"Ausgang";"DE75512108001245126199";"-1.009,17"
"03.11.26";"03.11.26";"Vorgemerkt";"ISSUER";"Later";"";"Ausgang";"";"-5"
"""
ING = """Umsatzanzeige;Datei erstellt am: 22.11.2026
IBAN;DE02 5001 0517 0000 2020 51
Buchung;Wertstellungsdatum;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck;Saldo;Währung;Betrag;Währung
02.11.2026;02.11.2026;VISA NOTION LABS;Lastschrift;NR XXXX 4711;1.000,00;EUR;-9,50;EUR
"""
SPARKASSE = """"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Beguenstigter/Zahlungspflichtiger";"Kontonummer/IBAN";"Betrag";"Waehrung";"Info"
"DE02120300000000202051";"02.11.26";"02.11.26";"FOLGELASTSCHRIFT";"Vertrag 7";"Telekom Deutschland GmbH";"DE75512108001245126199";"-39,95";"EUR";"Umsatz gebucht"
"DE02120300000000202051";"03.11.26";"03.11.26";"KARTENZAHLUNG";"x";"Later";"";"-1,00";"EUR";"Umsatz vorgemerkt"
"""
N26 = """"Booking Date","Value Date","Partner Name","Partner Iban",Type,"Payment Reference","Account Name","Amount (EUR)","Original Amount","Original Currency","Exchange Rate"
2026-11-02,2026-11-01,"OPENAI *CHATGPT SUBSCR",,Presentment,"","Main",-21.5,-20.0,USD,0.93
"""
REVOLUT = """Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance
CARD_PAYMENT,Current,2026-11-01 10:00:00,2026-11-02 09:00:00,Figma,-12.00,0.00,USD,COMPLETED,100
EXCHANGE,Current,2026-11-01 10:00:00,2026-11-02 09:00:00,Exchanged to USD,-12.00,0.00,EUR,COMPLETED,100
CARD_PAYMENT,Current,2026-11-03 10:00:00,,Nobody,-1.00,0.00,USD,REVERTED,100
"""
WISE = """"TransferWise ID",Date,Amount,Currency,Description,"Payment Reference","Running Balance","Payee Name",Merchant
CARD-1,02-11-2026,-9.00,EUR,"Card transaction of 9.00 EUR issued by Linear",,100,,Linear
"""
PAYPAL = """"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net","Transaction ID"
"02/11/2026","10:00:00","CET","Spotify AB","PreApproved Payment Bill User Payment","Completed","EUR","-10,99","0,00","-10,99","T1"
"02/11/2026","10:00:00","CET","","Bank Deposit to PP Account","Completed","EUR","10,99","0,00","10,99","T2"
"23/11/2026","10:00:00","CET","","General Currency Conversion","Completed","EUR","-9,00","0,00","-9,00","T3"
"""
STRIPE = """id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description
txn_1,stripe_fee,,-4.20,0.00,-4.20,eur,2026-11-02 10:00,2026-11-03 00:00,Billing - Usage Fee
"""
AMEX = """Datum,Beschreibung,Karteninhaber,Konto #,Betrag
02.11.2026,ADOBE *CREATIVE CLOUD DUBLIN,M MUSTER,-11001,"66,45"
05.11.2026,ZAHLUNG ERHALTEN. BESTEN DANK.,M MUSTER,-11001,"-500,00"
"""
CHASE = """Transaction Date,Post Date,Description,Category,Type,Amount,Memo
11/02/2026,11/14/2026,GITHUB INC.,Shopping,Sale,-4.00,
"""


@pytest.mark.parametrize(
    ("body", "hints", "told"),
    [
        (DKB, CsvHints(), [(date(2026, 11, 2), -100917, "Hetzner Online", "R001")]),
        (ING, CsvHints(), [(date(2026, 11, 2), -950, "VISA NOTION LABS", "NR XXXX 4711")]),
        (SPARKASSE, CsvHints(), [(date(2026, 11, 2), -3995, "Telekom Deutschland GmbH", "Vertrag 7")]),
        (N26, CsvHints(), [(date(2026, 11, 2), -2150, "OPENAI *CHATGPT SUBSCR", "")]),
        (REVOLUT, CsvHints(), [(date(2026, 11, 2), -1200, "", "Figma")]),
        (WISE, CsvHints(day_first=True), [(date(2026, 11, 2), -900, "Linear", "")]),
        (PAYPAL, CsvHints(), [(date(2026, 11, 2), -1099, "Spotify AB", "")]),
        (STRIPE, CsvHints(), [(date(2026, 11, 2), -420, "", "Billing - Usage Fee")]),
        (AMEX, CsvHints(currency="EUR"), [(date(2026, 11, 2), -6645, "", "ADOBE *CREATIVE CLOUD DUBLIN")]),
        (CHASE, CsvHints(currency="USD"), [(date(2026, 11, 14), -400, "", "GITHUB INC.")]),
    ],
    ids=["DKB", "ING", "Sparkasse", "N26", "Revolut", "Wise", "PayPal", "Stripe", "Amex", "Chase"],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_what_left_the_account_is_read_from_each(body: str, hints: CsvHints, told: list[Told], encoding: str) -> None:
    lines = read_statement(body.encode(encoding), file="s.csv", hints=hints)
    left = [line for line in lines if line.amount.amount_minor < 0 and line.status.value == "BOOK"]
    assert [(x.booked_on, x.amount.amount_minor, x.counterparty_name, x.reference) for x in left] == [
        (day, minor, name, text) for day, minor, name, text in told
    ]


def test_columns_that_cannot_be_told_are_named_with_the_way_out_and_can_be_said() -> None:
    body = b"Posted;Worth;Shop\n02.11.2026;-9,50;Notion\n"
    with pytest.raises(InputError, match="the columns seen are: Posted, Worth, Shop") as caught:
        read_statement(body, file="s.csv")
    assert "--columns" in caught.value.hint
    said = CsvHints(currency="EUR", columns={"date": "Posted", "amount": "Worth", "name": "Shop"})
    (line,) = read_statement(body, file="s.csv", hints=said)
    assert (line.amount.amount_minor, line.counterparty_name) == (-950, "Notion")


def test_a_card_that_counts_what_was_bought_as_positive_can_be_told_so() -> None:
    body = b"Date,Name,Amount\n2026-11-02,Notion,9.50\n"
    (line,) = read_statement(body, file="s.csv", hints=CsvHints(currency="EUR", charges_positive=True))
    assert line.amount.amount_minor == -950
