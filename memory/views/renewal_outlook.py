"""What lies ahead: renewals at risk, and which vendors to favour. Nothing is guessed: each sign is a fact with what proves it.

The order is arithmetic over counted facts, with weights set by judgement; it says where to look first and decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import sqlalchemy as sa

from memory.database import reading
from memory.domain.notice import NoticeState
from memory.domain.price_cap import BrokenCap
from memory.domain.renewal import Usage
from memory.domain.words import are, counted, one_line
from memory.projections.offers import negotiations, offers
from memory.views.names import all_names
from memory.views.renewal_facts import Mishap, Rise, all_mishaps, all_rises, broken_caps, usages
from memory.views.renewals import Renewal, Window, renewal_list

#: So far ahead renewals are looked at, and so far back vendors.
AHEAD_DAYS, BACK_DAYS = 180, 730
_PRESSING_DAYS, _HARDLY = 30, 70
_AGREED = {"agreed", "final_quote"}


class Level(StrEnum):
    """How pressing a risk is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Sign:
    """One fact, in words; `evidence` are digests, ledger events or cases that show it. A `good` one speaks for the vendor."""

    says: str
    evidence: tuple[str, ...]
    good: bool = False


@dataclass(frozen=True)
class RiskAhead:
    """A contract that will go on by itself without a word of the operator, and what speaks against that."""

    line: Renewal
    level: Level
    signs: tuple[Sign, ...]


@dataclass(frozen=True)
class VendorStanding:
    """How a vendor stands with us: the higher the score, the more it is to be favoured. Without facts there is no standing."""

    vendor_id: str
    vendor_name: str
    score: int
    signs: tuple[Sign, ...]

    @property
    def favoured(self) -> bool:
        """Whether anything speaks for the vendor: one with nothing but bad signs is none to favour."""
        return any(sign.good for sign in self.signs)


def risks_ahead(database: sa.Engine, today: date, *, within: int = AHEAD_DAYS) -> tuple[RiskAhead, ...]:
    """Return the renewals that may go wrong, the most pressing first."""
    lines = renewal_list(database, today)
    found, known = [], _known(database, today, lines)
    for line in lines:
        if not line.at_risk or line.days_left > within:
            continue
        urgent, facts = tuple(_pressing(line)), tuple(_against(known, line))
        level = Level.HIGH if urgent else Level.MEDIUM if facts else Level.LOW
        found.append(RiskAhead(line, level, (*urgent, *facts, *(() if urgent else (_undecided(line),)))))
    order = list(Level)
    return tuple(sorted(found, key=lambda risk: (order.index(risk.level), risk.line.decide_by, risk.line.uid)))


def vendor_standings(database: sa.Engine, today: date) -> tuple[VendorStanding, ...]:
    """Return every vendor about which anything is known, the one to favour first; not all of them are to be `favoured`."""
    since, found = today - timedelta(days=BACK_DAYS), []
    lines = renewal_list(database, today)
    talks, known = _talks(database, since), _known(database, today, lines)
    contracts = {line.vendor_id for line in lines}
    with reading(database) as connection:
        names = all_names(connection)
    for vendor_id in sorted({*talks, *contracts}):
        signs = (*talks.get(vendor_id, ()), *_trouble(known, vendor_id, since), *_dearer(known, vendor_id, since))
        if signs:
            score = max(0, min(100, 50 + sum(_weight(sign) for sign in signs)))
            found.append(VendorStanding(vendor_id, names.get(vendor_id, vendor_id), score, signs))
    return tuple(sorted(found, key=lambda standing: (-standing.score, standing.vendor_name.casefold())))


@dataclass(frozen=True)
class _Known:
    """What is known of all vendors and contracts, read once for a whole page."""

    usages: dict[str, Usage]
    broken: dict[str, tuple[BrokenCap, ...]]
    rises: dict[str, tuple[Rise, ...]]
    mishaps: dict[str, tuple[Mishap, ...]]


def _known(database: sa.Engine, today: date, lines: Sequence[Renewal]) -> _Known:
    seen = all_rises(database, today)
    return _Known(usages(database), broken_caps(database, lines, seen), seen, all_mishaps(database))


