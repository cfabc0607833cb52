"""When a contract ends by itself: a day that is stated, a length counted from its start, or never ("until terminated").

A length that is counted from an event whose day the paper does not tell ("three years from the Launch Date") gives the earliest
day only, as if the event came with the start: whoever acts by it is never late.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, islice

from agents.contract_reading.values.clauses import sentence_around
from agents.contract_reading.values.making import Dated
from agents.contract_reading.values.paper import Paper
from agents.contract_reading.values.starting import defined_day
from agents.contract_reading.values.stated_ends import NOT_AN_END, stated_end
from agents.contract_reading.values.stretches import Stretch, stretches
from agents.contract_reading.values.written_dates import ORDINALS
from memory.domain.days import add_months, month_end

_I = re.IGNORECASE
Passages = Sequence[tuple[int, int, float]]

_DAY_BEFORE = re.compile(r"\b(?:day|date)\s+(?:immediately\s+)?(?:prior\s+to|before|preceding)\s+(?:the\s+|its\s+)?$", _I)
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
_ANNIVERSARY = re.compile(
    rf"(?:\b(?P<word>{_ORDINAL})|\b(?P<figure>\d{{1,2}})\s?(?:st|nd|rd|t\s?h))\s*(?:\(\s*\d+\s*(?:st|nd|rd|t\s?h)?\s*\)\s*)?(?:full\s+)?(?:year\s+)?anniversary(?:\s+date)?(?:\s+(?:of|from)\s+(?P<base>.{{0,60}}))?"
    rf"|(?P<years>\d{{1,2}}|\w+)\s*(?:\(\d+\)\s*)?-?years?\s+anniversary(?:\s+of\s+(?P<base2>.{{0,60}}))?|\bend\s+of\s+(?:contract\s+)?year\s+(?P<nth>\d+)\b",
    _I | re.DOTALL,
)
_NOT_A_TERM_BEFORE = re.compile(
    r"(?:notice(?:\s+period)?(?:\s+of)?|prior|renew\w*|success\w+|extend\w*|extension|additional|further|cure|within|not\s+less\s+than|no\s+less\s+than|upon|by\s+giving|with|every|each|up\s+to|more\s+than|after\s+such|last|subsequent|such)\W*(?:at\s+least\W*)?(?:\w+\s+){0,2}\W*$",
    _I,
)
_GOING_ON = re.compile(r"\b(?:renew|verläng|(?<!shall\s)(?<!will\s)extend|extend\w|extension|prolong)\w*\W+(?:\w+\W+){0,8}$", _I)
#: "with six weeks' notice to the end of a calendar quarter": no length of a term.
_END_OF, _ANY = re.compile(r"\bend\s+of\s+$", _I), re.compile(r"an?\s+(?:calendar\s+)?(?:week|month|quarter|year)$", _I)
_FURTHER = re.compile(r"\b(?:additional|further|successive|renewal)\b", _I)
_NOT_A_TERM_AFTER = re.compile(
    r"^\W*(?:['\u2019]s?\s*)?(?:(?:(?!unless|if|and|or|subject|but)\w+\s+){0,3}(?:notice|prior|before|advance|written)\b|(?:of\s+)?renewal|extension|cure|of\s+(?:age|interest)"
    r"|(?:after|following|from|of)\s+(?:(?:the|such|any|its|said|a)\s+)?(?:\w+\s+){0,2}?(?:terminat\w*|election|notice|breach|default|death|change\s+(?:of|in)\s+control))",
    _I,
)
_TERM_BEFORE = re.compile(
    r"\b(?:term|period|for|continu\w+|expir\w*|ending|end|terminat\w*|date|remain\w*|valid|duration|effect|force|until|least|laufzeit|für|dauer|is|be|date\s+that\s+is|of|after)\b",
    _I,
)
_FROM_START = re.compile(
    r"\b(?:effective\s+date|commencement\s+date|start\s+date|date\s+(?:hereof|of\s+(?:th(?:is|e)|its|signing|signature|execution|the\s+last|last|both)|first|set\s+forth|on\s+which\s+this|signed|above|thereof|executed)|hereof|execution|signature|signing|thereafter|there\s?from|(?:such|said|that|this)\s+date|inception|agreement\s+date|inkrafttreten|vertragsbeginn|vertragsschluss|unterzeichnung)\b|^\W*(?:each\W+)?(?:the\s+)?agreement",
    _I,
)
_COUNTED_FROM = re.compile(
    r"^\W*(?:\([^()]{0,60}\)\W*)?(?:period|term)?\W*(?:\w+\s+){0,2}?(?:(?:commencing|beginning|starting|counted|calculated)\s+(?:on|from|as\s+of|as\s+from|with|upon)?|from(?:\s+and\s+after)?|following|after|subsequent\s+to|of|ab|nach|as\s+of|with)\s+(?P<base>.{0,110})",
    _I | re.DOTALL,
)
_EVENT = re.compile(
    r"\b(?:launch\w*|deliver\w*|first\s+(?:commercial|purchase|sale|shipment|flight|use|public)|completion|approval|closing|opening|acceptance|installation|go[- ]?live|opens?|operation\w*|RF\w?S|service\s+ready|receipt|[A-Z]\w+\s+(?:\w+\s+)?Date)\b"
)
_HAPPENING = re.compile(r"\b(?:closing|completion|acceptance|sale|launch|approval)\s+of\b", _I)
_NEVER = re.compile(
    r"\b(?:perpetual(?:ly)?|in\s+perpetuity|indefinite(?:ly)?|unbestimmte\s+(?:zeit|dauer)|unbefristet|evergreen|(?:until|till)(?:\s+(?:and|or)\s+(?:until|unless))?\W+(?:[^.;]{0,90}\W)?(?:terminat|cancel|gives?\s+notice|giving|resign)\w*"
    r"|for\s+perpetuity|thereafter\W+unless\s+terminated|shall\s+terminate\s*(?:upon|automatically|as\s+to|on\s+the\s+exercise|and\W+subject)|(?:may|shall|will|can)\s+(?:only\s+)?(?:be\s+)?(?:terminated?|end(?:ed)?)\s+(?:[^.;]{0,40})?(?:by|upon|on|at\s+the\s+option|when|if)|at\s+the\s+option\s+of\s+(?:any|either)\s+party|expire\s+if|following\s+a\s+written\s+notice|ending\s+(?:on|upon|with)\s+the\s+(?:expiration|expiry|termination)|continue\s+until\s+the\s+expiration)\b",
    _I,
)
_TERM_SENTENCE = re.compile(
    r"(?:\b(?:initial\s+)?term\s+(?:of\s+th(?:is|e)\s+\w+(?:\s+agreement)?\s*)?(?:\([^()]{0,60}\)\s*)?(?:shall|will|is|commences?|begins?|expires?|means)\b|\bth(?:is|e)\s+(?:\w+\s+){0,2}?(?:agreement|contract|addendum)\s+(?:shall|will|is|becomes?|commences?|expires?|terminates?|takes?|comes?)\b"
    r"|[\"“](?:initial\s+)?term[\"”]\s+(?:shall\s+)?(?:mean|be|is)|\b(?:expiration|expiry|termination|end)\s+date\s*[:\"”“]|\b(?:contract|agreement)\s+end\s*:|\bterm\s*:|\b(?:vertrags)?laufzeit\b)",
    _I,
)
_DEFINED_END = re.compile(
    r"[\"\u201c]\s*(?P<name>(?:\w+\s+){0,2}?(?:Term|Period|TERM|PERIOD|(?:Expiration|Expiry|Termination|End|EXPIRATION|TERMINATION)\s+D(?:ate|ATE)|End\s+of\s+Term))\s*[\"\u201d]"
    r"|\b(?P<label>(?:Expiration|Expiry|Termination|End|EXPIRATION|TERMINATION)\s+D(?:ate|ATE))\s*(?=:|\d)"
)
_WILL = re.compile(
    r"\b(?:agreement|contract|appointment|employment)\s+(?:may|shall|will|can)\s+(?:be\s+)?terminat\w+\W+(?:\(\w\)\W+)?(?:at\s+(?:any\s+time|the\s+option)|by\s+(?:either|any)|upon|without\s+cause)",
    _I,
)
_ENOUGH = 3
_SURE, _HARDLY = 0.5, 0.2  # the finder's chances for a passage: it is the term clause, it is hardly
_STOP = re.compile(r"(?<![A-Z\d])(?<!Mr)(?<!No)(?<!St)(?<!nc)(?<!td)\.(?=\s+[A-Z(\"“\d])")
_TERM_WORDS = re.compile(
    r"\b(?:commenc|begin|continu|remain|expire|terminate|end|effect|force|valid|period|month|year|until|through|läuft|endet|jahr|monat)\w*",
    _I,
)


@dataclass(frozen=True)
class Ending:
    """How it ends: on `day`, or `never` by itself; the length of its first term where that is how it is said.

    Not `exact`: the length is counted from an event whose day the paper does not tell; `day` is then the earliest possible end. `counted`: `day` is as long after the start as is said, so the last day is the one before.
    """

    start: int
    end: int
    day: date | None = None
    never: bool = False
    exact: bool = True
    counted: bool = False
    length: Stretch | None = None

    @property
    def short(self) -> str | None:
        """The normal form: `2027-01-31` or `perpetual`."""
        return self.day.isoformat() if self.day else ("perpetual" if self.never else None)


def ends_on(paper: Paper, passages: Passages, began: Dated | None) -> Ending | None:
    """Return how the contract ends by itself, from the best passage that tells it, else from the paper's own term clause.

    A day that the paper states goes before one counted from an event it does not date, and before an end that never comes.
    """
    told: list[Ending] = []
    start_day = began.day if began else None
    own = ((start, end, 0.0) for start, end in chain(_defined_ends(paper, passages), _own_passages(paper)))
    for start, end, chance in chain(passages, own):
        found = _read(paper, start, _whole(paper.text, start, end), start_day)
        if found is None or _is_doubtful(found, chance, told, passages):
            continue
        if found.day and found.exact:
            return found
        told.append(found)
        if len(told) >= _ENOUGH:
            break
    dated = next((one for one in told if one.day or one.length), None)
    return dated if dated and (dated is told[0] or not told[0].never) else (told[0] if told else _at_will(paper))


def _is_doubtful(found: Ending, chance: float, told: Sequence[Ending], passages: Passages) -> bool:
    """Return whether the finder's surest passage speaks against an end read elsewhere.

    A length in another place is most often that of something else; where that passage told that the paper goes on until somebody
    ends it, so is a day in a passage the finder hardly believes in.
    """
    if not passages or passages[0][2] < _SURE or chance >= _SURE:
        return False
    return found.counted or (bool(told) and told[0].never and 0 < chance < _HARDLY)


def _at_will(paper: Paper) -> Ending | None:
    """Return that it never ends by itself where the only end spoken of is a party's notice."""
    found = _WILL.search(paper.text)
    return Ending(found.start(), found.end(), never=True) if found else None


