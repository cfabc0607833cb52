"""Why a move was made, as facts: what stands, what we believe of the vendor's limit, what going on was expected to bring, and the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.negotiation import Negotiation, Reason, Task, Turn
from agents.negotiation.preferences.frame import Frame
from agents.negotiator.brief import Move
from memory.domain.money import Money
from memory.domain.quote import Terms
from memory.domain.reasoning import MOST_POINTS, OutcomePoint, PointKind, Reasoning, WalkAway
from memory.domain.requisition import MONTHS
from memory.domain.talks import TalkRecord
from memory.domain.worth import comparable_total


@dataclass(frozen=True, eq=False)
class Look:
    """What a decision looked at."""

    frame: Frame
    task: Task
    talks: Negotiation
    why: Reason
    standing: int
    latest: Terms
    turns: tuple[Turn, ...]
    alternative: WalkAway | None
    record: TalkRecord | None


def reasoning_of(look: Look, move: Move, outcome: int | None, because: str) -> Reasoning:
    """Return the reason of a move; `outcome` is what we offer."""
    frame, why = look.frame, look.why
    low, likely, high = _limit(look)
    walk = _walk_away(look)
    reason = Reasoning(
        round=why.round,
        move=move.value,
        words="",
        standing_utility=_thousandths(frame.utility[look.standing]),
        standing_cost=frame.cost_of(look.standing),
        asked_utility=None if outcome is None else _thousandths(frame.utility[outcome]),
        asked_cost=None if outcome is None else frame.cost_of(outcome),
        standing_total=comparable_total(look.latest),
        asked_total=None if outcome is None else comparable_total(frame.terms_of(outcome)),
        walk_away=walk,
        walk_away_utility=None if walk is None else _thousandths(frame.utility_of(walk.amount.amount_minor)),
        limit_low=low,
        limit_likely=likely,
        limit_high=high,
        no_deal_chance=_no_deal(look),
        expected=frame.cost_at(why.going_on / 1000) if why.going_on else None,
        deal_chance=min(max(why.deal_chance, 0), 1000),
        behaviours=why.behaviours,
        learned_from=look.record.talks if look.record else 0,
        points=_points(look, outcome),
    )
    return reason.model_copy(
        update={"words": _paragraph(reason, because, " a year" if frame.base.unit_price.period in MONTHS else "")[:2000]}
    )


def _limit(look: Look) -> tuple[Money, Money, Money] | tuple[None, None, None]:
    """Return the vendor's limit as a cost (low, likely, high), no dearer than what it has offered itself: that it signs."""
    frame, why = look.frame, look.why
    if not (why.reachable or why.reachable_low or why.reachable_high):
        return None, None, None
    theirs = [turn.theirs for turn in look.turns if turn.theirs is not None]
    signed = [frame.cost_of(offer) for offer in (*theirs, look.standing) if frame.permitted[offer]]
    low, likely, high = (min([frame.cost_at(share / 1000), *signed]) for share in (why.reachable_high, why.reachable, why.reachable_low))
    return low, likely, high


def _no_deal(look: Look) -> int:
    """Return the chance that they cannot meet us at all: none once they have offered what we would take rather than walk away."""
    theirs = [turn.theirs for turn in look.turns if turn.theirs is not None]
    met = any(look.task.allowed[offer] for offer in (*theirs, look.standing))
    return 0 if met else min(max(look.why.no_deal, 0), 1000)


def _walk_away(look: Look) -> WalkAway | None:
    if look.alternative is not None and look.frame.utility_of(look.alternative.amount.amount_minor) >= look.task.reservation:
        return look.alternative
    if not look.task.allowed.any():
        return look.alternative
    allowed = np.flatnonzero(look.task.allowed)
    worst = int(allowed[int(np.argmax(look.frame.costs[allowed]))])
    total = comparable_total(look.frame.terms_of(worst))
    return WalkAway(amount=look.frame.cost_of(worst), source=f"the dearest deal in view within the hard limits: {total} all-in")


def _paragraph(reason: Reasoning, because: str, year: str) -> str:
    parts = [_their_offer(reason, year)]
    if reason.walk_away is not None:
        parts.append(f"We walk away above {reason.walk_away.amount} ({reason.walk_away.source}).")
    if reason.standing_utility is not None and reason.walk_away_utility is not None:
        parts.append(
            f"Between 0 for the dearest outcome and 100 for the cheapest, their offer is worth {_hundredths(reason.standing_utility)} to us, "
            f"walking away {_hundredths(reason.walk_away_utility)}."
        )
    if reason.limit_likely is not None:
        whether = f"If they can meet us at all ({_chance(1000 - reason.no_deal_chance)}), we" if reason.no_deal_chance else "We"
        parts.append(f"{whether} think they can go down to about {reason.limit_likely} (80 %: {reason.limit_low} to {reason.limit_high}).")
    elif reason.no_deal_chance:
        parts.append(f"We think that no deal with them is possible within our limits ({_chance(reason.no_deal_chance)}).")
    if reason.learned_from:
        parts.append(f"{reason.learned_from} earlier talk{'s' if reason.learned_from > 1 else ''} went into that.")
    if reason.expected is not None:
        parts.append(
            f"Going on is worth as much as a deal at {reason.expected}, no deal counted as walking away; "
            f"they sign an offer of ours in {reason.deal_chance / 10:.0f} % of cases, else we take their last one where that is good enough."
        )
    did = {
        Move.COUNTER.value: f"So we ask for {reason.asked_total} all-in ({reason.asked_cost} with its terms)",
        Move.ACCEPT.value: "So we take it",
        Move.WALK_AWAY.value: "So we end the talks",
    }[reason.move]
    return " ".join([*parts, f"{did}: {because}." if because else f"{did}."])


