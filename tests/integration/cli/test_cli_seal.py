"""What the operator enters is sealed; a vault that does not open is said so; what is not the operator's is found by doctor."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import open_office
from memory.domain.errors import RefusedError
from memory.domain.events.workspace import PayeeAdded
from memory.domain.registry import Payee
from memory.ledger import WORKSPACE, read_events

THIEF = Payee(name="Postbird GmbH", iban="GB29NWBK60161331926819", country="GB")
POSTBIRD = ("vendors", "add", "Postbird", "--email", "sales@postbird.example", "--iban", "DE02120300000000202051", "--json")


def _seal_check(qm: Callable[..., Any]) -> dict[str, str]:
    checks = json.loads(qm("doctor", "--json").out)
    found = checks.get("checks") or checks["error"]["checks"]
    return next(check for check in found if check["name"] == "seal")


def test_a_new_homes_entries_are_all_sealed(qm: Callable[..., Any], home: Path) -> None:
    assert qm(*POSTBIRD).code == 0
    with open_office(home) as office, office.database.connect() as connection:
        entered = list(
            read_events(connection, kinds=("signatory.added", "account.added", "contact.added", "payee.added", "policy.adopted"))
        )
        assert {e.kind for e in entered} >= {"signatory.added", "account.added", "contact.added", "payee.added", "policy.adopted"}
        assert all(e.body["seal"]["key"] == office.sealer.public for e in entered if office.sealer)
    assert _seal_check(qm)["state"] == "good"


def test_a_payee_that_the_operator_did_not_enter_is_named_until_it_is_entered_again(qm: Callable[..., Any], home: Path) -> None:
    qm(*POSTBIRD)
    with open_office(home, vaultless=True) as office:
        forged = PayeeAdded(payee_id="postbird-bank", vendor_id="postbird", by="operator", payee=THIEF)
        office.unit_of_work.act("payee/postbird-bank/1", [forged], stream=WORKSPACE, actor="operator")
    found = _seal_check(qm)
    assert (found["state"], "payee postbird-bank" in found["says"]) == ("bad", True)
    assert qm(*POSTBIRD).code == 0
    assert _seal_check(qm)["state"] == "good"


def test_a_worker_has_no_vault_and_seals_nothing(home: Path) -> None:
    with open_office(home, vaultless=True) as office:
        assert office.sealer is None
        with pytest.raises(RefusedError, match="holds no credential"):
            office.vault()
        with pytest.raises(RefusedError, match="holds no credential"):
            office.dispatcher()


def test_a_vault_behind_a_passphrase_is_asked_for_by_its_variable(
    process: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "guarded"
    monkeypatch.setenv("QM_VAULT_PASSPHRASE", "four words and more")
    assert process("init", "--name", "Ann", "--email", "ann@lee.example", "--yes", home=root).code == 0
    monkeypatch.delenv("QM_VAULT_PASSPHRASE")
    refused = process(*POSTBIRD, home=root)
    assert (refused.code, refused.error["code"]) == (5, "refused")
    assert "QM_VAULT_PASSPHRASE" in refused.error["hint"]
    monkeypatch.setenv("QM_VAULT_PASSPHRASE", "four words and more")
    assert process(*POSTBIRD, home=root).code == 0
