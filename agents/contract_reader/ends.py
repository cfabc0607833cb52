"""How a contract ends where no length of a term is stated: on a day that one of its sentences tells, or only when somebody ends it."""

from __future__ import annotations

import re
from datetime import date

from agents.contract_reader import term_values
from agents.contract_reader.reading import Reading, RunsOn
from agents.contract_reader.sentences import Sentence
from agents.contract_reading.values import ContractValues
from agents.contract_reading.values.windows import days_at_most
from memory.domain.contract import ClauseKind
from memory.domain.terms import NoticeWindow

_I = re.IGNORECASE
_KINDS = (ClauseKind.INITIAL_TERM, ClauseKind.RENEWAL, ClauseKind.EFFECTIVE_DATE, ClauseKind.TERMINATION, ClauseKind.NOTICE)
_RUNS_ON = re.compile(
    r"\bindefinite(?:ly)?\b|\bunbestimmte[rn]?\s+(?:zeit|dauer)\b|\bunbefristet|\bevergreen\b"
    r"|\b(?:continu\w+|remains?(?:\s+in\s+(?:full\s+)?(?:force|effect)(?:\s+and\s+effect)?)?|runs?|in\s+(?:force|effect))\s+(?:\w+\s+){0,3}?(?:until|unless(?:\s+and\s+until)?)\s+(?:it\s+is\s+|(?:either|a|one|any|you|we)\s+(?:party\s+|of\s+(?:us|the\s+parties)\s+)?)?(?:terminat|cancel|end)",
    _I,
)


def last_day(reading: Reading) -> date | None:
    """Return the last day of the first term as a sentence states it, after the start where that is known; None where two differ."""
    after = reading.effective_on.value if reading.effective_on else date.min
    told = {day for kind in _KINDS for sentence in reading.found.get(kind, ()) if (day := term_values.last_day(sentence.flat, after))}
    return told.pop() if len(told) == 1 else None


def runs_on(reading: Reading, values: ContractValues) -> RunsOn | None:
    """Return that it runs until somebody ends it, with the notice for that; None where a term, or a renewal, is stated."""
    if reading.initial_months or (reading.auto_renews and reading.auto_renews.value) or last_day(reading):
        return None
    said = next((s for kind in _KINDS for s in reading.found.get(kind, ()) if _RUNS_ON.search(s.flat)), None)
    return RunsOn(said, _notice(reading, values)) if said else None


def _notice(reading: Reading, values: ContractValues) -> NoticeWindow | None:
    """Return the longest of the notices that end it; without a day to which it is given, it ends it so long after."""
    sentences: list[Sentence] = reading.found.get(ClauseKind.NOTICE, [])
    found = [w for s in sentences if (w := term_values.exit_window(s.flat) or term_values.renewal_window(s.flat))]
    if not found and values.notice:
        found = [values.notice.value]
    longest = max(found, key=days_at_most, default=None)
    if longest is None or longest.anchor in {"month_end", "quarter_end"}:
        return longest
    return longest.model_copy(update={"anchor": "any_time"})