def _their_offer(reason: Reasoning, year: str) -> str:
    """Return what their offer costs, as their letter says it and in the measure of all that follows."""
    if reason.standing_total == reason.standing_cost:
        return f"Their offer costs {reason.standing_total} all-in{year}, and as much with its terms reckoned in, as in all that follows."
    return f"Their offer costs {reason.standing_total} all-in{year}; with its terms reckoned in, as in all that follows, {reason.standing_cost}."


def _points(look: Look, outcome: int | None) -> tuple[OutcomePoint, ...]:
    """Return the picture: offers made, the decided one, and the estimated frontier, thinned to the most there may be."""
    made: list[tuple[PointKind, int, int | None]] = []
    for number, turn in enumerate(look.turns):
        made += [("theirs", turn.theirs, number)] if turn.theirs is not None else []
        made += [("ours", turn.ours, number + 1)] if turn.ours is not None else []
    made.append(("theirs", look.standing, len(look.turns)))
    made += [("decided", outcome, len(look.turns) + 1)] if outcome is not None else []
    made = made[-MOST_POINTS // 2 :]
    front = [("frontier", int(i), None) for i in _frontier(look, MOST_POINTS - len(made))]
    rows = [*front, *made]
    liked = look.talks.liked(np.array([i for _kind, i, _round in rows], dtype=np.intp))
    return tuple(
        OutcomePoint(
            kind=kind,
            ours=_thousandths(look.frame.utility[index]),
            theirs=_thousandths(theirs),
            label=short_terms(look.frame.terms_of(index)),
            round=number,
        )
        for (kind, index, number), theirs in zip(rows, liked, strict=True)
    )


def _frontier(look: Look, most: int) -> list[int]:
    """Return permitted outcomes that no other betters for both, from our best on, evenly thinned."""
    allowed = np.flatnonzero(look.frame.permitted)
    liked = look.talks.liked(allowed)
    order = np.lexsort((-liked, look.frame.costs[allowed]))
    best, front = -1.0, list[int]()
    for k in order:
        if liked[k] > best + 1e-6:
            best = float(liked[k])
            front.append(int(allowed[k]))
    if len(front) <= most:
        return front
    return [front[round(k * (len(front) - 1) / (most - 1))] for k in range(most)]


def changes_in_words(before: Terms, now: Terms) -> str:
    """Return what is other than before: `14 days to pay instead of 30`; empty when nothing is."""
    known = ((name, getattr(before, name), getattr(now, name)) for name in _CHANGING)
    return ", ".join(_CHANGING[name].format(_value(name, is_now), _value(name, was)) for name, was, is_now in known if was != is_now)


_CHANGING = {
    "unit_price": "{} instead of {}",
    "quantity": "{} of them instead of {}",
    "term_months": "{} months instead of {}",
    "billing": "paid per {} instead of per {}",
    "setup_fee": "a set-up fee of {} instead of {}",
    "payment_days": "{} days to pay instead of {}",
    "price_increase_cap_bp": "a cap of {} on increases instead of {}",
    "notice_days": "{} days notice instead of {}",
    "support_level": "{} support instead of {}",
    "free_months": "{} free months instead of {}",
    "credit": "a credit of {} instead of {}",
}


def _value(name: str, value: object) -> str:
    if name == "price_increase_cap_bp" and isinstance(value, int):
        return f"{value / 100:g} %"
    return "none" if value is None else str(value)


def short_terms(terms: Terms) -> str:
    """Return terms as a label: `48.00 EUR per month, 12 months, 30 days to pay`."""
    parts = [str(terms.unit_price), f"{terms.term_months} months", f"paid per {terms.billing.value}"]
    parts += [f"{terms.setup_fee} set-up"] if terms.setup_fee.amount_minor else []
    parts += [f"{terms.payment_days} days to pay"] if terms.payment_days is not None else []
    parts += [f"cap {terms.price_increase_cap_bp / 100:g} %"] if terms.price_increase_cap_bp is not None else []
    parts += [f"{terms.notice_days} days notice"] if terms.notice_days is not None else []
    parts += [f"{terms.support_level} support"] if terms.support_level else []
    return ", ".join(parts)[:200]


def _chance(thousandths: int) -> str:
    return f"{thousandths / 10:.0f} %"


def _hundredths(thousandths: int) -> str:
    return f"{thousandths / 10:.0f}"


def _thousandths(share: float) -> int:
    return round(float(share) * 1000)
