"""What the operator said of terms, what counts by default, and where it walks away: seen, said and taken back in place."""

from __future__ import annotations

import streamlit as st

from app.connection import office
from app.panels.notice import attempt
from app.wording import plain, shortened
from graphs.case_file import load_case
from graphs.counting import Counting, counting_for, kept_by_operator
from graphs.interaction.categories import in_words, read_budgets
from memory.domain.errors import QuartermasterError
from memory.domain.instruction import Category
from memory.views.spend import WHOLE_HOUSE

_ALL = "every purchase"
_MOST = 300


def show_preferences() -> None:
    """Draw everything that the operator said, the defaults below it, and a line to say more."""
    here = office()
    said = kept_by_operator(here.database)
    with st.expander("Your preferences", icon=":material/tune:", key="preferences"):
        if not said:
            st.caption(
                "You have said none yet: the defaults below count. Hard limits are never offered or accepted beyond; worths are weighed."
            )
        for number, one in enumerate(said):
            _show_own(number, one)
        _show_saying()
        st.markdown("**By default, where you say nothing**")
        defaults = [one for one in counting_for(here.database, ()) if not one.yours]
        rows = [{"How it counts": one.short, "Because": one.because} for one in defaults]
        st.dataframe(rows, hide_index=True, alt="What counts by default, each with its reason")


def show_walk_away(case_id: str) -> None:
    """Draw what counts in one case, and where the operator walks away there."""
    here = office()
    case = load_case(here.database, case_id)
    if case.submitted is None:
        return
    need = case.submitted.requisition
    with st.expander("What counts here, and your walk-away", icon=":material/tune:", key=f"counts-{case_id}"):
        own = case.walk_away
        st.text(f"You walk away above {own}." if own else f"No walk-away of yours: the ceiling of {need.ceiling} stands alone.")
        if case.award is not None and case.award.vendor_id is not None:
            st.caption("An offer is chosen, so there is nothing left to walk away from. If it is too dear, say no to it.")
        else:
            _show_limit(case_id, own_set=own is not None)
        counting = counting_for(here.database, tuple(dict.fromkeys((need.budget_category, need.category))), need.ceiling.currency)
        rows = [{"How it counts": one.short, "Said by": one.said_by, "Words or reason": one.because} for one in counting]
        st.dataframe(rows, hide_index=True, alt="What counts in this case, with who said it")


def _show_limit(case_id: str, *, own_set: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        key = f"walk-away-{case_id}"
        st.text_input("The most it may cost, all-in", key=key, max_chars=_MOST, placeholder="600 EUR a year")
        st.button("Set it", key=f"set-{key}", on_click=_set_walk_away, args=(case_id, key))
        if own_set:
            st.button("Take it back", key=f"drop-{key}", on_click=_drop_walk_away, args=(case_id,))


def _show_own(number: int, one: Counting) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"preference-{number}"):
        with st.container(gap="xxsmall"):
            st.text(shortened(f"{one.reads[:1].upper()}{one.reads[1:]}.", _MOST))
            where = in_words(one.scope) if one.scope else _ALL
            st.caption(plain(f"For {where} · {shortened(one.because, 120)}"))
        st.button(
            "Take back", key=f"take-back-{one.scope}-{one.key}", icon=":material/undo:", on_click=_take_back, args=(one.key, one.scope)
        )


def _show_saying() -> None:
    with st.form("say-preference", clear_on_submit=False):
        st.text_input(
            "Say what a term is worth to you, or what you never sign", key="preference-words", max_chars=_MOST, placeholder=_EXAMPLE
        )
        st.selectbox("For", _scopes(), key="preference-scope", format_func=lambda scope: in_words(scope) if scope else _ALL)
        st.form_submit_button("Keep it", icon=":material/check:", on_click=_keep)
    # Beside the form, not on top of the page: Ask stands scrolled down to what was said last.
    if told := st.session_state.pop("preference-told", None):
        kept, title, text = told
        (st.success if kept else st.error)(plain(text), title=plain(title))


_EXAMPLE = "a year's commitment is worth 8 % to me"


def _scopes() -> list[str]:
    shelves = sorted({*(category.value for category in Category), *read_budgets(office().database)} - {WHOLE_HOUSE})
    return ["", *shelves]


def _keep() -> None:
    from agents.negotiation.preferences.words import in_words as told

    here = office()
    words = (st.session_state.get("preference-words") or "").strip()
    try:
        kept = here.wishes(by=here.settings.operator_name).say(words, st.session_state.get("preference-scope") or "")
    except QuartermasterError as error:
        st.session_state["preference-told"] = (False, f"Not kept: {error.message}", error.hint)
        return
    st.session_state["preference-words"] = ""
    st.session_state["preference-told"] = (True, "Kept" if kept.new else "It stands like that already", f"{told(kept.preference)}.")


def _take_back(key: str, scope: str) -> None:
    here = office()
    attempt(lambda: here.wishes(by=here.settings.operator_name).take_back(key, scope), done="It is taken back; the default counts again.")


def _set_walk_away(case_id: str, key: str) -> None:
    from agents.negotiation.preferences.words import read_walk_away

    here = office()
    words = (st.session_state.get(key) or "").strip()
    done = "Your walk-away is set: nothing dearer is offered or accepted in this case."
    wishes = here.wishes(by=here.settings.operator_name)
    if attempt(lambda: wishes.set_walk_away(case_id, read_walk_away(words), words), done=done, case_id=case_id):
        st.session_state[key] = ""


def _drop_walk_away(case_id: str) -> None:
    here = office()
    attempt(
        lambda: here.wishes(by=here.settings.operator_name).set_walk_away(case_id, None, "taken back"),
        done="The ceiling stands alone again.",
        case_id=case_id,
    )
