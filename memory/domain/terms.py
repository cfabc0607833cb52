"""How long a contract binds and until when one can say no: terms after tacit renewals, and the last day of each to give notice.

Every date is computed from the day the contract started (or first ended) and never from the renewal before, so that a
contract of 31 January or of 29 February keeps its day. All days are calendar days where the contract counts them; what
day it is for the operator is asked of `memory.domain.days.day_in` first.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from itertools import count
from typing import Literal

from pydantic import Field, model_validator

from memory.domain.base import Noun
from memory.domain.days import NO_HOLIDAYS, ONE_DAY, add_months, month_end, working_day_on_or_before, working_days_before

POST_DAYS = 5
"""Calendar days that a letter may need where the notice must have arrived and nobody said how it goes."""

NoticeUnit = Literal["days", "business_days", "weeks", "months"]
Anchor = Literal["term_end", "renewal_date", "anniversary", "month_end", "quarter_end", "any_time"]
"""What the notice must precede. `any_time`: it ends so long after the notice, so it must precede the end of the term to stop it."""


class Length(Noun):
    """A stretch of time as a contract counts it: months or days, one of the two."""

    months: int = Field(default=0, ge=0, le=1200)
    days: int = Field(default=0, ge=0, le=36600)

    @model_validator(mode="after")
    def _one_of_the_two(self) -> "Length":
        if (self.months == 0) == (self.days == 0):
            raise ValueError("a length is a number of months or a number of days; give one of the two, above 0")
        return self

    def added_to(self, day: date, times: int = 1) -> date:
        """Return the day that is `times` this length after `day`, clipped to the month's end."""
        return add_months(day, self.months * times) if self.months else day + timedelta(days=self.days * times)


class NoticeWindow(Noun):
    """When notice must be given: `length` `unit`s before what `anchor` names.

    `clear` excludes the day of the notice too ("more than", "clear days"). `received`: it must have arrived, which takes
    up to `transit_days`. `opens`: a notice more than so many units before the anchor does not count ("not earlier than 90 days").
    `by_month`, `by_day`: a day of the year ("by 1 December of the preceding year"): notice must be given by the last such day before
    the anchor, and `length` only says about how many days that is.
    """

    length: int = Field(ge=0, le=3660)
    unit: NoticeUnit = "days"
    anchor: Anchor = "term_end"
    clear: bool = False
    received: bool = False
    transit_days: int = Field(default=POST_DAYS, ge=0, le=60)
    opens: int | None = Field(default=None, ge=0, le=3660)
    by_month: int | None = Field(default=None, ge=1, le=12)
    by_day: int | None = Field(default=None, ge=1, le=31)

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> "NoticeWindow":
        if self.opens is not None and self.opens < self.length:
            raise ValueError("a notice window opens earlier than it closes: `opens` is at least `length`")
        return self

    def last_day(self, before: date, holidays: AbstractSet[date] = NO_HOLIDAYS) -> date:
        """Return the last day on which the notice is whole before the day `before`: with its length added it does not pass it."""
        if self.by_month and self.by_day:
            return _last_such_day(self.by_month, self.by_day, before) - (ONE_DAY if self.clear else timedelta(0))
        return self._back(before - ONE_DAY if self.clear else before, self.length, holidays)

    def first_day(self, before: date, holidays: AbstractSet[date] = NO_HOLIDAYS) -> date | None:
        """Return the first day on which notice may be given, or None when it may be given as early as one likes."""
        return None if self.opens is None else self._back(before, self.opens, holidays)

    def _back(self, before: date, length: int, holidays: AbstractSet[date]) -> date:
        if self.unit == "months":
            return add_months(before, -length)
        if self.unit == "business_days":
            return working_days_before(before, length, holidays)
        return before - timedelta(days=length * (7 if self.unit == "weeks" else 1))


class Term(Noun):
    """One term, `start` to `end`, both days in it. `number` 0 is the initial term, 1 the first renewal."""

    start: date
    end: date
    number: int = Field(ge=0)


