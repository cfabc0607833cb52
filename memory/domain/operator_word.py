"""What the operator says of a contract where its paper does not tell it, and the review with that word in it."""

from __future__ import annotations

from collections.abc import Iterator

from memory.domain.contract import ClauseKind, ContractReview, Finding, OperatorWord, Severity
from memory.domain.days import ONE_DAY
from memory.domain.errors import InputError
from memory.domain.terms import Length, NoticeWindow, TermPlan

_NO_LATER = "a notice that the paper states is kept: leave out --notice-days, or say a longer one"
_RENEWAL = frozenset({ClauseKind.RENEWAL, ClauseKind.AUTO_RENEWAL})
_TERM = frozenset({ClauseKind.EFFECTIVE_DATE, ClauseKind.INITIAL_TERM, ClauseKind.EXPIRATION, *_RENEWAL})


def with_word(review: ContractReview, word: OperatorWord) -> ContractReview:
    """Return the review completed by what the operator said, which is kept in it beside the paper's own dates.

    Of a renewal whose length is in doubt a month is reckoned, so that no later day comes of it.

    Raises `InputError` for a notice that is shorter than the one that the paper surely states, and for a word that still leaves the
    terms open, naming what is missing.
    """
    doubted = {doubt.clause for doubt in review.doubts}
    if word.notice_days is not None and ClauseKind.NOTICE not in doubted and word.notice_days < (review.notice_days or 0):
        raise InputError(f"the paper states a notice of {review.notice_days} days", hint=_NO_LATER)
    if word.starts and word.term_end and word.starts > word.term_end:
        raise InputError(
            f"its term would end on {word.term_end}, before it starts on {word.starts}", hint="look at --starts and --term-end"
        )
    settled = set(_settled(word))
    left = tuple(doubt for doubt in review.doubts if doubt.clause not in settled)
    plan = _plan(review, word)
    idle = {f"no last day to act is told: {doubt.says}" for doubt in review.doubts if doubt.clause in settled}
    said = Finding(severity=Severity.NOTE, text=f"you said that {word.says}; the paper does not tell it")
    return review.model_copy(
        update={
            "word": word,
            "plan": plan,
            "doubts": left,
            "undated": "; ".join(doubt.says for doubt in left)[:500],
            "effective_on": word.starts or review.effective_on,
            "notice_days": review.notice_days if word.notice_days is None else word.notice_days,
            "runs_on": review.runs_on and plan is None,
            "ending_notice": review.ending_notice if plan is None else None,
            "findings": tuple(finding for finding in review.findings if finding.text not in idle),
        }
    ).with_findings((said,))


def _settled(word: OperatorWord) -> Iterator[ClauseKind]:
    """Yield what the word leaves no doubt about."""
    if word.notice_days is not None:
        yield from (ClauseKind.NOTICE, ClauseKind.AUTO_RENEWAL)
    if word.starts is not None:
        yield ClauseKind.EFFECTIVE_DATE
    if word.term_end is not None:
        yield from _TERM


def _plan(review: ContractReview, word: OperatorWord) -> TermPlan | None:
    start, renewal, notice = word.starts or review.effective_on, _renewal(review, word), _notice(review, word)
    if word.term_end is not None:
        if start is None or start > word.term_end:
            start = renewal.added_to(word.term_end + ONE_DAY, -1) if renewal else word.term_end
        return TermPlan(start=start, ends_on=word.term_end, renewal=renewal, auto_renews=renewal is not None, notice=notice)
    terms = {"renewal": renewal, "auto_renews": renewal is not None, "notice": notice}
    if review.plan is not None:
        return review.plan.model_copy(update={**terms, "start": word.starts or review.plan.start})
    if start is None or not review.initial_term_months:
        return None
    return TermPlan(start=start, initial=Length(months=review.initial_term_months), **terms)


def _renewal(review: ContractReview, word: OperatorWord) -> Length | None:
    """Return for how long it renews; None where it does not. Who says a notice, says that it goes on without one."""
    if review.auto_renews is False or (review.auto_renews is None and word.notice_days is None):
        return None
    if any(doubt.clause in _RENEWAL for doubt in review.doubts):
        return Length(months=1)
    if review.plan is not None and review.plan.renewal is not None:
        return review.plan.renewal
    return Length(months=review.renewal_months or 1)


def _notice(review: ContractReview, word: OperatorWord) -> NoticeWindow | None:
    if word.notice_days is not None:
        return NoticeWindow(length=word.notice_days)
    if review.plan is not None and review.plan.notice is not None:
        return review.plan.notice
    if review.ending_notice is not None:
        return review.ending_notice.model_copy(update={"anchor": "term_end"})
    return NoticeWindow(length=review.notice_days) if review.notice_days else None
