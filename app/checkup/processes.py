"""Who is at work, whether effects may leave, and whether the operator's word is under seal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.checkup.base import Check, bad, good, warning

if TYPE_CHECKING:
    from app.bootstrap import Office

_NEEDED = {"worker": "no case goes on", "dispatcher": "nothing leaves and no mail is fetched"}


def check_processes(office: Office) -> Check:
    """Which processes live, and when each last showed it."""
    from memory.views.health import workers

    now = office.clock.now()
    alive = [one for one in workers(office.database, now) if one.alive]
    if not alive:
        return good("processes", "none is running; qm up starts worker, dispatcher and dashboard")
    told = ", ".join(f"{one.name} ({one.role}, {max(0, round((now - one.at).total_seconds()))} s ago)" for one in alive)
    missing = [role for role in _NEEDED if role not in {one.role for one in alive}]
    if missing:
        return warning("processes", f"{told}; but no {missing[0]} is running: {_NEEDED[missing[0]]}", f"qm {missing[0]}, or qm up for all")
    return good("processes", told)


def check_stop(office: Office) -> Check:
    """Whether effects are stopped."""
    from memory.database import reading
    from memory.effect_stop import stop_in_force
    from memory.vouching import vouched

    sealer = office.sealer
    assert sealer is not None
    with reading(office.database) as connection:
        stop = stop_in_force(connection, lambda lift: vouched(lift, sealer))
    if stop is None:
        return good("effect stop", "effects may leave")
    return warning(
        "effect stop", f"nothing leaves since {stop.at:%Y-%m-%d %H:%M} UTC: {stop.body['reason']}", "qm resume-effects --reason WHY"
    )


def check_seal(office: Office) -> Check:
    """Whether the vault holds the keys of this house, and every party in the registry stands under the operator's seal."""
    from app.dispatching import CAPABILITY_KEY
    from memory.anchors import SIGNING_KEY
    from memory.views.sealed_registry import SealedRegistry, unbelieved
    from tools.vault.operator_seal import OPERATOR_SEAL

    names, sealer = set(office.vault().names()), office.sealer
    assert sealer is not None
    if OPERATOR_SEAL not in names:
        return good("seal", "your seal is made with the next thing you decide or enter")
    doubtful = unbelieved(office.database, SealedRegistry(office.database, sealer))
    if doubtful:
        role, party_id = doubtful[0]
        return bad(
            "seal",
            f"{len(doubtful)} entries of the registry are not yours: {role} {party_id}; the dispatcher does not believe them",
            "if you did not enter it, find out who did; if it is right, enter it again: qm vendors add",
        )
    later = sorted({CAPABILITY_KEY, SIGNING_KEY} - names)
    made = "" if not later else f" ({' and '.join(later)}: made when the dispatcher first needs it)"
    return good("seal", f"your word is sealed with {sealer.public[:12]}…{made}")
