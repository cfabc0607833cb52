"""A statement closes what was instructed: once, on booked lines only, and never by half."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from memory.database import reading
from memory.domain.errors import InputError
from memory.domain.events.contracts import PaymentSubmitted
from memory.domain.money import Money
from memory.domain.registry import Payee
from memory.outbox import EffectStatus, Move
from memory.unit_of_work import ADVANCE, UnitOfWork
from memory.views.spend import payment_entries
from tools.reconciler import Reconciler
from tools.sandbox.ports import MemoryRegistry

IBAN, OURS = "NL91ABNA0417164300", "DE02120300000000202051"


def camt(*entries: str) -> bytes:
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr/><Stmt>'
        f"<Acct><Id><IBAN>{OURS}</IBAN></Id></Acct>{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(end_to_end_id: str, amount: str = "685.44", *, status: str = "BOOK", day: str = "2026-12-01", iban: str = IBAN) -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>{status}</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>'
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{end_to_end_id}</EndToEndId></Refs>"
        f"<RltdPties><CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct></RltdPties></TxDtls></NtryDtls></Ntry>"
    )


class Bank:
    def __init__(self, core: Any, payment: Any, unit_of_work: Any = None) -> None:
        self.core, self.payment, self.id = core, payment, payment.payload["end_to_end_id"]
        registry = MemoryRegistry(payees={"p-postbird": Payee(name="Postbird", iban=IBAN, country="NL")})
        self.reconciler = Reconciler(core.database, unit_of_work or core.unit_of_work, core.evidence, registry)

    def read(self, *entries: str, **options: Any) -> Any:
        return self.reconciler.import_statement(camt(*entries), filename="november.xml", **options)

    def confirmed(self) -> list[Any]:
        return [e.event for e in self.core.events("payment.confirmed")]


@pytest.fixture
def bank(core: Any, approved: Callable[..., Any], effects: Any) -> Bank:
    (payment,) = approved(effects.payment())
    submitted = PaymentSubmitted(
        effect_key=payment.key,
        end_to_end_id=payment.payload["end_to_end_id"],
        payee_id="p-postbird",
        amount=Money(amount_minor=68544, currency="EUR"),
    )
    core.act("written", submitted, moves=[Move(payment.key, EffectStatus.CONFIRMED)])
    return Bank(core, payment)


def test_a_booked_line_closes_the_payment_and_lets_its_case_go_on(bank: Bank) -> None:
    report = bank.read(entry(bank.id))
    assert (report.lines, report.confirmed, report.contradictions, report.unmatched) == (1, (bank.id,), (), 0)
    (fact,) = bank.confirmed()
    assert (fact.amount, fact.booked_on) == (Money(amount_minor=68544, currency="EUR"), date(2026, 12, 1))
    assert bank.core.evidence.get(fact.statement) == camt(entry(bank.id))
    (paid,) = payment_entries(bank.core.database, case_id="CASE-1")
    assert (paid.status, paid.settled, paid.booked_on) == ("confirmed", Money(amount_minor=68544, currency="EUR"), "2026-12-01")
    assert [j.argument for j in bank.core.jobs.waiting() if j.name == ADVANCE][-1] == "CASE-1"
    assert [e.stream for e in bank.core.events("payment.confirmed", "statement.imported")] == ["CASE-1", "workspace"]


def test_the_same_line_again_alone_or_in_a_longer_statement_changes_nothing(bank: Bank) -> None:
    bank.read(entry(bank.id))
    before = bank.core.kinds()
    again = bank.read(entry(bank.id))
    assert (again.already_known, again.confirmed, bank.core.kinds()) == (1, (), before)
    longer = bank.read(entry(bank.id), entry("OTHER", "5.00"))
    assert (longer.already_known, longer.unmatched, longer.contradictions, len(bank.confirmed())) == (1, 1, (), 1)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"amount": "685.45"}, "booked 685.45|booked -685.45"),
        ({"amount": "68544.00"}, "booked"),
        ({"iban": "DE89370400440532013000"}, "another account"),
    ],
)
def test_a_line_that_says_something_else_confirms_nothing_and_is_told(bank: Bank, line: dict[str, str], says: str) -> None:
    import re

    report = bank.read(entry(bank.id, **line))
    assert (report.confirmed, bank.confirmed()) == ((), [])
    assert re.search(says, report.contradictions[0])


def test_a_pending_line_confirms_nothing_until_it_is_booked(bank: Bank) -> None:
    assert bank.read(entry(bank.id, status="PDNG")).confirmed == ()
    assert bank.confirmed() == []
    assert bank.read(entry(bank.id)).confirmed == (bank.id,)


def test_money_that_leaves_a_second_time_is_told_also_in_a_later_statement(bank: Bank) -> None:
    bank.read(entry(bank.id))
    later = bank.read(entry(bank.id, day="2026-12-03"))
    assert (later.confirmed, len(bank.confirmed()), later.unmatched) == ((), 1, 0)
    assert "once more" in later.contradictions[0]


CSV_HEAD = "Date,Amount,Currency,Name,IBAN,Reference\n"


def _csv(bank: Bank, *lines: str) -> Any:
    """Hand in a statement of a bank that gives no end-to-end id of its own: our id stands in the text."""
    rows = "".join(f"{day},{amount},EUR,Postbird,{IBAN},PO-1 {bank.id}\n" for day, amount in (line.split() for line in lines))
    return bank.reconciler.import_statement((CSV_HEAD + rows).encode(), filename="november.csv")


@pytest.mark.parametrize(
    "statements", [(("2026-12-01 -685.44",), ("2026-12-03 -685.44",)), (("2026-12-01 -685.44", "2026-12-03 -685.44"),)]
)
def test_money_that_leaves_a_second_time_is_told_to_its_case_where_the_bank_has_our_id_in_its_text_only(
    bank: Bank, statements: tuple[tuple[str, ...], ...]
) -> None:
    for lines in statements:
        _csv(bank, *lines)
    assert [e.event.booked_on for e in bank.core.events("payment.repeated", stream="CASE-1")] == [date(2026, 12, 3)]
    assert len(bank.confirmed()) == 1


def test_the_same_booking_in_another_export_of_the_bank_is_no_second_payment(bank: Bank) -> None:
    bank.read(entry(bank.id))
    other = _csv(bank, "2026-12-01 -685.44")
    assert (other.already_known, other.contradictions, other.unmatched) == (1, (), 0)
    assert bank.core.events("payment.repeated") == []
    twice = bank.read(entry(bank.id), entry(bank.id))
    assert "once more" in twice.contradictions[0], "the file shows both bookings side by side"
    assert len(bank.core.events("payment.repeated")) == 1


def test_money_that_comes_back_under_our_id_is_not_called_a_second_payment(bank: Bank) -> None:
    _csv(bank, "2026-12-01 -685.44")
    assert _csv(bank, "2026-12-09 685.44").contradictions == ()


class Dying(UnitOfWork):
    """Dies before the write whose key begins with `before`."""

    before = ""

    def act(self, key: str, events: Any, **rest: Any) -> Any:
        if self.before and key.startswith(self.before):
            raise ConnectionAbortedError(key)
        return super().act(key, events, **rest)


@pytest.mark.parametrize("before", ["bank/", "statement/"])
def test_a_second_booking_is_told_also_when_the_process_died_while_it_read_the_statement(bank: Bank, before: str) -> None:
    bank.read(entry(bank.id))
    real = bank.core.unit_of_work
    dying = Dying(real._engine, real._ledger, real._projections, real._jobs, real._clock)
    second = Bank(bank.core, bank.payment, dying)
    dying.before = before
    with pytest.raises(ConnectionAbortedError):
        second.read(entry(bank.id, day="2026-12-03"))
    dying.before = ""
    second.read(entry(bank.id, day="2026-12-03"))
    second.read(entry(bank.id, day="2026-12-03"))
    assert len(bank.core.events("payment.repeated")) == 1
    assert len(bank.core.events("statement.imported")) == 2


def test_a_payment_that_was_never_written_is_not_waited_for(core: Any, approved: Callable[..., Any], effects: Any) -> None:
    (payment,) = approved(effects.payment())
    bank = Bank(core, payment)
    assert bank.read(entry(bank.id)).unmatched == 1
    core.act("unknown", moves=[Move(payment.key, EffectStatus.SUBMITTED, attempt=True), Move(payment.key, EffectStatus.UNKNOWN)])
    assert bank.read(entry(bank.id, day="2026-12-02")).confirmed == (bank.id,), "the bank's word settles an unknown outcome"
    assert core.effect(payment.key).status is EffectStatus.CONFIRMED
    (fact,) = core.events("effect.confirmed")
    assert (fact.body["reference"], fact.body["detail"]) == (bank.id, {"found_in": "a bank line"})


@pytest.mark.parametrize("end", [EffectStatus.CANCELLED, EffectStatus.FAILED])
def test_a_booking_of_a_payment_that_stands_as_not_made_is_told_once_and_moves_nothing(
    core: Any, approved: Callable[..., Any], effects: Any, end: EffectStatus
) -> None:
    (payment,) = approved(effects.payment())
    bank = Bank(core, payment)
    core.act("end", moves=[Move(payment.key, end)])
    for statement in ((entry(bank.id, status="PDNG"),), (entry(bank.id),), (entry(bank.id), entry("QM-else", day="2026-12-02"))):
        bank.read(*statement)
    (told,) = core.events("effect.contradicted")
    assert (told.event.effect_key, told.event.stands) == (payment.key, end)
    assert "685.44 EUR" in told.event.says
    assert (core.effect(payment.key).status, bank.confirmed()) == (end, [])
    assert ADVANCE in {job.name for job in core.jobs.waiting()}, "the case wakes, and its operator gets a task"


def test_a_dry_run_reports_the_same_and_writes_nothing(bank: Bank) -> None:
    before, evidence = bank.core.kinds(), bank.core.rows("evidence")
    dry = bank.read(entry(bank.id), dry_run=True)
    assert (bank.core.kinds(), bank.core.rows("evidence")) == (before, evidence)
    assert dry == bank.read(entry(bank.id))


@pytest.mark.parametrize(
    "body", [b"", b"not a statement", b"<Document/>", camt(entry("X", "1.005")), camt(entry("X")).replace(b"EUR", b"XXX")]
)
def test_a_statement_that_cannot_be_read_is_refused_whole(bank: Bank, body: bytes) -> None:
    before, evidence = bank.core.kinds(), bank.core.rows("evidence")
    with pytest.raises(InputError, match=r"november\.xml") as told:
        bank.reconciler.import_statement(body, filename="november.xml")
    assert told.value.hint
    assert (bank.core.kinds(), bank.core.rows("evidence")) == (before, evidence)


def test_a_crash_before_the_statement_itself_was_noted_confirms_once(bank: Bank) -> None:
    class Cut:
        def act(self, key: str, *rest: Any, **more: Any) -> Any:
            if key.startswith("statement/"):
                raise OSError("disk full")
            return bank.core.unit_of_work.act(key, *rest, **more)

    with pytest.raises(OSError, match="disk full"):
        Bank(bank.core, bank.payment, Cut()).read(entry(bank.id))
    assert len(bank.confirmed()) == 1
    again = bank.read(entry(bank.id))
    assert (len(bank.confirmed()), again.contradictions, again.unmatched) == (1, (), 0)
    assert bank.read(entry(bank.id)).already_known == 1
    with reading(bank.core.database):
        assert bank.core.verify().ok
