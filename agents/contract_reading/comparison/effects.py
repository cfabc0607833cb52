"""What the changes mean for the operator, in plain words: values that moved, clauses that came and went. The worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agents.contract_reading.comparison.nouns import Bearing, Effect, Version
from agents.contract_reading.comparison.prices import moved_by
from agents.contract_reading.comparison.weighing import GOOD, HARM, VALUE_WEIGHTS
from agents.contract_reading.policy_check.measuring import Measured, measured_terms
from memory.domain.contract import Certainty, Clause, ClauseKind, ContractReview
from memory.domain.contract_policy import Measure, MeasuredTerm, same_place
from memory.domain.evidence import Span

_ENDLESS = 10**9
#: Measures of which more is better for the one who buys.
_MORE_IS_BETTER = frozenset({Measure.LIABILITY_CAP, Measure.PAYMENT_DAYS, Measure.WARRANTY_MONTHS})
_VALUED = {measure.clause for measure in Measure}


@dataclass(frozen=True)
class Touched:
    """Whether a passage of either text is among those that changed: nothing else can have an effect."""

    in_old: Callable[[Span], bool]
    in_new: Callable[[Span], bool]
    added: Callable[[Span], bool]
    """Whether a passage of the new text is one that the old has not."""

    def any(self, old: Span | None, new: Span | None) -> bool:
        """Whether one of the two stands in a passage that changed; without a passage there is nothing to speak against it."""
        if old is None and new is None:
            return True
        return (old is not None and self.in_old(old)) or (new is not None and self.in_new(new))


def effects(old: Version, new: Version, touched: Touched, prices: tuple[Effect, ...] = ()) -> tuple[Effect, ...]:
    """Return the effects of the changes and of the `prices` that moved, the worst first. Both versions must have been read."""
    if old.review is None or new.review is None:
        return ()
    makers = (_of_values, _of_total, _of_start, _of_clauses)
    found = [*prices, *(effect for maker in makers for effect in maker(old.review, new.review))]
    found += _of_further(old.review, new.review, touched, {effect.clause for effect in found})
    order = list(Bearing)
    told = [effect for effect in found if touched.any(effect.old, effect.new)]
    return tuple(sorted(told, key=lambda effect: (order.index(effect.bearing), effect.certainty is Certainty.UNSURE, -effect.weight)))


def _of_values(old: ContractReview, new: ContractReview) -> Iterator[Effect]:
    before, after = measured_terms(old), measured_terms(new)
    for measure in Measure:
        was = _worst([item for item in before if item.term.measure is measure])
        becomes = _worst([item for item in after if item.term.measure is measure])
        if (was is None and becomes is None) or (was and becomes and _same(was.term, becomes.term)):
            continue
        yield _value_effect(measure, was, becomes)


def _same(was: MeasuredTerm, becomes: MeasuredTerm) -> bool:
    if was.place is not None and becomes.place is not None:
        return same_place(was.place) == same_place(becomes.place)
    return was.model_copy(update={"certainty": becomes.certainty}) == becomes


def _worst(items: list[Measured]) -> Measured | None:
    """Return what binds most, of several values of one measure."""
    sure = [item for item in items if item.term.certainty is Certainty.SURE] or items
    ranked = [item for item in sure if _rank(item.term) is not None]
    return max(ranked, key=lambda item: _harm(item.term)) if ranked else next(iter(sure), None)


def _harm(term: MeasuredTerm) -> int:
    rank = _rank(term) or 0
    return -rank if term.measure in _MORE_IS_BETTER else rank


def _rank(term: MeasuredTerm) -> int | None:
    """Return a value as a number that can be compared with others of its kind; None for a place, or what was not understood."""
    if term.unlimited:
        return _ENDLESS
    return term.number if term.number is not None else term.amount.amount_minor if term.amount is not None else None


def _value_effect(measure: Measure, was: Measured | None, becomes: Measured | None) -> Effect:
    return Effect(
        bearing=_bearing(measure, was.term if was else None, becomes.term if becomes else None),
        weight=VALUE_WEIGHTS[measure],
        text=_told(measure, was.term if was else None, becomes.term if becomes else None),
        clause=measure.clause,
        old=_span(was),
        new=_span(becomes),
        certainty=_certainty(was, becomes),
    )


def _bearing(measure: Measure, was: MeasuredTerm | None, becomes: MeasuredTerm | None) -> Bearing:
    more_is_better = measure in _MORE_IS_BETTER
    if was is None or becomes is None:
        return _bearing_of_silence(measure, was, becomes)
    low, high = _rank(was), _rank(becomes)
    alike = (was.amount is None) == (becomes.amount is None) or was.unlimited or becomes.unlimited or 0 in {was.number, becomes.number}
    one_currency = not (was.amount and becomes.amount) or was.amount.currency == becomes.amount.currency
    if low is None or high is None or not alike or not one_currency:
        return Bearing.UNCLEAR
    return Bearing.BETTER if (high > low) is more_is_better else Bearing.WORSE


def _bearing_of_silence(measure: Measure, was: MeasuredTerm | None, becomes: MeasuredTerm | None) -> Bearing:
    """What was stated and is gone, or is stated for the first time."""
    stated = was or becomes
    assert stated is not None
    if measure in {Measure.GOVERNING_LAW, Measure.DATA_REGION}:
        return Bearing.UNCLEAR
    bounds = (measure is Measure.PRICE_INCREASE_BP and not stated.unlimited) or measure in _MORE_IS_BETTER
    gone = becomes is None
    if bounds:  # a cap on what they may ask, or what they owe: losing it is bad
        return Bearing.WORSE if gone else Bearing.BETTER
    none_at_all = measure is Measure.RENEWAL_MONTHS and stated.number == 0
    return Bearing.UNCLEAR if none_at_all or gone else Bearing.WORSE


_TOLD = {
    Measure.NOTICE_DAYS: "You must give notice {becomes} before the end instead of {was}.",
    Measure.TERM_MONTHS: "You are bound for {becomes} instead of {was}.",
    Measure.RENEWAL_MONTHS: "It renews for {becomes} instead of {was} if you miss the last day.",
    Measure.PRICE_INCREASE_BP: "Prices may rise by {becomes} instead of {was}.",
    Measure.LIABILITY_CAP: "If they do damage they pay {becomes} at most instead of {was}.",
    Measure.PAYMENT_DAYS: "You have {becomes} to pay instead of {was}.",
    Measure.WARRANTY_MONTHS: "They put faults right for {becomes} instead of {was}.",
    Measure.GOVERNING_LAW: "The law of {becomes} counts instead of that of {was}.",
    Measure.DATA_REGION: "Your data is kept in {becomes} instead of {was}.",
}
_NEW = {
    Measure.NOTICE_DAYS: "You must now give notice {becomes} before the end; no period was stated before.",
    Measure.TERM_MONTHS: "You are now bound for {becomes}; no length was stated before.",
    Measure.RENEWAL_MONTHS: "It now renews by itself for {becomes}.",
    Measure.PRICE_INCREASE_BP: "Price rises are now limited to {becomes}.",
    Measure.LIABILITY_CAP: "What they pay for damage is now stated: {becomes} at most.",
    Measure.PAYMENT_DAYS: "You now have {becomes} to pay; nothing was stated before.",
    Measure.WARRANTY_MONTHS: "They now put faults right for {becomes}.",
    Measure.GOVERNING_LAW: "The law of {becomes} now counts; none was named before.",
    Measure.DATA_REGION: "Where your data is kept is now stated: {becomes}.",
}
_GONE = {
    Measure.NOTICE_DAYS: "The notice period ({was}) is no longer stated.",
    Measure.TERM_MONTHS: "The length of the first term ({was}) is no longer stated.",
    Measure.RENEWAL_MONTHS: "What was said about renewal ({was}) is gone.",
    Measure.PRICE_INCREASE_BP: "The cap on price increases ({was}) is gone: nothing limits the next one.",
    Measure.LIABILITY_CAP: "What they pay for damage ({was} at most) is no longer stated.",
    Measure.PAYMENT_DAYS: "The time to pay ({was}) is no longer stated; a bill may be due at once.",
    Measure.WARRANTY_MONTHS: "The warranty ({was}) is gone.",
    Measure.GOVERNING_LAW: "No governing law is named any more; it was {was}.",
    Measure.DATA_REGION: "Where your data is kept is no longer stated; it was {was}.",
}


def _told(measure: Measure, was: MeasuredTerm | None, becomes: MeasuredTerm | None) -> str:
    if measure is Measure.PRICE_INCREASE_BP and becomes is not None and becomes.unlimited:
        return f"Prices may now rise without a limit{f'; it was {was.in_words}' if was else ''}."
    if measure is Measure.RENEWAL_MONTHS and was is not None and was.number == 0 and becomes is not None:
        return f"It now renews by itself for {_said(becomes)}; it did not before."
    if measure is Measure.RENEWAL_MONTHS and becomes is not None and becomes.number == 0:
        return "It no longer renews by itself."
    table = _GONE if becomes is None else _NEW if was is None else _TOLD
    return table[measure].format(was=_said(was) if was else "", becomes=_said(becomes) if becomes else "")


def _said(term: MeasuredTerm) -> str:
    if term.measure is Measure.LIABILITY_CAP and term.number == 0:
        return "nothing"
    unread = term.number is None and term.amount is None and term.place is None and not term.unlimited
    return "the fees paid" if unread and term.measure is Measure.LIABILITY_CAP else "a time that is not stated" if unread else term.in_words


def _of_total(old: ContractReview, new: ContractReview) -> Iterator[Effect]:
    was, becomes = old.total, new.total
    if was is None or becomes is None or was == becomes:
        return
    comparable = was.currency == becomes.currency
    worse = comparable and becomes.amount_minor > was.amount_minor
    bearing = Bearing.UNCLEAR if not comparable else Bearing.WORSE if worse else Bearing.BETTER
    text = f"The total is {becomes} instead of {was}{moved_by(was, becomes)}."
    yield _whole(bearing, 90, text, ClauseKind.TOTAL, old, new)


def _of_start(old: ContractReview, new: ContractReview) -> Iterator[Effect]:
    was, becomes = old.effective_on, new.effective_on
    if was is not None and becomes is not None and was != becomes:
        yield _whole(Bearing.UNCLEAR, 30, f"It takes effect on {becomes} instead of {was}.", ClauseKind.EFFECTIVE_DATE, old, new)


def _whole(bearing: Bearing, weight: int, text: str, kind: ClauseKind, old: ContractReview, new: ContractReview) -> Effect:
    was, becomes = (next((c.span for c in review.clauses if c.kind is kind and c.value), None) for review in (old, new))
    return Effect(bearing=bearing, weight=weight, text=text, clause=kind, old=was, new=becomes)


def _of_clauses(old: ContractReview, new: ContractReview) -> Iterator[Effect]:
    """Yield the clauses that are in one version only. A clause with a value is told by its value."""
    told = {effect.clause for effect in _of_values(old, new)}
    for kind in ClauseKind:
        if kind in told or (kind not in HARM and kind not in GOOD):
            continue
        was, becomes = _clause(old, kind), _clause(new, kind)
        if (was is None) is not (becomes is None):
            yield _clause_effect(kind, was, becomes)


def _of_further(old: ContractReview, new: ContractReview, touched: Touched, told: set[ClauseKind]) -> Iterator[Effect]:
    """Yield the harmful clauses that a new passage brings although the old version held, or may have held, another one of the kind."""
    for kind in HARM:
        came = next((c for c in new.clauses if c.kind is kind and c.certainty is Certainty.SURE and touched.added(c.span)), None)
        was = _clause(old, kind)
        if came is None or was is None or kind in told:
            continue
        effect = _clause_effect(kind, None, came)
        further = effect.text.replace("New: ", "A new passage says so as well: ")
        yield effect if was.certainty is Certainty.UNSURE else effect.model_copy(update={"text": further})


def _clause_effect(kind: ClauseKind, was: Clause | None, becomes: Clause | None) -> Effect:
    harmful = kind in HARM
    weight, words = HARM[kind] if harmful else GOOD[kind]
    there = becomes is not None
    sentence = f"New: {words}" if there else f"Gone: {words}"
    return Effect(
        bearing=Bearing.WORSE if harmful is there else Bearing.BETTER,
        weight=weight,
        text=sentence,
        clause=kind,
        old=was.span if was else None,
        new=becomes.span if becomes else None,
        certainty=(was or becomes).certainty if (was or becomes) else Certainty.SURE,  # type: ignore[union-attr]
    )


def _clause(review: ContractReview, kind: ClauseKind) -> Clause | None:
    """Return the clause of a kind, one that the reader is sure of before others."""
    found = [clause for clause in review.clauses if clause.kind is kind]
    return next((clause for clause in found if clause.certainty is Certainty.SURE), found[0] if found else None)


def _span(item: Measured | None) -> Span | None:
    return item.clause.span if item is not None and item.clause is not None else None


def _certainty(*items: Measured | None) -> Certainty:
    unsure = any(item is not None and item.term.certainty is Certainty.UNSURE for item in items)
    return Certainty.UNSURE if unsure else Certainty.SURE
