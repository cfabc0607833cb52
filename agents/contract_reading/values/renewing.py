"""For how long a contract renews, and how long before its end one must say no."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from agents.contract_reading.values.stretches import Stretch, stretches

_I = re.IGNORECASE
Passages = Sequence[tuple[int, int, float]]
Weights = tuple[tuple[re.Pattern[str], float], ...]


def _weights(*pairs: tuple[str, float]) -> Weights:
    return tuple((re.compile(form, _I), weight) for form, weight in pairs)


_RENEWS_BEFORE = _weights(
    (
        r"(?:success\w*|addition\w*|consecutive|further|subsequent|renew\w*|exten\w+|for|of|another|one|up\s+to)\W*(?:\w+\s+)?(?:periods?\s+of|terms?\s+of|increments?\s+of|a|an|for|each)?\W*$",
        1.0,
    ),
    (r"renew|exten|success|additional|thereafter|continu|verläng|stay\s+in\s+force", 1.5),
    (
        r"(?:at\s+least|less\s+than|later\s+than|fewer\s+than|within|upon|prior|minimum\s+of|notice\s+of|notice\s+is|with|by\s+giving|mindestens|frist\s+von)\W*(?:\w+\W+){0,1}$",
        -2.5,
    ),
    (r"\bup\s+to\W*$", -1.2),
    (
        r"(?:initial\s+(?:term|period)(?:\s+of\s+this\s+\w+)?(?:\s*\([^()]*\))?(?:\s+(?:shall|will)\s+be|\s+is|\s+of)|shall\s+be\s+for|(?:in|of)\s+(?:full\s+)?(?:force|effect)\W+(?:and\s+effect\s+)?for|end\s+of\s+(?:the|such|said|each|any)|expiration\s+of\s+(?:the|such|said|each|any))[^.;]{0,30}$",
        -1.6,
    ),
)
_RENEWS_AFTER = _weights(
    (
        r"^\W*(?:renewal|terms?\b|periods?\b|each|unless|provided|thereafter|extension|basis|increments?|on\s+the\s+same|at\s+the\s+end|by\s+mutual)",
        1.0,
    ),
    (r"^\W*(?:['\u2019]s?\s*)?(?:\w+\s+){0,3}?(?:prior|notice|before|advance|written|preceding|vor)\b", -2.5),
    (r"^\W*(?:from|following|after|commencing)\s+the\s+(?:effective|date)", -1.0),
)
_RENEW_WORD = re.compile(
    r"\b(?:renew\w*|exten(?:d|sion)\w*|thereafter|successive|verläng\w*|continu\w*\s+on\s+a|from\s+year\s+to\s+year)", _I
)
_BY_ITSELF = re.compile(
    r"\bautomatic|\btacit|\bverlängert\s+sich\b|\bunless\s+(?:either|any|one|a)\s+party\b[^.;]{0,80}\bnot(?:ice|if)",
    _I,
)
_BY_WISH = re.compile(
    r"\b(?:may|can|option|elect\w*|right\s+to|at\s+the\s+(?:sole\s+)?(?:discretion|option)|mutual\w*|by\s+(?:written\s+)?agreement|agree\s+in\s+writing|written\s+consent|only\s+(?:by|upon|if))\b",
    _I,
)
_OPEN_ENDED = re.compile(
    r"\b(?:indefinite(?:ly)?|perpetual(?:ly)?|evergreen|unlimited\s+period|unbestimmte\s+zeit)\b|\bthereafter\b[^.;]{0,60}\b(?:until|unless)\b[^.;]{0,60}\bterminat|\b(?:shall|will)\s+(?:automatically\s+)?(?:continue|remain)\b[^.;]{0,50}\b(?:until|unless\s+and\s+until)\s+(?:it\s+is\s+)?terminat",
    _I,
)
_UNTIL_ENDED = re.compile(r"\b(?:thereafter|automatically)\b[^.;]{0,80}\buntil\b[^.;]{0,90}\bterminat", _I)
_SAME = re.compile(
    r"\b(?:same\s+(?:length|period|duration|term)|equal\s+(?:to|in|length|period|duration)|identical\s+(?:term|period)|like\s+(?:term|period)|gleiche[nrs]?\s+(?:zeitraum|dauer|laufzeit))",
    _I,
)
_BY_STRETCH = re.compile(r"[\s-]to[\s-]", _I)

_NOTICE_BEFORE = _weights(
    (r"(?:not|no)\s+(?:more|earlier|sooner)\s+than\W*$", -1.5),
    (
        r"(?:at\s+least|(?:not|no)?\s*less\s+than|(?:no|not)\s+later\s+than|later\s+than|within|upon|minimum(?:\s+of)?|fewer\s+than|with|by\s+giving|by\s+providing|provid\w+|giv\w+|least|mindestens|frist\s+von|notice\s+of|notice\s+period\s+(?:is|of))\W*(?:an?|the|at\s+least)?\W*$",
        1.2,
    ),
    (
        r"(?:success\w*|addition\w*|consecutive|further|subsequent|renew\w*|term\s+of|period\s+of|extend\w*|each\s+of)\W*(?:for\s+)?(?:an?\s+|of\s+)?(?:period\s+of|term\s+of|periods?\s+of|terms?\s+of)?\W*$",
        -2.0,
    ),
    (r"\b(?:cure|breach|default|invoice|payment)\b[^.;]{0,60}$", -1.2),
    (r"\binitial\s+(?:term|period)\s*(?:of|shall\s+be|is)\W*$", -2.0),
)
_NOTICE_AFTER = _weights(
    (
        r"^\W*(?:['\u2019]s?\W*)?(?:calendar\s+|business\s+|or\s+more\s+|prior\W+)?(?:prior|before|in\s+advance|advance|written|notice|preceding|vor\b|zum\b|thereof)",
        2.0,
    ),
    (r"^[^.;]{0,60}\b(?:prior|before|advance|notice|preceding|written|vor)\b", 1.0),
    (
        r"^\W*(?:renewal\s+|extension\s+|successive\s+|additional\s+)?(?:terms?|periods?|increments?|extensions?)\b(?!\s*(?:prior|before))",
        -2.5,
    ),
    (r"^\W*(?:after|from|following)\b", -1.2),
    (r"^[^.;]{0,50}\b(?:breach|default|cure)\b", -1.0),
)
_AGAINST_RENEWAL = re.compile(r"renew|exten|terminat|thereafter|initial\s+term|expir|verläng|künd|cancel|end\s+of|anniversary", _I)


_TRUST = 3.0  # what the finder's chance for a notice weighs against the words around a length
_RENEWS = 0.8
_NO_NOTICE, _IS_A_RENEWAL = 0.0, 0.5  # "renews for 12 months unless terminated by reasonable notice": the 12 months are none


_THEN_UNLESS = re.compile(r"\W*(?:(?:each|terms?|periods?|at\s+a\s+time)\W+)*(?:unless|except|save|wenn|sofern|falls)\b", _I)


def renewal_of(text: str, passages: Iterable[tuple[int, int, float]], first_term: str | None = None) -> tuple[str, int, int] | None:
    """Return the length of a renewal (`12m`, `30d` or `perpetual`) with the passage that states it."""
    for start, end, _ in passages:
        words = " ".join(text[start:end].split())
        found = stretches(words)
        if _UNTIL_ENDED.search(words) and not re.search(r"\brenew|(?<!further\s)\bextend", words, _I):
            return "perpetual", start, end
        best = _best(words, found, _RENEWS_BEFORE, _RENEWS_AFTER, floor=0.5)
        if best and best.short:
            return best.short, start, end
        if _SAME.search(words) and first_term:
            return first_term, start, end
        if _OPEN_ENDED.search(words):
            return "perpetual", start, end
    return None


def notice_of(text: str, passages: Passages, renewals: Passages = ()) -> tuple[Stretch, int, int] | None:
    """Return the notice that keeps it from renewing, with the passage that states it; None where words and figure differ."""
    best: tuple[float, Stretch, int, int] | None = None
    told = (*((start, end, _TRUST * sure) for start, end, sure in passages), *((start, end, sure - 0.6) for start, end, sure in renewals))
    for start, end, sure in told:
        words = " ".join(text[start:end].split())
        if not _AGAINST_RENEWAL.search(words):
            continue
        for one in stretches(words):
            worded = _score(words, one, _NOTICE_BEFORE, _NOTICE_AFTER)
            if one.implied or (
                (worded < _NO_NOTICE or _THEN_UNLESS.match(words, one.end))
                and _score(words, one, _RENEWS_BEFORE, _RENEWS_AFTER) > _IS_A_RENEWAL
            ):
                continue
            score = worded + sure
            if score > (best[0] if best else 0.8):
                best = (score, one, start, end)
    return best[1:] if best else None


def notice_floor(renewals: Passages) -> float:
    """Return the finder's chance from which a passage is read for a notice: a low one where the paper surely renews."""
    return 0.03 if renewals and renewals[0][2] >= _RENEWS else 0.08


