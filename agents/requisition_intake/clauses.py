"""Must-haves and nice-to-haves: what is left once amounts, dates, counts and the need are taken out, sorted by the words that open or close it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from agents.requisition_intake import lexicon
from agents.requisition_intake import wish_words as words
from agents.requisition_intake.text import BLANK, SOFT_BLANK, Source, sentences
from memory.domain.instruction import Category

_MOST = 20
_LONGEST = 160

_SPLIT = re.compile(r"\s*(?:,|;|\band\b|\bplus\b|&|\+(?=\s)|\bas well as\b|\balso\b)\s*")
_TOGETHER = re.compile(
    r"\b(?:drag and drop|black and white|terms and conditions|name and address|read and write|pros and cons|cut and paste|copy and paste|search and replace|up and running|track and trace|pick and place|health and safety|research and development|r and d|bed and breakfast|between .{1,30} and)\b"
)
_VERBAL = re.compile(
    r"^(?:integrat\w+|works?|working|runs?|running|connect\w*|syncs?|compatible|export\w*|import\w*|handles?|fits?|speaks?|knows?|understands?|allows?|lets|plays?|send\w*|experience\w*|fluent|familiar|stores?|access|between|based|hosted|located|certified|made|no|not|without)\b"
)
_VERBAL_SPLIT = re.compile(
    r"(?:,|\band\b)\s+(?:also )?(?:integrates?|works?|runs?|connects?|syncs?|exports?|imports?|handles?|fits?|speaks?|knows?|understands?|allows?|lets|plays?|sends?|stores?|supports?|tracks?|generates?|automates?)\s+\w"
)
"""A second verb beside the first: "connect to our bank and export DATEV" are two wishes."""
_ARTICLE = re.compile(
    r"^(?:an?|the|some|any|its|it|they|to|also|it's|be|have|has|had|there(?:'s| is)|comes? with|with|really|at all|that|which|for|if|is|are|being|able to|could|can|would|did|to have|good(?= )|decent|proper|both)\s+"
)
_IN_PLACE = re.compile(
    r"(?:hosted |located |based )?in (?:the )?(?:eu|european union|europe|germany|switzerland|austria|france|netherlands|ireland|uk|united kingdom|us|usa|united states|canada|australia|"
    r"singapore|japan|india|frankfurt|berlin|munich|hamburg|vienna|zurich|paris|london|dublin|amsterdam|new york|toronto|sydney|tokyo)"
)
"""A place right after the need is where it must be."""
_STANDARD = re.compile(r"\b(?:hosted|compliant|certified|compatible|based|encrypted|data residency|ready|included|only)$")
"""How a standard ends, which may follow a price or a count without a comma."""
_TRIM = " \t\n-—:*•\"'()[]{}.,!?" + BLANK + SOFT_BLANK


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing wanted, with its place and whether it is a must."""

    start: int
    end: int
    text: str
    must: bool


def find_wishes(source: Source, work: str, need_end: int | None) -> tuple[Wish, ...]:
    """Return the wishes in order. `work` is the folded text with everything already understood blanked, the need too."""
    found: list[Wish] = []
    header: bool | None = None
    for start, end in sentences(work):
        lists_on = header if _is_item(work, start) else None
        mode = lists_on
        after_need = need_end is not None and need_end <= end
        fragment = need_end is not None and need_end <= start and _is_fragment(work[start:end])
        for seg_start, seg_end in _segments(work, start, end):
            mode, wishes = _of_segment(
                source,
                work,
                seg_start,
                seg_end,
                mode,
                after_need=after_need and need_end is not None and start <= need_end <= seg_start,
                fragment=fragment,
            )
            found.extend(wishes)
        header = mode if work[start:end].rstrip().endswith(":") or (lists_on is not None) else None
    return tuple(_distinct(found))[:_MOST]


_FINITE = re.compile(
    r"\b(?:i|we|you|he|she|it|they|is|are|was|were|am|be|has|have|had|do|does|did|can|could|will|would|should|need|needs|want|let|please|thanks|thank|find|get|buy|order|my|our|your|there|that's|it's|we're|i'm|just|regards|cheers|deliver\w*|ship\w*|budget|new one|this|who|what|when|where)\b"
)


def _is_fragment(sentence: str) -> bool:
    """Whether a sentence after the need is a bare list of properties: "Wireless, noise cancelling."."""
    plain = re.sub(r"\s+(?:please|pls|plz)(?=\W*$)", "", sentence)
    return len(plain.split()) <= 14 and _FINITE.search(plain) is None


def _is_item(work: str, start: int) -> bool:
    return start > 0 and work[:start].rstrip(" ").endswith("\n")


