"""Making a home: its folder, vault, signing identity, first policy, and the parties that stand for the operator."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.bootstrap import open_office
from app.home import Home, ensure_signing_identity, lay_out, open_vault
from memory.database import reading
from memory.domain.errors import ConflictError, InputError
from memory.domain.events.workspace import WorkspaceMade
from memory.domain.registry import Account, Signatory
from memory.ledger import read_events

_SIGNATORY, _ACCOUNT = "operator", "main"
_OPERATOR = "operator"


@dataclass(frozen=True)
class Founder:
    """What the operator says about the house. `tax_rate_bp` is in hundredths of a percent."""

    name: str
    email: str
    company: str = ""
    currency: str = "EUR"
    tax_rate_bp: int = 1900
    iban: str = ""
    bic: str = ""
    country: str = ""
    region: str = ""

    @property
    def holiday_country(self) -> str:
        """Whose public holidays are no working days: the country that was named, else that of the account, else "" for none."""
        return self.country or "".join(self.iban.split()).upper()[:2]

    def signatory(self) -> Signatory:
        """Return who signs. Raises `InputError` for a name or address that cannot be used."""
        from pydantic import ValidationError

        try:
            return Signatory(name=self.name, email=self.email, title="Owner")
        except ValidationError as error:
            fault = error.errors()[0]
            raise InputError(
                f"--{fault['loc'][0]} cannot be used: {fault['msg'].removeprefix('Value error, ')}",
                hint="give a name, and one plain address such as you@company.example",
            ) from None

    def account(self) -> Account | None:
        """Return the house's own account, when an IBAN was given. Raises `InputError` for one that is wrong."""
        if not self.iban:
            return None
        from pydantic import ValidationError

        from memory.domain.errors import EffectRejectedError
        from tools.connectors.payment.bank_details import checked_party

        try:
            compact = "".join(self.iban.split()).upper()
            account = Account(
                name=self.company or self.name, iban=compact, bic=self.bic or None, country=compact[:2], currency=self.currency
            )
            checked_party(account, "account")
        except ValidationError as error:
            raise InputError(
                f"--{error.errors()[0]['loc'][0]} is not written right", hint="give the IBAN of your own business account"
            ) from None
        except EffectRejectedError as error:
            raise InputError(f"--iban: {error.message}", hint="copy it from your bank's statement") from None
        return account


def found_home(root: Path, founder: Founder) -> Home:
    """Make a home. What an interrupted start left behind is completed.

    Raises `InputError` before anything is written when something given is wrong, `ConflictError` when a home is there.
    """
    signatory, account = founder.signatory(), founder.account()
    _check_currency(founder.currency)
    _check_place(founder)
    if Home(root).exists and _is_made(root):
        raise ConflictError(f"there is a home at {root} already", hint="use it as it is, or make another: qm init --home DIR")
    home = lay_out(
        root,
        {
            "operator_name": founder.name,
            "operator_email": founder.email,
            "company": founder.company,
            "home_currency": founder.currency,
            "tax_rate_bp": founder.tax_rate_bp,
            "country": founder.holiday_country,
            "region": founder.region,
        },
    )
    from memory.engine.on_dbos import prepare

    with open_office(root) as office:
        # Jobs are put into the engine's tables by every command; the first worker may come much later.
        prepare(office.url)
        ensure_signing_identity(open_vault(home, office.settings), office.settings, office.clock)
        registrar = office.registrar()
        registrar.add_signatory(_SIGNATORY, signatory)
        if account is not None:
            registrar.add_account(_ACCOUNT, account)
        if office.policies.adopted() is None:
            office.policies.adopt(home.policy.read_text(encoding="utf-8"), source=home.policy.name, by=_OPERATOR, reason="first policy")
        office.keep_holidays(by=_OPERATOR)
        # The last fact: a home without it was not finished, and `qm init` completes it.
        registrar.make_workspace(founder.name)
    return home


def enter_account(root: Path, founder: Founder) -> bool:
    """Enter or change the own account of a home that is there; returns whether anything changed."""
    account = founder.account()
    if account is None:
        raise InputError("no IBAN was given", hint="--iban IBAN")
    with open_office(root) as office:
        return office.registrar().add_account(_ACCOUNT, account)


def _is_made(root: Path) -> bool:
    with open_office(root) as office, reading(office.database) as connection:
        return next(read_events(connection, kinds=(WorkspaceMade.kind,), limit=1), None) is not None


def _check_place(founder: Founder) -> None:
    from tools.lookups.public_holidays import public_holidays

    if founder.country or founder.region:
        public_holidays(founder.holiday_country, (2026,), founder.region or None)


def _check_currency(code: str) -> None:
    from memory.domain.money import CURRENCIES

    if code not in CURRENCIES:
        raise InputError(f"--currency {code!r} is not an ISO 4217 currency code", hint="write for example EUR, USD or GBP")
