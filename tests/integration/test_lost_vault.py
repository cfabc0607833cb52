"""A vault that is gone, or an older one put in its place: nobody makes a new seal, by which all that stands in the ledger would count."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bootstrap import open_office
from app.cli import run
from app.founding import Founder, found_home
from app.home import Home, lay_out
from memory.domain.errors import IntegrityError, NotFoundError
from memory.domain.events.workspace import PayeeAdded
from memory.domain.registry import Contact, Payee
from memory.views.sealed_registry import SealedRegistry
from tools.vault.operator_seal import OPERATOR_SEAL

FORGED = PayeeAdded(
    payee_id="p-thief", payee=Payee(name="Thief", iban="GB29NWBK60161331926819", country="GB"), vendor_id="v", by="operator"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home in use, whose worker has written a payee of its own."""
    made = found_home(tmp_path / "home", Founder(name="Jo", email="jo@buyer.example"))
    with open_office(made.root, vaultless=True) as office:
        office.unit_of_work.act("forged", [FORGED], actor="worker")
    return made


def test_a_vault_that_is_gone_is_not_made_anew(home: Home) -> None:
    home.vault.unlink()
    with open_office(home.root) as office:
        with pytest.raises(IntegrityError, match="vault is gone"):
            office.dispatcher()
        with pytest.raises(IntegrityError, match="vault is gone"):
            office.registrar().add_contact("c", Contact(name="Ann", email="ann@vendor.example"), vendor_id="v")
    assert not home.vault.exists()


def test_every_way_to_the_vault_goes_through_the_one_door(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.vault.unlink()
    for command in (["vault", "list"], ["vault", "put", "mail", "--dry-run"], ["ledger", "anchor"], ["doctor"]):
        assert run([*command, "--home", str(home.root)]) != 0, command
        assert "vault" in "".join(capsys.readouterr()), command
        assert not home.vault.exists(), command


def test_an_older_vault_without_the_seal_makes_no_new_one_and_the_forged_payee_stays_unbelieved(home: Home) -> None:
    with open_office(home.root) as office:
        office.vault().delete(OPERATOR_SEAL)
    with open_office(home.root) as office:
        assert office.sealer is not None
        with pytest.raises(IntegrityError, match="seal is gone"):
            SealedRegistry(office.database, office.sealer).payee("p-thief")
        assert OPERATOR_SEAL not in office.vault().names()


def test_the_dispatcher_makes_the_seal_of_an_older_home_before_its_first_look(tmp_path: Path) -> None:
    """A home from before there were seals: what stands in it counts, and what a worker writes from the dispatcher's start on does not."""
    home = lay_out(tmp_path / "home", {"operator_name": "Jo", "operator_email": "jo@buyer.example"})
    with open_office(home.root) as office:
        office.unit_of_work.act("old", [FORGED.model_copy(update={"payee_id": "p-old"})], actor="operator")
        office.dispatcher()
        office.unit_of_work.act("forged", [FORGED], actor="worker")
        assert office.sealer is not None
        registry = SealedRegistry(office.database, office.sealer)
        assert registry.payee("p-old").name == "Thief"
        with pytest.raises(NotFoundError):
            registry.payee("p-thief")
