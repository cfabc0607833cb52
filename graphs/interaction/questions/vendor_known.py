"""What is known of a vendor, at one time or another, and what changed in between: by whom and on what evidence."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from graphs.interaction.answer import READ_ONLY, Draft
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.finding import no_such_vendor, vendors_in
from graphs.interaction.windows import Window, find_window
from memory.domain.vendor import FieldChange, VendorProfile
from memory.domain.words import counted, one_line
from memory.views.vendors import changes_between, profile_history

_CHANGES = 12


def answer(instruction: Instruction, desk: FrontDesk) -> Draft:
    """Tell the profile, and its changes since the time named or since it was first known."""
    vendors = vendors_in(desk.database, instruction.text, instruction.understood.vendor)
    if not vendors:
        stated = instruction.understood.vendor
        nobody = no_such_vendor(desk.database, stated) if stated else "Which vendor do you mean? `qm vendors list` shows those known."
        return Draft((nobody,), precedence=READ_ONLY)
    window = find_window(instruction.text, instruction.now.date())
    told: list[str] = []
    references: list[str] = []
    for profile in vendors[:2]:
        lines, refs = _one(desk, profile, window, instruction.now)
        told += lines
        references += refs
    return Draft(tuple(told), references=tuple(dict.fromkeys(references)), precedence=READ_ONLY)


def _one(desk: FrontDesk, profile: VendorProfile, window: Window | None, now: datetime) -> tuple[list[str], list[str]]:
    facts = profile.facts
    known = [
        ("website", facts.website),
        ("category", facts.category),
        ("plan", facts.plan),
        ("list price", facts.list_price),
        ("last agreed", facts.last_agreed),
        ("data region", facts.data_region),
        ("language of our letters", facts.language),
        ("features", ", ".join(facts.features)),
    ]
    told = [
        f"{one_line(facts.name, 60)} ({facts.vendor_id}): {facts.status.value}, version {profile.version} of its profile, {profile.as_of:%Y-%m-%d}."
    ]
    told += [f"{name}: {one_line(str(value), 160)}" for name, value in known if value]
    silent = [name for name, value in known if not value]
    told += [f"Not known: {', '.join(silent)}."] if silent else []
    history = profile_history(desk.database, facts.vendor_id)
    start = datetime.combine(window.start, time(), UTC) if window else history[0].as_of
    end = min(now, datetime.combine(window.end, time(), UTC) + timedelta(days=1)) if window else now
    changes = changes_between(desk.database, facts.vendor_id, start, end)
    told.append(f"{counted(len(changes), 'change')} from {start:%Y-%m-%d} to {end:%Y-%m-%d}{':' if changes else '.'}")
    told += [_change(c) for c in changes[-_CHANGES:]]
    return told, [profile.event_id, *(c.event_id for c in changes[-_CHANGES:])]


def _change(change: FieldChange) -> str:
    before = one_line(change.before, 60) if change.before else "not known"
    after = one_line(change.after, 60) if change.after else "not known"
    proof = f", evidence {change.evidence[0].digest[:12]}" if change.evidence else ""
    return (
        f"{change.at:%Y-%m-%d} {change.field.replace('_', ' ')}: {before} → {after} by {one_line(change.by, 40)}{proof} [{change.event_id}]"
    )
