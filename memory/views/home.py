"""Home: what needs the operator and by when, what money is at stake, and what happened meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum

import sqlalchemy as sa

from memory.database import reading
from memory.domain.charge_flags import usual_ends
from memory.domain.charges import FlagKind
from memory.domain.money import Money
from memory.domain.words import counted, with_hint
from memory.ledger import read_events
from memory.outbox import EffectStatus
from memory.projections.cases import cases
from memory.projections.offers import offers
from memory.projections.spend import commitments, payments
from memory.views.approvals import effect_heading, open_approvals
from memory.views.cases import TimelineEntry, case_list, entry_of, open_question
from memory.views.charges import charge_book
from memory.views.duties import failing_duties, notices, reminders, told_lately
from memory.views.health import effects_in, failed_steps, unmatched_mails
from memory.views.names import all_names
from memory.views.offers import VENDOR
from memory.views.remediations import open_tasks
from memory.views.renewals import Renewal, Window, renewal_list

RISK_DAYS = 30
#: The step whose failure is a task already.
_TOLD_AS_TASK = "pay"


class NeedKind(StrEnum):
    """Why the operator is needed."""

    APPROVAL = "approval"
    QUESTION = "question"
    FAILED_STEP = "failed step"
    UNKNOWN_EFFECT = "unknown effect"
    TASK = "task"
    RENEWAL = "renewal"
    UNMATCHED_MAIL = "unmatched mail"
    REVIEW = "review"
    STATEMENT = "statement"
    LEDGER = "ledger"
    DUTY = "duty"
    CHARGE = "charge"


@dataclass(frozen=True)
class Need:
    """One thing that waits for the operator. `title` and `detail` may hold vendor words and are shown as plain text."""

    kind: NeedKind
    title: str
    detail: str
    case_id: str
    approval_id: str
    amount: Money | None
    due: datetime | None
    days_left: int | None = None
    """Of what is due on a day rather than at an instant: the operator's days until then."""


@dataclass(frozen=True)
class Figures:
    """The money of the house, one sum per currency, the largest first.

    `at_risk`: a year's cost of contracts that renew by themselves and whose last day to act lies within `RISK_DAYS`.
    `saved`: first written offer minus what was agreed, over purchases finished this year; negative when we paid more.
    `committed`: reserved or committed this year. `paid`: what the bank booked this year.
    """

    at_risk: tuple[Money, ...]
    at_risk_contracts: int
    saved: tuple[Money, ...]
    saved_cases: int
    committed: tuple[Money, ...]
    paid: tuple[Money, ...]


def needs(database: sa.Engine, now: datetime, zone: tzinfo = UTC) -> tuple[Need, ...]:
    """Return everything that waits for the operator, what is due first on top, what has no date last. Days are those of `zone`."""
    found = [*_approvals(database), *_questions(database), *_tasks(database), *_failures(database), *_unknown(database)]
    found += [*_renewals(database, now, zone), *_strangers(database), *_notices(database, now), *_charges(database, now, zone)]
    return tuple(sorted(found, key=lambda n: (n.due is None, n.due or now, n.kind.value, n.title)))


def figures(database: sa.Engine, now: datetime, zone: tzinfo = UTC) -> Figures:
    """Return the sums that Home shows; each equals a query over the ledger's projections. Days are those of `zone`."""
    risky = [r for r in renewal_list(database, now.astimezone(zone).date()) if r.at_risk and 0 <= r.days_left <= RISK_DAYS]
    savings = _savings(database, now.year)
    start = f"{now.year}-01-01"
    counted = commitments.c.status.in_(("reserved", "committed"))
    with reading(database) as connection:
        held = connection.execute(sa.select(commitments).where(counted, commitments.c.at >= start)).all()
        booked = connection.execute(sa.select(payments).where(payments.c.status == "confirmed", payments.c.booked_on >= start)).all()
    return Figures(
        at_risk=sums(r.annual_cost for r in risky if r.annual_cost.amount_minor),
        at_risk_contracts=len(risky),
        saved=sums(savings),
        saved_cases=len(savings),
        committed=sums(Money(amount_minor=row.amount_minor, currency=row.currency) for row in held),
        paid=sums(Money(amount_minor=row.settled_minor or 0, currency=row.currency) for row in booked),
    )


