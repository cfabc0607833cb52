from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.domain.errors import InputError
from memory.domain.money import Money
from memory.domain.statement import LineStatus, numbered
from tools.connectors.statement import CsvHints, read_statement

EUR = CsvHints(account="DE02120300000000202051", currency="EUR")


def camt(entries: str, balances: str = "", edition: str = "08") -> bytes:
    return f"""<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{edition}"><BkToCstmrStmt><GrpHdr/>
    <Stmt><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>{balances}{entries}</Stmt></BkToCstmrStmt></Document>""".encode()


def entry(amount="57.12", *, currency="EUR", sign="DBIT", status="<Cd>BOOK</Cd>", day="<Dt>2026-11-23</Dt>", details=None) -> str:
    if details is None:
        details = """<TxDtls><Refs><EndToEndId>QM-1</EndToEndId></Refs><RltdPties><Cdtr><Pty><Nm>Vendor  GmbH</Nm></Pty></Cdtr>
        <CdtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></CdtrAcct></RltdPties><RmtInf><Ustrd>Invoice</Ustrd><Ustrd>7</Ustrd></RmtInf></TxDtls>"""
    return f"""<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>{status}</Sts><BookgDt>{day}</BookgDt>
    <NtryDtls>{details}</NtryDtls></Ntry>"""


def balance(code: str, amount: str) -> str:
    return f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'


def test_a_camt_line_carries_everything_the_bank_says():
    (line,) = read_statement(camt(entry()), file="s.xml")
    assert line.account == "DE02120300000000202051"
    assert line.amount == Money(amount_minor=-5712, currency="EUR")
    assert (line.end_to_end_id, line.reference, line.counterparty_name) == ("QM-1", "Invoice 7", "Vendor GmbH")
    assert (line.counterparty_iban, line.booked_on, line.status) == ("NL91ABNA0417164300", date(2026, 11, 23), LineStatus.BOOKED)


def test_the_older_edition_of_camt_is_read_too():
    details = "<TxDtls><Refs><EndToEndId>QM-1</EndToEndId></Refs><RltdPties><Dbtr><Nm>Payer</Nm></Dbtr></RltdPties></TxDtls>"
    body = camt(entry(sign="CRDT", status="PDNG", day="<DtTm>2026-11-23T09:00:00+01:00</DtTm>", details=details), edition="02")
    (line,) = read_statement(body, file="s.xml")
    assert (line.amount.amount_minor, line.counterparty_name, line.status) == (5712, "Payer", LineStatus.PENDING)


def test_a_collected_entry_is_taken_apart_when_its_parts_add_up_and_left_whole_when_not():
    part = '<TxDtls><Refs><EndToEndId>{}</EndToEndId></Refs><Amt Ccy="EUR">{}</Amt></TxDtls>'
    whole = read_statement(camt(entry("30.00", details=part.format("A", "10.00") + part.format("B", "20.00"))), file="s.xml")
    assert [(line.end_to_end_id, line.amount.amount_minor) for line in whole] == [("A", -1000), ("B", -2000)]
    (line,) = read_statement(camt(entry("30.00", details=part.format("A", "10.00") + part.format("B", "19.99"))), file="s.xml")
    assert (line.end_to_end_id, line.amount.amount_minor) == (None, -3000)


def test_a_statement_with_a_missing_line_is_noticed_by_its_balances():
    balances = balance("OPBD", "100.00") + balance("CLBD", "42.88")
    assert len(read_statement(camt(entry(), balances), file="s.xml")) == 1
    with pytest.raises(InputError, match="do not add up"):
        read_statement(camt(entry() + entry(), balances), file="s.xml")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "it is empty"),
        (b"   \n", "it is empty"),
        (camt(entry())[:-40], "not whole XML"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + camt(entry())[21:], "document type"),
        (
            b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn/></Document>',
            "CstmrCdtTrfInitn, not a statement",
        ),
        (camt(entry(currency="EUX")), "statement 1, entry 1, Amt/@Ccy: EUX is not an ISO 4217"),
        (camt(entry() + entry(currency="XXX")), "entry 2, Amt/@Ccy"),
        (camt(entry("57.123")), "entry 1, Amt: 57.123 is not an amount in EUR"),
        (camt(entry("1e3")), "'1e3' is not an amount"),
        (camt(entry("NaN")), "'NaN' is not an amount"),
        (camt(entry(sign="BOTH")), "CdtDbtInd"),
        (camt(entry(status="<Cd>WHAT</Cd>")), "'WHAT' is not a status"),
        (camt(entry(day="<Dt>23.11.2026</Dt>")), "BookgDt: '23.11.2026' is not a date"),
        (b"%PDF-1.7 ...", "a PDF or a spreadsheet"),
        (b"PK\x03\x04....", "a PDF or a spreadsheet"),
        (b"Date,Amount\0,x", "not text"),
        (b"hello\nworld\n", "header: no line names a date and an amount"),
        (b"Date,Amount\n2026-11-22,1.00\n", "currency: the file names no currency"),
        (b"Date,Amount,Currency\n2026-11-22,1.00,EURO\n", "line 2, currency: EURO is not"),
        (b"Date,Amount,Currency\n2026-11-22,1.00,EUR\n2026-11-23,abc,EUR\n", "line 3, amount: 'abc' is not an amount"),
        (b"Date,Amount,Currency\n2026-11-22,1.00,EUR\n2026-11-23\n", "line 3: it has 1 cells"),
        (b"Date,Amount,Currency\n22nd May,1.00,EUR\n", "date: '22nd May' is not a date"),
        (b"Date,Amount,Currency\n03/04/2026,1.00,EUR\n", "cannot be told apart"),
        (b"Date,Amount,Currency\n13/04/2026,1.00,EUR\n04/13/2026,1.00,EUR\n", "cannot be told apart"),
        (b"Date;Amount;Currency\n2026-11-22;1.234,50;EUR\n2026-11-22;1,234.50;EUR\n", "line 3, amount"),
        (b"Date,Amount,Currency\n2026-11-22,57.5,JPY\n", "57.5 is not an amount in JPY"),
        (b'Date,Amount,Currency\n2026-11-22,"1.00,EUR\n', "line 2: it is broken"),
        (b"Date,Debit,Credit,Currency\n2026-11-22,1.00,2.00,EUR\n", "exactly one amount"),
        (b"Date,Amount,Currency,Status\n2026-11-22,1.00,EUR,maybe\n", "'maybe' is not known"),
    ],
)
def test_what_cannot_be_read_is_refused_whole_with_file_place_and_mend(body, says):
    with pytest.raises(InputError) as refused:
        read_statement(body, file="november.dat")
    assert refused.value.message.startswith("november.dat")
    assert says in refused.value.message
    assert refused.value.hint.endswith("Nothing was imported.")


