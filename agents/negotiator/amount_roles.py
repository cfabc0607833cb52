"""The words around an amount that tell what it stands for."""

from __future__ import annotations

import re

from agents.negotiator.mention import Role


def pattern(words: str) -> re.Pattern[str]:
    """Return the pattern for words in either case."""
    return re.compile(words, re.IGNORECASE)


_NEGATION = r"(?:cannot|can't|can not|could not|couldn't|unable|not able|won't|will not|not possible|not in a position|no way)"
_ACCEPTS = re.compile(
    r"\b(?:accept(?:ed|s|ing)?|agree[ds]?(?! to disagree)|agreed|confirm(?:ed|s|ing)?|happy with|works for us|it's a deal|we have a deal|meet your|match your)\b",
    re.IGNORECASE,
)
_REJECTS = re.compile(rf"\b{_NEGATION}\b|\bunfortunately\b|\bregret\b|\bnot accept", re.IGNORECASE)
_OURS_BEFORE = pattern(
    r"\byour (?:last |latest |current |kind )?(?:offer|target|proposal|counter\w*|counter-?offer|bid|suggest\w*|request\w*|figure|ask\w*|price target|number)\b[^.]{0,25}$|\byou (?:have )?(?:offered|asked for|proposed|suggested|mentioned|named|requested)[^.]{0,15}$"
)
_OURS_AFTER = pattern(r"^[^,]{0,20}\byou (?:have )?(?:offered|asked|proposed|suggested|mentioned|named|requested)")
_FLOOR = pattern(
    r"\b(?:cannot|can't|can not|not|unable to|won't)(?: \w+){0,3} (?:below|lower than|under|less than)[^,]{0,10}$|\b(?:lowest|floor|rock[- ]bottom|minimum price|limit)\b[^,]{0,25}$"
)
_NEGATED_BEFORE = pattern(
    rf"\b{_NEGATION}\b[^,:]{{0,40}}$|\bnot (?:at|for|to)\b[^,]{{0,10}}$|\bnot(?: the)?\s*$|\b(?:by mistake|by error|wrongly|mistakenly|erroneously|(?:per|par) erreur|(?:per|por) error|irrtümlich(?:erweise)?|versehentlich|fälschlich(?:erweise)?)\b[^,;]{{0,25}}$"
)
_NEGATED_AFTER = pattern(
    rf"^[^,]{{0,25}}\b(?:(?:is|are|would be|was) (?:unfortunately |simply |far |a bit |just |sadly )*(?:not|too low|too little|below|under|impossible|out of reach)|isn't|{_NEGATION})\b|^\s(?:\w+ ){{0,3}}not(?: possible| feasible| doable| acceptable)?\s*[.;!]"
)
_LISTED_BEFORE = pattern(
    r"\blist(?:ed)?(?: price)?(?: at| of|:)? ?$|\b(?:instead of|rather than|list price|listed|regular(?:ly)?|normal(?:ly)?|usual(?:ly)?|was|previously|down from|reduced from|from(?! \d[\d.,]* [a-z])|standard price|public price|catalogue price|former(?:ly)?|until now)\b[^,]{0,25}$"
)
_LISTED_AFTER = pattern(r"^[^,]{0,12}\b(?:list price|list\b|regular(?:ly)?|normally)")
_LATER = pattern(
    r"\b(?:(?<!until )then|(?:increases?|rises?|goes up|go up|will be|will rise|will increase) to|thereafter|afterwards|after (?:that|the|year|month)|from (?:month|year|the second|the \w+ (?:month|year))|(?:up)?on renewal|renewal price|renews?|at renewal|as of year|second year|following years?)\b[^,]{0,30}$"
)
_LATER_AFTER = pattern(
    r"^[^,]{0,20}\b(?:from (?:month|year|(?:next )?(?:january|february|march|april|may|june|july|august|september|october|november|december|year|month)|the (?:second|next|\w+) (?:month|year))|thereafter|afterwards|(?:up)?on renewal)"
)
_INTRODUCTORY = pattern(
    r"\bfirst (?!year|twelve|12)(?:\w+ )?(?:months?|weeks?|quarter)\b|\bintroductory|\bintro(?: price|ductory)|\bpromotional|\btrial\b"
)
_TAX_ITSELF = pattern(
    r"(?<!incl )(?<!incl\. )(?<!including )(?<!inclusive )(?<!with )(?<!excl\. )(?<!without )(?<!before )(?<!plus )\b(?:VAT|tax|MwSt\.?|USt\.?|GST)(?: ?\(?(?:of |at |@ ?)?\d{1,2}(?:[.,]\d{1,2})? ?%\)?)?\.?(?: of| amounts? to| is)?[:=]? ?$"
)
SETUP = pattern(
    r"\b(?:set-?\s?up|onboarding|implementation|activation|installation|shipping|delivery (?:fee|cost|charge)s?|freight|carriage|postage|courier|transport(?:ation)?|migration|configuration|deployment|enablement|provisioning|commissioning|kick-?off|tooling|engraving|training|workshop|roll-?out|(?:printing |print |the )?plates|(?:technical|file|artwork|template|plate) (?:fees?|costs?|charges?)|artwork|(?:joining|enrol+ment|registration|initiation) fee)\b|\bdelivery(?: is| costs?| comes to| at)?:? ?#"
)
ONE_TIME = pattern(
    r"\b(?:one-?\s?time|one-?off|single|initial) (?:fee|charge|cost|payment)|\bnon-?recurring\b|\bNRC\b"
    r"|\b(?:one-?\s?time|one-?off)[ :]{0,2}#|#,? ?\(?(?:one-?\s?time|one-?off|(?<!paid )(?<!billed )once(?! (?:a|an|per|every|each|you|we|your|the|our|it|in)\b))"
)
# "Shipping is free over 500 EUR": no charge, but an order's size.
_THRESHOLD = pattern(
    r"\b(?:free|offerte?s?|gratuite?s?|gratis|kostenlos|kostenfrei)\b[^.;\d]{0,30}\b(?:over|above|from|beyond|as of|orders? (?:of|over|above)|dès|ab|at least)\s*$"
)
_ONE_LINE = pattern(
    r"\bone-time: #|\b(?:fee|charge|cost)s?,? one-time:? ?#|\bone-time \w* ?(?:fee|charge|cost)s?\b[^,]{0,12}#"
)  # how a table's line of one beside lines of many is written
_EXTRA = pattern(r"\b(?:additional|every further|each further|overage|beyond|exceed\w*|extra|surplus|above (?:that|this|\d))\b")
_SURCHARGE = pattern(
    r"\b(?!licen[cs]e|recurring|regular|standard|normal|usual|fixed|monthly|annual|yearly|quarterly|subscription|user|seat|per|the|our|a|this|total|hourly|daily|flat|usage|rental|membership|plan|package|product|no|and|of|is|all|any|we|you|they|will|would|to|can|also|only|just|software|tool|basic|base|price|in|for|month|year|with|without|at|on|s|it|that)[^\W\d_]{4,} (?:fees?|charge)\b[^,\d]{0,15}#|\bfee \w{4,} #|\b(?:platform|service|support|maintenance|transaction|admin\w*|processing|handling|base|account|mandatory|compliance|hosting|infrastructure|data|security) (?:fee|charge|surcharge|fees|charges|flat rate|lump sum|costs?)\b|#[^,]{0,25}\b(?:applies|comes|is charged|is added|added) (?:in addition|on top)\b(?! of)|\b(?:in addition|on top comes?)[^,]{0,25}#|#\s?(?:/|per\b|each\b) ?(?:km\b|kilomet\w+|miles?\b|night|trip|transaction|ticket|incident|GB\b|TB\b|call\b|SMS|page|report|event)|\b(?:travel|expenses|material)s?(?: costs?| expenses)?\b|\bsurcharge\b|\bmandatory\b"
)
_OPTIONAL = pattern(
    r"\boptional(?:ly)?\b|\badd-?on\b|\bif you (?:like|wish|want|need) |\b(?:if|when|where|as) (?:required|needed|desired|wanted|requested)\b|\bon (?:request|demand)\b|\bavailable (?:at|for) #"
)
_DISCOUNT_BEFORE = pattern(
    r"(?<!after )(?<!after the )(?<!after all )\b(?:discount|reduction|rebate|savings?|save|saves|credit|voucher)\b[^,]{0,14}$"
)
_DISCOUNT_AFTER = pattern(r"^\s*(?:off|discount|rebate|less|cheaper|saving|credit)\b")
_TOTAL = pattern(r"\b(?:total|sum|altogether|in all|amounts? to|comes to|makes|equals?|overall|subtotal)\b|=\s*#")
_LEADS_ON = pattern(
    r"(?:,? ?(?:which|that|and|so|this))?\s\b(?:comes? to|makes?|equals?|amounts? to|totals|totalling|(?:in|a) total(?: of)?|sum of|altogether)\s(?:is |of |only |just )?$"
)
_OTHER = pattern(
    r"\b(?:liab\w*|penalt\w*|late fee|deposit|refund\w*|worth|turnover|competitor\w*|rival|(?:your |an)?other (?:vendor|provider|compan|suppl\w+|quote|offer)\w*|elsewhere|customers pay|market|raised|minimum order|budget)\b|\binvoice no\b|\b(?:is|was|already) (?:settled|paid)\b|\blast year(?:'s)?\b"
)
_OFFERING = pattern(
    r"\b(?:we (?:can|could|would|will|are able to|are willing to|are happy to|are pleased to)(?! not)|we'(?:d|ll)|offer|discounted|special price|new price|reduced|final|best price|for you|propose|meet you at|come down|go down|lower (?:it|the price|our price)|let you have|quote|our (?:revised )?(?:price|quote|offer))\b"
)


def accepts(text: str) -> bool:
    """Return whether a sentence takes our offer."""
    return bool(_ACCEPTS.search(text)) and not _REJECTS.search(text)


def role_of(sentence: str, before: str, after: str, *, once: bool) -> Role:
    """Return what an amount stands for by its sentence and the words of its clause before and after it; `once` for a single purchase."""
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
        (Role.SETUP, bool(SETUP.search(clause) or _ONE_LINE.search(clause) or (ONE_TIME.search(clause) and not once))),
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
