"""What each amount in a mail is: the price on offer, a set-up fee, our own figure quoted back, a total, something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from agents.negotiator.discount_reading import Discount
from agents.negotiator.figures import NUMBER, Amount, amounts, bare_amounts, whole
from agents.negotiator.mail_text import MailText, Sentence
from agents.negotiator.particulars import TaxBasis
from agents.negotiator.vagueness import vague
from memory.domain.money import Period


class Role(StrEnum):
    """What an amount stands for. The first four may be the price on offer, the strongest first."""

    OFFER = "offer"
    PRICE = "price"
    FLOOR = "floor"
    LISTED = "listed"
    SETUP = "setup"
    TOTAL = "total"
    EXTRA = "extra"
    SURCHARGE = "surcharge"
    OPTIONAL = "optional"
    LATER = "later"
    INTRODUCTORY = "introductory"
    DISCOUNT = "discount"
    TAX = "tax"
    REFUSED = "refused"
    OURS = "ours"
    OTHER = "other"


PRICES = (Role.OFFER, Role.PRICE, Role.FLOOR, Role.LISTED)


@dataclass(frozen=True)
class Mention:
    """An amount in its clause. `block` is what one price buys ("per 1,000 contacts" is 1000); 0 when it is flat or unknown."""

    amount: Amount
    role: Role
    clause_start: int
    clause_end: int
    sentence: Sentence
    period: Period | None = None
    per_unit: bool | None = None
    block: int = 0
    vague: str = ""
    """Why this is no firm price ("from", "range", "roughly"), or nothing."""
    discount: Discount | None = None
    """The discount that was taken off to come to this price, or that the mail says it results from."""
    basis: TaxBasis | None = None
    """Whether it contains the tax, where the mail's own arithmetic shows it."""
    summed: bool = False
    """Whether a stated sum is this price for the whole quantity."""
    rate_bp: int | None = None
    """The tax rate that this arithmetic rests on."""

    @property
    def place(self) -> tuple[int, int]:
        """Where the amount stands."""
        return self.amount.start, self.amount.end


_BOUNDARY = re.compile(
    r",(?!\d)|;|(?=\s(?:but|and(?! (?i:per )?(?i:(?:month|year|quarter|user|seat|licen[cs]e)s?|monthly|yearly|quarterly)\b)|plus|or|while|whereas|with)\s)|(?<!until)(?=\sthen\s)|\s[-\u2013\u2014]\s|\s/\s(?=[A-Z])|\((?![^()]{0,40}\))|(?=\s\+ )"
)
_NEGATION = r"(?:cannot|can't|can not|could not|couldn't|unable|not able|won't|will not|not possible|not in a position|no way)"
_ACCEPTS = re.compile(
    r"\b(?:accept(?:ed|s|ing)?|agree[ds]?(?! to disagree)|agreed|confirm(?:ed|s|ing)?|happy with|works for us|it's a deal|we have a deal|meet your|match your)\b",
    re.IGNORECASE,
)
_REJECTS = re.compile(rf"\b{_NEGATION}\b|\bunfortunately\b|\bregret\b|\bnot accept", re.IGNORECASE)
_UNIT_WORDS = r"seats?|users?|contacts?|subscribers?|licen[cs]es?|units?|pieces?|devices?|items?|heads?|persons?|people|employees?|agents?|members?|computers?|laptops?|monitors?|chairs?|desks?|servers?|mailbox(?:es)?|domains?|sites?|copies|copy|hours?|days?|workstations?|workplaces?|accounts?|logins?|sièges?|accès|accesos?|cuentas?|comptes?|postes?|plazas?|personnes?|personas?|salariés?|empleados?|zugang|zugänge|arbeitsplatz|kopf|köpfe|nase|mitarbeiter(?:in)?|person(?:en)?"
_PERIOD_WORDS = (
    (Period.MONTH, r"(?:(?:/|\bper|\ba|\beach|\bpro|\bevery|\band) ?(?:calendar )?(?:month|mo\b|mth)|\bmonthly\b|\bp\.? ?m\.?(?![a-z]))"),
    (Period.QUARTER, r"(?:(?:/|\bper|\ba|\beach) ?quarter|\bquarterly\b)"),
    (
        Period.YEAR,
        r"(?:(?:/|\bper|\ba|\beach|\band|\bfor (?:the|one)) ?(?:full )?(?:year|yr\b|annum)|\b(?:yearly|annually|annual)\b|\bp\.? ?a\.?(?![a-z])|\bfor (?:the )?(?:12|twelve) months)",
    ),
    (Period.DAY, r"(?:(?:/|\bper|\ba|\beach) ?(?:working |man[- ])?day\b|\bdaily\b)"),
    (Period.HOUR, r"(?:(?:/|\bper|\ban|\beach) ?(?:hour|hr\b)|\bhourly\b|/h\b)"),
)
_CHANGED_TO = re.compile(
    r"\b(?:discounted|reduced|lowered|down|cut|dropp\w+|drops?|falls?|brought|bring\w*|com(?:es|ing)|goes) (?:it |that |this |down )?to\s*$|\bnow(?: only)?\s*$",
    re.IGNORECASE,
)
_YEARS_SUM = re.compile(r"\b(?:(?:annual|yearly) (?:pre)?payment|(?:1|one) (?:full )?year)[: ]{1,2}(?:of |is )?$", re.IGNORECASE)
_RHYTHM = re.compile(
    r"\b(?:billed|billing|paid|payable|payment|prepaid|prepay\w*|invoiced|charged|paying|if you pay)(?: \w+){0,2} (?:monthly|quarterly|yearly|annually|annual|per month|per year|upfront)|\b(?:yearly|annual|annually|monthly)[ ,]{1,2}(?:in advance|billing|prepay\w*|payment|contract|plan|commitment|subscription|term)",
    re.IGNORECASE,
)