def _defined_ends(paper: Paper, passages: Passages) -> Iterator[tuple[int, int]]:
    """Yield where the names that the term clauses use ("Expiration Date", "Contract Period") are given their meaning."""
    told = " ".join(paper.text[start:end] for start, end, _ in passages)
    for found in islice(_DEFINED_END.finditer(paper.text), 12):
        name = " ".join((found["name"] or found["label"]).split())
        if name.lower() in told.lower() or not passages or found["label"]:
            yield sentence_around(paper.text, found.start(), found.end())


def _own_passages(paper: Paper) -> Iterator[tuple[int, int]]:
    for found in islice(_TERM_SENTENCE.finditer(paper.text), 60):
        start = max(paper.text.rfind(". ", 0, found.start()) + 2, paper.text.rfind("\n\n", 0, found.start()) + 2, found.start() - 160)
        end = _whole(paper.text, found.start(), found.end())
        if _TERM_WORDS.search(paper.text, found.end(), end) and re.search(
            r"\bterm\b|expir|\bend\b|\b(?:effect|force)\b|laufzeit|perpetual|indefinite", paper.text[start:end], _I
        ):
            yield start, end


def _whole(text: str, start: int, end: int) -> int:
    """Return where the sentence that a passage breaks off in ends, some lines further at the most."""
    if text[max(start, end - 2) : end].rstrip()[-1:] in {".", ";"} and end - start > 60:
        return end
    stop = _STOP.search(text, end, min(len(text), end + 500))
    return stop.end() if stop else min(len(text), end + 250)


