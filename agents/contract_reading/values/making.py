"""When a contract was made: the date in its preamble ("made this 2nd day of June"), on its cover, or beside its last signature."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from agents.contract_reading.values.written_dates import WrittenDate

if TYPE_CHECKING:
    from agents.contract_reading.values.paper import Paper

_I = re.IGNORECASE
_HEAD = 9000
_LEAST = 0.2

_OF_ANOTHER = re.compile(
    r"\b(?:that\s+certain|those\s+certain|pursuant\s+to\s+(?:the|an?|that)|amend(?:s|ed|ing)?\s+(?:the|that)|under\s+the|to\s+the|prior|original|existing|previous|between\s+them|certain\s+\w+\s+agreement|said|the\s+(?:[A-Z]\w+\s+){1,5}Agreement"
    r"|statements?\s+(?:of|filed)|period\s+(?:ended|from)|resolution|prospectus|inc\w*\s+on|organi[sz]ed|incorporated\s+on|expir\w+|until|through|terminat\w+|ending|ended|act\s+of|born)\b[^.;]{0,110}$",
    _I,
)
_WEIGHTS = (
    (re.compile(r"\b(?:made|entered(?:\s+into)?|executed|concluded|signed)\b(?!\s+effective)[^.;\d]{0,90}$", _I), 0.9),
    (re.compile(r"\bmade\s+effective\b[^.;]{0,40}$|\bdated\b[^.;]{0,30}$", _I), 0.8),
    (re.compile(r"\bthis\s+(?:the\s+)?$", _I), 0.75),
    (re.compile(r"\bas\s+of(?:\s+the|\s+this)?\s*$", _I), 0.6),
    (re.compile(r"(?:^|[^\w\s]|\s{2}|[A-Z_])\s*(?:dated?|last\s+(?:updated|revised)|agreement\s+date)\s*[:\-]\s*$", _I), 0.66),
    (re.compile(r"\beffective\s+(?:as\s+of|on|from)\s+(?:the\s+|this\s+)?$", _I), 0.55),
    (re.compile(r"\beffective\b[^.;]{0,30}$", _I), 0.5),
)
_UNDER_THE_TITLE = re.compile(r"\b(?:AGREEMENT|CONTRACT|AMENDMENT|ADDENDUM|Agreement|Contract)\s+$")
_BETWEEN = re.compile(
    r"\W{0,3}(?:\(?(?:the\s+)?\W{0,3}(?:\w+\s+){0,2}effective\s*date\W{0,4}\)?)?\W{0,4}(?:is\s+)?(?:made\s+)?(?:,?\s*by\s+and\s+)?(?:between|among)",
    _I,
)
_NAMES_THIS = re.compile(r"\W{0,3}(?:,?\s*is\s+)?\(?(?:the\s+[\"“']|this\s+[\"“'](?:\w+\s+){0,2}?)(?:Agreement|Amendment|Contract)", _I)
_RECITED = re.compile(r"\b(?:WHEREAS|RECITALS?)\b[^.;]*$", _I)
_ENTERED = re.compile(r"\bthis\s+(?:\w+\s+){0,6}?(?:agreement|contract|amendment)\b[^;]{0,40}\b(?:made|entered\s+into)\b[^;]{100,}$", _I)
_HOLDS_FROM = re.compile(r"(?:\d\d|\))\W+and\s+(?:is\s+|shall\s+be\s+)?(?:made\s+)?effective\b[^.;\d]{0,40}$", _I)
_THIS_PAPER = re.compile(
    r"\bthis\s+(?:\w+\s+){0,8}?(?:agreement|contract|amendment|addendum|lease|letter|endorsement|deed)\b|\b(?:WHEREAS|RECITALS?)\b", _I
)
_ANOTHER_PAPER = re.compile(r"\b(?:[A-Z]\w+\s+)(?:Agreement|Note|Letter|Plan|Deed|Lease|Contract|Amendment)\b[^.;]{0,60}$")
_SIGNED = re.compile(r"(?:\bdated?\b|\bdate\s+signed|\bsigned\s+on|\bthis)\s*[:\-_]*\s*(?:the\s+)?$", _I)
_NEAR_SIGNATURE = re.compile(r"/s/|\bby\s*:|\btitle\b|\bname\s*:|\bsignature\b|in\s+witness\s+whereof|\\s\\", _I)
_MARKED = re.compile(r"/s/|\\s\\|\bdated?\b|signature|printed\s+name", _I)
_IN_A_SENTENCE = re.compile(
    r"\b(?:of|the|from|until|through|to|since|ended|ending|after|before|than|and|on|in|by|is|was|for|a|or|filed|between|beginning)\s*$|(?<![/-]\d\d\d)(?<![/-]\d)\d\.?\s*$",
    _I,
)
_SIGNATURES = 3500  # the signatures of one paper stand within so many characters


@dataclass(frozen=True)
class Dated:
    """A day, the place that proves it, and how sure the reading is (0 to 1)."""

    day: date
    start: int
    end: int
    score: float


def made_on(paper: Paper) -> Dated | None:
    """Return the agreement date by the words around it, or None where it is open or not stated."""
    scored = sorted(_preamble(paper), key=lambda found: (-found[0], found[1].start))
    best = scored[0] if scored else None
    if best and best[0] >= 0.6:
        score, one = best
        if one.day is not None:
            return Dated(one.day, one.start, one.end, score)
        return paper.signed_on and replace(paper.signed_on, score=0.5)
    if paper.signed_on is not None:
        return paper.signed_on
    known = [(score, one) for score, one in scored if one.day is not None and score >= _LEAST]
    return Dated(known[0][1].day, known[0][1].start, known[0][1].end, known[0][0]) if known and known[0][1].day else None


def marked_day(paper: Paper, passages: Sequence[tuple[int, int, float]], least: float) -> Dated | None:
    """Return the date for which a finder has the `least` chance, where the words around it tell nothing."""
    for start, end, chance in passages:
        for one in paper.dates_in(start, end):
            if one.day is not None and chance >= least:
                return Dated(one.day, one.start, one.end, chance)
    return None


def _preamble(paper: Paper) -> Iterator[tuple[float, WrittenDate]]:
    for one in paper.dates_in(0, _HEAD):
        if _beside_a_signature(paper, one):
            continue
        before, after = paper.before(one.start, 170), paper.after(one.end, 120)
        yield _preamble_score(paper, one, before, after), one


def _preamble_score(paper: Paper, one: WrittenDate, before: str, after: str) -> float:
    score = next((weight for form, weight in _WEIGHTS if form.search(before)), 0.2)
    if score <= 0.5 and one.start < 2500 and (_alone_on_its_line(paper.text, one) or _UNDER_THE_TITLE.search(before)):
        score = 0.66
    if _BETWEEN.match(after):
        score += 0.12
    if one.day is None:
        score -= 0.1
    if _HOLDS_FROM.search(before):  # "is entered into on one day and made effective as of another"
        score -= 0.2
    if one.start < 2500 and score >= 0.5 and _ENTERED.search(paper.before(one.start, 420)):  # its parties stand between
        score += 0.1
    own = 0.15 if _NAMES_THIS.match(after) and not _RECITED.search(before) else own_paper(before)
    return score + own - min(0.3, one.start / 20000)


def own_paper(before: str) -> float:
    """Weigh whether the date after some words is this paper's or another's ("to the Agreement dated ..."); below 0: another's."""
    found = next(reversed(list(_THIS_PAPER.finditer(before))), None)
    if found is None:
        return -0.5 if _OF_ANOTHER.search(before) or _ANOTHER_PAPER.search(before) else 0.0
    if found.group().upper().startswith(("WHEREAS", "RECITAL")):
        return -0.6
    rest = re.sub(r"\([^()]*\)?", " ", before[found.end() :])
    return -0.5 if _OF_ANOTHER.search(rest) or _ANOTHER_PAPER.search(rest) else 0.1


