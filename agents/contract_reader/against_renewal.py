"""The notice that keeps a contract from renewing: the windows that were read for it, and where the paper speaks of one that was not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.contract_reader import term_values
from agents.contract_reader.reading import Doubt, Proven, Reading
from agents.contract_reader.sentences import Sentence, sentences
from agents.contract_reading.values import ContractValues
from agents.contract_reading.values.fixed_days import fixed_days, month_window, window_by
from agents.contract_reading.values.stretches import lengths_at_most
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
_SAYS_NO = re.compile(
    r"\bnotice\b|\bnotif|\bcancel|\bterminat|künd|\bopts? out|\bopting out|\bnon-?renew|\bobject|\btells?\b|\binform|\bdenounc|widersp|verhinder",
    _I,
)
_UNLESS = re.compile(
    r"\bunless\b|\bsave where\b|\bif\b[^.;]{0,60}\b(?:not|no)\b|\bwenn\b|\bsofern\b|\bfalls\b|\bes sei denn\b|\b(?:prevent|avoid|stop)\w*\b|\bdurch\b.{0,80}verhinder",
    _I,
)
#: When it must be said, left to a word ("reasonable"), to another place ("Section 9"), or to anything else that is not a length.
_BY_WHEN = re.compile(
    r"\bnotice\b|\bnotif|\bin advance\b|\badvance\b|\bprior\b|\bearlier\b|\breasonabl|\btimely\b|\bin time\b|\bin good time\b|\bin accordance with\b|\bpursuant to\b|\bas (?:set|provided|described|specified)"
    r"|\b(?:no|not) later than\b|\bat least\b|\bless than\b|\bmindestens\b|\bon or before\b|\bby (?:the|\d|[A-Z])|frist|\brechtzeitig|\bvorher|\bspätestens\b|\bgemäß\b|\bnach (?:ziffer|§)|\bangemessen",
    re.IGNORECASE,
)
#: The words of a condition that tells nothing but the end of the term as its last moment: "unless notice is given before the end of
#: the then current term". With any other word ("timely", "November", "the Required Notice") there is more to read.
_PLAIN_WORDS = (
    "unless if not no it this the a an any either one other party parties of customer client provider supplier vendor you we us agreement contract"
    " subscription is are be been has have had was does do gives give given giving receives sends sent serves served notice notices written writing"
    " in by to cancel cancels cancelled canceled cancellation terminate terminates terminated termination non-renewal renew renewal renews"
    " automatically before prior on or at end expiry expiration expires its then current then-current such term period date that intention intent"
    " wish wishes confirm confirms and earlier sooner"
    " wenn er sie es nicht sofern falls denn sei dass der die das dem den des vertrag vertrags von einer eine keine partei parteien seite"
    " gekündigt kündigung kündigt wird werden erfolgt vor ablauf ende zum laufzeit vertragslaufzeit jeweiligen schriftlich textform in kunde anbieter"
)
_PLAIN = frozenset(_PLAIN_WORDS.split())
_VAGUE = re.compile(
    r"\b(?:reasonabl[ey]|sufficient|adequate|appropriate|proper|due|customary)\s+(?:(?:and|prior|advance|written|in)\W+){0,3}(?:notice|notif)"
    r"|\bangemessene[rn]?\s+(?:\w+\s+)?frist|\brechtzeitig\s+(?:\w+\s+){0,3}(?:künd|gekünd|widersp)",
    _I,
)
_EARLY = re.compile(r"^\W*(?:\w+\W+){0,3}?(?:before|prior|ahead|earlier|in advance|vor|vorher|zuvor|preceding)\b", _I)
_OF_AN_END = re.compile(r"\b(?:end|expir\w+|terms?|renew\w*|anniversar\w+|ablauf|ende|\w*laufzeit|vertragsende|verläng\w*)\b", _I)
_AFTERWARDS = re.compile(r"\b(?:after|following|surviv\w+|nach)\b", _I)
_ENDS_IT = re.compile(r"\bnotice\b|\bcancel|\bterminat|künd|\bopt(?:s|ing)? out|\bnon-?renew", _I)
_THEIRS = re.compile(
    r"\b(?:provider|vendor|supplier|licensor|company|contractor|we|anbieter|auftragnehmer|lieferant|wir)\s+(?:may|can|reserves?|shall be entitled|is entitled|kann|können|ist berechtigt)\b",
    _I,
)
_ANY_PARTY = re.compile(
    r"\b(?:either|each|any|both|a) part(?:y|ies)\b|\bcustomer (?:may|can)\b|\byou (?:may|can)\b|\b(?:jede|beide|eine) parteien?\b|\bkunde kann\b",
    _I,
)
_NEAR = 40  # characters
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


def unread(reading: Reading, values: ContractValues, plan: TermPlan, text: str) -> Iterator[Doubt]:
    """Yield where the paper speaks of a notice against its renewal that was not read: no day is then told as the last to act.

    Where only a notice was read with which it may be ended anyway, a sentence counts that leaves its own to a vague word
    ("reasonable notice"), or to a day of the calendar that goes with no term.
    """
    against = next(_against_renewal(reading, values, plan), None)
    exits = against or _ours(reading)
    for sentence in _against(reading):
        words = sentence.flat
        if term_values.renewal_window(words) or term_values.exit_window(words) or (plan.auto_renews and _of_the_calendar(words, plan)):
            continue
        if _by_a_day(words) or (against is None and (_VAGUE.search(words) if exits else _is_open(words))):
            yield Doubt(_UNREAD, ClauseKind.NOTICE, sentence)
    if exits is None and not (reading.auto_renews and not reading.auto_renews.value):
        yield from _seen(reading)
    if exits is None and plan.auto_renews:
        yield from _said_elsewhere(text)


def _ours(reading: Reading) -> NoticeWindow | None:
    """Return a notice with which the operator may end it anyway; one that only the vendor may give is none."""
    stated = [*([reading.notice_days.sentence] if reading.notice_days else ()), *reading.found.get(ClauseKind.NOTICE, ())]
    ours = (sentence.flat for sentence in stated if not _THEIRS.search(sentence.flat) or _ANY_PARTY.search(sentence.flat))
    return next((window for words in ours if (window := term_values.renewal_window(words) or term_values.exit_window(words))), None)


def _said_elsewhere(text: str) -> Iterator[Doubt]:
    """Yield the sentences of a paper that tell by when something ends it, in words that no other reader took for a notice."""
    for sentence in sentences(text):
        words = sentence.flat
        early = any(_EARLY.search(words[one.end : one.end + _NEAR]) for one in lengths_at_most(words))
        if not _OF_AN_END.search(words) or term_values.of_another_matter(words):
            continue
        if early or (_ENDS_IT.search(words) and lengths_at_most(words) and not _AFTERWARDS.search(words) and not _GOES_ON.search(words)):
            yield Doubt(_UNREAD, ClauseKind.NOTICE, sentence)


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
    condition = _after_unless(words)
    if _UNLESS.search(words):
        return not _PLAIN.issuperset(re.findall(r"[^\W\d_][\w-]*|\d+", condition.lower().split(";")[0]))
    return bool(_BY_WHEN.search(condition))


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
    """Return whether a notice that one reader alone read is as long as the renewal beside it, and so most likely that."""
    renewal = reading.renewal_months
    if values.notice is None or values.notice.value.unit != "months" or renewal is None or renewal.value != values.notice.value.length:
        return False
    stated = (sentence.flat for sentence in reading.found.get(ClauseKind.NOTICE, ()))
    read = (term_values.renewal_window(words) or term_values.exit_window(words) for words in stated)
    return not any(window and window.unit == "months" and window.length == renewal.value for window in read)
