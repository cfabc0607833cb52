"""How urgent: the words say so, or the deadline does."""

from __future__ import annotations

import re
from datetime import date

from memory.domain.instruction import Urgency

HOT_WITHIN_DAYS = 3
"""A deadline this near makes a requisition hot even when nobody says "urgent": two mail rounds hardly fit."""

_HOT = re.compile(
    r"\b(?:a\.?s\.?a\.?p\.?|urgent(?:ly)?|urgency|immediate(?:ly)?|right away|right now|straight ?away|at once|emergency|top priority|high priority|rush(?: order| job)?|as soon as (?:possible|you can)|as quickly as possible|as fast as possible|"
    r"time[- ]critical|time[- ]sensitive|very soon|quick(?:ly)?!|can(?:'t|not) wait|needed yesterday|by yesterday|yesterday|now!|need (?:it|this|them|one) now|on fire|hurry|same[- ]day|critical|pronto|stat|quickest|drop everything|in a hurry|burning|now)\b(?!-)"
)
_COLD = re.compile(
    r"\b(?:no (?:great |real |big |particular )?(?:rush|hurry|urgency|time pressure|deadline|pressure)|not (?:at all |very |that |super |so |really )?(?:urgent|time[- ]critical|time[- ]sensitive)|isn't urgent|whenever(?: you (?:can|get (?:to it|a (?:chance|moment)|around to it)|have time|like))?(?: is fine)?|some ?day|at some point|eventually|take your time|low priority|"
    r"when(?:ever)? you (?:have|get|find) (?:a |some |the )?(?:time|moment|chance|minute)|in no (?:rush|hurry)|(?:there's |there is )?no need to (?:rush|hurry)|when convenient|at your (?:leisure|convenience)|not in a (?:rush|hurry)|nothing urgent|not pressing|can wait|one of these days|some ?time(?! (?:next|this|in|before|around|on))|long[- ]term|no deadline|in the long run|timing is flexible|flexible on timing|back burner|it's not urgent)\b"
)
_WEAK_HOT = frozenset({"now", "yesterday", "critical", "immediate", "stat"})


def find_urgency(low: str) -> tuple[Urgency, tuple[int, int]] | None:
    """Return what the words say, with their place; cold words win over the hot word they deny ("not urgent")."""
    cold = _COLD.search(low)
    if cold is not None:
        return Urgency.COLD, cold.span()
    for hot in _HOT.finditer(low):
        before = low[max(0, hot.start() - 24) : hot.start()]
        if hot.group() in _WEAK_HOT and not re.match(r"\s*(?:[.,;!?\n\x01—]|$|please)", low[hot.end() :]):
            continue
        denied = re.search(r"\b(?:not|no|isn't|nothing|don't|non-?|hardly|never)\s+(?:an? |any |that |so |very |really |super )?$", before)
        if denied is None and not (
            hot.group() == "now" and re.search(r"\b(?:for|until|till|up to|we|just|by|is|are|was|i|it's|that's|they)\s+$", before)
        ):
            return Urgency.HOT, hot.span()
    return None


def urgency_by(deadline: date | None, today: date) -> Urgency:
    """Return HOT for a deadline within `HOT_WITHIN_DAYS`, else NORMAL."""
    near = deadline is not None and (deadline - today).days <= HOT_WITHIN_DAYS
    return Urgency.HOT if near else Urgency.NORMAL
