"""The outside: mail, models, memory, the connectors, and the parties that stand for the operator."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.checkup.base import Check, bad, good, warning
from app.home import open_vault
from memory.domain.errors import NotFoundError

if TYPE_CHECKING:
    from app.bootstrap import Office

_PATIENCE_S = 3.0


def check_registry(office: Office) -> Check:
    """Whether the operator can sign and pay."""
    missing = []
    for role, party_id in (("signatory", "operator"), ("account", "main")):
        try:
            getattr(office.registry, role)(party_id)
        except NotFoundError:
            missing.append(role)
    if missing:
        mends = {"signatory": "qm init completes the home", "account": "qm init --iban IBAN enters your own account"}
        what = {"signatory": "nobody is entered who signs", "account": "no account of your own is entered, so nothing can be paid"}
        return warning("registry", "; ".join(what[role] for role in missing), "; ".join(mends[role] for role in missing))
    return good("registry", "you can sign and pay")


def check_holidays(office: Office) -> Check:
    """Whether the public holidays that the settings name are known, and days are counted with them."""
    from datetime import timedelta

    from memory.views.holidays import house_holidays
    from tools.lookups.public_holidays import public_holidays

    place, noted, today = office.settings.holiday_place, house_holidays(office.database), office.renewals.today
    if not place:
        return good("holidays", f'only weekends are free; say whose holidays count: country = "DE" in {office.home.config}')
    country, _, region = place.partition("-")
    public_holidays(country, (today.year,), region or None)
    if noted is None or noted.place != place:
        return warning("holidays", f"those of {place} are not counted with yet", "a worker notes them within a minute: qm up or qm worker")
    coming = min((day for day in noted.free if day >= today), default=today + timedelta(days=0))
    return good("holidays", f"{place}, noted from {noted.first_year} to {noted.last_year}; the next is {coming}")


def check_connectors(office: Office) -> Check:
    """Whether each connector has the credentials that it declares."""
    from app.connectors import discover

    names = set(open_vault(office.home, office.settings).names())
    lacking = {declared.system: sorted(declared.secrets - names) for declared in discover()}
    if office.settings.mail.configured is False:
        lacking.pop("mail", None)
    wrong = {system: missing for system, missing in lacking.items() if missing}
    if wrong:
        system, missing = next(iter(wrong.items()))
        return bad("connectors", f"{system} has no secret {', '.join(missing)}", f"qm vault put {missing[0]}")
    return good("connectors", f"set up: {', '.join(sorted(lacking))}")


def check_mail(office: Office) -> Check:
    """Whether the mail servers answer."""
    mail = office.settings.mail
    if not mail.configured:
        return warning(
            "mail", "not set up: no request for quotation can leave", f"fill in [mail] in {office.home.config}, then: qm vault put mail"
        )
    silent = [
        f"{host}:{port}" for host, port in ((mail.smtp_host, mail.smtp_port), (mail.imap_host, mail.imap_port)) if not _answers(host, port)
    ]
    if silent and office.settings.demo:
        return good("mail", "simulated; its servers run while qm demo or qm up does")
    if silent:
        return bad("mail", f"{' and '.join(silent)} does not answer", f"check [mail] in {office.home.config} and your network")
    open_to_read = "none" in {mail.smtp_security, mail.imap_security} and not {mail.smtp_host, mail.imap_host} <= {
        "127.0.0.1",
        "localhost",
        "::1",
    }
    if open_to_read:
        return bad(
            "mail", "the connection is not encrypted", f"set smtp_security and imap_security in {office.home.config} to tls or starttls"
        )
    return good("mail", f"{mail.smtp_host} and {mail.imap_host} answer")


def check_models(office: Office) -> Check:
    """Where model calls go, and whether anything answers there."""
    settings = office.settings
    used = {
        name: server for name, server in (("fast", settings.fast), ("deep", settings.deep)) if server.model and settings.tier != "rules"
    }
    if settings.tier == "fast":
        used.pop("deep", None)
    if not used:
        return good("models", "none: every agent works by rules, and nothing is sent to a model")
    places = ", ".join(f"{name}: {server.model} at {server.base_url}" for name, server in used.items())
    silent = [server.base_url for server in used.values() if not _url_answers(server.base_url)]
    if silent:
        return warning("models", f"{places}; {silent[0]} does not answer", "start the model server; until then the agents work by rules")
    return good("models", places)


def check_recall(office: Office) -> Check:
    """Whether contract and vendor memory answers, and holds what the ledger gives."""
    from graphs.remembering import notes_of

    held, expected = office.recall().count(), len(notes_of(office.database))
    if held < expected:
        return warning("memory", f"{held} of {expected} notes are indexed", "qm memory update")
    return good("memory", f"{held} notes can be found by meaning")


def _url_answers(url: str) -> bool:
    parts = urlsplit(url)
    return parts.hostname is not None and _answers(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=_PATIENCE_S).close()
    except OSError:
        return False
    return True
