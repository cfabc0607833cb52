"""When a contract was made, and from when it holds: the agreement date and the effective date, each with the place that proves it.

The paper's date stands in the preamble ("made this 2nd day of June"), on the cover, or beside the last signature. The effective
date is defined, stated ("shall commence on"), or said to be one of those; a contract that names none holds from its date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from agents.contract_reading.values.written_dates import Order, WrittenDate, figure_order, written_dates

_I = re.IGNORECASE
_HEAD = 9000
_FRONT = 4000
_REFERRED = 0.9
_LEAST = 0.2
_SEEN = 0.6  # a finder's chance for a date from which it is the agreement's where the words around tell nothing
_MOST_DATES = 2000  # a contract has some thirty; a hostile text has as many as it likes

_FILING = re.compile(
    r"(?:\b(?:8|10|20|6)-?[KQF](?:SB)?(?:/A)?|\bS-\d{1,2}(?:/A)?|\bSB-2(?:/A)?|\bF-\d{1,2}(?:/A)?|\b424B\d|\bN-\w+|\b485\w+|\b10-?12G(?:/A)?|\bDEF\w+|source:[^\n]{0,80}|filed[^.\n]{0,30})\s*,?\s*$",
    _I,
)
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
_NAMES_THIS = re.compile(r"\W{0,3}(?:,?\s*is\s+)?\(?(?:this|the)\s+[\"“'](?:Agreement|Amendment|Contract)", _I)
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

_QUOTE = "[\"“”'\u2018\u2019`*]"
_NAMED = re.compile(
    rf"{_QUOTE}\s*(?P<name>(?:[A-Z][\w-]*\s+){{0,4}}?(?:Effective|Commencement|Start|EFFECTIVE|COMMENCEMENT|START)\s*D(?:ate|ATE))\s*{_QUOTE}|\((?:the\s+)?(?P<bare>Effective\s+Date|EFFECTIVE\s+DATE)\s*\)"
    r"|\b(?P<plain>(?:Effective|EFFECTIVE)\s+(?:Date|DATE))(?=(?:\s+of\s+(?:this|the)\s+(?:\w+\s+){1,3})?\s*(?:(?:shall\s+|will\s+)?(?:means?\b|be\b|be\s*:)|is\s+(?:the|[A-Z\d])|:))",
)
_BREAK = re.compile(r"(?<![ap]\.m)[.;]\s+[\w\"“]")
_ENDS = re.compile(r"\b(?:expir|terminat|end|until|through)\w*\W+(?:\w+\W+){0,3}$", _I)
_SUBJECT = re.compile(
    r"\b(?:agreement|contract|amendment|addendum|term|period|appointment|venture|services|engagement|employment|vertrag|laufzeit)\b", _I
)
_MOVES = re.compile(r"\b(?:commenc|begin|start)\w*\s*(?:on|as\s+of|from|effective)?\s*(?:the\s+|this\s+)?$", _I)
_REFERENCE = re.compile(
    r"(?:date\s+(?:first\s+)?(?:set\s+forth|written|stated|above|appearing|indicated|listed|mentioned|specified|given|hereof|entered)|date\s+of\s+(?:this|the)\s+(?:\w+\s+){0,2}(?:agreement|contract|amendment|addendum)"
    r"|(?:first|last|date)\s+(?:\w+\s+)?(?:above\s+)?(?:written|above)|date\s+(?:first\s+)?(?:above|below)|day\s+and\s+year\s+(?:first\s+)?(?:above|written|set|herein)|herein\s*above\s+(?:first\s+)?written)",
    _I,
)
_SIGNING = re.compile(
    r"(?:date|day|time)s?\s+(?:\w+\s+){0,5}?(?:signed|executed|signature|execution|shown\s+by\s+the\s+signatures|signatory)|(?:last|latest|later|final)\s+(?:\w+\s+){0,4}?(?:signature|signed|signatory|execut\w+|dates?\b)|(?:upon|on)\s+(?:the\s+)?(?:\w+\s+){0,2}?(?:execution|signatures?|signing)|is\s+signed\s+by|been\s+signed\s+by|both\s+parties\s+(?:have\s+)?sign",
    _I,
)
_STATED = re.compile(
    r"(?:\beffective\s*(?:date)?\s*(?:of\s+(?:this|the)\s+(?:\w+\s+){1,3})?(?:(?:is|are|be|being|shall\s+be|will\s+be|shall\s+mean|beginning|commencing)\s*)?:?\s*(?:as\s+(?:of|from)|on|from|this|upon|beginning(?:\s+on)?|-|:)?"
    r"|\b(?:comes?|came|enters?|entered)\s+into\s+(?:force|effect)\s+(?:on|as\s+of|as\s+from|from|with\s+effect\s+from)|\btakes?\s+effect\s+(?:on|as\s+of|from)|\bwith\s+effect\s+from|\btritt\s+(?:am|zum|mit\s+wirkung\s+(?:vom|zum))|\bgültig\s+(?:ab|seit)|\bvertragsbeginn\s*:?(?:\s+ist(?:\s+der)?)?"
    r"|\b(?:shall|will|to)?\s*(?:commenc|begin|start)\w*\s+(?:on|as\s+of|from|effective)?|\b(?:contract|agreement|term)\s+(?:start|commencement)\s*(?:date)?\s*:|\bcommencement\s+date\s*(?:for\s+\w+\s+under\s+this\s+\w+)?\s*:?|\bstart\s+date\s*:)\s*(?:the\s+|this\s+)?(?:\d\d?:\d\d\s*[ap]\.?m\.?,?\s*(?:\w+\s+){0,3}(?:time)?,?\s*(?:on\s+)?)?$",
    _I,
)


@dataclass(frozen=True)
class Dated:
    """A day, the place that proves it, and how sure the reading is (0 to 1)."""

    day: date
    start: int
    end: int
    score: float


class Paper:
    """A contract's text with its dates found once. `marked` are passages in which a finder saw the agreement date, best first."""

    def __init__(self, text: str, order: Order | None = None, marked: Sequence[tuple[int, int, float]] = ()) -> None:
        self.text = text
        self.marked = marked
        self._order = order

    @cached_property
    def order(self) -> Order:
        """Which figure of a date in figures is the month."""
        return figure_order(self.text) if self._order is None else self._order

    @cached_property
    def dates(self) -> tuple[WrittenDate, ...]:
        """Every date but those of the filing that the page breaks name."""
        return tuple(one for one in written_dates(self.text, self.order)[:_MOST_DATES] if not self._is_of_a_filing(one))

    def dates_in(self, start: int, end: int) -> tuple[WrittenDate, ...]:
        """Return the dates that begin between two places."""
        return tuple(one for one in self.dates if start <= one.start < end)

    def before(self, place: int, length: int) -> str:
        """Return the words before a place, on one line."""
        return _flat(self.text[max(0, place - length) : place])

    def after(self, place: int, length: int) -> str:
        """Return the words after a place, on one line."""
        return _flat(self.text[place : place + length])

    def find(self, words: str) -> tuple[date, ...]:
        """Return the whole dates in some words of the paper."""
        return tuple(one.day for one in written_dates(words, self.order) if one.day)

    def defined(self, name: str) -> date | None:
        """Return the day that a name in quotes ("Launch Date") is given, or None."""
        spelled = r"\s+".join(map(re.escape, name.split()))
        for found in re.finditer(rf"{_QUOTE}\s*{spelled}\s*{_QUOTE}", self.text, _I):
            dated = _at_definition(self, found)
            if dated:
                return dated.day
        return None

    def _is_of_a_filing(self, one: WrittenDate) -> bool:
        return bool(_FILING.search(self.text[max(0, one.start - 90) : one.start].replace("\n", " ")))

    @cached_property
    def made_on(self) -> Dated | None:
        """The agreement date, or None where it is open or not stated."""
        return _made_on(self) or _marked(self, self.marked)

    @cached_property
    def signed_on(self) -> Dated | None:
        """The latest date beside the signatures."""
        return _signed_on(self)


