"""One renewal on the page: what is recommended and on what evidence, the three decisions, and how far the notice has come."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from app.connection import office
from app.panels.deciding import SURFACE
from app.panels.evidence import show_claim
from app.panels.notice import attempt
from app.theme import Colour
from app.wording import on_day, plain
from graphs.renewal_file import RenewalFile, load_renewal
from memory.domain.evidence import Claim
from memory.domain.notice import NoticeState
from memory.domain.renewal import Recommendation, RenewalAction
from memory.views.evidence import described
from memory.views.renewals import Renewal

_ADVICE: dict[RenewalAction, tuple[str, str, Colour]] = {
    RenewalAction.KEEP: ("Recommended: keep", ":material/autorenew:", "green"),
    RenewalAction.RENEGOTIATE: ("Recommended: renegotiate", ":material/handshake:", "blue"),
    RenewalAction.CANCEL: ("Recommended: cancel", ":material/event_busy:", "orange"),
}
_BUTTONS: dict[RenewalAction, tuple[str, str, str]] = {
    RenewalAction.KEEP: ("Keep", ":material/autorenew:", "Kept. Nothing is sent."),
    RenewalAction.RENEGOTIATE: ("Renegotiate", ":material/handshake:", "A negotiation with the vendor and others is opened."),
    RenewalAction.CANCEL: (
        "Cancel",
        ":material/event_busy:",
        "The notice is being written. It goes only with your yes to its exact words.",
    ),
}
_NOTICES: dict[NoticeState, tuple[str, str, Colour]] = {
    NoticeState.PREPARED: ("Notice written, waits for you", ":material/edit_note:", "orange"),
    NoticeState.SENT: ("Notice sent, not confirmed", ":material/outgoing_mail:", "blue"),
    NoticeState.GIVEN: ("Notice sent by hand, not confirmed", ":material/markunread_mailbox:", "blue"),
    NoticeState.REFUSED: ("Notice refused by the vendor", ":material/warning:", "red"),
    NoticeState.CONFIRMED: ("End confirmed", ":material/verified:", "green"),
}


def show_notice_badge(line: Renewal) -> None:
    """Draw how far a notice has come, where there is one."""
    if line.notice is not NoticeState.NONE:
        word, icon, colour = _NOTICES[line.notice]
        st.badge(word, icon=icon, color=colour)


def show_renewal(line: Renewal) -> None:
    """Draw the recommendation and what can be done now; nothing for a contract that ends."""
    if line.ends_on is not None:
        st.caption(f"It ends on {on_day(line.ends_on)} for good. A charge after that day is told.")
    here = office()
    going = here.renewals.open_case(line)
    found = load_renewal(here.database, line.renewal_case) if line.renewal_case else None
    if found is not None and found.recommended is not None:
        _show_advice(found.recommended.recommendation, open_question=bool(going) and found.decided is None)
    if line.ends_on is None:
        _show_buttons(line, going, found)
    if found is not None and found.prepared and found.prepared[-1].letter and line.notice is NoticeState.PREPARED:
        st.download_button(
            "The letter to print (PDF)",
            here.evidence.get(found.prepared[-1].letter),
            file_name=f"notice-{line.vendor_id}.pdf",
            mime="application/pdf",
            icon=":material/print:",
            key=f"letter-{line.uid}",
            on_click="ignore",
        )
    if found is not None and (found.proof or found.answered):
        _show_proof(found)


def _show_advice(advice: Recommendation, *, open_question: bool) -> None:
    word, icon, colour = _ADVICE[advice.action]
    st.badge(word, icon=icon, color=colour)
    st.text(advice.summary)
    known = described(office().database, [ref.digest for claim in _claims(advice) for ref in claim.evidence])
    with st.expander("Why, and on what evidence", icon=":material/fact_check:", expanded=open_question):
        for claim in advice.reasons:
            show_claim(claim, known)
        if not advice.reasons:
            st.caption("Nothing that is known speaks for or against it.")
        for gap in advice.unknown:
            st.caption(f"Not known: {plain(gap)}")
    if advice.positions:
        with st.expander("If you negotiate: positions, filled in beforehand", icon=":material/handshake:"):
            for position in advice.positions:
                st.text(f"{position.topic}: {position.ask}")
                show_claim(position.because, known)


def _claims(advice: Recommendation) -> list[Claim]:
    return [*advice.reasons, *(position.because for position in advice.positions)]


def _show_buttons(line: Renewal, going: str, found: RenewalFile | None) -> None:
    asked = found is not None and found.recommended is not None and found.decided is None and bool(going)
    if going and not asked:
        return
    advised = found.recommended if asked and found is not None else None
    digest = advised.digest if advised else ""
    with st.container(horizontal=True, gap="small"):
        for action, (label, icon, _) in _BUTTONS.items():
            weight: Literal["primary", "secondary"] = "primary" if advised and advised.recommendation.action is action else "secondary"
            st.button(label, icon=icon, key=f"{action.value}-{line.uid}", on_click=_decide, args=(line.uid, action, digest), type=weight)
        if not asked and not line.decision:
            st.button("Look into it", icon=":material/search:", key=f"look-{line.uid}", on_click=_start, args=(line.uid,))


def _decide(uid: str, action: RenewalAction, digest: str) -> None:
    by = office().settings.operator_name
    attempt(lambda: _decided(uid, action, digest, by), done=_BUTTONS[action][2])


def _decided(uid: str, action: RenewalAction, digest: str, by: str) -> None:
    office().renewals.decide(uid, action, by=by, surface=SURFACE, digest=digest)


def _start(uid: str) -> None:
    by = office().settings.operator_name
    attempt(lambda: _started(uid, by), done="Usage, spend, prices and incidents are being gathered.")


def _started(uid: str, by: str) -> None:
    office().renewals.start(uid, by=by, channel=SURFACE)


def _show_proof(found: RenewalFile) -> None:
    with st.expander("The notice and its proof", icon=":material/verified:"):
        for sent in found.sent:
            receipt = found.receipts.get(sent.effect_key)
            what = f"Reminder {sent.reminder}" if sent.reminder else "The notice"
            said = f"taken by the mail server: {receipt.detail.get('server', 'found in the sent folder')}" if receipt else "on its way"
            st.text(f"{what}: {said}")
        for given in found.given:
            if given.sent_on is not None:
                st.text(f"Sent by hand on {on_day(given.sent_on)}. {given.note}")
        for answer in found.answered:
            st.text(
                f"The vendor's answer was read as {answer.reading}{'' if answer.trusted else ', from somebody who is not your contact'}"
            )
            if answer.words:
                st.code(answer.words, language=None, wrap_lines=True)
        for digest in found.proof:
            st.caption(f"Kept as evidence: {digest}")
