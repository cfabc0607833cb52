"""How long it binds and how it ends, as single sentences state it.

Each reader takes the words of one sentence, on one line with plain quotes, and returns what they state, or None.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from agents.contract_reading.values.stretches import Stretch, lengths, lengths_at_most
from agents.contract_reading.values.windows import window_of
from agents.contract_reading.values.written_dates import MONTHS, whole_dates
from memory.domain.days import add_months
from memory.domain.terms import NoticeWindow

_I = re.IGNORECASE
_AFTER_NOTICE = re.compile(
    r"^\s*(?:'s?\s*)?(?:or (?:more|longer|earlier)\s+)?(?:(?:of\s+)?(?:prior|advance|previous|written|further)\b|(?:(?!(?:unless|if|and|or|save|except|subject|upon|on|by|with|without|provided|where|when|wenn|falls|sofern|but|the|each|terms?|periods?)\b)\w+\s+){0,2}notice\b|before\b|in advance\b|ahead\b|vor\b|zum\b|frist)",
    _I,
)
_BEFORE_NOTICE = re.compile(
    r"(?:notice (?:period )?(?:of|is)(?: (?:at least|not less than|no less than))?|frist(?: (?:von|beträgt|ist)|:)(?: mindestens)?|notice(?: period)?:|spätestens|with)\s*$",
    _I,
)
_OPENS = re.compile(r"[^.;]{0,30}\b(?:and|nor|but|or)\s+(?:in no event\s+)?(?:not?\s+)?(?:more|earlier|sooner) than\s*", _I)
_ENDING = re.compile(r"\brenew|\bend of (?:the|its|such|any|each)\b|\bexpir|\bthen[- ]current\b|\bverlänger|\bablauf|\bende der", _I)
#: "During the 30-day notice period, Customer may terminate": a time in which, not a notice that is needed.
_IN_NOTICE = re.compile(r"\b(?:during|within|in) (?:the|this|that|such)\b[^.;]{0,30}\bnotice period", _I)
_OTHER_NOTICE = re.compile(
    r"\bbreach|\bcure|\bremed|\bprices?\b|\bfees?\b|\bincident|\binvoic|\bexport|\brefund|\bdefault|\bpreis|\bvat\b|\bdue date\b|\b(?:debit|credit) card\b"
    r"|\binsolv|\bbankrupt|\bforce majeure|höhere[rn]? gewalt|au(?:ß|ss)erordentlich|wichtige[mn] grund|verzug\b|\bfor cause\b",
    _I,
)
#: "the Convention on Contracts for the International Sale of Goods dated 11.4.1980"
_OF_A_LAW = re.compile(r"\b(?:convention|directive|regulations?|act|übereinkommens?|verordnung|richtlinie|gesetz\w*)\b[^;]{0,90}$", _I)
#: "seven days' notice before the changes take effect, during which you may end it": the notice is theirs.
_OF_A_CHANGE = re.compile(
    r"\b(?:changes?|modif\w+|amend\w+|updates?)\b[^.;]{0,40}\b(?:terms|agreement|takes? effect|become effective)|\bänder\w*\b[^.;]{0,40}\b(?:bedingungen|agb)",
    _I,
)
#: "upon termination, 30 days' notice to collect its data"
_TO_FETCH = re.compile(
    r"\b(?:collect|retriev\w*|download\w*|migrat\w*|remove|copy)\b[^.;]{0,40}\b(?:data|content|files?|materials?)\b"
    r"|\bdaten\b[^.;]{0,60}\b(?:abzuholen|herunter\w+|exportier\w*|(?:zu )?sichern)\b",
    _I,
)
_NO_RENEWAL = re.compile(
    r"\b(?:not|no|never|without)\b[^.;]{0,40}\brenew|\bends? (?:automatically )?(?:at|on|with) the (?:end|expiry)|nicht (?:automatisch )?verläng|keine (?:automatische )?verläng"
    r"|renew(?:ed|al)? (?:only )?(?:by|upon|with)[^.;]{0,20}(?:mutual|written) (?:written )?(?:agreement|consent)|\bmay (?:be )?(?:renew|extend)|option to renew",
    _I,
)
_RENEWS = re.compile(
    r"\bautomatic(?:ally)?\b[^.;]{0,60}(?:\brenew|\bextend|\bcontinu)|(?:\brenews?|\brenewed|\bextended?)\b[^.;]{0,60}\bautomatic|\b(?:shall|will) (?:then |thereafter )?(?:be )?(?:renew|continue (?:on a )?month)"
    r"|\brenews\b|\bsuccessive\b|month[- ]to[- ]month|verlängert (?:(?:er|sie|es|dieser|der vertrag|das abonnement|die laufzeit) )?sich|from month to month|\bcontinues? for (?:an? |one |each )?(?:further|additional|another|successive)\b|automatische verlängerung|\bprolong(?:s|ed)\b|\brenew(?:s|ed) tacitly|\btacitly renew",
    _I,
)
_INITIAL = re.compile(
    r"\b(?:initial|minimum|fixed|first|subscription|contract|base)\s+(?:subscription\s+|contract\s+)?(?:term|period|commitment)\b|(?<!renewal )(?<!extension )(?<!further )\bterm\s*(?::|is|of|shall be)|\bin (?:full )?(?:force|effect) for|laufzeit|vertragsdauer|\bfür die dauer von|\bvertrag läuft|\bconcluded for|\bfor a (?:term|period) of",
    _I,
)
#: What else has a term of its own; the paper's own words between it and the length make the length the paper's again.
_OF_ANOTHER = re.compile(
    r"\b(?:insur\w+|polic(?:y|ies)|warrant\w*|guarant\w+|gewährleist\w*|garantie\w*|cure|remed\w+|breach\w*|default\w*|confidential\w*|secre\w+|vertraulich\w*|geheimhalt\w*"
    r"|solicit\w*|non-?compet\w*|surviv\w*|escrow|retain\w*|retention|aufbewahr\w*|(?:after|following) (?:the |its |any )?(?:termination|expir\w+))\b",
    _I,
)
_THIS_PAPER = re.compile(
    r"\b(?:this|the|our|your|dieser?|der|das|die) (?:[\w-]+ ){0,2}?(?:agreement|contract|order|subscription|terms?|engagement|appointment|vertrag\w*|\w*laufzeit)\b",
    _I,
)
#: "during the term of this Agreement and for a period of six months following its expiration"
_LASTS_ON = re.compile(
    r"\s*(?:following|after|from|beyond|nach)\s+(?:the |its |any |such )?(?:earlier )?(?:termination|expir\w+|end\b|beendigung|ende\b|ablauf)",
    _I,
)
_UNTIL = re.compile(
    r"\b(?:läuft|gilt|dauert|endet|befristet|abgeschlossen|geschlossen)\b[^.;]{0,40}?\b(?:bis|am|ablauf des)\s+(?:zum\s+|einschließlich\s+|einschl\.\s+|ende des\s+)*"
    r"|\b(?:ends?|expires?|terminates?)\s+(?:automatically\s+)?on\s+|\b(?:continues?|remains?|runs?|lasts?|force|effect)\s+(?:\w+\s+){0,4}?(?:until|through|to)\s+(?:and\s+including\s+)?",
    _I,
)
_OWN_TERM = re.compile(
    r"(?:erst|grund|mindest)(?:vertrags)?laufzeit|(?:initial|minimum|fixed|first|subscription|contract|base)\b|(?:mindest)?vertragslaufzeit",
    _I,
)
_LATER = re.compile(r"\brenew|\bsuccessive|\bthereafter|\bnotice\b|\badditional\b|\bextend|\bprolong|\bverläng|\bafter the\b", _I)


def effective_date(words: str) -> date | None:
    """Return the date on which it takes effect: the one after the words that say so, else the only one there."""
    return _date_after(r"\beffect|\bcommenc|\bstart|\bbeginn|\bwirkung|\bkraft\b", words)


def paper_date(words: str) -> date | None:
    """Return the date the paper bears, which holds where no other start is stated."""
    return _date_after(r"\bentered\b|\bdated\b|\bmade\b", words)


def _date_after(form: str, words: str) -> date | None:
    word = re.search(form, words, _I)
    found = [(at, day) for at, day in whole_dates(words) if not _OF_A_LAW.search(words[:at])]
    if word is None or not found:
        return None
    after = [day for at, day in found if at >= word.start()]
    before_only = found[0][1] if len(found) == 1 else None
    return after[0] if after else before_only


def initial_months(words: str) -> int | None:
    """Return the length of the first term in months."""
    if re.search(r"month[- ]to[- ]month|no minimum term", words, _I):
        return 1
    for word in _INITIAL.finditer(words):
        for length in lengths(words):
            between = words[word.end() : length.start]
            near = -40 <= length.start - word.end() <= 90
            after_it = words[length.end : word.start()] if length.end <= word.start() else ""
            own = near and len(after_it) <= 1 and not _LATER.search(between) and not is_notice(words, length)
            if length.months and own and not _is_of_another(words, word, length):
                return length.months
    return None


def is_of_another(words: str) -> bool:
    """Return whether words that state a length state it of an insurance, a warranty or the like, and not of the paper."""
    return bool(_OF_ANOTHER.search(words)) and not _THIS_PAPER.search(words)


def _is_of_another(words: str, word: re.Match[str], length: Stretch) -> bool:
    """Return whether the term is that of an insurance, a warranty, a cure or the like: "the policy remains in force for two years"."""
    if _LASTS_ON.match(words[length.end :]):
        return True
    before = words[: word.start()]
    subject = next(reversed(list(_OF_ANOTHER.finditer(before))), None)
    if subject is not None:
        between = words[subject.end() : word.end()]
        return not _THIS_PAPER.search(between) and not (_OWN_TERM.match(word.group()) and re.search(r"[,:;]", between))
    return (
        not _OWN_TERM.match(word.group())
        and not _THIS_PAPER.search(before)
        and bool(_OF_ANOTHER.search(words[length.end : length.end + 60]))
    )


def months_until(words: str, start: date) -> int | None:
    """Return the whole months from `start` to the last day stated, or None."""
    if is_of_another(words) or not re.search(r"\buntil\b|\bends? on\b|\bexpires? on\b|\bthrough\b|\bbis\b|\bendet am\b", words, _I):
        return None
    for _, day in whole_dates(words):
        for end in (day, day + timedelta(days=1)):
            months = (end.year - start.year) * 12 + end.month - start.month
            if months > 0 and add_months(start, months) == end:
                return months
    return None


def last_day(words: str, after: date) -> date | None:
    """Return the day up to which it says to run ("läuft zunächst bis zum 31. Dezember 2026"), if that is later than `after`."""
    for word in _UNTIL.finditer(words):
        tail = words[word.end() :]
        day = next((day for at, day in whole_dates(tail) if at <= 1), None)
        if day and day > after and not _OF_ANOTHER.search(words[: word.start()]):
            return day
    return None


_YEARLY = re.compile(
    r"\b(?:annual(?:ly)?|yearly|year[- ]to[- ]year|(?:each|every) (?:calendar )?year|jährlich|von jahr zu jahr)\b"
    rf"|\b(?:(?:on )?(?:each|every)(?: following| subsequent)?|jeden|jeweils (?:am|zum)) (?:\d{{1,2}}(?:st|nd|rd|th|\.)?(?: day of)? (?:{'|'.join(MONTHS)})|(?:{'|'.join(MONTHS)}) \d{{1,2}})\b",
    _I,
)


def auto_renews(words: str) -> bool | None:
    """Return whether it goes on by itself, or None when the words do not say."""
    if _NO_RENEWAL.search(words) and not re.search(r"\bunless\b|\bautomatically renews\b", words, _I):
        return None if renewal_notice(words) else False  # "60 days' notice that it shall not renew" does not say that it does not
    return True if _RENEWS.search(words) else None


def renewal_months(words: str, initial: int | None) -> int | None:
    """Return by how many months it renews each time; "for the same period" is the initial term."""
    word = re.search(r"\brenew|\bsuccessive|\bextend|\bprolong|\bverläng|month[- ]to[- ]month|from month to month", words, _I)
    if word is None or auto_renews(words) is False:
        return None
    if re.search(r"month[- ]to[- ]month|monthly|monatlich|from month to month", words[word.start() :], _I):
        return 1
    for length in lengths(words):
        if length.start >= word.start() and length.months and not is_notice(words, length):
            return length.months
    if re.search(r"same (?:length|period|duration|term)|equal (?:to|in length|length|duration|periods?)|gleiche", words, _I):
        return initial
    return 12 if _YEARLY.search(words[word.start() :]) else None


def renewal_notice(words: str) -> int | None:
    """Return the days of notice that keep it from renewing."""
    return _days(_notice(words)) if _is_against_renewal(words) else None


def renewal_window(words: str) -> NoticeWindow | None:
    """Return the notice that keeps it from renewing, as a window on the calendar."""
    return _window(words) if _is_against_renewal(words) else None


def exit_notice(words: str) -> int | None:
    """Return the days of notice with which it may be ended, where no notice against renewal is stated."""
    return _days(_notice(words)) if _is_exit(words) else None


def exit_window(words: str) -> NoticeWindow | None:
    """Return the notice with which it may be ended, as a window on the calendar."""
    return _window(words) if _is_exit(words) else None


def may_end_it(words: str) -> bool:
    """Return whether a sentence tells how one keeps it from renewing, or ends it."""
    return _is_against_renewal(words) or _is_exit(words)


def of_another_matter(words: str) -> bool:
    """Return whether a sentence tells of a breach, a price, an invoice, an insurance or the like, whatever it says of an end beside it."""
    return bool(_OTHER_NOTICE.search(words) or _OF_A_CHANGE.search(words)) or is_of_another(words)


def of_something_else(words: str) -> bool:
    """Return whether a sentence tells of a notice of something else: of a breach, a price, an invoice."""
    return bool(_OTHER_NOTICE.search(words)) and not _ENDING.search(words)


def _is_against_renewal(words: str) -> bool:
    return bool(_ENDING.search(words)) and not _OTHER_NOTICE.search(words)


def _is_exit(words: str) -> bool:
    other = any(of_another.search(words) for of_another in (_OTHER_NOTICE, _IN_NOTICE, _OF_A_CHANGE, _TO_FETCH))
    return bool(re.search(r"\bterminat|\bcancel|künd", words, _I)) and not other


def _days(length: Stretch | None) -> int | None:
    return length.days_at_most if length else None


def _window(words: str) -> NoticeWindow | None:
    length = _notice(words)
    if length is None:
        return None
    return window_of(length, words) or NoticeWindow(length=length.days_at_most or 0)


def _notice(words: str) -> Stretch | None:
    """Return the longest notice. Of "not less than 30 days and not more than 90 days" the first is the notice, the second opens the window."""
    stated = lengths_at_most(words)
    found = []
    for before, length in zip((None, *stated), stated, strict=False):
        if is_notice(words, length):
            opens = before and _OPENS.fullmatch(words[before.end : length.start])
            found.append(before if opens and before else length)
    return max(found, key=lambda length: length.days_at_most or 0, default=None)


def is_notice(words: str, length: Stretch) -> bool:
    """Return whether a length is that of a notice, by the words around it."""
    return bool(
        _AFTER_NOTICE.search(words[length.end : length.end + 40]) or _BEFORE_NOTICE.search(words[max(0, length.start - 40) : length.start])
    )
