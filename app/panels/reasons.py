"""Why each move with a vendor was made: the paragraph of each round, what was expected and what happened, and two pictures."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.connection import zone
from app.outcome_charts import limit_bars, outcome_space, round_names
from app.wording import at_time, plain, shortened
from memory.domain.answers import answers_in_words
from memory.domain.reasoning import OutcomePoint
from memory.domain.words import counted
from memory.views.negotiations import Round, Talks

#: The engine's names of how vendors give way, in words.
_MANNERS = {
    "timed": "gives way as time runs out",
    "dropper": "holds, then drops at the end",
    "reciprocal": "gives as much as it gets",
    "representative": "moves by even steps and keeps a last offer back",
    "stubborn": "hardly moves",
    "erratic": "moves without a pattern",
}
_MOVES = {"counter": "we made an offer", "accept": "we accepted", "walk_away": "we ended the talks"}
_KINDS = {"theirs": "their offer", "ours": "our offer", "decided": "decided", "frontier": "front"}


def show_reasons(talks: Talks | None) -> None:
    """Draw the reasons of the talks with one vendor, or say that none were kept."""
    st.markdown("**Why**")
    if talks is None or not talks.rounds:
        st.caption(_nothing(talks))
        return
    names = round_names(talks.rounds)
    for name, one in zip(names, talks.rounds, strict=True):
        show_round(name, one)
    if talks.unexplained:
        st.caption(f"For {counted(talks.unexplained, 'other offer')} of ours no reason was kept.")
    show_limits(talks.rounds, talks.vendor_name)
    show_outcomes(talks)


def _nothing(talks: Talks | None) -> str:
    if talks is not None and talks.unexplained:
        return "No reasons were kept for this negotiation: it was recorded before they were written to the ledger."
    return "Nothing was decided here that would need a reason yet."


def show_round(name: str, one: Round) -> None:
    """Draw one round: its paragraph as plain text, since terms and sources may be a vendor's words, and what came of it."""
    with st.container(gap="xxsmall"):
        st.markdown(f"**{name}** · {_MOVES.get(one.why.move, plain(one.why.move))}")
        st.text(one.why.words)
        met = [f"Chance that they cannot meet us at all: {one.why.no_deal_chance / 10:.0f} %"] if one.why.no_deal_chance is not None else []
        answered = [f"Our terms: {answers_in_words(one.answered)}"] if one.answered else []
        st.text("\n".join([*_worths(one), *met, f"Expected: {_expected(one)}", f"Happened: {one.happened.words}", *answered]))
        st.caption(f"{_belief(one)}{at_time(one.at, zone())} · ledger #{one.seq}")


def _expected(one: Round) -> str:
    why = one.why
    if why.expected is None:
        return "nothing to gain from going on." if why.move in {"accept", "walk_away"} else "not known."
    return f"going on is worth as much as a deal at {why.expected}, terms reckoned in; they sign an offer of ours in {why.deal_chance / 10:.0f} % of cases."


def _worths(one: Round) -> list[str]:
    """Return what their offer and walking away are worth to us, as the picture shows it."""
    why = one.why
    away = why.walk_away_utility if why.walk_away_utility is not None else one.walk_away_worth
    if why.standing_utility is None or away is None:
        return []
    return [f"Worth to us: their offer {why.standing_utility / 10:.0f} %, walking away {away / 10:.0f} %"]


def _belief(one: Round) -> str:
    """Return the two likeliest ways in which the vendor gives way, as the start of a line."""
    likely = sorted(one.why.behaviours.items(), key=lambda item: (-item[1], item[0]))[:2]
    told = [f"{_MANNERS.get(name) or plain(name)} ({chance / 10:.0f} %)" for name, chance in likely if chance]
    return f"This vendor {' or '.join(told)} · " if told else ""


def show_limits(rounds: Sequence[Round], vendor_name: str) -> None:
    """Draw the estimated limit of the vendor, round by round."""
    drawn = limit_bars(rounds)
    if not any(r.why.limit_likely for r in rounds):
        st.caption(drawn.says)
        return
    st.markdown("**How far they might still go**")
    st.altair_chart(drawn.chart, alt=f"{shortened(vendor_name, 40)}: {drawn.says}")
    st.caption(drawn.says)


def show_outcomes(talks: Talks) -> None:
    """Draw the outcome space of the round that is chosen, the last one at first."""
    rounds = [r for r in talks.rounds if r.why.points]
    if not rounds:
        return
    st.markdown("**Outcomes: worth to us and to them**")
    names = round_names(rounds)
    chosen = names[-1]
    if len(rounds) > 1:
        key = f"picture-{talks.vendor_id}"
        chosen = st.segmented_control("As seen in", names, default=names[-1], required=True, key=key) or names[-1]
    one = rounds[names.index(chosen)]
    drawn = outcome_space(one.picture, one.walk_away_worth)
    st.altair_chart(drawn.chart, alt=f"{shortened(talks.vendor_name, 40)}, {chosen.lower()}: {drawn.says}")
    st.caption(plain(drawn.says))
    with st.expander("The same as a table", icon=":material/table:"):
        st.dataframe([_line(point) for point in one.picture], hide_index=True, alt="The outcomes that the chart shows, with their terms")


def _line(point: OutcomePoint) -> dict[str, str]:
    return {
        "What": _KINDS[point.kind],
        "Round": "" if point.round is None else str(point.round),
        "To us": f"{point.ours / 10:.0f} %",
        "To the vendor": f"{point.theirs / 10:.0f} %",
        "Terms": point.label,
    }
