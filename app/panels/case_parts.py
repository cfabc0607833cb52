"""The tabs of a case: offers, papers, contract, effects, ledger."""

from __future__ import annotations

import streamlit as st

from app.charts import offers_by_round
from app.connection import office, zone
from app.panels.approval_card import show_finding
from app.panels.door import show_settling
from app.panels.evidence import show_body, show_paper
from app.panels.reasons import show_reasons
from app.theme import Colour
from app.wording import at_time, on_day, plain, shortened
from memory.domain.words import counted
from memory.narration import conditions_in_words, terms_in_words
from memory.outbox import EffectStatus, OutboxRow
from memory.views.approvals import effect_lines
from memory.views.cases import ContractPaper, TimelineEntry, case_effects, contract_papers
from memory.views.evidence import case_papers
from memory.views.negotiations import case_talks
from memory.views.offers import VENDOR, Standing, case_offers, ceiling_per_month, standings

_STATES: dict[EffectStatus, tuple[str, Colour]] = {
    EffectStatus.QUEUED: ("Queued", "blue"),
    EffectStatus.SUBMITTED: ("Being sent", "blue"),
    EffectStatus.DELAYED: ("Waits, will be tried again", "orange"),
    EffectStatus.UNKNOWN: ("Outcome unknown: being looked up", "red"),
    EffectStatus.CONFIRMED: ("Confirmed", "green"),
    EffectStatus.FAILED: ("Failed: did not happen", "red"),
    EffectStatus.CANCELLED: ("Cancelled", "gray"),
    EffectStatus.COMPENSATED: ("Taken back", "gray"),
}
_OUTCOMES: dict[str, tuple[str, Colour]] = {
    "agreed": ("Agreed", "green"),
    "final_quote": ("Last quote stands", "blue"),
    "walked_away": ("We walked away", "gray"),
    "no_reply": ("No reply", "gray"),
    "failed": ("Failed", "red"),
    "": ("Still talking", "blue"),
}


def show_offers(case_id: str) -> None:
    """Draw the offers by round, where each vendor stands, and why we moved as we did."""
    database = office().database
    made = case_offers(database, case_id)
    if not made:
        st.caption("No offers yet. They appear here as vendors answer.")
        return
    drawn = offers_by_round(made, ceiling_per_month(database, case_id))
    with st.container(border=True):
        st.markdown("**Offers by round**")
        st.altair_chart(drawn.chart, alt=drawn.says)
        st.caption(plain(drawn.says))
    talks = case_talks(database, case_id)
    for line in standings(database, case_id):
        with st.container(border=True, gap="xsmall"):
            show_standing(line)
            rows = [
                {
                    "Round": offer.round,
                    "By": "vendor" if offer.side == VENDOR else "us",
                    "Per month, all-in": str(offer.per_month),
                    "All-in": str(offer.all_in),
                    "Terms": f"{terms_in_words(offer.terms)}, {conditions_in_words(offer.terms)}".removesuffix(", "),
                    "When": offer.at.astimezone(zone()).strftime("%d %b %H:%M"),
                    "Why we asked": offer.rationale,
                }
                for offer in made
                if offer.vendor_id == line.vendor_id
            ]
            st.dataframe(rows, hide_index=True, alt=f"Offers of {shortened(line.vendor_name, 40)} by round")
            show_reasons(talks.get(line.vendor_id))


def show_standing(line: Standing) -> None:
    """Draw one vendor's name, how it ended, and first against newest offer."""
    word, colour = _OUTCOMES.get(line.outcome, (line.outcome, "gray"))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f"**{plain(shortened(line.vendor_name, 60))}**")
        st.badge(word, color=colour)
    if line.first is not None and line.newest is not None:
        moved = line.first.all_in - line.newest.all_in
        same = line.first.term_months == line.newest.term_months
        off = f", {moved} less" if same and moved.amount_minor > 0 else ""
        st.caption(f"First written offer {line.first.all_in}, now {line.newest.all_in}{off}.")


def show_papers(case_id: str) -> None:
    """Draw every mail, letter and document of the case."""
    papers = case_papers(office().database, case_id)
    st.caption("Every word below is shown exactly as it was kept, as plain text. Each paper stands in the store under its sha256.")
    for paper in papers:
        show_paper(paper)