def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_OURS_BEFORE = _rx(
    r"\byour (?:last |latest |current |kind )?(?:offer|target|proposal|counter\w*|counter-?offer|bid|suggest\w*|request\w*|figure|ask\w*|price target|number)\b[^.]{0,25}$|\byou (?:have )?(?:offered|asked for|proposed|suggested|mentioned|named|requested)[^.]{0,15}$"
)
_OURS_AFTER = _rx(r"^[^,]{0,20}\byou (?:have )?(?:offered|asked|proposed|suggested|mentioned|named|requested)")
_FLOOR = _rx(
    r"\b(?:cannot|can't|can not|not|unable to|won't)(?: \w+){0,3} (?:below|lower than|under|less than)[^,]{0,10}$|\b(?:lowest|floor|rock[- ]bottom|minimum price|limit)\b[^,]{0,25}$"
)
_NEGATED_BEFORE = _rx(
    rf"\b{_NEGATION}\b[^,:]{{0,40}}$|\bnot (?:at|for|to)\b[^,]{{0,10}}$|\bnot(?: the)?\s*$|\b(?:by mistake|by error|wrongly|mistakenly|erroneously|(?:per|par) erreur|(?:per|por) error|irrtümlich(?:erweise)?|versehentlich|fälschlich(?:erweise)?)\b[^,;]{0, 25}$"
)
_NEGATED_AFTER = _rx(
    rf"^[^,]{{0,25}}\b(?:(?:is|are|would be|was) (?:unfortunately |simply |far |a bit |just |sadly )*(?:not|too low|too little|below|under|impossible|out of reach)|isn't|{_NEGATION})\b|^\s(?:\w+ ){{0,3}}not(?: possible| feasible| doable| acceptable)?\s*[.;!]"
)
_LISTED_BEFORE = _rx(
    r"\blist(?:ed)?(?: price)?(?: at| of|:)? ?$|\b(?:instead of|rather than|list price|listed|regular(?:ly)?|normal(?:ly)?|usual(?:ly)?|was|previously|down from|reduced from|from(?! \d[\d.,]* [a-z])|standard price|public price|catalogue price|former(?:ly)?|until now)\b[^,]{0,25}$"
)
_LISTED_AFTER = _rx(r"^[^,]{0,12}\b(?:list price|list\b|regular(?:ly)?|normally)")
_LATER = _rx(
    r"\b(?:(?<!until )then|(?:increases?|rises?|goes up|go up|will be|will rise|will increase) to|thereafter|afterwards|after (?:that|the|year|month)|from (?:month|year|the second|the \w+ (?:month|year))|(?:up)?on renewal|renewal price|renews?|at renewal|as of year|second year|following years?)\b[^,]{0,30}$"
)
_LATER_AFTER = _rx(
    r"^[^,]{0,20}\b(?:from (?:month|year|(?:next )?(?:january|february|march|april|may|june|july|august|september|october|november|december|year|month)|the (?:second|next|\w+) (?:month|year))|thereafter|afterwards|(?:up)?on renewal)"
)
_INTRODUCTORY = _rx(
    r"\bfirst (?!year|twelve|12)(?:\w+ )?(?:months?|weeks?|quarter)\b|\bintroductory|\bintro(?: price|ductory)|\bpromotional|\btrial\b"
)
_TAX_ITSELF = _rx(
    r"(?<!incl )(?<!incl\. )(?<!including )(?<!inclusive )(?<!with )(?<!excl\. )(?<!without )(?<!before )(?<!plus )\b(?:VAT|tax|MwSt\.?|USt\.?|GST)(?: ?\(?(?:of |at |@ ?)?\d{1,2}(?:[.,]\d{1,2})? ?%\)?)?\.?(?: of| amounts? to| is)?[:=]? ?$"
)
_SETUP = _rx(
    r"\b(?:set-?\s?up|onboarding|implementation|activation|installation|shipping|delivery (?:fee|cost|charge)s?|freight|carriage|postage|courier|transport(?:ation)?|migration|configuration|deployment|enablement|provisioning|commissioning|kick-?off|tooling|engraving|training|workshop|roll-?out|(?:printing |print |the )?plates|(?:technical|file|artwork|template|plate) (?:fees?|costs?|charges?)|artwork|(?:joining|enrol+ment|registration|initiation) fee)\b|\bdelivery(?: is| costs?| comes to| at)?:? ?#"
)
_ONE_TIME = _rx(
    r"\b(?:one-?\s?time|one-?off|single|initial) (?:fee|charge|cost|payment)|\bnon-?recurring\b|\bNRC\b"
    r"|\b(?:one-?\s?time|one-?off)[ :]{0,2}#|#,? ?\(?(?:one-?\s?time|one-?off|(?<!paid )(?<!billed )once(?! (?:a|an|per|every|each|you|we|your|the|our|it|in)\b))"
)
# "Shipping is free over 500 EUR": no charge, but an order's size.
_THRESHOLD = _rx(
    r"\b(?:free|offerte?s?|gratuite?s?|gratis|kostenlos|kostenfrei)\b[^.;\d]{0,30}\b(?:over|above|from|beyond|as of|orders? (?:of|over|above)|dès|ab|at least)\s*$"
)
_STAYS = _rx(r"\b(?:remains?|stays?|reste|bleibt|sigue|queda|se mantiene)\b[^,;]{0,12}$")
_ONE_LINE = _rx(
    r"\bone-time: #|\b(?:fee|charge|cost)s?,? one-time:? ?#|\bone-time \w* ?(?:fee|charge|cost)s?\b[^,]{0,12}#"
)  # how a table's line of one beside lines of many is written
# "5. Data migration - we regret, this remains at 900 EUR": the item's own name tells what the amount is.
_PER_ANYTHING = _rx(
    r"\s*(?:net |excl\.? (?:VAT )?|plus VAT )?(?:per|pro|/) ?(?!(?:month|year|quarter|annum|day|hour|week|semester|half|card|bank|direct|invoice|e-?mail|post|wire|cent|SEPA|order|team|company|project|pack|bundle|set\b|box|batch|lot\b|term|period|contract|subscription|delivery|shipment|transfer|calendar|billing|instal|order|location\b and|the\b|mo\b|yr\b)|\d)[^\W\d_]{4,}"
)
_TIMES = _rx(rf"(?<![\w.,]){NUMBER} ?(?:[^\W\d_]+ )?(?:[x\u00d7*] ?|@ ?|\u00e0 )$|@ ?$")
_ITEM = re.compile(r"^\s*(?:(?:[-*\u2022\u00b7]|\d{1,2}[.)]|[A-Za-z][.)])\s+)?(?P<name>[^:#]{3,40}?)\s*(?::|-|\u2013)\s")
_EXTRA = _rx(r"\b(?:additional|every further|each further|overage|beyond|exceed\w*|extra|surplus|above (?:that|this|\d))\b")
_SURCHARGE = _rx(
    r"\b(?!licen[cs]e|recurring|regular|standard|normal|usual|fixed|monthly|annual|yearly|quarterly|subscription|user|seat|per|the|our|a|this|total|hourly|daily|flat|usage|rental|membership|plan|package|product|no|and|of|is|all|any|we|you|they|will|would|to|can|also|only|just|software|tool|basic|base|price|in|for|month|year|with|without|at|on|s|it|that)[^\W\d_]{4,} (?:fees?|charge)\b[^,\d]{0,15}#|\bfee \w{4,} #|\b(?:platform|service|support|maintenance|transaction|admin\w*|processing|handling|base|account|mandatory|compliance|hosting|infrastructure|data|security) (?:fee|charge|surcharge|fees|charges|flat rate|lump sum|costs?)\b|#[^,]{0,25}\b(?:applies|comes|is charged|is added|added) (?:in addition|on top)\b(?! of)|\b(?:in addition|on top comes?)[^,]{0,25}#|#\s?(?:/|per\b|each\b) ?(?:km\b|kilomet\w+|miles?\b|night|trip|transaction|ticket|incident|GB\b|TB\b|call\b|SMS|page|report|event)|\b(?:travel|expenses|material)s?(?: costs?| expenses)?\b|\bsurcharge\b|\bmandatory\b"
)
_OPTIONAL = _rx(
    r"\boptional(?:ly)?\b|\badd-?on\b|\bif you (?:like|wish|want|need) |\b(?:if|when|where|as) (?:required|needed|desired|wanted|requested)\b|\bon (?:request|demand)\b|\bavailable (?:at|for) #"
)
_DISCOUNT_BEFORE = _rx(
    r"(?<!after )(?<!after the )(?<!after all )\b(?:discount|reduction|rebate|savings?|save|saves|credit|voucher)\b[^,]{0,14}$"
)
_DISCOUNT_AFTER = _rx(r"^\s*(?:off|discount|rebate|less|cheaper|saving|credit)\b")
_TOTAL = _rx(r"\b(?:total|sum|altogether|in all|amounts? to|comes to|makes|equals?|overall|subtotal)\b|=\s*#")
_LEADS_ON = _rx(
    r"(?:,? ?(?:which|that|and|so|this))?\s\b(?:comes? to|makes?|equals?|amounts? to|totals|totalling|(?:in|a) total(?: of)?|sum of|altogether)\s(?:is |of |only |just )?$"
)
_OTHER = _rx(
    r"\b(?:liab\w*|penalt\w*|late fee|deposit|refund\w*|worth|turnover|competitor\w*|rival|(?:your |an)?other (?:vendor|provider|compan|suppl\w+|quote|offer)\w*|elsewhere|customers pay|market|raised|minimum order|budget)\b|\binvoice no\b|\b(?:is|was|already) (?:settled|paid)\b|\blast year(?:'s)?\b"
)
_OFFERING = _rx(
    r"\b(?:we (?:can|could|would|will|are able to|are willing to|are happy to|are pleased to)(?! not)|we'(?:d|ll)|offer|discounted|special price|new price|reduced|final|best price|for you|propose|meet you at|come down|go down|lower (?:it|the price|our price)|let you have|quote|our (?:revised )?(?:price|quote|offer))\b"
)


