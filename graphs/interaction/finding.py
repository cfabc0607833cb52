"""Which vendor, which case: resolved from an id or from words, and never guessed between two that fit equally well."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa

from memory.database import reading
from memory.domain.vendor import VendorProfile
from memory.domain.words import one_line
from memory.ledger import StoredEvent, read_events
from memory.projections.cases import cases
from memory.views.names import merged_names
from memory.views.vendors import vendor_list

ACTIVE = ("running", "waiting", "needs_you", "failed")
"""The statuses of a case in which something can still happen by itself."""

_GENERIC_WORDS = (
    "tool tools software service services app platform system subscription licence license thing product vendor company seat provider "
    "solution plan machine equipment device supply"
)
_STOP_WORDS = (
    "a about after all and any anything are as at be been before but buy by can case cases could currently deal did do does doing every "
    "everything find for from get going got had happen happening happened has have hold how i if in into is it its just last let me month "
    "my need negotiation negotiations next no not now of off on one or order orders our ours over pause paused please process procurement "
    "progress purchase purchasing put quarter request requisition resume retry search show should so status stop cancel talks tell than "
    "that the their them then there these they this those to today under until up update us want was we week were what when where which "
    "who why will with year you your continue abort drop restart again"
)
_GENERIC = frozenset(_GENERIC_WORDS.split())
_STOP = frozenset(_STOP_WORDS.split())


@dataclass(frozen=True)
class CaseLine:
    """One case as far as it must be told from others."""

    case_id: str
    title: str
    status: str
    stage: str
    vendor_id: str
    category: str
    text: str

    @cached_property
    def words(self) -> frozenset[str]:
        """The telling words of everything said about the case."""
        return words_of(self.text)

    @property
    def line(self) -> str:
        """The case on one line."""
        return f"{self.case_id}: {one_line(self.title, 80)} ({self.status.replace('_', ' ')}, {self.stage})"


def words_of(text: str) -> frozenset[str]:
    """Return the telling words of a text: lower case, without plural endings and words that say nothing."""
    found = re.findall(r"[^\W_][\w'-]*", text.casefold())
    return frozenset(_singular(w) for w in found if w not in _STOP and len(w) > 1) - _STOP


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def case_lines(database: sa.Engine, statuses: Iterable[str] | None = None) -> tuple[CaseLine, ...]:
    """Return the cases in these statuses (all when None), newest first."""
    query = sa.select(cases).order_by(cases.c.opened_at.desc(), cases.c.case_id)
    if statuses is not None:
        query = query.where(cases.c.status.in_(tuple(statuses)))
    with reading(database) as connection:
        rows = connection.execute(query).all()
    return tuple(
        CaseLine(
            r.case_id,
            r.title,
            r.status,
            r.stage,
            r.vendor_id,
            r.category,
            f"{r.title} {r.instruction} {r.category.replace('_', ' ')} {r.vendor_id}",
        )
        for r in rows
    )


def case_by_id(lines: Sequence[CaseLine], stated: str) -> CaseLine | None:
    """Return the case with this id; `abc123` stands for `CASE-abc123` when only one ends so."""
    wanted = stated.casefold().lstrip("#")
    exact = [c for c in lines if c.case_id.casefold() == wanted]
    ending = [c for c in lines if c.case_id.casefold().endswith(f"-{wanted}")]
    found = exact or ending
    return found[0] if len(found) == 1 else None


def cases_by_words(lines: Sequence[CaseLine], text: str) -> tuple[CaseLine, ...]:
    """Return the cases that share the most telling words with `text`: one, several that fit equally well, or none."""
    wanted = words_of(text)
    scored = [(sum(1 if w in _GENERIC else 3 for w in wanted & line.words), line) for line in lines]
    best = max((score for score, _ in scored), default=0)
    return tuple(line for score, line in scored if score == best) if best else ()


def vendors_in(database: sa.Engine, text: str, stated: str | None = None) -> tuple[VendorProfile, ...]:
    """Return the vendors of the registry that a text names by name or id, in the order they are named."""
    low = f"{text}\n{stated or ''}".casefold()
    found = []
    others = merged_names(database)
    for profile in vendor_list(database):
        names = (*_names(profile), *(name for name, main_id in others.items() if main_id == profile.facts.vendor_id))
        places = [m.start() for name in names if (m := re.search(rf"(?<!\w){re.escape(name)}(?!\w)", low))]
        if places:
            found.append((min(places), profile))
    return tuple(profile for _, profile in sorted(found, key=lambda pair: (pair[0], pair[1].facts.vendor_id)))


def _names(profile: VendorProfile) -> tuple[str, ...]:
    return tuple(name for name in (profile.facts.name.casefold(), profile.facts.vendor_id.casefold()) if name)


def near_vendors(database: sa.Engine, stated: str, limit: int = 3) -> tuple[str, ...]:
    """Return the names of vendors that are written nearly like `stated`."""
    names = {p.facts.name.casefold(): p.facts.name for p in vendor_list(database)}
    close = difflib.get_close_matches(stated.casefold(), names, n=limit, cutoff=0.6)
    return tuple(one_line(names[c], 60) for c in close)


def no_such_vendor(database: sa.Engine, stated: str) -> str:
    """Return the sentence that says a vendor is not known, with those written nearly like it."""
    near = near_vendors(database, stated)
    hint = f" Did you mean {' or '.join(near)}?" if near else " `qm vendors list` shows the vendors known."
    return f"No vendor called {one_line(stated, 60)} is known here.{hint}"


def case_events(database: sa.Engine, case_id: str, kinds: Iterable[str] | None = None) -> tuple[StoredEvent, ...]:
    """Return the events of one case, oldest first."""
    with reading(database) as connection:
        return tuple(read_events(connection, stream=case_id, kinds=tuple(kinds) if kinds is not None else None))
