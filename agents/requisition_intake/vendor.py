"""Which vendor is named, and in what part: the one to buy from, one to leave, or one to look at."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.requisition_intake.known_vendors import AMBIGUOUS, known
from agents.requisition_intake.text import BLANK, Source
from memory.domain.instruction import Category


@dataclass(frozen=True, slots=True)
class VendorName:
    """A vendor named in the text. `leaving` says the operator wants away from it, or names it only to compare or connect."""

    start: int
    end: int
    name: str
    category: Category | None
    leaving: bool


_LEAVING = re.compile(
    r"(?:\b(?:switch|switching|move|moving|migrate|migrating|away|switched|migration|coming|come)(?: away)?(?: \w+){0,2} from|\breplac(?:e|es|ing|ement for)(?: our| my| the)?|\balternatives? (?:to|for)|\binstead of|\bcheaper than|\bbetter than|\bless than|\bunlike|\blike|\bsimilar to|\bsuch as|\brather than|\bnot|\bno|\bexcept|\bother than|\bbut not|"
    r"\b(?:integrat\w+|works?|working|compatible|sync\w*|connect\w*|plays? nice(?:ly)?|talks?|link\w*|hooks?|export\w*|import\w*|runs?|login|sign-in|log in|play)(?: \w+)? (?:with|to|into|from|on|via)|\b(?:export\w*|import\w*|know(?:s|ing)?|knowledge of|familiar with|fluent in|proficient in|skilled in|trained in|versed in|experience(?:d)? (?:with|in|of)|expert in|master)|\bfrom within|\bimport from|\b(?:currently|now|already|still) (?:use|using|on|with|at|pay\w*)|\bwe(?:'re)? (?:use|using|have|are on|on|pay|run)|\bour|\bmy|\b(?:currently|today|now) (?:at|on|with|use)|\bgetting rid of|\bleav(?:e|ing)|\bditch(?:ing)?|\bsick of|\btired of|\bfed up with|\boutgrown|\b(?:get|getting) rid of|\b(?:drop|dropping|quit|quitting|leave|ditch|dump))(?: our| my| the)?\s*$"
)
_LINKED = re.compile(
    r"(?:'s)?[\s-]+(?:integrations?|developers?|designers?|experts?|specialists?|plugins?|consultants?|freelancers?|engineers?|apis?|alternatives?|replacements?|competitors?|connectors?|sync|imports?|exports?|compatib\w+|themes?|ads|training|course|support|setup|set-up|"
    r"migration|store|shop|site|admin(?:istrator)?|account manager|workflows?|like|style|users? group)\b"
)
_JOINT = (
    r"(?: (?:of(?: the)?|de[lrn]?(?: la)?|du|von|van(?: de[rn]?)?|and(?= (?:Sons?|Daughters?|Co|Company|Partners?|Brothers|Associates)\b)))"
)
"""A small word inside a name: "Bank of the West", "Miller and Sons"."""
_MORE = re.compile(rf"(?:{_JOINT} [A-Z][\w&'-]*\w)+")
_FROM_ONLY = re.compile(
    rf"\b(?:from|go with|stick with|stay with|through)\s+(?:[Tt]he )?(?P<name>[A-Z][\w&'.-]*[\w](?:{_JOINT} (?=[A-Z])[\w&'-]*\w| (?:[A-Z0-9][\w&'-]*[\w]|&)){{0,5}})"
)
_PLACES = re.compile(
    r"(?i)^(?:the|a|our|my|eu|europe|european|germany|german|us|usa|uk|switzerland|france|austria|spain|italy|china|berlin|munich|london|paris|new york|hamburg|vienna|zurich|amsterdam|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|q[1-4]|sso|gdpr|"
    r"api|excel|english|french|germany|spanish|scratch|home|india|poland|netherlands|ireland|america|canada|someone|local|christmas|asia|africa|linux|windows|mac|android|ios|iban|de\d+|now|today|tomorrow|saas|it|crm|eur|usd|gbp|chf|vat|anyone|anything|them|any)\b"
)


_BESIDE = re.compile(
    r"(?<!\bgo)(?<!\bgoing)(?<!\bstick)(?<!\bstay)(?<!\bup)(?<!\bcontinue) with (?:an? |the )?$|\b(?:nice[- ]to[- ]haves?|bonus|a plus|optional(?:ly)?)\s?:?\s+$"
)
_WELCOME = re.compile(r"\s(?:would|'d|is|are) (?:also )?(?:be )?(?:an? )?(?:nice|plus|bonus|great|good|welcome|optional)\b")
_SOLD_BY_NAME = re.compile(
    r"\b(?:host(?:ing|ed)|servers?|vps|domains?|accounts?|subscriptions?|contracts?|plans?|backups?|storage|mailbox(?:es)?|sign|renew\w*|register)\b[^.!?;\n]*$|\b(?:licen[cs]es?|seats?) with\s*$"
)
"""What is had "with" a vendor: the name after it is whom to buy from, while "a CRM with Slack" is to work beside Slack."""


def _works_beside(source: Source, start: int, end: int, category: Category | None) -> bool:
    """Whether software is named as something to work with ("preferably with Slack"), not as what to buy or whom from."""
    before = source.low[max(0, start - 120) : start]
    linked = _BESIDE.search(before.rstrip("\"' ") + " ") or _WELCOME.match(source.low, end)
    return category is Category.SAAS and linked is not None and _SOLD_BY_NAME.search(before) is None


def find_vendors(source: Source, known_vendors: Sequence[str]) -> tuple[VendorName, ...]:
    """Return the vendors named: those of the registry, well-known ones, and capitalised names after "from" and the like."""
    found: list[VendorName] = []
    for match in _names(tuple(v.lower() for v in known_vendors)).finditer(source.low):
        if _believable(source, match, known_vendors):
            _add(found, source, match.start("name"), match.end("name"))
    if not source.shouted:
        for match in _FROM_ONLY.finditer(source.raw):
            if not _PLACES.match(match["name"]):
                _add(found, source, match.start("name"), match.end("name"))
    return tuple(sorted(found, key=lambda v: v.start))


def _add(found: list[VendorName], source: Source, start: int, end: int) -> None:
    if any(start < v.end and v.start < end for v in found):
        return
    before = source.low[max(0, start - 40) : start].rstrip("\"' ") + " "
    longer = None if source.shouted else _MORE.match(source.raw, end)
    end = end if longer is None else longer.end()
    name = source.raw[start:end].removesuffix("'s")
    category = known().get(name.lower())
    joined = bool(found) and found[-1].leaving and re.fullmatch(r"\s*(?:,|and|or|/)\s*", source.low[found[-1].end : start]) is not None
    found.append(
        VendorName(
            start,
            start + len(name),
            name,
            category,
            leaving=joined
            or bool(_LEAVING.search(before) or _LINKED.match(source.low, start + len(name)))
            or _works_beside(source, start, start + len(name), category),
        )
    )


@functools.lru_cache(maxsize=16)
def _names(registry: tuple[str, ...]) -> re.Pattern[str]:
    names = sorted({*known(), *(name for name in registry if name)}, key=len, reverse=True)
    return re.compile(
        r"(?<![\w@.-])(?P<name>" + "|".join(re.escape(n) for n in names) + r")(?:'s)?(?![\w@-])(?!\.(?:com|io|de|net|org|eu)\b)"
    )


_ANNOUNCED = re.compile(
    r"(?:\b(?:from|renew|cancel|vendor|renegotiate|try|terminate|subscribe (?:us |me )?to|our|extend|pay|paid|paying|with)\s*|^\s*)$"
)


def _believable(source: Source, match: re.Match[str], known_vendors: Sequence[str]) -> bool:
    """A name that is also a word counts with a capital inside a sentence, or after a word that announces a vendor."""
    name = match["name"]
    if name not in AMBIGUOUS or name in {v.lower() for v in known_vendors}:
        return True
    before = source.low[max(0, match.start() - 30) : match.start()]
    if re.match(r"(?:'s)? (?:renewal|subscription|account|licen[cs]es?|invoice)\b", source.low[match.end("name") :]) and re.search(
        r"\b(?:the|our|my)\s+$", before
    ):
        return True
    if source.shouted:
        return bool(_ANNOUNCED.search(before)) and name not in {"front", "close", "later", "box", "target", "make", "kit", "drip"}
    opens = not before.strip() or before.rstrip().endswith((".", "!", "?", "\n"))
    return source.raw[match.start()].isupper() and (not opens or name in {"notion", "slack", "zoom", "linear"})


_CAPITALISED = re.compile(
    rf"\s*(?:the |our |my |an? |their )?(?P<name>[A-Z][\w&'.-]*\w(?:{_JOINT} [A-Z][\w&'.-]*\w| (?:[A-Z][\w&'.-]*\w|&))*)"
)


def capitalised_after(source: Source, place: int) -> tuple[int, int] | None:
    """Return the range of a capitalised name that starts at `place`, articles skipped; None when there is none."""
    match = _CAPITALISED.match(source.raw, place)
    if match is None or _PLACES.match(match["name"]) or BLANK in match["name"]:
        return None
    name = match["name"].removesuffix("'s")
    return match.start("name"), match.start("name") + len(name)
