"""The operator's seal: made once, held in the vault, good for one statement at one place of the ledger."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.registrar import Registrar
from memory.database import writing
from memory.domain.base import sha256_hex
from memory.domain.errors import IntegrityError, NotFoundError
from memory.domain.events import read_event
from memory.domain.events.workspace import PayeeAdded
from memory.domain.registry import Contact, Payee
from memory.domain.seal import Seal, sealed, statement
from memory.ledger import WORKSPACE, Ledger
from memory.views.sealed_registry import SealedRegistry
from memory.vouching import ledger_end, operators_word, vouched, words_up_to
from tools.vault import KeyFile, Secret, Vault
from tools.vault.operator_seal import OPERATOR_SEAL, OperatorSeal

PAYEE = Payee(name="Postbird GmbH", iban="DE02120300000000202051", country="DE")
OTHER = Payee(name="Postbird GmbH", iban="GB29NWBK60161331926819", country="GB")


def nothing(_since: int) -> dict[int, str]:
    """The words of a ledger in which none stand yet."""
    return {}


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.create(tmp_path / "vault.json", KeyFile(tmp_path / "keys" / "vault.key"))


@pytest.fixture
def seal(vault: Vault) -> OperatorSeal:
    return OperatorSeal.of(vault, lambda: 0, nothing)


def test_the_key_is_made_once_and_says_where_the_ledger_ended_then(vault: Vault) -> None:
    first, again = OperatorSeal.of(vault, lambda: 7, nothing), OperatorSeal.of(vault, lambda: 99, nothing)
    assert (first.public, first.since) == (again.public, again.since) == (first.public, 7)


def test_what_the_vault_holds_under_its_name_must_be_a_key(vault: Vault) -> None:
    vault.put(OPERATOR_SEAL, Secret("not a key"))
    with pytest.raises(IntegrityError, match="not a key"):
        OperatorSeal.of(vault, lambda: 0, nothing)


@given(said=st.binary(max_size=200), other=st.binary(max_size=200))
def test_a_seal_holds_for_what_was_sealed_and_for_nothing_else(tmp_path_factory: pytest.TempPathFactory, said: bytes, other: bytes) -> None:
    seal = _shared(tmp_path_factory)
    mark = seal.seal(said)
    assert seal.holds(said, mark, 5)
    assert seal.holds(other, mark, 5) is (other == said)
    assert not seal.holds(said, mark.model_copy(update={"signature": mark.signature[::-1]}), 5)
    assert not seal.holds(said, Seal(key="0" * 64, signature=mark.signature), 5)


_kept: list[OperatorSeal] = []


def _shared(folders: pytest.TempPathFactory) -> OperatorSeal:
    if not _kept:
        folder = folders.mktemp("seal")
        _kept.append(OperatorSeal.of(Vault.create(folder / "vault.json", KeyFile(folder / "vault.key")), lambda: 0, nothing))
    return _kept[0]


def test_what_is_older_than_the_key_counts_as_it_stands_and_nothing_newer_does(vault: Vault) -> None:
    stood = dict.fromkeys((1, 10, 11), sha256_hex(b"x"))
    seal = OperatorSeal.of(vault, lambda: 10, lambda _since: stood)
    assert [seal.holds(b"x", None, seq) for seq in (1, 10, 11)] == [True, True, False]
    assert [seal.holds(said, None, seq) for said, seq in ((b"y", 1), (b"x", 2))] == [False, False], "changed, or put in since"


def test_a_seal_from_before_old_words_were_kept_is_completed_once(vault: Vault) -> None:
    OperatorSeal.of(vault, lambda: 10, nothing)
    made = json.loads(vault.get(OPERATOR_SEAL).reveal())
    del made["before"]
    vault.put(OPERATOR_SEAL, Secret(json.dumps(made)))
    assert OperatorSeal.of(vault, lambda: 99, lambda since: {since: sha256_hex(b"x")}).holds(b"x", None, 10)
    assert not OperatorSeal.of(vault, lambda: 99, lambda since: {since: sha256_hex(b"y")}).holds(b"y", None, 10)


def test_a_seal_says_where_it_stands_so_it_cannot_be_carried_elsewhere(seal: OperatorSeal) -> None:
    fact = PayeeAdded(payee_id="p", by="operator", payee=PAYEE)
    mark = sealed(fact, stream=WORKSPACE, act_key="payee/p/0", sealer=seal).seal
    places = [("payee.added", WORKSPACE, "payee/p/0"), ("payee.added", WORKSPACE, "payee/p/1"), ("payee.added", "CASE-1", "payee/p/0")]
    body = {**fact.stored_body(), "seal": "whatever stands here"}
    assert [seal.holds(statement(*place, body), mark, 99) for place in places] == [True, False, False]


def test_a_body_from_before_there_were_seals_is_still_read() -> None:
    old = PayeeAdded(payee_id="p", by="operator", payee=PAYEE).stored_body()
    del old["seal"]
    assert read_event("payee.added", 1, old) == PayeeAdded(payee_id="p", by="operator", payee=PAYEE)


def test_the_dispatchers_registry_believes_the_operator_and_nobody_else(core: Any, seal: OperatorSeal) -> None:
    registrar, registry = Registrar(core.database, core.unit_of_work, by="operator", sealer=seal), SealedRegistry(core.database, seal)
    registrar.add_payee("p", PAYEE, vendor_id="postbird")
    assert (registry.payee("p"), registry.party_of("payee", "postbird"), registry.vendor_of("payee", "p")) == (PAYEE, "p", "postbird")
    assert registry.changed_at("payee", "p") is None
    core.act("payee/p/1", PayeeAdded(payee_id="p", vendor_id="postbird", by="operator", payee=OTHER), stream=WORKSPACE)
    core.act("payee/q/0", PayeeAdded(payee_id="q", vendor_id="postbird", by="operator", payee=OTHER), stream=WORKSPACE)
    assert registry.payee("p") == PAYEE
    with pytest.raises(NotFoundError, match="that you sealed"):
        registry.payee("q")
    registrar.add_payee("q", OTHER, vendor_id="postbird")
    assert registry.payee("q") == OTHER, "the operator entered the very same again, so now it counts"


@pytest.mark.parametrize("taken", [(), (0,), (1,)], ids=["none", "the first", "the middle one"])
def test_entries_that_somebody_put_into_another_order_count_in_the_operators(core: Any, seal: OperatorSeal, taken: tuple[int, ...]) -> None:
    registrar = Registrar(core.database, core.unit_of_work, by="operator", sealer=seal)
    third = PAYEE.model_copy(update={"name": "Postbird AG"})
    for payee in (PAYEE, OTHER, third):
        assert registrar.add_payee("p", payee, vendor_id="v")
    assert not registrar.add_payee("p", third, vendor_id="v"), "what stands already is not entered again"
    facts = core.events("payee.added")
    core.unlock("events")
    core.sql("DELETE FROM events")
    core.sql("DELETE FROM heads")
    with writing(core.database) as connection:
        for number in (2, 0, 1):
            if number not in taken:
                ledger = Ledger(core.clock, core.ids)
                ledger.append(connection, WORKSPACE, [facts[number].event], actor="operator", act_key=facts[number].act_key)
    registry = SealedRegistry(core.database, seal)
    if taken:
        with pytest.raises(NotFoundError):
            registry.payee("p")
    else:
        assert registry.payee("p") == third


def test_old_bank_details_do_not_come_back_by_being_said_again(core: Any, seal: OperatorSeal) -> None:
    registrar, registry = Registrar(core.database, core.unit_of_work, by="operator", sealer=seal), SealedRegistry(core.database, seal)
    registrar.add_payee("p", PAYEE)
    core.clock.move(timedelta(days=1))
    registrar.add_payee("p", OTHER)
    first = core.events("payee.added")[0]
    _append_again(core, first)
    assert vouched(core.events("payee.added")[-1], seal), "its seal holds: it is the very same statement"
    assert len(list(operators_word(core.events("payee.added"), seal))) == 2
    assert registry.payee("p") == OTHER
    assert registry.changed_at("payee", "p") == core.clock.now().isoformat()
    registrar.add_payee("p", PAYEE)
    assert registry.payee("p") == PAYEE, "only the operator brings them back"


def _append_again(core: Any, stored: Any) -> None:
    from memory.database import writing
    from memory.ledger import Ledger

    with writing(core.database) as connection:
        Ledger(core.clock, core.ids).append(connection, stored.stream, [stored.event], actor="operator", act_key=stored.act_key)


def test_entries_of_a_home_that_is_older_than_seals_count_without_being_entered_again(core: Any, vault: Vault) -> None:
    Registrar(core.database, core.unit_of_work, by="operator").add_contact("c", Contact(name="Ann", email="ann@postbird.example"))
    seal = OperatorSeal.of(vault, lambda: ledger_end(core.database), lambda seq: words_up_to(core.database, seq))
    assert SealedRegistry(core.database, seal).contact("c").name == "Ann"
    Registrar(core.database, core.unit_of_work, by="operator").add_contact("d", Contact(name="Bob", email="bob@postbird.example"))
    with pytest.raises(NotFoundError):
        SealedRegistry(core.database, seal).contact("d")