def mentions(mail: MailText, *, once: bool = False, currency: str = "") -> tuple[Mention, ...]:
    """Return every amount with its role. `once` when a single purchase is wanted, where prices have no period.

    In a mail that names no amount with its currency, prices without one are in the currency that the mail names elsewhere,
    or else presumably in `currency`, which was asked for: that is left to be asked about.
    """
    bare = "" if any(amounts(sentence.text) for sentence in mail.sentences()) else currency
    found = _ALL_IN.search(mail.text) if bare else None
    named = (found["currency"] or found["currency2"] or "").upper()[:3] if found else ""
    return tuple(
        mention
        for sentence in mail.sentences()
        for mention in _inherited(tuple(_in_sentence(sentence, once=once, bare=named or bare, sure=bool(named))))
    )


_ALL_IN = re.compile(
    r"\b(?:all|alles|everything|prices?|amounts?|figures|sums|tous?|tout|todos?|todo)\b[^.;\n]{0,40}?\b(?:in|en) (?P<currency>EUR(?:os?)?|USD|GBP|CHF|CAD)\b|\bcurrency: ?(?P<currency2>EUR|USD|GBP|CHF|CAD)\b",
    re.IGNORECASE,
)


def _inherited(found: tuple[Mention, ...]) -> Iterator[Mention]:
    """Return the mentions of a sentence; "16 EUR per seat per month, discounted to 13.60" is for the same seat and month."""
    before: Mention | None = None
    for mention, after in zip(found, [*found[1:], None], strict=False):
        if (
            after is not None
            and after.role is Role.REFUSED
            and mention.role in PRICES
            and mention.period is None
            and mention.per_unit is None
        ):
            # "13 EUR and not 31 EUR per user and month": what the corrected figure is for, the right one is for.
            mention = replace(mention, period=after.period, per_unit=after.per_unit, block=after.block)  # noqa: PLW2901
        if before is not None and mention.period is None and mention.per_unit is None and before.role in PRICES:
            between = mention.sentence.text[before.place[1] - mention.sentence.start : mention.place[0] - mention.sentence.start]
            if _CHANGED_TO.search(between):
                mention = replace(mention, period=before.period, per_unit=before.per_unit, block=before.block)  # noqa: PLW2901
        yield mention
        before = mention