def show_contracts(case_id: str) -> None:
    """Draw the contracts as read: dates, findings, clauses with the sentence that proves each."""
    papers = contract_papers(office().database, case_id)
    if not papers:
        st.caption("No contract yet. It is read clause by clause when the vendor sends it.")
    for paper in papers:
        with st.container(border=True):
            show_contract(paper)


def show_contract(paper: ContractPaper) -> None:
    """Draw one contract."""
    review = paper.review
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f"**Contract with {plain(shortened(paper.vendor_name, 50))}**")
        signed = paper.status == "signed"
        st.badge(
            "Signed" if signed else paper.status.capitalize(),
            icon=":material/draw:" if signed else None,
            color="green" if signed else "gray",
        )
        st.page_link(
            "screens/contract.py", label="See it in the document", icon=":material/description:", query_params={"contract": review.contract}
        )
    last_day = review.decide_by(office().free_days)
    facts = {
        "Total": review.total,
        "Starts": review.effective_on and on_day(review.effective_on),
        "Term": review.initial_term_months and counted(review.initial_term_months, "month"),
        "Ends": review.term_end and on_day(review.term_end),
        "Renews by itself": {True: "yes", False: "no", None: None}[review.auto_renews],
        "Notice": review.notice_days is not None and counted(review.notice_days, "day"),
        "Last day to act": last_day and on_day(last_day),
        "Law": review.governing_law,
    }
    width = max(len(name) for name in facts)
    st.code("\n".join(f"{name:<{width}}  {value or 'not stated'}" for name, value in facts.items()), language=None, wrap_lines=True)
    for at, finding in sorted(enumerate(review.findings), key=lambda pair: ("blocker", "concern", "note").index(pair[1].severity.value)):
        show_finding(finding, {"contract": review.contract, "passage": f"finding-{at}"})
    with st.expander(f"{len(review.clauses)} clauses, each with its sentence", icon=":material/format_quote:"):
        for at, clause in enumerate(review.clauses):
            value = f": {plain(clause.value)}" if clause.value else ""
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.caption(f"{clause.kind.value.replace('_', ' ').capitalize()}{value}")
                st.page_link(
                    "screens/contract.py",
                    label="In the document",
                    icon=":material/my_location:",
                    query_params={"contract": review.contract, "passage": f"clause-{at}"},
                )
            st.code(clause.span.text, language=None, wrap_lines=True)
    with st.container(horizontal=True):
        show_body(review.contract, "application/pdf", readable=False, name="As received")
        if paper.signed:
            show_body(paper.signed, "application/pdf", readable=False, name="Signed")


def show_effects(case_id: str) -> None:
    """Draw what left, or will leave, the house."""
    rows = case_effects(office().database, case_id)
    if not rows:
        st.caption("Nothing has left the house for this case.")
    for row in rows:
        show_effect(row)


def show_effect(row: OutboxRow) -> None:
    """Draw one effect with its status and its permit."""
    from memory.domain.approval import PlannedEffect

    lines = effect_lines(PlannedEffect(key=row.effect_key, kind=row.kind, payload=row.payload))
    word, colour = _STATES[row.status]
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(f"**{plain(lines.heading)}**")
            st.badge(word, color=colour)
        short = [(label, shortened(value, 120)) for label, value in lines.facts if label != "Text"]
        st.code("\n".join(f"{label}: {value}" for label, value in short), language=None, wrap_lines=True)
        tries = f" · {row.attempts} attempts" if row.attempts > 1 else ""
        st.caption(f"Permit {plain(row.authorization_id)} · key {row.effect_key[:16]}…{tries}")
        if row.note:
            st.text(row.note)
        if row.status is EffectStatus.UNKNOWN:
            show_settling(row)


def show_ledger(entries: tuple[TimelineEntry, ...]) -> None:
    """Draw the case's events as they stand in the chain."""
    rows = [
        {
            "#": e.seq,
            "When": at_time(e.at, zone()),
            "Who": e.actor,
            "Kind": e.kind,
            "What": e.sentence,
            "Hash": f"{e.hash[:12]}…",
            "Event": e.event_id,
        }
        for e in entries
    ]
    st.caption("Each event's hash covers the one before it. Verify the whole ledger on the Health page, or with: qm ledger verify")
    st.dataframe(rows, hide_index=True, height=520, alt="The case's events in the order of the ledger")
