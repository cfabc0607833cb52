"""`qm doctor`: everything a home needs, looked at one by one; each thing that is wrong names its mend."""

from __future__ import annotations

from pathlib import Path

from app.checkup.base import Check, State, looked_at
from app.checkup.duties import check_duties
from app.checkup.machine import check_dashboard, check_home, check_python, check_settings, check_tracing, check_vault
from app.checkup.outside import check_connectors, check_holidays, check_mail, check_models, check_recall, check_registry
from app.checkup.processes import check_processes, check_seal, check_stop
from app.checkup.records import check_database, check_effects, check_ledger, check_policy, check_projections

__all__ = ["Check", "State", "check_up"]


def check_up(root: Path) -> tuple[Check, ...]:
    """Return what was found. What cannot be looked at because something before it is broken is left out."""
    checks = [check_python(), check_tracing(), looked_at("home", lambda: check_home(root))]
    settings = looked_at("settings", lambda: check_settings(root))
    checks.append(settings)
    if any(c.state is State.BAD for c in checks[2:]):
        return tuple(checks)
    checks.append(looked_at("database", lambda: check_database(root)))
    checks += [looked_at("vault", lambda: check_vault(root)), looked_at("dashboard", lambda: check_dashboard(root))]
    if checks[4].state is State.BAD:
        return tuple(checks)
    return (*checks, *_with_office(root))


def _with_office(root: Path) -> tuple[Check, ...]:
    from app.bootstrap import open_office

    looks = {
        "ledger": check_ledger,
        "projections": check_projections,
        "policy": check_policy,
        "registry": check_registry,
        "holidays": check_holidays,
        "connectors": check_connectors,
        "mail": check_mail,
        "models": check_models,
        "memory": check_recall,
        "effects": check_effects,
        "effect stop": check_stop,
        "processes": check_processes,
        "seal": check_seal,
        "duties": check_duties,
    }
    with open_office(root) as office:
        return tuple(looked_at(name, lambda look=look: look(office)) for name, look in looks.items())  # type: ignore[misc]
