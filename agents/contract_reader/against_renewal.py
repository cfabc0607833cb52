"""The notice that keeps a contract from renewing: the windows that were read for it, and where the paper speaks of one that was not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.contract_reader import term_values
from agents.contract_reader.reading import Doubt, Proven, Reading
from agents.contract_reader.sentences import Sentence
from agents.contract_reading.values import ContractValues
from agents.contract_reading.values.fixed_days import fixed_days, month_window, window_by
from agents.contract_reading.values.windows import days_at_most
from memory.domain.contract import ClauseKind
from memory.domain.terms import NoticeWindow, TermPlan

_I = re.IGNORECASE
_KINDS = (ClauseKind.NOTICE, ClauseKind.RENEWAL, ClauseKind.TERMINATION, ClauseKind.INITIAL_TERM)
_GOES_ON = re.compile(
    r"\brenew|\bnon-?renew|\bextend|\bprolong|\bsuccessive\b|\broll(?:s|ed)? over|verläng|stillschweigend|\bthen[- ]current|\bautomatically (?:continu|remain)",
    _I,
)
#: "unless sooner terminated as provided in Section 7": an end before the term's, and no word on its renewal.
_SOONER = re.compile(
    r"\b(?:earlier|sooner|previously|vorzeitig)\s+(?:\w+\s+)?(?:terminated|cancelled|beendet|gekündigt)|\bterminated\s+(?:earlier|sooner)",
    _I,
)
_SAYS_NO = re.compile(r"\bnotice\b|\bnotif|\bcancel|\bterminat|künd|\bopts? out|\bopting out|\bnon-?renew|\bobject|widersp", _I)
_UNLESS = re.compile(
    r"\bunless\b|\bif\b[^.;]{0,60}\b(?:not|no)\b|\bwenn\b|\bsofern\b|\bfalls\b|\bsoweit\b|\bes sei denn\b|\bprovided\b|\bexcept\b", _I
)
#: When it must be said, left to a word ("reasonable"), to another place ("Section 9"), or to anything else that is not a length.
_BY_WHEN = re.compile(
    r"\bnotice\b|\bnotif|\bin advance\b|\badvance\b|\bprior\b|\bearlier\b|\breasonabl|\btimely\b|\bin time\b|\bin good time\b|\bin accordance with\b|\bpursuant to\b|\bas (?:set|provided|described|specified)"
    r"|\b(?:no|not) later than\b|\bat least\b|\bless than\b|\bmindestens\b|\bon or before\b|\bby (?:the|\d|[A-Z])|frist|\brechtzeitig|\bvorher|\bspätestens\b|\bgemäß\b|\bnach (?:ziffer|§)|\bangemessen",
    re.IGNORECASE,
)
#: Its last moment is told: "unless notice is given before the end of the then current term".
_BEFORE_THE_END = re.compile(
    r"\b(?:cancel\w*|terminat\w*|notice|notif\w+|gekündigt|kündigung\w*|opts? out|non-?renew\w*)(?:\s+(?:of|is|are|be|it|its|the|this|in|to|by|that|wird|so|a|party|other|either|any|such|intent\w*|not|wish\w*|does|renew\w*|non-?renew\w*|terminat\w*|cancel\w*|writing|agreement|contract|subscription|given|received|sent|provided|customer|provider|you|us|vendor)){0,12}\s+"
    r"(?:at any time )?(?:before|prior to|on or before|by|vor)\s+(?:the\s+|its\s+|dem\s+|der\s+)?(?:end|expir\w+|(?:next\s+)?renewal(?:\s+date)?|ablauf|ende|laufzeitende)\b",
    _I,
)
_VAGUE = re.compile(
    r"\b(?:reasonabl[ey]|sufficient|adequate|appropriate|proper|due|customary)\s+(?:(?:and|prior|advance|written|in)\W+){0,3}(?:notice|notif)"
    r"|\bangemessene[rn]?\s+(?:\w+\s+)?frist|\brechtzeitig\s+(?:\w+\s+){0,3}(?:künd|gekünd|widersp)",
    _I,
)
_PRIOR = re.compile(
    r"\b(?:prior|advance|vorherig\w*)\s+(?:written\s+|schriftlich\w*\s+)?(?:notice|notif|kündigung)|\bnotice\s+in advance\b|\bin advance\b",
    _I,
)


_UNREAD = "by when it must be told that it shall not renew could not be read"


def windows(reading: Reading, values: ContractValues, plan: TermPlan) -> Iterator[NoticeWindow]:
    """Yield the windows that were read for the notice that ends a contract."""
    told = list(_against_renewal(reading, values, plan))
    if reading.notice_days is not None and not _is_of_values(reading, values):
        notices = reading.found.get(ClauseKind.NOTICE, [])
        stated = [reading.notice_days.sentence, *notices]
        for reader in (term_values.renewal_window, term_values.exit_window):
            found = [window for sentence in stated if (window := reader(sentence.flat))]
            yield from found
            if found:
                break
        else:
            yield NoticeWindow(length=reading.notice_days.value)
    yield from told


def by_the_calendar(reading: Reading, plan: TermPlan) -> Proven[int] | None:
    """Return the days, at the most, of a notice that a day of the calendar closes."""
    told = ((window, s) for s in _against(reading) if plan.auto_renews and (window := _of_the_calendar(s.flat, plan)))
    return next((Proven(days_at_most(window), sentence, ClauseKind.NOTICE) for window, sentence in told), None)


def unread(reading: Reading, values: ContractValues, plan: TermPlan) -> Iterator[Doubt]:
    """Yield where the paper speaks of a notice against its renewal that was not read: no day is then told as the last to act.

    Where only a notice was read with which it may be ended anyway, a sentence counts that leaves its own to a vague word
    ("reasonable notice"), or to a day of the calendar that goes with no term.
    """
    against = next(_against_renewal(reading, values, plan), None)
    exits = next(windows(reading, values, plan), None)
    for sentence in _against(reading):
        words = sentence.flat
        if term_values.renewal_window(words) or term_values.exit_window(words) or (plan.auto_renews and _of_the_calendar(words, plan)):
            continue
        if _by_a_day(words) or (against is None and (_VAGUE.search(words) if exits else _is_open(words))):
            yield Doubt(_UNREAD, ClauseKind.NOTICE, sentence)
    if exits is None and not (reading.auto_renews and not reading.auto_renews.value):
        yield from _seen(reading)


def _seen(reading: Reading) -> Iterator[Doubt]:
    """Yield the passages that the finder takes for such a notice."""
    for seen in reading.sighted:
        sentence = Sentence(seen.span.start, seen.span.end, seen.span.text)
        words = sentence.flat
        if seen.kind is ClauseKind.NOTICE and _SAYS_NO.search(words) and _GOES_ON.search(words) and _is_open(words):
            yield Doubt(_UNREAD, ClauseKind.NOTICE, sentence)


def _against_renewal(reading: Reading, values: ContractValues, plan: TermPlan) -> Iterator[NoticeWindow]:
    """Yield the windows that are surely those of a notice against renewal."""
    if values.notice and not _is_the_renewal(reading, values):
        yield values.notice.value
    yield from (window for s in reading.found.get(ClauseKind.NOTICE, ()) if (window := term_values.renewal_window(s.flat)))
    yield from (window for sentence in _against(reading) if (window := _of_the_calendar(sentence.flat, plan)))


def _is_of_values(reading: Reading, values: ContractValues) -> bool:
    """Return whether the days of notice are only those that the other reader read, at their most."""
    if values.notice is None or reading.notice_days is None:
        return False
    words = reading.notice_days.sentence.flat
    return not (term_values.renewal_window(words) or term_values.exit_window(words))


def _against(reading: Reading) -> Iterator[Sentence]:
    """Yield the sentences by which somebody must say no, or it goes on."""
    if reading.auto_renews and not reading.auto_renews.value:
        return
    seen: set[int] = set()
    for kind in _KINDS:
        for sentence in reading.found.get(kind, ()):
            words = sentence.flat
            if (
                sentence.start not in seen
                and _GOES_ON.search(words)
                and _SAYS_NO.search(words)
                and not term_values.of_something_else(words)
            ):
                seen.add(sentence.start)
                yield sentence


def _is_open(words: str) -> bool:
    """Return whether a sentence speaks of a notice, and neither a length nor the end of the term is told as its last moment."""
    if _VAGUE.search(words) or _PRIOR.search(words):
        return True
    return bool(_BY_WHEN.search(_after_unless(words))) and not _BEFORE_THE_END.search(words)


def _by_a_day(words: str) -> bool:
    return any(True for _ in fixed_days(_after_unless(words)))


def _of_the_calendar(words: str, plan: TermPlan) -> NoticeWindow | None:
    """Return the window that a day of the calendar, or the end of a month before the term's, closes."""
    condition = _after_unless(words)
    fixed = (window for day in fixed_days(condition) if (window := window_by(day, plan)))
    return next(fixed, None) or month_window(condition)


def _after_unless(words: str) -> str:
    """Return the condition of a sentence ("unless cancelled by 1 December"), all of it where it has none."""
    found = _UNLESS.search(words)
    return words[found.start() :] if found else words


def _is_the_renewal(reading: Reading, values: ContractValues) -> bool:
    """Return whether the only notice that was read is as long as the renewal beside it, and so most likely that."""
    notices = [sentence.flat for sentence in reading.found.get(ClauseKind.NOTICE, ())]
    if values.notice is None or any(term_values.renewal_window(words) or term_values.exit_window(words) for words in notices):
        return False
    window, renewal = values.notice.value, reading.renewal_months
    return window.unit == "months" and renewal is not None and renewal.value == window.length
