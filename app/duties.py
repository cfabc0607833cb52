"""The duties of this process: what comes back by the clock, shared with every other process of its role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.statement_reading import read_statement_whole
from graphs.duties import Duties, DutySetting, dispatcher_duties, worker_duties
from memory.database import reading
from memory.verification import Verification, verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from app.bootstrap import Office

#: From here on the roster alone fetches the mail; more often, a schedule of its own does.
POLLED_AS_DUTY_S = 60


def workers_duties(office: Office, name: str) -> Duties:
    """Return what the worker of this name sees to. None of it needs a credential."""
    setting = _setting(office)
    statements = office.home.files / "statements"
    duties = worker_duties(
        setting,
        service=office.service,
        import_statement=lambda body, filename: read_statement_whole(office, body, filename=filename, by="clock"),
        statements=statements,
        check_ledger=lambda whole: _checked(office, whole),
        stop_effects=lambda reason: stop_effects(office, reason),
        keep_calendar=lambda now: _keep_calendar(office, now),
        recall=office.recall,
    )
    return Duties(setting, duties, worker=name)


def dispatchers_duties(office: Office, name: str, poll_inbox: Callable[[], int] | None) -> Duties:
    """Return what the dispatcher of this name sees to: the ledger's anchors, and the mail."""
    setting = _setting(office)
    duties = dispatcher_duties(
        setting,
        sign_anchor=lambda: sign_anchor(office),
        stop_effects=lambda reason: stop_effects(office, reason),
        poll_inbox=poll_inbox,
        poll_s=max(POLLED_AS_DUTY_S, office.settings.mail.poll_s),
    )
    return Duties(setting, duties, worker=name)


def sign_anchor(office: Office) -> object:
    """Sign the heads of all chains with the vault's key, made on first use; returns None when nothing moved."""
    from app.ledger_signing import ensure_signing_key
    from memory.anchors import anchor

    return anchor(office.database, ensure_signing_key(office.vault()), office.clock)


def stop_effects(office: Office, reason: str) -> bool:
    """Stop all effects because the house's own records do not hold; returns whether they were not stopped already."""
    from graphs.settling import EffectControl

    return EffectControl(office.database, office.unit_of_work, office.ids).stop_effects(by="quartermaster", reason=reason)


def _keep_calendar(office: Office, now: datetime) -> bool:
    from app.renewal_calendar import keep_feed

    return keep_feed(office.database, office.home.files, now.astimezone(office.settings.zone).date())


def _checked(office: Office, whole: bool) -> Verification:
    with reading(office.database) as connection:
        return verify(connection, since_anchor=not whole)


def _setting(office: Office) -> DutySetting:
    return DutySetting(
        database=office.database,
        unit_of_work=office.unit_of_work,
        clock=office.clock,
        ids=office.ids,
        zone=office.settings.zone,
        holiday_place=office.settings.holiday_place,
    )
