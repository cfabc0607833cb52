"""The need of a text without a verb: "Second shooter, 8 hours, 60 EUR an hour" names it first."""

from __future__ import annotations

import re

from agents.requisition_intake.text import BLANK, SOFT_BLANK

_SEGMENT_END = re.compile(rf"[,;:\n(—]|\.(?=\s|$)|\s-\s|{BLANK}")
_VERBAL = re.compile(
    r"\b(?:i|we|you|he|she|it|they|is|are|was|were|am|be|has|have|had|do|does|did|can|could|will|would|should|must|please|thanks?|thank|don't|not|no|never|always|let's|"
    r"why|what|when|where|who|whose|which|how|if|because|since|after|once|every|all|any|anything|everything|nothing|hi|hello|hey|dear|budget|budgets|case|invoice|invoices|payment|"
    r"policy|rule|contract|renewal|approvals?|fyi|re|fwd?|subject|from|to|deadline|price|cost|costs|limit|max|maximum|under|up|about|total|spend|note|ps)\b"
)
_COMMAND = re.compile(
    r"\W*(?:pay|transfer|wire|send|remit|raise|lower|cut|set|increase|reduce|remind|cancel|renew|stop|pause|resume|retry|approve|sign|reject|delete|show|tell|list|"
    r"explain|ignore|forget|add|try|check|look|use|keep|let|make|change|update|allow|block|ban|ask|reveal|print|act|extend|terminate|move|put|double|halve|close|drop|kill|"
    r"our|my|their|his|her|your|hold|suspend|continue|proceed|give|call|email|write|read|open|go|come|be|have|urgent|asap|important|attention|warning|system|ok|okay|yes)\b"
)


def headline(work: str) -> int | None:
    """Return where the first segment of a priced text names a thing, or None where it is a sentence, a command or nothing.

    `work` has amounts, dates and counts blanked; a count that leaves its noun is a soft blank.
    """
    start = len(work) - len(work.lstrip(f" \n\t-*•\"'>{SOFT_BLANK}{BLANK}"))
    stop = _SEGMENT_END.search(work, start)
    segment = work[start : stop.start() if stop else len(work)]
    if re.match(r"(?:someone|somebody)\s", segment):
        return start
    if not re.search(r"[a-z]{3}", segment) or len(segment.split()) > _LONGEST:
        return None
    opening = re.split(r"\b(?:for|with|to|wanted|needed|required|sought)\b", segment)[0]
    return None if _COMMAND.match(segment) or _VERBAL.search(opening) or not opening.strip() else start


_LONGEST = 10
"""Words. A longer first segment is a sentence."""