class TermPlan(Noun):
    """What a contract says of its duration: `initial` length or the last day `ends_on`, and how it goes on by itself.

    `renewal` without `auto_renews` is an option that somebody must take up: the plan ends with its initial term.
    """

    start: date
    initial: Length | None = None
    ends_on: date | None = None
    renewal: Length | None = None
    auto_renews: bool = False
    max_renewals: int | None = Field(default=None, ge=0)
    notice: NoticeWindow | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> "TermPlan":
        if (self.initial is None) == (self.ends_on is None):
            raise ValueError("give the length of the initial term or its last day, one of the two")
        if self.ends_on is not None and self.ends_on < self.start:
            raise ValueError("the initial term ends before it starts")
        if self.auto_renews and self.renewal is None:
            raise ValueError("what renews by itself renews for a length; give `renewal`")
        return self

    def boundary(self, number: int) -> date:
        """Return the day after the last day of the term `number`: when the next one starts, if there is one."""
        first = self.ends_on + ONE_DAY if self.ends_on else None
        if number == 0 or self.renewal is None:
            return first or self._initial.added_to(self.start)
        if first is None and self._initial.months and self.renewal.months:
            return add_months(self.start, self._initial.months + number * self.renewal.months)
        return self.renewal.added_to(first or self._initial.added_to(self.start), number)

    def term(self, number: int) -> Term:
        """Return the term `number`, whether or not it ever comes."""
        return Term(start=self.start if number == 0 else self.boundary(number - 1), end=self.boundary(number) - ONE_DAY, number=number)

    @property
    def last_number(self) -> int | None:
        """The number of the last term, or None when it renews without end."""
        return self.max_renewals if self.auto_renews else 0

    @property
    def _initial(self) -> Length:
        assert self.initial is not None
        return self.initial


def plan_from_end(term_end: date, renewal: Length, notice: NoticeWindow | None = None) -> TermPlan:
    """Return the plan of a contract of which only the last day of one term and its tacit renewal are known."""
    start = renewal.added_to(term_end + ONE_DAY, -1)
    return TermPlan(start=start, ends_on=term_end, renewal=renewal, auto_renews=True, notice=notice)


def terms_from(plan: TermPlan, today: date) -> Iterator[Term]:
    """Yield the term that holds `today` (the first one before the start), and those that follow by tacit renewal."""
    for number in count(_number_at(plan, today)):
        if plan.last_number is not None and number > plan.last_number:
            return
        yield plan.term(number)


def current_term(plan: TermPlan, today: date) -> Term | None:
    """Return the term that holds `today`, the first one before the start, or None when the contract is over."""
    return next(terms_from(plan, today), None)


def notice_deadline(plan: TermPlan, today: date, holidays: AbstractSet[date] = NO_HOLIDAYS) -> date | None:
    """Return the last valid day to give notice before the end of the *current* term, which may have passed; None when it is over.

    It is the day the contract counts to: the notice is given (or, where it must be received, has arrived) that day. With no
    notice stated it is the last day of the term.
    """
    term = current_term(plan, today)
    return None if term is None else _deadline(plan, term, today, holidays)


def decide_by(plan: TermPlan, today: date, holidays: AbstractSet[date] = NO_HOLIDAYS, *, on_working_day: bool = True) -> date | None:
    """Return the last day on which the operator can still act in the *current* term: never after `notice_deadline`.

    Earlier than it by the post's days where the notice must be received, and moved back off weekends and `holidays`
    unless `on_working_day` is false. Recomputed after each tacit renewal; it may have passed (see `next_decide_by`).
    """
    deadline = notice_deadline(plan, today, holidays)
    return None if deadline is None else _act_by(plan, deadline, holidays, on_working_day=on_working_day)


def next_decide_by(
    plan: TermPlan, today: date, holidays: AbstractSet[date] = NO_HOLIDAYS, *, on_working_day: bool = True
) -> tuple[date, Term] | None:
    """Return the first decide-by date that is not before `today`, with the last term it leaves in force; None when it ends first."""
    for term, exit_on in _exits(plan, today):
        act_by = _act_by(plan, min(_before(plan, exit_on, holidays), term.end), holidays, on_working_day=on_working_day)
        if act_by >= today:
            return act_by, term
    return None


