"""Where a noun phrase ends, and where the purpose after it does."""

from __future__ import annotations

import re

from agents.requisition_intake import lexicon
from agents.requisition_intake.need_words import STOP_WORDS
from agents.requisition_intake.text import BLANK

_LONGEST = 160
_WORD = re.compile(r"\s*(?P<word>[\w][\w.'+/#-]*[\w+#]|\w)")


def phrase_end(work: str, start: int) -> int:
    """Return where the noun phrase stops: at punctuation, a blank, or a word that starts something else."""
    end = place = start
    while (word := _WORD.match(work, place)) is not None and word.end() - start <= _LONGEST:
        text = word["word"].rstrip(".'")
        if text in {"and", "&"} and _goes_on(work, word.end()):
            place = word.end()
            continue
        if text in STOP_WORDS:
            break
        end = place = word.start("word") + len(text)
        if word["word"] != text:
            break
    while (left := _LEFT_OPEN.search(work, start, end)) is not None:
        end = left.start()
    return end


_LEFT_OPEN = re.compile(r"\s+(?:of|to|the|an?|um|uh|like)$")
"""A phrase never ends in a word that only opens the next one."""


def _goes_on(work: str, place: int) -> bool:
    """Whether "and" joins another thing to buy ("domain and DNS hosting") rather than a second clause."""
    skipped = re.compile(r"\s+(?:an? |some |the )?").match(work, place)
    rest = place if skipped is None else skipped.end()
    found = lexicon.pattern().search(work, rest, min(len(work), rest + 40))
    return found is not None and found.start() - rest <= 12 and not re.search(rf"[.,;!?{BLANK}]", work[rest : found.start()])


_PURPOSE = re.compile(
    r"\s+(?:for|to|of|in order to|(?:on|about|regarding)(?= (?:our|my|the|an?|how|whether)\b))\s+(?!(?:under|less|max|about|around|at most|up to|now|like\b|um\b|me\b|us\b|my team|our team|the team|be\b|the price|free|by)\b)(?!\x01)"
)
_WHO = re.compile(r"\s+(?:who|that|which) (?:can|could|will|does|lets|sends|would)\s+")
_PURPOSE_STOP = re.compile(
    rf"[.,;:!?()\n{BLANK}—]|\b(?:with|under|below|by|that|which|who|must|should|max|maximum|ideally|preferably|budget|asap|please|within|at most|up to|no more|not more|less than|because|but|if|before|until|from(?! \w+ (?:in)?to )|including|it|is|are|so|cheaper|costing|starting|around|plus|needs|we|i|twice|once a|three times|every|each|weekly|daily|monthly|without|via|has|asap|urgently|hopefully|for (?=\x01)|on (?=\x01)|in (?=\x01)|at (?=\x01)|and (?=\x01))\b"
)


_FROM_TO = re.compile(r"\s+from \w+ (?:in)?to \w+")


def purpose_end(work: str, end: int, *, also_who: bool = False) -> int:
    """Return where the purpose after a noun phrase stops ("to redo our logo"), or `end` where none follows."""
    between = _FROM_TO.match(work, end)
    end = between.end() if between else end
    purpose = _PURPOSE.match(work, end)
    if purpose is None and also_who:
        purpose = _WHO.match(work, end)
    if purpose is None:
        return end
    stop_at = min(clause_end(work, purpose.end()), end + _LONGEST)
    return stop_at if work[purpose.end() : stop_at].strip() else end


def clause_end(work: str, start: int) -> int:
    """Return where what is to be done, said from `start` on, stops: at punctuation, an amount, or a word that opens a condition."""
    stop = _PURPOSE_STOP.search(work, start)
    return min(stop.start() if stop else len(work), start + _LONGEST)