def sums(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """Return one sum per currency, the largest first; currencies are never added to one another."""
    totals: dict[str, int] = defaultdict(int)
    for amount in amounts:
        totals[amount.currency] += amount.amount_minor
    found = [Money(amount_minor=minor, currency=currency) for currency, minor in totals.items()]
    return tuple(sorted(found, key=lambda m: (-abs(m.amount), m.currency)))


def since(database: sa.Engine, seq: int, *, limit: int = 12) -> tuple[TimelineEntry, ...]:
    """Return the newest sentences written after `seq` by anybody but the operator, newest first, without bookkeeping."""
    lines: list[TimelineEntry] = []
    with reading(database) as connection:
        names = all_names(connection)
        for stored in read_events(connection, after_seq=seq, newest_first=True):
            line = entry_of(stored, names)
            if not line.quiet and not line.actor.startswith("operator") and line.kind not in _UNREMARKABLE:
                lines.append(line)
            if len(lines) >= limit:
                break
    return tuple(lines)


_UNREMARKABLE = frozenset(
    {"ledger.verified", "policy.evaluated", "effect.confirmed", "budget.reserved", "approval.requested", "workspace.made"}
)


def _approvals(database: sa.Engine) -> Iterable[Need]:
    reminded = reminders(database)
    for card in open_approvals(database):
        a = card.approval
        said = f"called to mind: {reminded[a.approval_id].says}" if a.approval_id in reminded else ""
        yield Need(NeedKind.APPROVAL, a.action.title, said, a.case_id, a.approval_id, a.action.total, a.expires_at)


def _questions(database: sa.Engine) -> Iterable[Need]:
    for case in case_list(database, statuses=("needs_you",)):
        asked = open_question(database, case.case_id)
        if asked is not None:
            due = datetime.combine(case.deadline, datetime.max.time(), case.opened_at.tzinfo) if case.deadline else None
            yield Need(NeedKind.QUESTION, case.title, " ".join(asked.questions), case.case_id, "", None, due)


def _tasks(database: sa.Engine) -> Iterable[Need]:
    for card in open_tasks(database):
        task = card.task
        yield Need(NeedKind.TASK, task.title, task.steps[0], task.case_id, "", task.awaits, task.deadline)


def _failures(database: sa.Engine) -> Iterable[Need]:
    told = {card.task.case_id for card in open_tasks(database)}
    for step in failed_steps(database):
        if step.case_id in told and step.node == _TOLD_AS_TASK:
            continue
        yield Need(NeedKind.FAILED_STEP, step.title, step.message, step.case_id, "", None, None)


def _unknown(database: sa.Engine) -> Iterable[Need]:
    for row in effects_in(database, EffectStatus.UNKNOWN):
        yield Need(NeedKind.UNKNOWN_EFFECT, effect_heading(row.kind), row.note, row.case_id, "", None, None)


def _renewals(database: sa.Engine, now: datetime, zone: tzinfo) -> Iterable[Need]:
    told = told_lately(database, now)
    for line in renewal_list(database, now.astimezone(zone).date()):
        if line.ends_on is not None:
            continue
        if (line.at_risk and line.window is Window.NOW) or (line.uid in told and line.window is not Window.ENDED):
            due = _end_of(line.decide_by, zone)
            yield Need(
                NeedKind.RENEWAL,
                line.vendor_name,
                _renews(line),
                line.case_id,
                "",
                line.annual_cost if line.annual_cost.amount_minor else None,
                due,
                line.days_left,
            )


def _renews(line: Renewal) -> str:
    months = f" for {counted(line.renewal_months, 'month')}" if line.renewal_months else ""
    wish = f"; you chose to {line.decision}{_so_far(line)}" if line.decision else ""
    if not line.auto_renews:
        return f"ends on {line.term_end} unless you renew it{wish}"
    return f"renews by itself{months} after {line.term_end}{wish}"


def _so_far(line: Renewal) -> str:
    """Return how far a cancellation has come."""
    if line.decision != "cancel":
        return ""
    return f", and the notice is {line.notice.value}" if line.notice.value else ", and no notice is out yet"


def _end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(23, 59), zone)


def _strangers(database: sa.Engine) -> Iterable[Need]:
    for mail in unmatched_mails(database):
        yield Need(NeedKind.UNMATCHED_MAIL, mail.subject or "(no subject)", f"from {mail.from_address}", "", "", None, None)


def _charges(database: sa.Engine, now: datetime, zone: tzinfo) -> Iterable[Need]:
    """Tell what recurs and nobody knows as one thing, and each trial that is about to cost by its day."""
    today = now.astimezone(zone).date()
    book = charge_book(database, today)
    if book.strangers:
        first = book.strangers[0].series
        title = f"{counted(len(book.strangers), 'recurring charge')} nobody knows"
        detail = f"the dearest: {first.name}, {first.amount} {first.cadence.says}, {first.annual} a year"
        yield Need(NeedKind.CHARGE, title, detail, "", "", first.annual, None)
    for flag in book.flags:
        days = [day for _, day in usual_ends(flag)] if flag.assumed else [flag.on]
        ends = next((day for day in days if day >= today), None)
        if flag.kind is FlagKind.TRIAL_ENDING and ends is not None:
            yield Need(NeedKind.CHARGE, flag.name, flag.why, "", "", flag.after, _end_of(ends, zone), (ends - today).days)


_NOTICES = {"review": NeedKind.REVIEW, "ledger": NeedKind.LEDGER, "statement": NeedKind.STATEMENT}


def _notices(database: sa.Engine, now: datetime) -> Iterable[Need]:
    for found in notices(database, now):
        kind, title, detail = _NOTICES[found.kind], found.title, found.detail
        if kind is NeedKind.REVIEW:
            title, detail = f"Weekly review {title}", f"{counted(int(detail), 'decision')} made without you: qm review"
        elif kind is NeedKind.LEDGER:
            title, detail = "The ledger is broken; effects are stopped", f"{title}: {detail}. Look: qm ledger verify"
        yield Need(kind, title, detail, "", "", None, None)
    for failing in failing_duties(database):
        title = f"The duty {failing.name.replace('_', ' ')} failed {failing.failures} times"
        yield Need(NeedKind.DUTY, title, with_hint(failing.error, failing.hint), "", "", None, None)


def _savings(database: sa.Engine, year: int) -> list[Money]:
    """Return, per purchase finished in `year`, the winner's first written offer minus what was agreed.

    The first offer is brought to the agreed term by its monthly price, so that a shorter term is not sold as a saving.
    """
    done = sa.select(cases).where(cases.c.status == "done", cases.c.agreed_minor.is_not(None), cases.c.updated_at >= f"{year}-01-01")
    found = []
    with reading(database) as connection:
        for case in connection.execute(done):
            theirs = sa.select(offers).where(
                offers.c.case_id == case.case_id, offers.c.vendor_id == case.vendor_id, offers.c.side == VENDOR
            )
            made = connection.execute(theirs.order_by(offers.c.seq)).all()
            if made:
                first, last = made[0], made[-1]
                same_term = first.term_months == last.term_months
                asked = first.all_in_minor if same_term else first.per_month_minor * last.term_months
                found.append(Money(amount_minor=asked - case.agreed_minor, currency=case.currency))
    return found