def _flat(words: str) -> str:
    return re.sub(r"\s+", " ", words)


def _made_on(paper: Paper) -> Dated | None:
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


def _marked(paper: Paper, passages: Sequence[tuple[int, int, float]]) -> Dated | None:
    """Return the date that a finder is sure of, where the words around it tell nothing."""
    for start, end, chance in passages:
        for one in paper.dates_in(start, end):
            if one.day is not None and chance >= _SEEN:
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
    own = 0.15 if _NAMES_THIS.match(after) else _own_paper(before)
    return score + own - min(0.3, one.start / 20000)


def _own_paper(before: str) -> float:
    """Weigh whether the date is this paper's or another's ("to the Agreement dated ...")."""
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


def _signed_on(paper: Paper) -> Dated | None:
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


def effective_on(
    paper: Paper, passages: Sequence[tuple[int, int, float]] = (), terms: Sequence[tuple[int, int, float]] = ()
) -> Dated | None:
    """Return from when the contract holds: stated in its head, defined, stated in a passage, or the day it was made."""
    made, referred = paper.made_on, None
    for found in _NAMED.finditer(paper.text):
        dated = _at_definition(paper, found)
        if dated is not None and dated.score > _REFERRED:
            return dated
        referred = referred or dated
    stated = _stated(paper, 0, _FRONT)
    if stated or referred:
        return stated or referred
    for start, end, _ in (*passages, *terms):
        stated = _stated(paper, start, end)
        if stated is not None:
            return stated
    return _marked(paper, passages) or (replace(made, score=made.score * 0.9) if made else None)