def _read(paper: Paper, start: int, end: int, began: date | None) -> Ending | None:
    words = paper.text[start:end]
    day = stated_end(paper, start, end, began)
    if day:
        return Ending(start, end, day=day)
    found = [one for reading in (_anniversary, _counted) if (one := reading(paper, words, start, began))]
    if found:
        return min(found, key=lambda one: one[0])[1]
    return Ending(start, end, never=True) if _NEVER.search(words) else None


def _anniversary(paper: Paper, words: str, start: int, began: date | None) -> tuple[int, Ending] | None:
    found = _ANNIVERSARY.search(words)
    eve = found and _DAY_BEFORE.search(words[: found.start()])
    if not found or (not eve and NOT_AN_END.search(words[: found.start()].replace("date of", ""))):
        return None
    base = _base(paper, (found["base"] or found["base2"] or "effective date"), began)
    years = _years(found)
    counted_from = base or began
    if counted_from is None or years is None:
        return None
    day = _rounded(words, add_months(counted_from, 12 * years)) - timedelta(days=1 if eve else 0)
    return found.start(), Ending(start, start + len(words), day=day, exact=base is not None, counted=not eve)


def _years(found: re.Match[str]) -> int | None:
    if found["word"]:
        return ORDINALS[" ".join(found["word"].lower().split())]
    figure = found["figure"] or found["years"] or found["nth"]
    if figure.isdigit():
        return int(figure)
    counted = stretches(f"{figure} years")
    return counted[0].months // 12 if counted and counted[0].months else None