def _alone_on_its_line(text: str, one: WrittenDate) -> bool:
    line_start = text.rfind("\n", 0, one.start) + 1
    line_end = text.find("\n", one.end)
    around = text[line_start : one.start] + text[one.end : line_end if line_end >= 0 else len(text)]
    return len(re.sub(r"\b(?:dated?|as of|of|on|the)\b|[\W_]", "", around, flags=_I)) <= 2


def signed_on(paper: Paper) -> Dated | None:
    """Return the latest date beside the signatures."""
    beside = [(one, strict) for one in paper.dates if one.day is not None and (strict := _beside_a_signature(paper, one)) is not None]
    labelled = [one for one, strict in beside if strict] or [one for one, _ in beside]
    if not labelled:
        return None
    near = [one for one in labelled if one.start - labelled[0].start <= _SIGNATURES]
    last = max(near, key=lambda one: (one.day or date.min, -one.start))
    return Dated(last.day, last.start, last.end, 0.55) if last.day else None


def _beside_a_signature(paper: Paper, one: WrittenDate) -> bool | None:
    """Return whether the date beside a signature is labelled as its date; None when it stands beside none."""
    around = paper.text[max(0, one.start - 420) : one.end + 220]
    if not _NEAR_SIGNATURE.search(around):
        return None
    before = paper.before(one.start, 40)
    if _SIGNED.search(before) or re.search(r"(?:in\s+witness\s+whereof|signed)[^.]{0,160}$", paper.before(one.start, 200), _I):
        return True
    return False if _MARKED.search(around) and not _IN_A_SENTENCE.search(before) else None
