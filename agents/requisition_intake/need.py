"""What is wanted: the noun phrase after the words that ask for it, or the one the catalogue knows."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from agents.requisition_intake import lexicon
from agents.requisition_intake.headline import headline
from agents.requisition_intake.known_vendors import REPLACES
from agents.requisition_intake.need_words import ALSO_VERBS, NOT_ADJECTIVES, STOP_WORDS
from agents.requisition_intake.phrase import phrase_end, purpose_end
from agents.requisition_intake.spelling import corrected
from agents.requisition_intake.tasks import task_of
from agents.requisition_intake.text import BLANK, SOFT_BLANK, Source
from agents.requisition_intake.vendor import VendorName
from memory.domain.instruction import Category

_LONGEST = 160
_MOST = 100
"""Candidates looked at, so that a wall of words does not cost minutes."""


@dataclass(frozen=True, slots=True)
class Need:
    """The noun phrase, where it stands, what kind of thing it is, and whether it was said with an article ("a laptop")."""

    start: int
    end: int
    text: str
    category: Category | None
    shelf: str | None
    weight: float


REQUEST = re.compile(
    r"\b(?:seek(?:s|ing)?|(?:replac(?:e|ing)|swap(?:ping)?|exchang(?:e|ing)) [^.;!?\n]{1,40}? (?:with|by|for)|(?:i|we) (?:just )?(?:need|want|require|would like|'d like|could use|am looking for|are looking for|gotta get|have to (?:buy|get|order))|(?:i|we)'d (?:like|love)|(?:i|we)'(?:m|re) (?:looking for|after|in the market for|searching for|hunting for|interested in)|"
    r"looking (?:for|at|to (?:buy|hire|get|rent|find|purchase))|look (?:for|into|around for)|search(?:ing)? (?:for)?|in need of|on the hunt for|hunt(?:ing)? (?:down|for)|request(?:ing)?(?: for)?|need(?:ed|ing|s)?(?: to (?:buy|get|order|find|hire|purchase|have|replace))?|ned|nead|want(?:ed|s)?(?: to (?:buy|get|order|find|hire|purchase|have|replace))?|"
    r"find|fnid|get|buy|by us|purchase|order|procure|source|acquire|hire|book|rent|lease|sign (?:us |me )?up (?:for|to|with)|subscribe (?:us |me )?to|sort out|sort|pick up|pick|grab|set (?:us |me )?up(?: with)?|replace|upgrade(?: to)?|engage|recommend(?:ation)?(?: for)?|suggest|arrange|organi[sz]e|commission|shop (?:around )?for|quotes? for|"
    r"pricing for|price for|(?:quotes?|offers?|prices?|pricing) from [^.;,!?\n]{1,40}? for|register|supply|provide|bring in|what(?:'s| is) the best|which|go for|invest in|switch (?:us )?to|move to|migrate to|restock|re-?order|contract|retain|onboard|send (?:me|us)|to have|let's (?:get|buy|order|find)|budget for|could use|after|in the market for|stock up on|top up|evaluate|compare|shortlist|check out options for|options for|an? alternative (?:to|for)|get hold of|track down|line up|obtain|secure)\b"
)
_SKIP = re.compile(
    rf"(?:[\s{BLANK}{SOFT_BLANK}:*\"-]|(?:me|us|our|my|ourselves|myself|an?|the|some|any|out|of|few|more|another|additional|extra|about|for me|for us|please|asap|urgently|quickly|your|his|her|their|this|that|up|him|them|brand|replacement for|someone who can do|new|good|decent|great|nice|cheap|cheaper|cheapest|affordable|inexpensive|reliable|suitable|proper|best|better|simple|solid|right|quick|to|also|just|really|maybe|perhaps|"
    r"couple|bunch|lot|pair|set|single|one|different|options?(?= for)|quotes?(?= for)|for(?= an? )|offers?(?= for)|trustworthy|capable|experienced|competent|very|low-cost|budget(?= \w)|yourself|immediately|right away|a bit|next|own|pls|plz|us all|everyone|trusted|dependable|excellent|top-notch|somewhat|fairly|not too expensive|reasonably priced|reasonable|actual|ideal|perfect|temporary(?= \w+ \w+ x)|following|replacement(?= \w)|out (?:what|how much)(?= an? )|um|uh|uhm|erm|er|like|you know|proper|some kind of|some sort of|a kind of|a sort of|sort of|kind of)(?![\w-]))+"
)
_EMPTY = re.compile(
    r"^(?:it|one|ones|them|that|this|these|those|something|anything|stuff|things?|everything|someone|somebody|help|deal|good deal|best deal|option|options|alternatives?|quote|quotes|offers?|price|prices|vendors?|solution|way|rid|time|thing like that|what|what you think|idea|ideas|job|rest|same|more|less|info|information|advice|both|all|item|items|product|products|know|do|be|ready|started|go|back|done|sure|make|talk|see|look|use|buy|get|find|order|hire|purchase|pay|hello|you|he|she|me|us|i|we|nothing|none|money|budget|approval|permission)$"
)
_DOING = re.compile(
    r"(?:hire|buy|get|find|order|purchase|rent|lease|borrow|procure|source|engage|acquire|obtain|secure|arrange|book|subscribe|replace|sign|look|approve|have|commission|renew|cancel|know|see)\b"
)
"""A second verb ("I'd like to hire ..."): its own object is the need."""
_OPEN_HEADS = frozenset(
    "something someone somebody anything anyone person people way solution alternative help".split()  # noqa: SIM905  (a word list reads best as words)
)


_STANDARD = re.compile(
    r"(?:(?:[\w/.]+ )?[\w/.]*[- ]?(?:compliant|certified|compatible)|(?:eu|uk|us|germany|europe|self|cloud|swiss|german|european|locally)[- ](?:hosted|based|made)|privacy[- ](?:friendly|first|focused)|open[- ]source|gdpr[- ](?:conform|ready|proof|friendly)|end-to-end encrypted|self-hosted)\s+(?:and\s+)?(?=\w)",
    re.IGNORECASE,
)


def apart(source: Source, need: Need) -> tuple[Need, tuple[tuple[int, int], ...]]:
    """Return the need without the standards it must meet, and where those stand: "GDPR-compliant CRM" is a CRM and a must-have."""
    start, standards = need.start, []
    while (standard := _STANDARD.match(source.low, start, need.end)) is not None:
        words = standard.group().removesuffix("and ").strip()
        standards.append((start, start + len(words)))
        start = standard.end()
    if not standards:
        return need, ()
    rest = _need(source, start, need.end, need.category, need.weight)
    return replace(rest, category=need.category, shelf=need.shelf), tuple(standards)


def find_need(source: Source, work: str, vendors: tuple[VendorName, ...], *, priced: bool) -> Need | None:
    """Return the need: the weightiest candidate, the first of equals. `work` has amounts, dates and counts blanked.

    In text that is `priced` (a count or an amount was found), a vendor's name alone can be what is wanted.
    """
    if (task := task_of(work)) is not None:
        return _of_task(source, *task)
    candidates = [*_asked_for(source, work, vendors), *_from_lexicon(source, work)]
    if priced:
        candidates += _products(source, work, vendors)
    if priced and all(n.weight < _SURE for n in candidates):
        candidates += _named_first(source, work, vendors)
    best = max(candidates, key=lambda n: (n.weight, -n.start), default=None)
    if best is not None and best.weight >= _FIRM:
        return best
    return _replacement(vendors) or best


def _of_task(source: Source, start: int, end: int) -> Need:
    """The work itself is the need: somebody is hired for it."""
    need = _need(source, start, end, Category.CONTRACTOR, _SURE)
    named = need.text[:1].lower() + need.text[1:]
    return replace(need, text=named, shelf=None)


_SURE = 1.6
_FIRM = 1.2
"""Below this a need is only mentioned ("something with Gantt charts"), and what replaces a vendor named says more."""


def _named_first(source: Source, work: str, vendors: tuple[VendorName, ...]) -> list[Need]:
    """The thing that a text without a verb names first, surer than what is only mentioned."""
    place = headline(work)
    if place is None:
        return []
    skipped = _SKIP.match(work, place)
    found = _phrase_at(source, work, skipped.end() if skipped else place, vendors)
    return [] if found is None else [replace(found, weight=max(found.weight, 1.5))]


def _asked_for(source: Source, work: str, vendors: tuple[VendorName, ...]) -> Iterator[Need]:
    for match in islice(REQUEST.finditer(work), _MOST):
        skipped = _SKIP.match(work, match.end())
        start = skipped.end() if skipped else match.end()
        candidate = _phrase_at(source, work, start, vendors)
        if candidate is not None:
            yield replace(candidate, weight=min(candidate.weight, 1.2)) if match.group() == "needs" else candidate


def _phrase_at(source: Source, work: str, start: int, vendors: tuple[VendorName, ...]) -> Need | None:
    """Return the noun phrase that starts at `start`, with its purpose where the noun alone says too little."""
    end = phrase_end(work, start)
    phrase = work[start:end].strip()
    if not phrase:
        return None
    if _DOING.match(phrase):
        return None
    category, known = lexicon.category_of(corrected(phrase)), _knows(corrected(phrase))
    named = next((v for v in vendors if start <= v.start < max(end, start + 1) and not v.leaving), None)
    if phrase.split()[-1] in _OPEN_HEADS or phrase in lexicon.GENERIC_WORDS:
        return _open_headed(source, work, start, end)
    if category in {Category.CONTRACTOR, Category.SERVICES} or (not known and not named and category is Category.SAAS):
        end = purpose_end(work, end)
    if _EMPTY.match(phrase) or phrase.split()[0] in {"rid", "ready", "started", "back"} or (phrase.split()[0] in _OPEN_HEADS and not known):
        return None
    weight = 3.0 if known else 2.5 if named else 1.6 if category else 1.0
    if not known and named is not None:
        category = category or named.category
        end = max(end, named.end)
    return _need(source, start, end, category, weight)


def _open_headed(source: Source, work: str, start: int, end: int) -> Need | None:
    """Read an open head: "something for time tracking" means time tracking; "someone to fix the roof" and "a tool to send invoices" say it whole."""
    purpose = re.compile(r"\s+(?:for|to do|to help (?:us |me )?with|to handle|to manage)\s+").match(work, end)
    if purpose is not None:
        skipped = _SKIP.match(work, purpose.end())
        inner = skipped.end() if skipped else purpose.end()
        inner_end = phrase_end(work, inner)
        inner_phrase = corrected(work[inner:inner_end])
        head = work[start:end].split()[-1:]
        if _knows(inner_phrase) and head and head[0] in _OPEN_HEADS:
            person = head[0] in {"someone", "somebody", "person", "people", "anyone"}
            category = Category.CONTRACTOR if person else lexicon.category_of(inner_phrase)
            return _need(source, inner, inner_end, category, 2.8)
    if re.match(r"(?:stuff|things?|equipment|gear|help|supplies)\b", work[start:end]):
        return None
    longer = purpose_end(work, end, also_who=True)
    if longer == end:
        head_category = lexicon.category_of(work[start:end])
        return _need(source, start, end, head_category, 1.2) if head_category else None
    whole = work[start:longer]
    hired = re.match(r"(?:someone|somebody|person|people|freelancer|contractor|consultant|anyone)", whole)
    category = Category.CONTRACTOR if hired else lexicon.category_of(work[start:end]) or lexicon.category_of(corrected(whole))
    return _need(source, start, longer, category, 2.7 if _knows(corrected(whole)) else 2.2)


def _from_lexicon(source: Source, work: str) -> Iterator[Need]:
    """Things the catalogue knows, wherever they stand: "Email marketing tool, 5k contacts"."""
    for match in islice(lexicon.pattern().finditer(work), _MOST):
        if match["phrase"] in ALSO_VERBS and _is_verb(work, match):
            continue
        start = _left_edge(work, match.start())
        end = _right_edge(work, match.end())
        generic = match["phrase"] in lexicon.GENERIC_WORDS
        owned = re.search(r"\b(?:our|my|current|old|existing)\s+$", work[:start])
        asides = re.search(
            r"\b(?:with|without|no|for (?:our|my|the)|integrat\w+ with|supports?|have|has|need(?:s)?|must|include\w*|ideally|preferably|and|or)\s+(?:an? |the )?$",
            work[:start],
        )
        placed = (
            re.search(r"\b(?:eu|uk|us|german|swiss|canadian|european|french|local)\s+$", work[: match.start()])
            and "server" in match["phrase"]
        )
        weight = 0.6 if generic or placed else 1.1 if asides else 1.3 if owned else 1.8
        category = lexicon.category_of(work[start:end])
        if not generic and category in {Category.CONTRACTOR, Category.SERVICES}:
            end = purpose_end(work, end)
        yield _need(source, start, end, category, weight)


def _is_verb(work: str, match: re.Match[str]) -> bool:
    """Whether a word that is also a thing is a verb here: "we should switch ...", "Switch our plan to ..."."""
    before = work[max(0, match.start() - 12) : match.start()]
    opens = not before.strip() or before.rstrip().endswith((".", "!", "\n", "please"))
    return _VERB_BEFORE.search(before) is not None or (
        opens and re.match(r"\s(?:our|my|the|us|to|from|over|a)\b", work[match.end() :]) is not None
    )


_VERB_BEFORE = re.compile(r"\b(?:to|should|we|i|must|can|could|will|would|please|let's|you|they|of|shall|might|don't|never)\s+$")


def _products(source: Source, work: str, vendors: tuple[VendorName, ...]) -> Iterator[Need]:
    for vendor in vendors:
        if not vendor.leaving and not re.search(r"\b(?:from|with|at|via|through)\s*$", work[max(0, vendor.start - 9) : vendor.start]):
            yield _need(source, vendor.start, max(vendor.end, phrase_end(work, vendor.start)), vendor.category, 1.7)


def _left_edge(work: str, place: int) -> int:
    """Take the adjectives before a known noun along, up to three words."""
    start = place
    for word in reversed(list(re.finditer(r"\w(?:[\w'.+/-]*\w)?", work[max(0, place - 60) : place]))[-3:]):
        begin = max(0, place - 60) + word.start()
        finish = max(0, place - 60) + word.end()
        if (
            work[finish:start].strip()
            or word.group() in STOP_WORDS
            or _SKIP.fullmatch(word.group())
            or REQUEST.fullmatch(word.group())
            or word.group() in NOT_ADJECTIVES
        ):
            break
        start = begin
    return start


def _right_edge(work: str, end: int) -> int:
    head = re.compile(
        r"\s(?:tools?|software|app|platform|system|solution|service|services|subscription|provider|plan|licen[cs]es?|package|suite|account|agency|programme|program|company|firm|contractor|freelancer|consultant|expert|specialist|review|work|appointment|session|visit)\b"
    ).match(work, end)
    end = head.end() if head else end
    following = re.compile(r"\s").match(work, end)
    joined = lexicon.pattern().match(work, following.end()) if following else None
    end = joined.end() if joined else end
    model = re.compile(r"(?: (?:\d{1,4}[a-z]{0,2}(?! +[a-z-]+s\b)|pro|max|air|mini|ultra|m\d|gen \d+|se))+\b").match(work, end)
    return model.end() if model else end


def _knows(phrase: str) -> bool:
    return lexicon.catalogue_category(phrase) is not None and not all(w in lexicon.GENERIC_WORDS for w in phrase.split())


def _replacement(vendors: tuple[VendorName, ...]) -> Need | None:
    """Return the need behind a comparison: "something cheaper than Mailchimp" is a need for what Mailchimp does."""
    for vendor in vendors:
        wanted = REPLACES.get(vendor.name.lower())
        if vendor.leaving and wanted is not None:
            return Need(vendor.start, vendor.end, wanted, lexicon.category_of(wanted), lexicon.catalogue_category(wanted), 1.0)
    return None


def _need(source: Source, start: int, end: int, category: Category | None, weight: float) -> Need:
    while end > start and source.low[end - 1] in " \n-,:;'\"":
        end -= 1
    while start < end and source.low[start] in " \n-,:;'\"":
        start += 1
    trailing = re.search(r"\s+(?:options?|alternatives?|pls|plz|(?:for|with|of) \d+ ?[gt]b)$", source.low[start:end])
    end = start + trailing.start() if trailing else end
    text = source.words(start, end)[:_LONGEST]
    fixed = corrected(text.lower())
    if fixed != text.lower():
        text = fixed
    return Need(start, end, _plain_case(text, source), category, lexicon.catalogue_category(fixed), weight)


def _plain_case(text: str, source: Source) -> str:
    """Undo a capital that only starts a sentence, and shouting."""
    if source.shouted and source.raw != source.raw.lower():
        return text.lower()
    first = text.split(" ", maxsplit=1)[0]
    named = re.match(r"\w+ [A-Z][a-z]", text) is not None
    opens = first[1:] == first[1:].lower() and len(first) > 1 and _lower_word(first.lower()) and not named
    return text[0].lower() + text[1:] if opens else text


@functools.cache
def _plain_words() -> frozenset[str]:
    return frozenset(word for phrase in lexicon.entries() for word in re.split(r"[\s-]", phrase))


def _lower_word(word: str) -> bool:
    return word in _plain_words() or word.removesuffix("s") in _plain_words()
