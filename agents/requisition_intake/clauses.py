"""Must-haves and nice-to-haves: what is left once amounts, dates, counts and the need are taken out, sorted by the words that open or close it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from agents.requisition_intake.text import BLANK, SOFT_BLANK, Source, sentences

_MOST = 20
_LONGEST = 160

_NICE_OPEN = (
    r"(?:nice|wants|wishes|wish|bonus|extras)(?= ?:)|ideally|preferably|preferred|optional(?:ly)?|if (?:at all )?possible|if available|nice[- ]to[- ]haves?(?: would be)?(?: if)?|(?:it |that |which |this )?(?:would|'d|will) (?:also )?be (?:really |very |even |also )?(?:nice|great|good|lovely|cool|awesome|ideal|perfect|helpful|handy|amazing|a bonus|a plus|better|fantastic|useful|appreciated|brilliant|welcome|sweet)(?: (?:if|to have|to get|with))?|"
    r"bonus(?: points?)?(?: if| for| would be)?|extra points (?:if|for)|a (?:big |nice )?(?:plus|bonus)(?: would be| if| is)?|(?:i|we)(?:'d|\s+would) (?:love|prefer|also like|like|really like|appreciate|rather have)(?: it| to have| to see)?(?: if)?|(?:i|we) prefer|prefer(?:ence for|ring)?|hopefully|desirable|wish ?list|wouldn't hurt(?: if)?|(?:should|could) ideally|would prefer|nice if|great if|not (?:essential|required|a must) but|maybe(?: also)?|perhaps|wouldn't mind|happy if|plus points for|icing on the cake(?: would be)?|good to have|wanted but not needed|could also"
)
_NICE_CLOSE = re.compile(
    r"\s*(?:,?\s*(?:(?:it|that|this|which)\s+)?(?:would|'d|will|might|may) (?:also )?(?:be (?:really |very |also |even |so |just )?(?:nice(?: to have)?|great|good|lovely|cool|awesome|ideal|perfect|helpful|handy|a (?:real |big |nice )?(?:bonus|plus)|better|fantastic|useful|appreciated|amazing|brilliant|welcome|desirable|preferable|preferred|advantageous|optional)|help)|(?:is|are) (?:just |only )?(?:a (?:nice |big |real )?(?:plus|bonus|nice-to-have|nice to have)|nice(?:[- ]to[- ]have)?|optional|preferred|desirable|welcome|appreciated|not essential|not (?:a )?must)|"
    r"a (?:big )?(?:plus|bonus)|preferred|preferable|preferably|if possible|if you can|if available|nice[- ]to[- ]have|optional|wouldn't hurt|desirable|welcome|as a bonus|if it fits(?: the budget)?|ideally)\s*$"
)
_MUST_OPEN_DROP = (
    r"(?:it |they |the \w+ |which |that |also )?(?:absolutely |really |definitely |also )?(?:must(?:-| )haves?(?: are| is)?|must (?:also )?(?:have|support|include|offer|provide|come with|feature|contain|be able to(?= \w)|be)|ha(?:s|ve) to (?:also )?(?:have|support|include|offer|provide|come with|be able to|be)|needs? to (?:also )?(?:have|support|include|offer|provide|come with|be able to|be)|should (?:also )?(?:have|support|include|offer|provide|come with|be able to|be)|requires?|requirements?(?: are| is)?|required(?= ?:)|essentials?(?= ?:)|mandatory(?= ?:)|non-negotiables?(?= ?:)|"
    r"(?:that|which|who|it) (?:also )?(?:has|have|supports?|includes?|offers?|provides?|comes with|come with|features?|can|is|are|does|do)|making sure (?:it|they) (?:has|have|is|are)|(?:please )?make sure (?:it|they|there) (?:has|have|supports?|is|are|comes with|can)|as long as (?:it|they) (?:has|have|supports?|is|are)|able to|capable of|including|includes?|incl\.|featuring|offering|supporting|having|equipped with|complete with|along with|together with|in need of|key requirements?|specs?|specification|features?(?= ?:)|(?:it|they|this|which) (?:also |really |definitely |absolutely )*needs?(?! to)|also needs?|needs(?! to)|musts?(?= ?:)|what matters(?: is)?|important(?= ?:)|needs(?= ?:)|(?:must|needs to|has to|should|have to)(?: also)?(?: to)?|(?:it )?(?:gotta|has got to|have got to) (?:have|be)|(?:i|we) (?:really |definitely |also |do )*(?:want|need|expect|require) (?:it|them|this|him|her|that) to (?:also )?(?:have|be able to(?= \w)|be|support|include|offer|provide))"
)
_WITH = r"(?:with|w/)(?: an?| at least(?= an? ))?"
_MUST_KEEP = r"no(?!t? (?:wait|more|later|thanks?|problem|worries|rush|need|one|idea|matter|hurry|longer|clue|doubt)\b)|without|not|at least|compatible with|compliant with|hosted|(?:once|twice|three times|four times|\d times) (?:a|per|every) (?:day|week|month)|every (?:day|week|month|other week|mon\w*|tue\w*|wed\w*|thu\w*|fri\w*)|based in|located in|made in|certified|only|(?:that|which|who)(?=\s(?:works?|integrates?|runs?|handles?|exports?|imports?|stores?|complies|knows?|speaks?|syncs?|connects?|allows?|lets|fits?|keeps?|plays?|sends?|uses?|lasts?|covers?|doesn't|does not|won't|isn't|don't|will|understands?|accepts?|tracks?|generates?|scales?|manages?|automates?|reports?|delivers?|ships?|charges?|takes?)\b)|(?:must|should|has to|have to|needs to|need to)(?: not| never|n't)"
_MUST_CLOSE = re.compile(
    r"\s*(?:(?:is|are) (?:an? )?(?:absolute |absolutely |also |both |really |very )?(?:must(?:-have)?|required|mandatory|essential|needed|non-negotiable|important|necessary|crucial|requirements?|a dealbreaker|critical|vital|key|obligatory|compulsory|indispensable|imperative|a prerequisite|expected)(?: (?:to|for) (?:us|me))?|required|mandatory|essential|needed|non-negotiable|a must|obligatory|compulsory|is what matters(?: most)?|please)\s*$"
)
_CONTEXT = re.compile(
    r"^(?:hi|hey|hello|dear|thanks?|thank you|thx|ta|cheers|please|pls|best|regards|kind|fyi|btw|so|ok|okay|yes|well|sorry|because|since|as (?!long)|when|while|although|though|if|once|after|until|before|i|i'm|i've|i'd|i'll|we|we're|we've|we'd|we'll|you|my|our|your|he|she|they|their|the|this|that'?s?|these|it|it's|its|there|there's|can|could|would|do|did|does|is|are|was|were|let|let's|just|what|who|how|why|where|for|to|of|at|on|in|by|from|like|about|around|per|than|instead|rather|otherwise|but|then|now|today|each|every|both|total|budget|max|maximum|deadline|ideally|starting|or|up|looking|need|needed|want|find|get|buy|order|hire|purchase|send|delivered|deliver|delivery to|ship|call|ask|tell|note|ps|p\.s\.|re|subject|due|under|below|over|above|via|again|asap|urgent|nothing|something|someone|anything|everything|also i|also we|great|good|nice|perfect|actually|basically|anyway|currently|don't|do not|stop|team|guys|folks|until|etc|even|will|should i|either|same|here|replace|replacement for|tops|each|whatever|wait|no wait|scratch|make that|make it|morning|afternoon|evening|name|mr|mrs|ms|sincerely|greetings|quick one|quick question|question|help|kindly|ignore|forget|disregard|pay|transfer|wire|approve|whichever|spend|quote|quotes|price|go|thing|things|again|x|eh|um|uh|hm+|ah|oh|man|bro|mate|ps:|which|plus we|broke|broken|died|dead|roughly|approx|approximately|not sure|no idea|no preference|not important|not too|not bothered|not fussy|not sure|no particular)\b"
)
_BYPASS = re.compile(
    r"\b(?:approv\w*|permission|sign-?off|asking|don't ask|ask(?:ing)? me|my review|review(?:ing)?|confirm\w*|questions?(?: asked)?|policy|rules?|instructions?|checks?|limits?)\b"
)
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
        rf"(?<![\w-])(?:(?P<nice>{_NICE_OPEN})|(?P<drop>{_MUST_OPEN_DROP})|(?P<with>{_WITH})|(?P<keep>{_MUST_KEEP}))(?![\w-])[\s:]*"
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
        return must, _items(source, work, inner, end, must=must, whole=keep)
    if after_need and mode is None and _IN_PLACE.fullmatch(text):
        return None, _items(source, work, start, end, must=True, whole=True)
    if _CONTEXT.match(text):
        return mode if mode is False and text.startswith(("it ", "for ", "to ")) else None, []
    set_off = re.search(r"[,;()—:\n-]\s*$", work[:start]) is not None or (
        work[:start].rstrip()[-1:] == BLANK and _STANDARD.search(text) is not None
    )
    task = re.match(r"\w+ing (?:the|our|my|an?|some)\b", text) is not None
    if mode is None and not ((fragment or (after_need and set_off)) and len(text.split()) <= 7 and not task):
        return None, []
    return mode, _items(source, work, start, end, must=mode is not False)


def _closed(source: Source, work: str, start: int, end: int) -> tuple[bool | None, list[Wish]] | None:
    """Return the mode and the wishes of a segment whose last words say what it is ("... is a must", "... would be nice")."""
    text = work[start:end]
    nice, must = _NICE_CLOSE.search(text), _MUST_CLOSE.search(text)
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
        and not _BYPASS.search(text)
        and BLANK not in text
        and not _EMPTY.match(text)
        and not _IDLE.search(text)
    )


_IDLE = re.compile(
    r"\b(?:is|are|would be|also|be) (?:also |perfectly |totally |absolutely )?(?:fine|ok|okay|acceptable|all right|alright|no problem)(?: too)?$|^(?:fiver|tenner|grand)\b|^(?:a|per) (?:week|month|year|day)$|^\d+ (?:days|weeks|months|years)$|\b(?:tier|plan|version|trial)s? (?:is )?(?:ok|okay|fine)$"
)
_EMPTY = re.compile(
    r"^(?:fees?|rates?|half a day|half[- ]day|(?:a )?full day|all day|using|cost|costs|price|amount|limit|qty|quantity|what|need|when|who|how many|how much|time|running|up and running|live|ready|done|finished|complete(?:d)?|in place|here|installed|delivered|report|reports|start|start date|start(?:s|ing)?|delivery|for|decision|answer|at least|up to|freelance|with|by|in|on|at|to|of|and|or|please|thanks?|thank you|thx|that|it|is|are|be|the|an?|us|me|too|also|if|so|but|budget|max|deadline|ok|possible|delivery|etc|such|same|them|one|ones|more|less|all|each|me know|cheap|cheaper|free|only|not|no|without|asap|urgent|which|who|we|i|you)\W*$"
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