def _weight(sign: Sign) -> int:
    return 10 if sign.good else -15


def _pressing(line: Renewal) -> Iterator[Sign]:
    if line.window is Window.MISSED:
        yield Sign(f"the last day to act, {line.decide_by}, has gone by", (line.schedule,))
    elif line.decision == "cancel" and not line.notice.out:
        yield Sign("you decided to cancel, and no notice is out", (line.renewal_case or line.schedule,))
    elif line.notice.out and line.notice is not NoticeState.CONFIRMED and line.days_left <= _PRESSING_DAYS:
        yield Sign(f"the notice is {line.notice.value} and not confirmed", (line.renewal_case,))
    elif not line.decision and line.days_left <= _PRESSING_DAYS:
        yield Sign(f"{counted(line.days_left, 'day')} {are(line.days_left)} left, and nothing is decided", (line.schedule,))


def _undecided(line: Renewal) -> Sign:
    said = f"decided: {line.decision}" if line.decision else "nothing is decided yet"
    return Sign(f"it renews by itself after {line.term_end} ({line.yearly}); {said}", (line.schedule,))


def _against(known: _Known, line: Renewal) -> Iterator[Sign]:
    began = line.term_start or line.term_end - timedelta(days=365)
    usage = known.usages.get(line.uid)
    if usage is not None and usage.percent is not None and usage.percent < _HARDLY:
        yield Sign(f"{usage.used} of {usage.paid_for} {usage.unit or 'units'} {are(usage.used or 0)} used", (usage.evidence,))
    beyond = known.broken.get(line.uid, ())
    for broken in beyond:
        yield Sign(f"{broken.says[:1].lower()}{broken.says[1:]}", tuple(ref.digest for ref in broken.proof))
    yield from _dearer(known, line.vendor_id, began, told={broken.on for broken in beyond})
    yield from _trouble(known, line.vendor_id, began)


def _dearer(known: _Known, vendor_id: str, since: date, told: Collection[date] = ()) -> Iterator[Sign]:
    for rise in known.rises.get(vendor_id, ()):
        if rise.on >= since and rise.on not in told:
            yield Sign(f"it became dearer on {rise.on}: {rise.after} a year instead of {rise.before}", (rise.statement,))


def _trouble(known: _Known, vendor_id: str, since: date) -> Iterator[Sign]:
    for mishap in (m for m in known.mishaps.get(vendor_id, ()) if m.on >= since):
        yield Sign(f"{mishap.on}: {one_line(mishap.words, 160)}", (mishap.evidence or mishap.source,))


def _talks(database: sa.Engine, since: date) -> dict[str, tuple[Sign, ...]]:
    """Return what negotiations showed of each vendor: whether it answered, and how far it came down from its first offer."""
    with reading(database) as connection:
        ended = connection.execute(sa.select(negotiations).where(negotiations.c.at >= since.isoformat()).order_by(negotiations.c.seq)).all()
        quoted = connection.execute(sa.select(offers).where(offers.c.side == "vendor").order_by(offers.c.seq)).all()
    found: dict[str, tuple[Sign, ...]] = {}
    for row in ended:
        made = [o for o in quoted if (o.case_id, o.vendor_id) == (row.case_id, row.vendor_id)]
        found[row.vendor_id] = (*found.get(row.vendor_id, ()), *_talk(row, made))
    return found


def _talk(row: sa.Row[tuple[object, ...]], made: Iterable[sa.Row[tuple[object, ...]]]) -> Iterator[Sign]:
    case_id, quoted = str(row.case_id), list(made)
    if row.outcome == "no_reply":
        yield Sign("it did not answer a request", (case_id,))
    elif row.outcome in _AGREED and quoted:
        first, last = int(quoted[0].per_month_minor), int(quoted[-1].per_month_minor)
        down = (first - last) * 100 // first if first else 0
        yield Sign(f"it came down {down} % from its first offer" if down > 0 else "it held its first offer", (case_id,), good=True)
