"""From when a contract holds, with the place that proves it.

The effective date is defined, stated ("shall commence on"), or said to be the day of its making or of its last signature; a contract
that names none holds from the day it was made.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

from agents.contract_reading.values.making import Dated, marked_day, own_paper
from agents.contract_reading.values.paper import Paper, flat

_I = re.IGNORECASE
_FRONT = 4000
_REFERRED = 0.9
_SEEN = 0.3  # a finder's chance for a day from which it is the effective one, which is else taken for the day of its making

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
_LABEL = re.compile(
    r"^[^\S\n]*(?:\d+(?:\.\d+)*\.?[^\S\n]+)?(?:the\s+)?(?:(?:contract|agreement|term|service|subscription)\s+(?:start|commencement)|start|commencement|vertragsbeginn)"
    r"(?:\s+date)?\s*:",
    _I | re.MULTILINE,
)
_STATED = re.compile(
    r"(?:\beffective\s*(?:date)?\s*(?:of\s+(?:this|the)\s+(?:\w+\s+){1,3})?(?:(?:is|are|be|being|shall\s+be|will\s+be|shall\s+mean|beginning|commencing)\s*)?:?\s*(?:as\s+(?:of|from)|on|from|this|upon|beginning(?:\s+on)?|-|:)?"
    r"|\b(?:comes?|came|enters?|entered)\s+into\s+(?:force|effect)\s+(?:on|as\s+of|as\s+from|from|with\s+effect\s+from)|\btakes?\s+effect\s+(?:on|as\s+of|from)|\bwith\s+effect\s+from|\btritt\s+(?:am|zum|mit\s+wirkung\s+(?:vom|zum))|\bgültig\s+(?:ab|seit)|\bvertragsbeginn\s*:?(?:\s+ist(?:\s+der)?)?"
    r"|\b(?:shall|will|to)?\s*(?:commenc|begin|start)\w*\s+(?:on|as\s+of|from|effective)?|\b(?:contract|agreement|term)\s+(?:start|commencement)\s*(?:date)?\s*:|\bcommencement\s+date\s*(?:for\s+\w+\s+under\s+this\s+\w+)?\s*:?|\bstart\s+date\s*:)\s*(?:the\s+|this\s+)?(?:\d\d?:\d\d\s*[ap]\.?m\.?,?\s*(?:\w+\s+){0,3}(?:time)?,?\s*(?:on\s+)?)?$",
    _I,
)


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
    stated = _stated(paper, 0, _FRONT) or _labelled(paper)
    if stated or referred:
        return stated or referred
    for start, end, _ in (*passages, *terms):
        stated = _stated(paper, start, end)
        if stated is not None:
            return stated
    return marked_day(paper, passages, _SEEN) or (replace(made, score=made.score * 0.9) if made else None)


def defined_day(paper: Paper, name: str) -> date | None:
    """Return the day that a name in quotes ("Launch Date") is given, or None."""
    spelled = r"\s+".join(map(re.escape, name.split()))
    for found in re.finditer(rf"{_QUOTE}\s*{spelled}\s*{_QUOTE}", paper.text, _I):
        dated = _at_definition(paper, found)
        if dated:
            return dated.day
    return None


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
        if one.day and told and own_paper(paper.before(one.start, 150)) >= 0:
            return Dated(one.day, one.start, one.end, 0.85)
    return None if start == 0 else _referred_in(paper, start, end)


def _labelled(paper: Paper) -> Dated | None:
    """Return the day beside the label "Contract start:", wherever it stands: forms have it at their end."""
    for found in islice(_LABEL.finditer(paper.text), 3):
        dates = paper.dates_in(found.end(), found.end() + 25)
        if dates and dates[0].day:
            return Dated(dates[0].day, dates[0].start, dates[0].end, 0.85)
    return None


def _referred_in(paper: Paper, start: int, end: int) -> Dated | None:
    words = flat(paper.text[start:end])
    found = re.search(r"\b(?:effective|commenc\w+|begin\w*|(?:in|into)\s+(?:force|effect))\b.{0,110}", words, _I)
    return _referred(paper, found.group()) if found else None