def test_a_german_export_is_read_with_its_preamble_encoding_and_numbers():
    body = (
        'Umsatzanzeige;Datei erstellt am 23.11.2026\n\nKunde;"Erika"\nBuchung;Auftraggeber/Empfänger;Verwendungszweck;Betrag;Währung\n'
        '23.11.2026;Müller GmbH;"Rechnung 7; QM-1";-1.234,50;EUR\n23.11.26;Späti;Kasse;-12;EUR\n\n'
    )
    first, second = read_statement(body.encode("cp1252"), file="umsatz.csv", hints=EUR)
    assert first.amount == Money(amount_minor=-123450, currency="EUR")
    assert (first.counterparty_name, first.reference) == ("Müller GmbH", "Rechnung 7; QM-1")
    assert (second.amount.amount_minor, second.booked_on) == (-1200, date(2026, 11, 23))


def test_an_american_export_is_read_by_what_the_whole_file_tells():
    body = b'Date,Description,Amount,Currency\n11/02/2026,Rent,"-1,234",USD\n11/22/2026,Tool,-19.99,USD\n'
    rent, tool = read_statement(body, file="us.csv")
    assert (rent.amount.amount_minor, rent.booked_on) == (-123400, date(2026, 11, 2))
    assert (tool.amount.amount_minor, tool.booked_on) == (-1999, date(2026, 11, 22))


def test_separate_columns_for_money_out_and_in_give_signed_amounts():
    body = b"Date,Paid out,Paid in\n2026-11-22,10.00,\n2026-11-22,,20.00\n2026-11-22,-5.00,0.00\n"
    assert [line.amount.amount_minor for line in read_statement(body, file="uk.csv", hints=EUR)] == [-1000, 2000, -500]


def test_pending_rows_are_pending_and_declined_rows_are_left_out():
    body = b"Completed Date,Amount,Currency,State\n2026-11-22 10:00:00,-1.00,EUR,COMPLETED\n2026-11-22,-2.00,EUR,PENDING\n2026-11-22,-3.00,EUR,DECLINED\n"
    assert [line.status for line in read_statement(body, file="r.csv")] == [LineStatus.BOOKED, LineStatus.PENDING]


def test_columns_with_names_of_their_own_can_be_pointed_at():
    body = b"Wann|\n" + b"Tag;Euro\n2026-11-22;-1,00\n"
    hints = CsvHints(currency="EUR", columns={"date": "Tag", "amount": "Euro"})
    assert read_statement(body, file="x.csv", hints=hints)[0].amount.amount_minor == -100


OFX = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20261123<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>{currency}<BANKACCTFROM><BANKID>1<ACCTID>4711
<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20261101<DTEND>20261130
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261123<TRNAMT>{amount}<FITID>F1<NAME>Vendor Inc<MEMO>QM-1 Invoice 7</STMTTRN>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261124<TRNAMT>100.00<FITID>F2<NAME>Client</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>1<DTASOF>20261130</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""


def test_an_ofx_file_is_read():
    first, second = read_statement(OFX.format(currency="USD", amount="-57.12").encode(), file="s.ofx")
    assert (first.account, first.amount, first.booked_on) == ("4711", Money(amount_minor=-5712, currency="USD"), date(2026, 11, 23))
    assert (first.counterparty_name, first.reference, first.bank_reference) == ("Vendor Inc", "QM-1 Invoice 7", "F1")
    assert second.amount.amount_minor == 10000


