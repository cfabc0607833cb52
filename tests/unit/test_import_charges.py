"""Reading statements for charges: two true equal ones stay two, a second reading adds nothing, also not from another format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.charge_desk import ChargeDesk
from memory.domain.charge_pairing import account_of, charges_in, fresh
from memory.domain.charges import Charge, FlagKind
from memory.domain.days import add_months
from memory.domain.errors import InputError, NotFoundError
from memory.domain.events.charges import ChargeFlagged, ChargeObserved, SeriesFound
from memory.domain.money import Money
from memory.domain.statement import StatementLine, numbered
from memory.views.charges import charge_book, charges_after, vendor_charges
from tools.connectors.statement import CsvHints, read_statement

NOBODY: frozenset[str] = frozenset()
Line = tuple[date, int, str, str]


def german(lines: list[Line]) -> bytes:
    amounts = [f"{-minor / 100:.2f}".replace(".", ",") for _, minor, _, _ in lines]
    rows = [f'"{x[0]:%d.%m.%y}";"Gebucht";"ISSUER";"{x[2]}";"{x[3]}";"{amount}"' for x, amount in zip(lines, amounts, strict=True)]
    head = '"Buchungsdatum";"Status";"Zahlungspflichtige*r";"Zahlungsempfänger*in";"Verwendungszweck";"Betrag (€)"'
    return "\n".join(['"Girokonto";"DE02120300000000202051"', '""', head, *rows]).encode("cp1252")


def american(lines: list[Line]) -> bytes:
    rows = [f'{day},{day},"{name}",,Presentment,"{text}",Main,{-minor / 100:.2f}' for day, minor, name, text in lines]
    head = '"Booking Date","Value Date","Partner Name","Partner Iban",Type,"Payment Reference","Account Name","Amount (EUR)"'
    return "\n".join([head, *rows]).encode()


def ofx(lines: list[Line]) -> bytes:
    rows = [
        f"<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{day:%Y%m%d}<TRNAMT>{-minor / 100:.2f}<FITID>{n}<NAME>{name[:32]}<MEMO>{text}\n</STMTTRN>"
        for n, (day, minor, name, text) in enumerate(lines)
    ]
    frame = "<OFX><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>202051</BANKACCTFROM><BANKTRANLIST>{}</BANKTRANLIST></STMTRS></OFX>"
    return ("OFXHEADER:100\n\n" + frame.format("\n".join(rows))).encode()


FORMATS = (german, american, ofx)


def known_after(files: list[bytes]) -> list[Charge]:
    known: list[Charge] = []
    for body in files:
        lines = read_statement(body, file="s")
        charges = charges_in(lines, NOBODY, NOBODY)
        account = account_of(charges, known) or lines[0].account
        known += fresh(charges, known, account)
    return known


def bag(charges: list[Charge]) -> Counter[tuple[date, int]]:
    return Counter((charge.booked_on, charge.amount.amount_minor) for charge in charges)


def truth(lines: list[Line]) -> Counter[tuple[date, int]]:
    return Counter((day, minor) for day, minor, _, _ in lines)


names = st.sampled_from(["Notion Labs", "GITHUB INC", "Cafe Luna", "Netflix", "Hetzner Online GmbH"])
one_line = st.tuples(st.integers(0, 40), st.sampled_from([100, 999, 1250]), names, st.sampled_from(["", "Rechnung 7", "Karte 4711"]))
accounts = st.lists(one_line, min_size=8, max_size=40).map(
    lambda rows: sorted((date(2026, 3, 1) + timedelta(days=day), minor, name, text) for day, minor, name, text in rows)
)


@settings(max_examples=20)
@given(lines=accounts, data=st.data())
def test_overlapping_exports_of_one_format_in_any_order_and_again_add_up_to_the_truth(lines: list[Line], data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(FORMATS[:2]))
    cuts = sorted({line[0] for line in lines})
    middle, later = data.draw(st.sampled_from(cuts)), data.draw(st.sampled_from(cuts))
    low, high = min(middle, later), max(middle, later)
    parts = [form(part) for part in ([x for x in lines if x[0] <= high], [x for x in lines if x[0] >= low]) if part]
    files = data.draw(st.permutations([*parts, *parts, form(lines)]))
    assert bag(known_after(list(files))) == truth(lines)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_the_same_account_in_three_formats_in_any_order_is_there_once(seed: int) -> None:
    chance = Random(seed)
    shops = ["Notion Labs", "GITHUB INC", "Cafe Luna", "Netflix", "Hetzner Online GmbH"]
    lines = [
        (date(2026, 3, 1) + timedelta(days=chance.randrange(30)), chance.choice((100, 999, 1250)), chance.choice(shops), "Rechnung 7")
        for _ in range(30)
    ]
    lines.sort()
    files = [form(lines) for form in FORMATS]
    chance.shuffle(files)
    assert bag(known_after([*files, files[0]])) == truth(lines)


def test_two_equal_charges_of_a_day_stay_two_and_a_third_reading_adds_none() -> None:
    twice: list[Line] = [(date(2026, 3, 2), 100, "Cafe", ""), (date(2026, 3, 2), 100, "Cafe", "")]
    assert len(known_after([german(twice[:1]), german(twice), german(twice)])) == 2


def test_equal_amounts_of_two_merchants_on_one_day_are_two_also_from_exports_that_hold_one_each() -> None:
    first, second = (date(2026, 3, 2), 999, "Spotify", ""), (date(2026, 3, 2), 999, "Netflix", "")
    assert len(known_after([american([first]), american([second])])) == 2


def test_own_transfers_card_bills_customers_and_what_is_not_booked_are_no_charges() -> None:
    def line(minor: int, name: str, text: str = "", iban: str | None = None) -> StatementLine:
        amount = Money(amount_minor=minor, currency="EUR")
        return StatementLine(
            line_id="",
            account="a",
            booked_on=date(2026, 3, 2),
            amount=amount,
            counterparty_name=name,
            reference=text,
            counterparty_iban=iban,
        )

    own = "DE02120300000000202051"
    lines = [
        line(-100, "Notion"),
        line(100, "Notion"),
        line(900, "A customer"),
        line(-500, "Me", iban=own),
        line(-700, "Bank", "Kreditkartenabrechnung"),
    ]
    lines.append(line(50, "Shop", "Rückerstattung"))
    found = charges_in(numbered(lines), frozenset({own}), NOBODY)
    assert [(charge.name, charge.amount.amount_minor) for charge in found] == [("Notion", 100), ("Notion", -100), ("Shop", -50)]


# --- the desk: facts in the ledger ---------------------------------------------------------------------------------------


def take(core: Any, lines: list[Line], form: Callable[[list[Line]], bytes] = american) -> Any:
    body = form(lines)
    return desk(core).take_in(read_statement(body, file="s.csv", hints=CsvHints()), body, filename="s.csv", by="operator")


def desk(core: Any) -> ChargeDesk:
    return ChargeDesk(core.database, core.unit_of_work, core.evidence, core.clock)


def year(minor: int = 1000, name: str = "Notion Labs", count: int = 10) -> list[Line]:
    return [(add_months(date(2026, 1, 5), n), minor, name, "") for n in range(count)]


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_reading_again_writes_no_event_and_a_rebuild_gives_the_same_rows(core: Any) -> None:
    done = take(core, [*year(), *year(2000, "Figma")])
    assert (done.new, len(done.series)) == (20, 2)
    assert {flag.kind for flag in done.flags} == {FlagKind.UNKNOWN}
    before = core.kinds()
    assert take(core, [*year(), *year(2000, "Figma")]).new == 0
    assert take(core, [*year(), *year(2000, "Figma")], ofx).new == 0
    assert core.kinds() == before
    assert core.fingerprints() == core.rebuilt()
    assert core.verify().ok


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_a_rise_in_a_later_export_is_told_once_and_the_series_keeps_its_id(core: Any) -> None:
    take(core, year(count=8))
    later = [*year(count=8)[4:], (date(2026, 9, 5), 1300, "Notion Labs", ""), (date(2026, 10, 5), 1300, "Notion Labs", "")]
    done = take(core, later)
    assert [flag.kind for flag in done.flags] == [FlagKind.PRICE_RISE]
    assert len({event.event.series.series_id for event in core.events(SeriesFound.kind)}) == 1
    assert [len(event.event.charges) for event in core.events(ChargeObserved.kind)] == [8, 2]


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_the_operators_word_is_kept_and_a_charge_after_the_end_is_told(core: Any) -> None:
    take(core, [*year(), *year(2000, "Figma"), *year(700, "Miro")])
    office = desk(core)
    assert office.confirm("figma", by="operator", note="design").known_by == "you confirmed it"
    assert office.ignore("Miro", by="operator", reason="private").asks is False
    assert [line.series.name for line in charge_book(core.database, date(2026, 11, 22)).strangers] == ["Notion Labs"]
    assert [line.series.name for line in charge_book(core.database, date(2026, 11, 22)).recurring if line.asks] == ["Notion Labs"]
    late = office.end("notion", date(2026, 8, 31), by="operator")
    assert [flag.kind for flag in late.flags] == [FlagKind.AFTER_CANCELLATION]
    assert FlagKind.AFTER_CANCELLATION in {event.event.flag.kind for event in core.events(ChargeFlagged.kind)}
    with pytest.raises(NotFoundError, match="no recurring charge"):
        office.confirm("nobody", by="operator")
    with pytest.raises(NotFoundError, match="no vendor"):
        office.confirm("figma", by="operator", vendor_id="figma-inc")


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_a_vendor_that_the_operator_entered_is_known_by_its_name_alias_or_domain(core: Any) -> None:
    from memory.domain.events.sourcing import VendorUpdated
    from memory.domain.vendor import VendorFacts

    facts = VendorFacts(vendor_id="nl", name="Notion Labs, Inc.", aliases=("Figma",), domains=("miro.com",))
    core.act("vendor", VendorUpdated(facts=facts, by="operator"), actor="operator")
    take(core, [*year(), *year(2000, "FIGMA"), *year(700, "MIRO.COM 12345678"), *year(900, "Stranger")])
    book = charge_book(core.database, date(2026, 11, 22))
    assert {line.series.name: line.vendor_id for line in book.recurring if line.vendor_id} == {
        "Notion Labs": "nl",
        "Figma": "nl",
        "Miro": "nl",
    }
    assert [line.series.name for line in book.strangers] == ["Stranger"]
    assert [charge.booked_on.month for charge in charges_after(core.database, "nl", date(2026, 9, 30)) if charge.name == "FIGMA"] == [10]
    assert vendor_charges(core.database, "nl", date(2026, 11, 22)).last_year == (Money(amount_minor=37000, currency="EUR"),)


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_a_preview_tells_the_same_and_writes_nothing(core: Any) -> None:
    body = american(year())
    read = desk(core).preview(read_statement(body, file="s.csv"), filename="s.csv")
    assert (read.new, len(read.series), core.kinds()) == (10, 1, [])
    assert take(core, year()).series == read.series


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_a_name_that_several_charges_begin_with_is_asked_back(core: Any) -> None:
    take(core, [*year(), *year(2500, "Notion Calendar")])
    with pytest.raises(InputError, match="2 recurring charges begin with notion"):
        desk(core).find("notion")
