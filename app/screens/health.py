"""Health: is the ledger whole, is a worker at work, is anything stuck, unknown or unread, and is the door shut."""

from __future__ import annotations

import streamlit as st
from streamlit import runtime

from app.connection import check_again, ledger_check, office, zone
from app.dashboard_server import current_settings, unsafe_settings
from app.panels.case_parts import show_effect
from app.panels.deciding import SURFACE
from app.panels.door import show_stop_button
from app.panels.duties import show_duties
from app.panels.evidence import show_body
from app.panels.house import show_ledger_badge
from app.panels.notice import attempt
from app.wording import ago, at_time, plain, shortened
from memory.domain.words import counted
from memory.outbox import EffectStatus
from memory.views.health import (
    LedgerCheck,
    effect_counts,
    effects_in,
    failed_steps,
    model_costs,
    policy_wishes,
    unmatched_mails,
    workers,
)

_COUNTED = {
    EffectStatus.QUEUED: "Queued",
    EffectStatus.SUBMITTED: "Being sent",
    EffectStatus.DELAYED: "Waiting to retry",
    EffectStatus.UNKNOWN: "Unknown",
    EffectStatus.FAILED: "Failed",
    EffectStatus.CONFIRMED: "Confirmed",
}


def show() -> None:
    """Draw the page."""
    check = ledger_check(st.session_state["drawn"].seq)
    problems = trouble(check)
    st.title("All is sound" if not problems else f"{counted(len(problems), 'thing')} to look at")
    if problems:
        st.markdown("\n".join(f"- {plain(p)}" for p in problems))
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        show_ledger(check)
    with right.container(border=True, height="stretch"):
        show_workers()
    with st.container(border=True):
        show_queue()
    with st.container(border=True):
        show_duties()
    show_failures()
    show_strangers()
    show_wishes()
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        show_models()
    with right.container(border=True, height="stretch"):
        show_door()


def trouble(check: LedgerCheck) -> list[str]:
    """Return what is not as it should be."""
    here = office()
    found = [] if check.verification.ok else ["the ledger does not verify: stop all work and restore a backup"]
    if not any(w.alive for w in workers(here.database, here.clock.now())):
        found.append("no worker is running, so nothing goes on: start it with qm up")
    counts = effect_counts(here.database)
    if counts[EffectStatus.UNKNOWN]:
        found.append(f"{counted(counts[EffectStatus.UNKNOWN], 'effect')} with an unknown outcome")
    failed = failed_steps(here.database)
    if failed:
        found.append(f"{counted(len(failed), 'case')} stopped by an error")
    return [*found, *door_problems()]


def door_problems() -> tuple[str, ...]:
    """Return what is wrong with the server's settings; nothing when no server runs."""
    return unsafe_settings(current_settings()) if runtime.exists() else ()


def show_ledger(check: LedgerCheck) -> None:
    """Draw the last check, and a button for a new one."""
    st.subheader("Ledger", anchor=False)
    found = check.verification
    show_ledger_badge(check, st.session_state["drawn"])
    if found.ok:
        st.caption(f"{counted(found.events, 'event')} in {counted(found.streams, 'chain')}, head {check.head[:16]}…")
    elif found.first_break is not None:
        broken = found.first_break
        st.error(plain(f"{broken.stream}, version {broken.version}: {broken.problem}"), title="The first break")
    st.caption(f"Checked {at_time(check.checked_at, zone())}. On the command line: qm ledger verify")
    st.button("Verify again", icon=":material/verified:", key="verify", on_click=check_again)


def show_workers() -> None:
    """Draw the workers by their last sign of life."""
    st.subheader("Workers", anchor=False)
    here = office()
    now = here.clock.now()
    found = workers(here.database, now)
    if not found:
        st.caption("No worker has ever run on this home. Start one with: qm up")
    for worker in found:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.text(worker.name)
            if worker.alive:
                st.badge("at work", icon=":material/check_circle:", color="green")
            else:
                st.badge("silent", icon=":material/pause_circle:", color="orange")
            st.caption(f"last sign of life {ago(worker.at, now)}")