@pytest.mark.parametrize(
    ("currency", "amount", "says"),
    [
        ("EUX", "-1.00", "EUX is not an ISO 4217"),
        ("USD", "abc", r"s\.ofx, line 14, TRNAMT: 'abc' is not an amount"),
        ("USD", "-1.001", "in USD"),
    ],
)
def test_a_broken_ofx_file_is_refused_whole(currency, amount, says):
    with pytest.raises(InputError, match=says):
        read_statement(OFX.format(currency=currency, amount=amount).encode(), file="s.ofx")


def test_an_ofx_file_without_a_statement_is_refused():
    with pytest.raises(InputError, match=r"s\.ofx"):
        read_statement(b"OFXHEADER:100\n\n<OFX></OFX>", file="s.ofx")


def test_an_ofx_file_that_was_cut_off_or_has_a_broken_transaction_is_refused():
    whole = OFX.format(currency="USD", amount="-1.00").encode()
    with pytest.raises(InputError, match="no whole bank statement"):
        read_statement(whole[: whole.index(b"<LEDGERBAL>")], file="s.ofx")
    with pytest.raises(InputError, match="only 1 of 2 transactions"):
        read_statement(whole.replace(b"</STMTTRN>", b"", 1), file="s.ofx")


def test_an_xml_ofx_file_with_entities_and_a_decimal_comma_is_read():
    body = b"""<?xml version="1.0"?><?OFX OFXHEADER="200" VERSION="211"?><OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>EUR</CURDEF>
    <CCACCTFROM><ACCTID>1234</ACCTID></CCACCTFROM><BANKTRANLIST><STMTTRN><DTPOSTED>20261123120000[+1:CET]</DTPOSTED><TRNAMT>-9,50</TRNAMT>
    <FITID>X</FITID><NAME>A &amp; B</NAME></STMTTRN></BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>"""
    (line,) = read_statement(body, file="s.qfx")
    assert (line.amount.amount_minor, line.counterparty_name, line.account, line.booked_on) == (-950, "A & B", "1234", date(2026, 11, 23))


ROWS = st.lists(
    st.tuples(st.sampled_from(["2026-11-22", "2026-11-23"]), st.integers(-5, 5).filter(bool), st.sampled_from(["a", "b"])),
    min_size=1,
    max_size=12,
)


def as_csv(rows) -> bytes:
    return ("Date,Amount,Reference\n" + "".join(f"{day},{amount}.00,{text}\n" for day, amount, text in rows)).encode()


@given(rows=ROWS)
def test_every_line_has_an_id_of_its_own_and_reading_again_gives_the_same(rows):
    lines = read_statement(as_csv(rows), file="a.csv", hints=EUR)
    assert len({line.line_id for line in lines}) == len(lines) == len(rows)
    assert read_statement(as_csv(rows), file="renamed.csv", hints=EUR) == lines
    assert numbered(lines) == lines


@given(rows=ROWS, more=ROWS)
def test_a_longer_statement_adds_only_what_is_new_and_two_equal_charges_stay_two(rows, more):
    known = {line.line_id for line in read_statement(as_csv(rows), file="a.csv", hints=EUR)}
    longer = {line.line_id for line in read_statement(as_csv(rows + more), file="b.csv", hints=EUR)}
    assert known <= longer
    assert len(longer) == len(rows) + len(more)


@given(minor=st.integers(-(10**12), 10**12), mark=st.sampled_from([".", ","]), grouped=st.booleans())
def test_amounts_come_through_to_the_cent_in_either_number_format(minor, mark, grouped):
    other = "," if mark == "." else "."
    whole, cents = divmod(abs(minor), 100)
    text = ("-" if minor < 0 else "") + (f"{whole:,}".replace(",", other) if grouped else str(whole)) + f"{mark}{cents:02d}"
    (line,) = read_statement(f"Date;Amount\n2026-11-22;{text}\n".encode(), file="a.csv", hints=EUR)
    assert line.amount.amount_minor == minor


SAMPLES = st.sampled_from(
    [
        camt(entry() + entry("1.00")),
        OFX.format(currency="USD", amount="-1.00").encode(),
        as_csv([("2026-11-22", 1, "a"), ("2026-11-23", -2, "b")]),
    ]
)
JUNK = st.sampled_from([b"", b"\0", b'"', b";", b"\n", b"<", b"&#0;", b"\xff", b"1e9", b"-", b"99999999999999999999"]) | st.binary(
    max_size=4
)


@settings(max_examples=300)
@given(sample=SAMPLES, place=st.integers(0, 10**6), cut=st.integers(0, 20), junk=JUNK)
def test_a_damaged_file_is_read_or_refused_with_a_mend_and_never_breaks_the_reader(sample, place, cut, junk):
    at = place % len(sample)
    lines, refusal = read_or_refused(sample[:at] + junk + sample[at + cut :])
    assert len({line.line_id for line in lines}) == len(lines)
    assert refusal is None or (refusal.message.startswith("x.dat") and refusal.hint.endswith("Nothing was imported."))


def read_or_refused(body: bytes):
    try:
        return read_statement(body, file="x.dat", hints=EUR), None
    except InputError as error:
        return (), error