@functools.cache
def _openers() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w-])(?:(?P<nice>{words.NICE_OPEN})|(?P<drop>{words.MUST_OPEN_DROP})|(?P<with>{words.WITH})|(?P<keep>{words.MUST_KEEP}))(?![\w-])[\s:]*"
    )


_IN_ITEM = re.compile(r",\s*[\w-]+(?:\s[\w-]+)?\s*$")
"""Before "with": it stands inside one item of a list ("USB-C with 90W charging")."""
_BEFORE_WITH = re.compile(
    r"\b(?:works?|working|integrates?|integrated|integration|deals?|deal|compatible|comes?|come|helps?|help|happy|familiar|experience|problem|problems|issues?|start|starting|talk|start|stuck|compliant|synced?|syncs|connected|connects|along|together|met|meeting|stay|go|up|plays?|nice|fine|us|me|them|wrong|done|compared|keep up|filled|satisfied|calls?|down)\s*$"
)


_WAIVED = re.compile(r"not (?:really |strictly )?(?:needed|required|necessary|essential|important|mandatory)\b")


def _segments(work: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a sentence at commas, brackets, dashes, blanks and before words that open a wish."""
    cuts = {start, end}
    for mark in re.finditer(rf"[,;()—]|{BLANK}+|\s-\s|\bbut\b", work[start:end]):
        cuts |= {start + mark.start(), start + mark.end()}
    adjacent = -1
    for opener in _openers().finditer(work, start, end):
        chained, adjacent = opener.start() == adjacent, opener.end()
        waived = _WAIVED.match(work, opener.start()) is not None
        if chained or waived or _closes(work, opener.end()):
            continue
        ours = (
            opener["drop"]
            and re.fullmatch(r"(?:should|must|ha(?:ve|s) to|needs? to)(?: also)?[\s:]*", opener.group())
            and re.search(r"\b(?:we|i|you)\s+$", work[max(start, opener.start() - 5) : opener.start()])
        )
        joined = ours or (opener["with"] and _BEFORE_WITH.search(work[max(start, opener.start() - 30) : opener.start()]))
        joined = joined or (
            opener["with"] is not None and _IN_ITEM.search(work[max(start, opener.start() - 40) : opener.start()]) is not None
        )
        tied = (
            opener["keep"]
            and re.search(
                r"(?:\bor|\band|\bif|\bwhy|\bsure|\bis|\bare|\bdo|\bdoes|\bwhether|\b's|\bit's|\bsay|\bcan|\bwould|\bwill|\bto|\bof)\s*$",
                work[max(start, opener.start() - 10) : opener.start()],
            )
            and not re.search(r"\band\s*$", work[max(start, opener.start() - 6) : opener.start()])
        )
        if not joined and not tied:
            cuts.add(opener.start())
    edges = sorted(cuts)
    yield from ((a, b) for a, b in pairwise(edges) if work[a:b].strip(_TRIM))


def _closes(work: str, place: int) -> bool:
    """Whether nothing follows in the clause: "self-hosting would be nice" closes a wish, "would be nice: ..." opens one."""
    return re.match(rf"\s*(?:[,.;!?)\n—{BLANK}]|$)", work[place:]) is not None and work[place - 1] != ":"


def _of_segment(
    source: Source, work: str, start: int, end: int, mode: bool | None, *, after_need: bool, fragment: bool
) -> tuple[bool | None, list[Wish]]:
    """Return the mode the sentence goes on in, and the wishes of one segment: True for musts, False for nice-to-haves."""
    start, end = _trimmed(work, start, end)
    start = _skip(work, start, end, r"(?:and|but|plus|also|as well as|or|oh|so|then)\s+")
    end = _without_please(work, start, end)
    if (closed := _closed(source, work, start, end)) is not None:
        return closed
    text = work[start:end]
    opener = _openers().match(work, start, end)
    if opener is not None:
        must = opener["nice"] is None
        keep = opener["keep"] is not None and not opener["keep"].startswith(("that", "which", "who"))
        inner = start if keep else opener.end()
        keep = keep and opener["keep"] != "at least"
        other = _OURS.match(opener.group()) is not None and _another_purchase(work[inner:end])
        return must, [] if other else _items(source, work, inner, end, must=must, whole=keep)
    if after_need and mode is None and _IN_PLACE.fullmatch(text):
        return None, _items(source, work, start, end, must=True, whole=True)
    if words.CONTEXT.match(text):
        return mode if mode is False and text.startswith(("it ", "for ", "to ")) else None, []
    set_off = re.search(r"[,;()—:\n-]\s*$", work[:start]) is not None or (
        work[:start].rstrip()[-1:] == BLANK and _STANDARD.search(text) is not None
    )
    task = re.match(r"\w+ing (?:the|our|my|an?|some)\b", text) is not None
    if mode is None and not ((fragment or (after_need and set_off)) and len(text.split()) <= 7 and not task):
        return None, []
    return mode, _items(source, work, start, end, must=mode is not False)


_OURS = re.compile(r"(?:i|we)\b")


def _another_purchase(text: str) -> bool:
    """Whether "we need ..." goes on to another thing, rather than to what the first one must have."""
    known = list(lexicon.pattern().finditer(text.rstrip(_TRIM)))
    if not known or known[-1].end() < len(text.rstrip(_TRIM)) or known[-1]["phrase"] in lexicon.GENERIC_WORDS:
        return False
    return lexicon.entry_of(known[-1]["phrase"]).category is not Category.SAAS


def _closed(source: Source, work: str, start: int, end: int) -> tuple[bool | None, list[Wish]] | None:
    """Return the mode and the wishes of a segment whose last words say what it is ("... is a must", "... would be nice")."""
    text = work[start:end]
    nice, must = words.NICE_CLOSE.search(text), words.MUST_CLOSE.search(text)
    closing = nice or must
    if closing is None or (nice is None and (closing.start() == 0 or closing.group().strip() == "please")):
        return None
    if nice is None and (text.startswith(("no ", "not ")) or text[: closing.start()].endswith(" not")):
        return None, []  # "no dedicated IP needed" asks for nothing
    stop = start + closing.start()
    items = _items(source, work, _past_opener(work, start, stop), stop, must=nice is None)
    dated = nice is not None and work[:start].rstrip()[-1:] == BLANK  # "tomorrow would be great" says nothing of what follows
    return (None if dated and not items else nice is None), items


def _without_please(work: str, start: int, end: int) -> int:
    polite = re.search(r"\s+(?:please|pls|plz)$", work[start:end])
    return start + polite.start() if polite is not None else end


def _past_opener(work: str, start: int, end: int) -> int:
    opener = _openers().match(work, start, end)
    return opener.end() if opener is not None and opener["keep"] is None else start


def _items(source: Source, work: str, start: int, end: int, *, must: bool, whole: bool = False) -> list[Wish]:
    """Split a list into its items; a clause with a verb ("integrates with Slack and Gmail") stays one."""
    wishes = []
    whole = whole or (_VERBAL.match(work[start:end].lstrip()) is not None and _VERBAL_SPLIT.search(work, start, end) is None)
    for first, last in [(start, end)] if whole else _split(work, start, end):
        a, b = _bare(work, first, last)
        text = source.words(a, b)[:_LONGEST]
        if _worth_saying(work[a:b]):
            wishes.append(Wish(a, b, text, must))
    return wishes


def _split(work: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    together = [m.span() for m in _TOGETHER.finditer(work, start, end)]
    place = start
    for cut in _SPLIT.finditer(work, start, end):
        if not any(a < cut.start() and cut.end() < b for a, b in together):
            yield place, cut.start()
            place = cut.end()
    yield place, end


def _bare(work: str, start: int, end: int) -> tuple[int, int]:
    start, end = _trimmed(work, start, end)
    while (article := _ARTICLE.match(work[start:end])) is not None:
        start += article.end()
    trailing = re.search(
        r"\s+(?:and|but|or|for|with|at|by|in|on|to|also|please|pls|plz|as well|too|of|that|is|it|thanks|thank you|would|then|so|if|we|i|a|the|all|per|from|within|around|about)$",
        work[start:end],
    )
    while trailing is not None:
        end = start + trailing.start()
        trailing = re.search(r"\s+(?:and|but|or|for|with|at|by|in|on|to|also|please|as well|too|of|that|is|it)$", work[start:end])
    return _trimmed(work, start, end)


def _worth_saying(text: str) -> bool:
    return (
        len(text.strip()) >= 2
        and any(c.isalpha() for c in text)
        and not words.BYPASS.search(text)
        and BLANK not in text
        and not words.EMPTY.match(text)
        and not words.IDLE.search(text)
    )


def _trimmed(work: str, start: int, end: int) -> tuple[int, int]:
    while start < end and work[start] in _TRIM:
        start += 1
    while end > start and work[end - 1] in _TRIM:
        end -= 1
    return start, end


def _skip(work: str, start: int, end: int, pattern: str) -> int:
    while (word := re.compile(pattern).match(work, start, end)) is not None:
        start = word.end()
    return start


def _distinct(wishes: list[Wish]) -> Iterator[Wish]:
    seen: set[str] = set()
    for wish in wishes:
        if wish.text.lower() not in seen:
            seen.add(wish.text.lower())
            yield wish