def _counted(paper: Paper, words: str, start: int, began: date | None) -> tuple[int, Ending] | None:
    for length in stretches(words):
        left, right = words[max(0, length.start - 95) : length.start], words[length.end : length.end + 170]
        if (
            length.implied
            or (_END_OF.search(left) and _ANY.match(words, length.start, length.end))
            or _FURTHER.search(words[length.start : length.end])
            or _NOT_A_TERM_BEFORE.search(left[-60:])
            or _GOING_ON.search(left)
            or _NOT_A_TERM_AFTER.search(right[:60])
            or not _TERM_BEFORE.search(left)
        ):
            continue
        base = _base_of(paper, words[: length.start], right, began)
        counted_from = base or began
        day = _after(counted_from, length) if counted_from else None
        day = _rounded(words[: length.start], day) if day else None
        return length.start, Ending(start, start + len(words), day=day, length=length, exact=base is not None, counted=True)
    return None


def _rounded(words: str, day: date) -> date:
    return month_end(day) if re.search(r"\blast\s+day\s+of\s+(?:the|such|that)\s+(?:calendar\s+)?month\b", words, _I) else day


def _base_of(paper: Paper, left: str, right: str, began: date | None) -> date | None:
    counted = _COUNTED_FROM.match(right)
    if counted:
        return _base(paper, counted["base"], began)
    before = paper.find(left)
    return before[-1] if before else began


def _base(paper: Paper, words: str, began: date | None) -> date | None:
    """Return the day that a length is counted from, or None when the paper does not tell it."""
    words = re.split(r"[.;]|\bunless\b|\buntil\b|\band\s+(?:shall|will|ending)\b", words)[0]
    named, happening = _FROM_START.search(words), _HAPPENING.search(words)
    if named and happening and happening.end() < named.start():
        return None
    dates = paper.find(words[: named.start()] if named else words)
    if dates:
        return dates[0]
    if named:
        return began
    event = _EVENT.search(words)
    if event is None:
        return began
    return defined_day(paper, event.group())


def _after(base: date, length: Stretch) -> date | None:
    try:
        if length.months is not None:
            return add_months(base, length.months)
        return base + timedelta(days=length.days) if length.days is not None else None
    except (ValueError, OverflowError):
        return None