def goes_on_by_itself(words: str) -> bool:
    """Return whether it renews unless somebody says no, rather than when somebody wants it to."""
    flat = " ".join(words.split())
    if _BY_ITSELF.search(flat):
        return True
    return bool(_RENEW_WORD.search(flat)) and not _BY_WISH.search(flat)


def _best(words: str, found: Sequence[Stretch], before: Weights, after: Weights, *, floor: float) -> Stretch | None:
    scored = [(_score(words, one, before, after) + _implied(words, one), one) for one in found]
    good = [(score, one) for score, one in scored if score > floor]
    return max(good, key=lambda pair: (pair[0], -pair[1].start))[1] if good else None


def _implied(words: str, one: Stretch) -> float:
    """Weigh a length that is only implied: "month to month" is how a paper goes on, "annually" may be said of anything."""
    if not one.implied:
        return 0.0
    return 0.6 if _BY_STRETCH.search(words[one.start : one.end]) else -0.4


def _score(words: str, one: Stretch, before: Weights, after: Weights) -> float:
    left, right = words[max(0, one.start - 90) : one.start], words[one.end : one.end + 85]
    return sum(weight for form, weight in before if form.search(left) and not (one.implied and weight < -2)) + sum(
        weight for form, weight in after if form.search(right)
    )
