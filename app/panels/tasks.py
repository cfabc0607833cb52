"""Tasks of a case: what went wrong, what is undone already, what to do now, and the letter, which can be sent from here."""

from __future__ import annotations

import streamlit as st

from app.connection import office
from app.panels.deciding import SURFACE
from app.panels.notice import attempt, notice
from app.theme import Colour
from app.wording import on_day, plain, time_left, urgency_colour
from memory.domain.errors import InputError
from memory.domain.money import Money
from memory.domain.remediation import TaskOutcome, TaskSeverity
from memory.views.remediations import TaskCard, tasks_of

_WEIGHTS: dict[TaskSeverity, tuple[str, Colour]] = {
    TaskSeverity.URGENT: ("Urgent", "red"),
    TaskSeverity.IMPORTANT: ("Important", "orange"),
    TaskSeverity.NOTE: ("When you have time", "gray"),
}
_SETTLED, _CAME_BACK, _NEVER_LEFT = "Settled", "Money came back", "Nothing was paid"


def show_tasks(case_id: str) -> None:
    """Draw the tasks of a case, open ones first; nothing where nothing went wrong."""
    for card in tasks_of(office().database, case_id):
        with st.container(border=True, key=f"task-{card.task.task_id}", gap="small"):
            if card.open:
                _show_open(card)
            else:
                st.badge("Put right", icon=":material/task_alt:", color="green")
                st.text(card.task.title)
                st.caption(plain(f"Closed by {card.closed_by}{': ' + card.note if card.note else ''}"))


def _show_open(card: TaskCard) -> None:
    task, now = card.task, office().clock.now()
    word, colour = _WEIGHTS[task.severity]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.badge(word, icon=":material/assignment_late:", color=colour)
        st.badge(time_left(task.deadline, now), icon=":material/timer:", color=urgency_colour(task.deadline, now))
        if task.awaits is not None:
            st.badge(f"waits for {task.awaits}", color="gray")
    st.markdown(f"**{plain(task.title)}**")
    st.text(task.happened)
    if card.undone:
        st.caption("Undone already: " + plain("; ".join(card.undone)))
    st.markdown(f"**Do now**, by {on_day(task.deadline.date())}")
    st.text("\n".join(f"{number}. {step}" for number, step in enumerate(task.steps, start=1)))
    _show_letter(card)
    _show_closing(card)


def _show_letter(card: TaskCard) -> None:
    letter = card.task.letter
    if letter is None:
        return
    with st.expander("The letter, ready to send", icon=":material/mail:"):
        st.caption(plain(f"To {letter.contact_id or 'nobody yet: no contact is registered'}. Sending it approves exactly this mail."))
        st.code(f"Subject: {letter.subject}\n\n{letter.body}", language=None, wrap_lines=True)
        if card.letter_is:
            st.caption(f"The letter is {card.letter_is}.")
        elif letter.contact_id:
            st.button("Send it", icon=":material/send:", key=f"send-{card.task.task_id}", on_click=_send, args=(card.task.task_id,))


def _show_closing(card: TaskCard) -> None:
    task = card.task
    ways = (_SETTLED, _CAME_BACK, _NEVER_LEFT) if task.awaits is not None else (_SETTLED,)
    with st.form(f"close-{task.task_id}", border=False):
        if len(ways) > 1:
            st.segmented_control("How it ended", ways, default=_CAME_BACK, required=True, key=f"way-{task.task_id}")
            st.text_input(
                f"Amount that came back, in {task.awaits.currency if task.awaits else ''}", key=f"amount-{task.task_id}", max_chars=20
            )
        st.text_input("Note", key=f"note-{task.task_id}", max_chars=300, placeholder="What was agreed; kept in the ledger")
        st.form_submit_button("Put right", icon=":material/task_alt:", on_click=_close, args=(card,))


def _send(task_id: str) -> None:
    by = office().settings.operator_name
    attempt(lambda: _sent(task_id, by), done="The letter is on its way. The task stays open.")


def _sent(task_id: str, by: str) -> None:
    office().tasks.send_letter(task_id, by=by, surface=SURFACE)


def _close(card: TaskCard) -> None:
    ident, by = card.task.task_id, office().settings.operator_name
    way = st.session_state.get(f"way-{ident}") or _SETTLED
    note = (st.session_state.get(f"note-{ident}") or "").strip()
    try:
        outcome, amount = _outcome(card, way, (st.session_state.get(f"amount-{ident}") or "").strip())
    except InputError as error:
        notice("warning", error.message.capitalize(), error.hint)
        return
    attempt(lambda: _closed(ident, outcome, amount, note, by), done="Put right.")


def _closed(task_id: str, outcome: TaskOutcome, amount: Money | None, note: str, by: str) -> None:
    office().tasks.close(task_id, outcome=outcome, amount=amount, note=note, by=by, surface=SURFACE)


def _outcome(card: TaskCard, way: str, amount: str) -> tuple[TaskOutcome, Money | None]:
    if way == _NEVER_LEFT:
        return TaskOutcome.NOT_PAID, None
    if way != _CAME_BACK or card.task.awaits is None:
        return TaskOutcome.DONE, None
    try:
        return TaskOutcome.REFUNDED, Money.of(amount.replace(",", ".") or card.task.awaits.amount, card.task.awaits.currency)
    except ValueError as error:
        raise InputError(f"{amount!r} is not an amount", hint="Write it like 678.30. Nothing was closed.") from error