def accepts(text: str) -> bool:
    """Return whether a sentence takes our offer."""
    return bool(_ACCEPTS.search(text)) and not _REJECTS.search(text)


def _in_sentence(sentence: Sentence, *, once: bool, bare: str = "", sure: bool = False) -> Iterator[Mention]:
    found = bare_amounts(sentence.text, bare, sure=sure) if bare else amounts(sentence.text)
    for index, amount in enumerate(found):
        left = found[index - 1].end if index else 0
        right = found[index + 1].start if index + 1 < len(found) else len(sentence.text)
        start = max([left, *(cut.end() for cut in _BOUNDARY.finditer(sentence.text, left, amount.start))])
        end = next((cut.start() for cut in _BOUNDARY.finditer(sentence.text, amount.end, right)), right)
        yield _mention(sentence, amount, start, end, once=once)


def _mention(sentence: Sentence, amount: Amount, start: int, end: int, *, once: bool) -> Mention:
    before, after = sentence.text[start : amount.start], sentence.text[amount.end : end]
    period = period_in(after[:60]) or period_in(before[-60:], nearest_last=True) or (Period.YEAR if _YEARS_SUM.search(before) else None)
    pack = _PACK.search(after[:60])
    block = _pack_size(pack, sentence.text) if pack else _block(after) or _block(before)
    placed = Amount(**{**amount.__dict__, "start": amount.start + sentence.start, "end": amount.end + sentence.start})
    beyond = sentence.text[amount.end :][:24]
    role = _role(sentence.text, before, after, once=once)
    if role in {Role.PRICE, Role.TOTAL} and not once and _ONE_TIME.search(f"#{beyond}"):
        role = Role.SETUP
    if role is Role.SETUP and re.search(r"\d[^=;]*\+[^=;]*\d[^=;]*=\s*$", sentence.text[: amount.start]):
        role = Role.TOTAL  # "1,680.00 EUR subscription + 180.00 EUR setup = 1,860.00 EUR"
    if role is Role.SETUP and once and block and not _SETUP.search(f"{before}#{after}"):
        role = Role.PRICE  # "one-time 0.15 EUR per contact"
    if role is Role.SETUP and period in {Period.DAY, Period.HOUR}:
        role = Role.PRICE if once else Role.SURCHARGE
    if (
        role is Role.PRICE
        and not block
        and not re.search(r"[^\W\d_]", before)
        and _SETUP.search(sentence.text[: amount.start].rstrip(" ,")[-25:])
    ):
        role = Role.SETUP  # "the installation, 180 EUR"
    if role is Role.PRICE and not block and _STAYS.search(before) and _SETUP.search(sentence.text[: amount.start]):
        role = Role.SETUP
    item = _ITEM.match(sentence.text) if role is Role.PRICE and period is None and not block else None
    if item and _SETUP.search(item["name"]):
        role = Role.SETUP
    if role is Role.PRICE and not block and _TIMES.search(before):
        block = 1
    elif role in PRICES and not block and not pack and _PER_ANYTHING.match(after):
        block = 1  # "22 seats x 17.00 EUR", "24x docking station @ 139.00 EUR"
    hedged = vague(sentence.text[: amount.start][-120:], sentence.text[amount.end :][:80])
    hedged = "pack" if pack and not block else hedged
    return Mention(
        placed, role, sentence.start + start, sentence.start + end, sentence, period, block > 0 if block else None, block, hedged
    )


