"""The operator's own entries: the same again is nothing, something else is a new fact, the newest counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.registrar import Registrar
from memory.domain.errors import NotFoundError
from memory.domain.money import Period, Price
from memory.domain.registry import Account, Contact, Payee, Signatory
from memory.views.registry import RegistryView
from memory.views.spend import budget_lines

PAYEE = Payee(name="Postbird", iban="DE89370400440532013000", country="DE")
OTHER = Payee(name="Postbird", iban="NL91ABNA0417164300", country="NL")
CONTACT = Contact(name="Sales", email="sales@vendor.example")


@pytest.fixture
def registrar(core: Any) -> Registrar:
    return Registrar(core.database, core.unit_of_work, by="jo")


def test_each_party_is_found_by_its_id_as_it_was_entered(core: Any, registrar: Registrar) -> None:
    signatory = Signatory(name="Jo", email="jo@buyer.example", title="Owner")
    account = Account(name="Buyer", iban="DE02120300000000202051", country="DE")
    registrar.add_payee("p", PAYEE, vendor_id="postbird")
    registrar.add_contact("c", CONTACT, vendor_id="postbird")
    registrar.add_signatory("s", signatory)
    registrar.add_account("a", account)
    view = RegistryView(core.database)
    assert (view.payee("p"), view.contact("c"), view.signatory("s"), view.account("a")) == (PAYEE, CONTACT, signatory, account)
    assert (view.party_of("payee", "postbird"), view.party_of("contact", "postbird")) == ("p", "c")
    assert view.party_of("payee", "mailhaus") is None
    for look in (view.contact, view.signatory, view.account):
        with pytest.raises(NotFoundError) as told:
            look("p")
        assert told.value.hint
    assert {e.actor for e in core.events()} == {"jo"}


def test_the_same_entry_again_is_no_new_fact(core: Any, registrar: Registrar) -> None:
    assert registrar.add_payee("p", PAYEE) is True
    assert registrar.add_payee("p", PAYEE) is False
    assert core.kinds() == ["payee.added"]
    assert RegistryView(core.database).changed_at("payee", "p") is None


def test_new_bank_details_are_a_new_fact_with_the_time_of_the_change(core: Any, registrar: Registrar) -> None:
    registrar.add_payee("p", PAYEE)
    core.clock.move(timedelta(days=1))
    assert registrar.add_payee("p", OTHER) is True
    view = RegistryView(core.database)
    assert view.payee("p") == OTHER
    assert view.changed_at("payee", "p") == core.clock.now().isoformat()
    assert registrar.add_payee("p", PAYEE) is True, "back again is a change too"
    assert view.payee("p") == PAYEE


@settings(max_examples=20)
@given(steps=st.lists(st.tuples(st.sampled_from(["a", "a/0", "a/b", "b", "0"]), st.sampled_from([PAYEE, OTHER])), max_size=10))
def test_ids_that_look_alike_never_stand_in_each_other_s_way(open_core: Callable[..., Any], steps: list[tuple[str, Payee]]) -> None:
    core = open_core()
    registrar, stands = Registrar(core.database, core.unit_of_work, by="jo"), {}
    for party, payee in steps:
        assert registrar.add_payee(party, payee) is (stands.get(party) != payee)
        stands[party] = payee
    view = RegistryView(core.database)
    assert {party: view.payee(party) for party in stands} == stands


def test_two_people_entering_different_things_at_once_are_both_heard(core: Any, registrar: Registrar) -> None:
    barrier, told = Barrier(6), []

    def enter(number: int) -> None:
        barrier.wait()
        told.append(registrar.set_budget("saas", Price(amount_minor=100 + number, currency="EUR", period=Period.MONTH)))

    threads = [Thread(target=enter, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entered = [e.body["limit"]["amount_minor"] for e in core.events("budget.set")]
    assert (told, sorted(entered)) == ([True] * 6, [100 + n for n in range(6)])
    (line,) = budget_lines(core.database, core.clock.now())
    assert line.limit.amount_minor == entered[-1]


def test_a_home_is_made_once(core: Any, registrar: Registrar) -> None:
    assert (registrar.make_workspace("Jo"), registrar.make_workspace("Jo")) == (True, False)


def test_a_budget_is_set_and_changed(core: Any, registrar: Registrar) -> None:
    for amount in (10_000, 20_000):
        assert registrar.set_budget("saas", Price(amount_minor=amount, currency="EUR", period=Period.MONTH), instruction="IN-1")
    (line,) = budget_lines(core.database, core.clock.now())
    assert (line.category, line.limit.amount_minor, line.period, line.set_by) == ("saas", 20_000, Period.MONTH, "jo")