def ends_when_given(plan: TermPlan, given: date, holidays: AbstractSet[date] = NO_HOLIDAYS) -> date | None:
    """Return the last day of the contract when notice is given (or has arrived) on the day `given`; None when it is over by then.

    A notice that comes after the last valid day of a term ends the term after it.
    """
    if current_term(plan, given) is None:
        return None
    last_end = None if plan.last_number is None else plan.term(plan.last_number).end
    ends = next((day for day in _ends(plan, given) if _before(plan, day + _gap(plan), holidays) >= given), last_end)
    return min(ends or date.max, last_end or date.max)


def _last_such_day(month: int, day: int, before: date) -> date:
    """Return the last day of that name before another one; a day that its month does not have is the month's last."""
    ends = (month_end(date(year, month, 1)) for year in (before.year, before.year - 1))
    return next(last for end in ends if (last := end.replace(day=min(day, end.day))) < before)


def _number_at(plan: TermPlan, today: date) -> int:
    """Return the number of the term that holds `today`; the last one is not minded."""
    if today < plan.boundary(0) or plan.renewal is None:
        return 0 if today < plan.boundary(0) else 1
    apart = (today - plan.boundary(0)).days
    number = max(0, apart // (plan.renewal.days or plan.renewal.months * 31) - 1)
    while plan.boundary(number) <= today:
        number += 1
    return number


def _gap(plan: TermPlan) -> timedelta:
    """Return how far after the last day of the contract the day lies that the notice must precede."""
    return ONE_DAY if plan.notice is not None and plan.notice.anchor in {"renewal_date", "anniversary"} else timedelta(0)


def _deadline(plan: TermPlan, term: Term, today: date, holidays: AbstractSet[date]) -> date:
    """Return the last valid day, in the term at the latest: no notice "before the renewal" may come with it."""
    return min(_before(plan, _exit_in(plan, term, today), holidays), term.end)


def _before(plan: TermPlan, exit_on: date, holidays: AbstractSet[date]) -> date:
    return plan.notice.last_day(exit_on, holidays) if plan.notice else exit_on


def _act_by(plan: TermPlan, deadline: date, holidays: AbstractSet[date], *, on_working_day: bool) -> date:
    if plan.notice and plan.notice.received:
        deadline -= timedelta(days=plan.notice.transit_days)
    return working_day_on_or_before(deadline, holidays) if on_working_day else deadline


def _exits(plan: TermPlan, today: date) -> Iterator[tuple[Term, date]]:
    """Yield, from the current one on, each term with the days in it that a notice must precede."""
    for term in terms_from(plan, today):
        day = max(today, term.start)
        while day <= term.end:
            exit_on = _exit_in(plan, term, day)
            yield term, exit_on
            if not _gap(plan):
                break
            day = exit_on


def _ends(plan: TermPlan, given: date) -> Iterator[date]:
    """Yield the days on which the contract may end by a notice, from `given` on."""
    anchor = plan.notice.anchor if plan.notice else "term_end"
    if anchor == "any_time":
        yield from (given + timedelta(days=n) for n in count())
    elif anchor in {"month_end", "quarter_end"}:
        months = 3 if anchor == "quarter_end" else 1
        first = max(_last_end_within(plan.term(0).end, months), _last_end_within(given, months))
        yield from (month_end(add_months(first.replace(day=1), n * months)) for n in count())
    else:
        yield from (exit_on - _gap(plan) for _, exit_on in _exits(plan, given))


def _exit_in(plan: TermPlan, term: Term, today: date) -> date:
    """Return the day that the notice must precede to end the contract in `term`."""
    anchor = plan.notice.anchor if plan.notice else "term_end"
    if anchor == "renewal_date":
        return term.end + ONE_DAY
    if anchor == "anniversary":
        return min(_anniversary_after(plan.start, today), term.end + ONE_DAY)
    if anchor in {"month_end", "quarter_end"}:
        return _last_end_within(term.end, 3 if anchor == "quarter_end" else 1)
    return term.end


def _anniversary_after(start: date, today: date) -> date:
    years = max(1, today.year - start.year)
    day = add_months(start, 12 * years)
    return day if day > today else add_months(start, 12 * (years + 1))


def _last_end_within(end: date, months: int) -> date:
    """Return the last end of a month (of a quarter: `months` 3) that is not after `end`."""
    day = month_end(end)
    while day > end or day.month % months:
        day = day.replace(day=1) - ONE_DAY
    return day
