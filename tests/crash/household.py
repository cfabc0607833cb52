"""The home that is struck: small cases on the real graph, one vendor that quotes and gives way once, and limits that allow many of them."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from app.bootstrap import Office, open_office
from app.home import Home, as_toml, ensure_signing_identity, lay_out, open_vault
from memory.domain.money import Period, Price
from memory.domain.registry import Account, Contact, Payee, Signatory
from memory.engine.on_dbos import prepare
from tools.connectors.mail.account import CREDENTIAL
from tools.sandbox.vendors.cast import BRIEFLARK
from tools.sandbox.vendors.personality import Personality
from tools.vault import Secret

OPERATOR, COMPANY, ADDRESS = "Alex Sommer", "Alex Sommer Studio (demo)", "alex@studio.example"
PASSWORD = "sandbox-only"
#: Quotes 48.00 EUR and takes 45.00 in the next round: one quote, one counteroffer, one contract, one order.
VENDOR = replace(BRIEFLARK, vendor_id="swiftlark", name="Swiftlark", person="Ada Flink", yearly=(4800, 4500), monthly=(4800, 4700))
#: Quotes more, and answers only when the run says so: its silence must not hold the other negotiation up.
SLOW = replace(BRIEFLARK, vendor_id="mosslark", name="Mosslark", person="Tom Lange", yearly=(5400, 5200), monthly=(5400, 5300))
INSTRUCTION = "Find an email marketing tool for 5,000 contacts, EU data residency, under 60 EUR a month, by Friday"
_POLICY = """\
version: 1
default: require_approval
without_asking: [precheck, outreach, counteroffer, calendar]
rules:
  - {id: mails, kind: outreach, says: Mails go to registered contacts., max_mails: 40}
  - {id: within_ceiling, kind: within_ceiling, says: Nothing costs more than its ceiling., verdict: deny}
  - {id: commitments, kind: commitment, says: A signature or a payment needs my yes., effects: [contract.sign, payment.instruct]}
"""


def make_home(root: Path, mail: dict[str, object], *, database_url: str = "", vendors: Sequence[Personality] = (VENDOR,)) -> Home:
    """Make a home with its registered vendors and enter what its operator knows; the mail servers are running already."""
    home = lay_out(root, {"operator_name": OPERATOR})
    config: dict[str, object] = {
        "operator_name": OPERATOR,
        "operator_email": ADDRESS,
        "company": COMPANY,
        "tax_rate_bp": 1900,
        "mail": {"address": ADDRESS, "name": OPERATOR, "smtp_security": "none", "imap_security": "none", "poll_s": 1, **mail},
    }
    if database_url:
        config["database_url"] = database_url
    home.config.write_text(as_toml(config), encoding="utf-8")
    home.policy.write_text(_POLICY, encoding="utf-8")
    (home.files / "catalogue.json").write_text(_catalogue(vendors), encoding="utf-8")
    with open_office(root) as office:
        prepare(office.url)
        _seed(office, vendors)
    return home


def _seed(office: Office, vendors: Sequence[Personality]) -> None:
    registrar = office.registrar()
    registrar.make_workspace(OPERATOR)
    registrar.add_signatory("operator", Signatory(name=OPERATOR, email=ADDRESS, title="Owner"))
    registrar.add_account("main", Account(name=COMPANY, iban="DE89370400440532013000", country="DE", currency="EUR"))
    for vendor in vendors:
        registrar.add_contact(f"{vendor.vendor_id}-sales", Contact(name=vendor.person, email=vendor.mailbox), vendor_id=vendor.vendor_id)
        payee = Payee(name=f"{vendor.name} fictional", iban="DE02120300000000202051", country="DE")
        registrar.add_payee(f"{vendor.vendor_id}-bank", payee, vendor_id=vendor.vendor_id)
    registrar.set_budget("email_marketing", Price(amount_minor=10**9, currency="EUR", period=Period.YEAR), instruction="crash")
    office.policies.adopt(office.home.policy.read_text(encoding="utf-8"), source="policy.yaml", by="operator", reason="first policy")
    vault = open_vault(office.home, office.settings)
    ensure_signing_identity(vault, office.settings, office.clock)
    vault.put(CREDENTIAL, Secret(PASSWORD))


def _catalogue(vendors: Sequence[Personality]) -> str:
    shipped = json.loads((files("tools.lookups") / "demo_catalogue.json").read_text(encoding="utf-8"))
    return json.dumps({"format": shipped["format"], "products": [_product(shipped["products"][0], vendor) for vendor in vendors]})


def _product(like: dict[str, Any], vendor: Personality) -> dict[str, Any]:
    product: dict[str, Any] = json.loads(json.dumps(like).replace("brieflark", vendor.vendor_id).replace("Brieflark", vendor.name))
    price = vendor.monthly[0]
    product["price"]["amount_minor"] = product["tiers"][0]["amount_minor"] = price
    product["source"]["quote"] = f"{price / 100:.2f} EUR net per month for up to 5,000 contacts"
    return product


def clean_environment() -> None:
    """Forget settings of the shell's: a run is what its files say."""
    for name in [n for n in os.environ if n.startswith(("QM_", "LANGSMITH_", "LANGCHAIN_"))]:
        del os.environ[name]