def show_queue() -> None:
    """Draw how many effects stand where, and those whose outcome is unknown."""
    st.subheader("Effects", anchor=False)
    counts = effect_counts(office().database)
    with st.grid(min_column_width=130, gap="small"):
        for status, word in _COUNTED.items():
            st.metric(word, counts[status])
    unknown = effects_in(office().database, EffectStatus.UNKNOWN)
    if unknown:
        st.caption("An unknown effect is looked up by its reference; it is never sent again on hope.")
    for row in unknown:
        show_effect(row)
    show_stop_button()


def show_failures() -> None:
    """Draw failed steps, each with a retry."""
    steps = failed_steps(office().database)
    if not steps:
        return
    st.subheader("Failed steps", anchor=False)
    for step in steps:
        with st.container(border=True, gap="xsmall"):
            st.text(shortened(step.title, 140))
            st.error(plain(step.hint), title=plain(f"{step.node}: {step.message}"))
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.button("Try again", icon=":material/refresh:", key=f"retry-{step.case_id}", on_click=_retry, args=(step.case_id,))
                st.page_link("screens/case.py", label="Open the case", icon=":material/arrow_forward:", query_params={"case": step.case_id})


def _retry(case_id: str) -> None:
    attempt(lambda: office().service.retry(case_id, by=f"operator:{SURFACE}"), done="The step is tried again.", case_id=case_id)


def show_strangers() -> None:
    """Draw mails that belong to no conversation; their words are shown, never followed."""
    mails = unmatched_mails(office().database)
    if not mails:
        return
    st.subheader("Mails that belong nowhere", anchor=False)
    st.caption("They answer nothing we asked. They are kept, and nothing acts on them.")
    for mail in mails:
        with st.container(border=True, gap="xsmall"):
            st.text(shortened(mail.subject or "(no subject)", 140))
            st.caption(f"{plain(shortened(mail.from_address, 80))} · {at_time(mail.at, zone())}")
            opened = st.expander("Show the mail as plain text", key=f"mail-{mail.raw[:16]}", on_change="rerun")
            if opened.open:
                with opened:
                    show_body(mail.raw, "message/rfc822", readable=True)


def show_wishes() -> None:
    """Draw changes of policy that were asked for."""
    wishes = policy_wishes(office().database)
    if not wishes:
        return
    st.subheader("Policy changes asked for", anchor=False)
    st.caption("They change nothing until you adopt them: qm policy adopt FILE")
    for wish in wishes:
        with st.container(border=True, gap="xxsmall"):
            st.text(f"“{shortened(wish.instruction, 160)}”")
            st.caption(plain(shortened(wish.suggestion, 200)))


def show_models() -> None:
    """Draw what models cost, per agent."""
    st.subheader("Models", anchor=False)
    costs = model_costs(office().database)
    if not costs:
        st.caption("No model was asked. Every agent works by its rules.")
        return
    rows = [
        {
            "Agent": c.agent.replace("_", " "),
            "Questions": c.questions,
            "From cache": c.cached,
            "Tokens": c.tokens_in + c.tokens_out,
            "Cost": c.cost,
        }
        for c in costs
    ]
    st.dataframe(rows, hide_index=True, alt="What models cost, per agent")


def show_door() -> None:
    """Draw whether the dashboard can be reached or driven by others."""
    st.subheader("This dashboard", anchor=False)
    settings = current_settings()
    problems = door_problems()
    if problems:
        for problem in problems:
            st.badge(plain(problem), icon=":material/error:", color="red")
    else:
        st.badge("Closed to everybody but this machine", icon=":material/lock:", color="green")
    st.caption(
        f"Listens on {settings['server.address'] or 'every interface'}, port {settings['server.port']}. No usage statistics, no agent API."
    )


show()