def _role(sentence: str, before: str, after: str, *, once: bool) -> Role:
    clause = f"{before}#{after}"
    if _is_ours(before, after):
        return Role.OFFER if accepts(sentence) else Role.OURS
    if _FLOOR.search(before):
        return Role.FLOOR
    if _NEGATED_BEFORE.search(before) or _NEGATED_AFTER.search(after):
        return Role.REFUSED
    for role, matched in (
        (Role.OTHER, bool(_THRESHOLD.search(before))),
        (Role.TAX, bool(_TAX_ITSELF.search(before))),
        (Role.OPTIONAL, bool(_OPTIONAL.search(clause))),
        (Role.SETUP, bool(_SETUP.search(clause) or _ONE_LINE.search(clause) or (_ONE_TIME.search(clause) and not once))),
        (Role.DISCOUNT, bool(_DISCOUNT_BEFORE.search(before) or _DISCOUNT_AFTER.search(after))),
        (Role.EXTRA, bool(_EXTRA.search(clause))),
        (Role.SURCHARGE, bool(_SURCHARGE.search(clause))),
        (Role.LATER, bool(_LATER.search(before) or _LATER_AFTER.search(after))),
        (Role.INTRODUCTORY, bool(_INTRODUCTORY.search(clause))),
        (Role.OTHER, bool(_OTHER.search(clause))),
        (Role.LISTED, bool(_LISTED_BEFORE.search(before) or _LISTED_AFTER.search(after))),
        (Role.TOTAL, bool(_TOTAL.search(f"{before}#{_LEADS_ON.sub('', after)}"))),
    ):
        if matched:
            return role
    if _OFFERING.search(before) or accepts(sentence):
        return Role.OFFER
    return Role.PRICE