def _at_definition(paper: Paper, found: re.Match[str]) -> Dated | None:
    means = re.match(
        r"[\s,:)\]]*(?:(?:shall|will|has\s+the|of\s+(?:this|the)\s+\w+)\s+){0,2}(?:mean|be\b|is\b|refer|:)",
        paper.text[found.end() : found.end() + 60],
        _I,
    )
    if not means:
        before = paper.before(found.start(), 130)
        near = [
            one
            for one in paper.dates_in(max(0, found.start() - 130), found.start())
            if not _BREAK.search(paper.text[one.end : found.start()])
        ]
        if near and near[-1].day and found.start() - near[-1].end < 70:
            return Dated(near[-1].day, near[-1].start, near[-1].end, 0.95)
        return _referred(paper, before[-110:])
    after = paper.after(found.end(), 200)
    dates = paper.dates_in(found.end(), found.end() + 170)
    if dates and dates[0].day and not _BREAK.search(paper.text[found.end() : dates[0].start]):
        return Dated(dates[0].day, dates[0].start, dates[0].end, 0.95)
    return _referred(paper, _BREAK.split(after)[0])


def _referred(paper: Paper, words: str) -> Dated | None:
    """Return the day that words like "the date first written above" point at."""
    if re.search(r"\bday\s+(?:after|following)\b", words, _I) and _SIGNING.search(words) and paper.signed_on:
        return replace(paper.signed_on, day=paper.signed_on.day + timedelta(days=1), score=0.8)
    if _SIGNING.search(words):
        signed = paper.signed_on or paper.made_on
        return signed and replace(signed, score=0.8)
    if _REFERENCE.search(words) and paper.made_on:
        return replace(paper.made_on, score=_REFERRED)
    return None


def _stated(paper: Paper, start: int, end: int) -> Dated | None:
    for one in paper.dates_in(start, end):
        before = paper.before(one.start, 110)
        told = _STATED.search(before) and (_SUBJECT.search(before) or not _MOVES.search(before)) and not _ENDS.search(before)
        if one.day and told and _own_paper(paper.before(one.start, 150)) >= 0:
            return Dated(one.day, one.start, one.end, 0.85)
    return None if start == 0 else _referred_in(paper, start, end)


def _referred_in(paper: Paper, start: int, end: int) -> Dated | None:
    words = _flat(paper.text[start:end])
    found = re.search(r"\b(?:effective|commenc\w+|begin\w*|(?:in|into)\s+(?:force|effect))\b.{0,110}", words, _I)
    return _referred(paper, found.group()) if found else None
