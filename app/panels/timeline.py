"""A case's story from the ledger, chapter by chapter; the last one is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from app.connection import zone
from app.wording import plain
from memory.domain.words import counted
from memory.views.cases import CaseFacts, TimelineEntry

#: Kinds of events by chapter, in the order a purchase runs; the first prefix that fits decides.
_CHAPTERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Approval", ("approval.", "authorization.")),
    ("Renewal", ("renewal.",)),
    ("Order and payment", ("order.", "invoice.", "payment.", "decline.", "budget.committed", "statement.")),
    ("Contract", ("acceptance.", "contract.")),
    ("Recommendation", ("award.",)),
    ("Quotes and negotiation", ("rfq.", "message.", "quote.", "counteroffer.", "negotiation.", "reply.")),
    ("Vendors", ("vendor.", "claim.")),
    ("Request", ("case.opened", "requisition.", "clarification.")),
    ("Outcome", ("case.closed", "case.ended", "case.cancelled")),
    ("Trouble", ("step.", "effect.unknown", "effect.failed")),
)


def chapters(entries: Sequence[TimelineEntry]) -> list[tuple[str, list[TimelineEntry]]]:
    """Return the entries in chapters, in the order in which each began; what belongs nowhere stays with the chapter before."""
    found: dict[str, list[TimelineEntry]] = {}
    name = "Request"
    for entry in entries:
        name = next((n for n, kinds in _CHAPTERS if entry.kind.startswith(kinds)), name)
        found.setdefault(name, []).append(entry)
    return list(found.items())


def show_timeline(entries: Sequence[TimelineEntry], case: CaseFacts, *, everything: bool) -> None:
    """Draw the chapters; bookkeeping only when `everything` is asked for."""
    shown = [e for e in entries if everything or not e.quiet]
    parts = chapters(shown)
    for number, (name, lines) in enumerate(parts):
        last = number == len(parts) - 1
        state = _state(name, case) if last else "complete"
        label = f"{name} · {counted(len(lines), 'event')}"
        with st.status(label, type="step", state=state, expanded=last or number == 0):
            for line in lines:
                show_entry(line)


def _state(chapter: str, case: CaseFacts) -> Literal["running", "complete", "error"]:
    if chapter == "Trouble" and case.status == "failed":
        return "error"
    return "complete" if case.closed else "running"


def show_entry(line: TimelineEntry) -> None:
    """Draw one event: the sentence as plain text, who and when below it."""
    there = line.at.astimezone(zone())
    with st.container(gap="xxsmall"):
        st.text(line.sentence)
        st.caption(f"{there:%a %d %b, %H:%M} · {plain(line.actor.replace('_', ' '))} · ledger #{line.seq}")