def _is_ours(before: str, after: str) -> bool:
    return bool(_OURS_BEFORE.search(before) or _OURS_AFTER.search(after))


def period_in(window: str, *, nearest_last: bool = False) -> Period | None:
    """Return the period that words beside a price name; how it is billed is no period of the price."""
    window = _RHYTHM.sub(" ", window)
    hits = [(found.start(), period) for period, words in _PERIOD_WORDS for found in re.finditer(words, window, re.IGNORECASE)]
    return None if not hits else max(hits)[1] if nearest_last else min(hits)[1]


_BLOCK = re.compile(
    rf"\bunit price\b|(?:/|\bper|\ba|\bfor each|\bfor every|\bevery) ?(?P<count>{NUMBER}k?)? ?(?:(?:named|active|licen[cs]ed|registered|concurrent|full|individual) )?(?:{_UNIT_WORDS})\b|(?:/|\bper|\bpro) ?(?!(?:month|year|quarter|day|hour|annum|week|card|bank|direct|invoice|e-?mail|post|wire|cent|SEPA|order|team|company|project|package|month\w*)\b)[^\W\d_]{{3,}}(?:/| and | per | a | \u00d7 ?| x )(?:calendar )?(?:month|year|quarter)\b|\beach\b|\bapiece\b|\ba piece\b|\b(?:month|year|quarter|monthly|yearly|annually) ?(?:and|&|/|,) ?(?:per )?(?:user|seat|licen[cs]e|person|head|employee|account|device|member)\b",
    re.IGNORECASE,
)


_PACK = re.compile(
    rf"(?:/|\bper|\beach|\ba) ?(?:(?P<count>{NUMBER})[ -](?:user|seat|licen[cs]e|unit|piece)[ -])?(?:pack|bundle|block|box|set|batch)\b(?: of (?P<count2>{NUMBER}))?",
    re.IGNORECASE,
)


_PACKS_OF = re.compile(rf"\b(?:packs?|bundles?|blocks?|boxes|sets?|batches) of (?P<count>{NUMBER})\b", re.IGNORECASE)


def _pack_size(pack: re.Match[str], sentence: str) -> int:
    """Return how many units the pack holds that a price is for, or 0 where the sentence does not say."""
    elsewhere = _PACKS_OF.search(sentence)
    count = pack["count"] or pack["count2"] or (elsewhere["count"] if elsewhere else "")
    return (whole(count) or 0) if count else 0


def _block(window: str) -> int:
    """Return how many units one price buys: 1 for "per seat", 1000 for "per 1,000 contacts", 0 when nothing is said."""
    found = _BLOCK.search(re.sub(r"(?:/|\bper|\ba) ?(?:hour|day)s?\b", " ", window))
    if not found:
        return 0
    return (whole(found["count"]) or 1) if found["count"] else 1


def counts_units(window: str) -> bool:
    """Whether words beside a price say that it is for one unit."""
    return bool(_block(window))
